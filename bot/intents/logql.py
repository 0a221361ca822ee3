"""A query in LogQL as somebody wrote it: the lines that it finds, or what it counts."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field

from bot.analysis.masks import masked
from bot.intents import query_words
from bot.intents.forms import LINES
from bot.intents.intent import Intent, Question
from bot.intents.promql import LONGEST
from bot.intents.series_words import nothing, now, over
from bot.model.errors import Problem
from bot.model.lines import LogLine
from bot.model.message import Role
from bot.model.reply import Block, Button, Code, File, Files, Reply, Text
from bot.ports.tools import LogsSource, Tools
from bot.query import ranges
from bot.query.logql.check import checked

HOUR = timedelta(hours=1)
SHOWN, LONGEST_LINE = 15, 300  # in the message; the file has every line whole
USUAL, MOST = 1000, 5000


class LogQL(BaseModel, frozen=True):
    query: str = Field(min_length=1, max_length=LONGEST, title="Query", json_schema_extra={LINES: True})
    window: str = Field(
        "", max_length=60, title="Over", description="Such as last 24h, yesterday; empty: the last hour"
    )
    step: str = Field("", pattern=r"^(\d+ ?[smhd])?$", title="Step", description="Of a query that counts, such as 5m")
    limit: int = Field(USUAL, ge=1, le=MOST, title="Lines", description="At most")


async def answer(ask: LogQL, tools: Tools) -> Reply:
    source, turn = tools.log_source(), tools.turn
    named = query_words.window(ask.window, turn)
    await tools.desks.queries.admit(turn.actor, "logql", ask.query, named.end if named else turn.at)
    await tools.step(f"Asking {source.title}")
    found = checked(ask.query)
    if not isinstance(found, Problem) and found.lines:
        reply = await lines_of(ask.query, named or ranges.last(HOUR, turn.at), ask.limit, source, turn.zone)
    elif named is None:
        reply = now(await source.instant(ask.query, turn.at))
    else:
        step = timedelta(seconds=query_words.seconds(ask.step)) if ask.step else named.step()
        reply = over(await source.range(ask.query, named.start, named.end, step), named)
    edit = Button("Edit query", "logql", ask.model_dump(exclude_defaults=True), asks=("query", "window", "limit"))
    return replace(reply, buttons=(edit,))


async def lines_of(query: str, range_: ranges.Range, limit: int, source: LogsSource, zone: str) -> Reply:
    found = [replace(one, text=masked(one.text)) for one in await source.lines(query, range_.start, range_.end, limit)]
    if not found:
        return nothing(range_.words)
    shown, local = found[:SHOWN], ZoneInfo(zone)
    blocks: list[Block] = [
        Text((f"{line.at.astimezone(local):%H:%M:%S} ", Code(_short(line.text))), listed=True) for line in shown
    ]
    if len(found) > len(shown) or any(len(line.text) > LONGEST_LINE for line in shown):
        blocks.append(Files((File("lines.log", "text/plain", _written(found)),)))
    some = f"The newest {limit:,}" if len(found) >= limit else f"{len(found):,}"
    noun = "line" if len(found) == 1 else "lines"
    first = f"; these are the newest {len(shown)}" if len(found) > len(shown) else ""
    return Reply(f"{some} {noun}, {range_.words}{first} ({zone}).", tuple(blocks))


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_LINE else f"{text[:LONGEST_LINE]}…"


def _written(found: Sequence[LogLine]) -> bytes:
    rows = (f"{line.at.isoformat()} {_labels(line.labels)} {line.text}" for line in found)
    return ("\n".join(rows) + "\n").encode()


def _labels(labels: Mapping[str, str]) -> str:
    return ",".join(f"{name}={value}" for name, value in sorted(labels.items()))


def words(question: Question) -> Mapping[str, Any] | None:
    given = query_words.read(question.text)
    return given if given["query"] else None


INTENT = Intent(
    name="logql",
    help="Run a query in LogQL.",
    examples=(
        'logql {service="checkout"} |= "error" last 30m limit 50',
        'logql sum by (level) (count_over_time({service="checkout"} | json [5m])) last 6h',
    ),
    asks=LogQL,
    answer=answer,
    title="LogQL",
    command="logql",
    words=words,
    submit="Run",
    needs=Role.OPERATOR,
    remembered=False,
    verbatim=True,
    by_clock=True,
)
