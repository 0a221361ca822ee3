"""A query in PromQL as somebody wrote it: checked, run, and shown with what it comes to."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from pydantic import BaseModel, Field

from bot.intents import query_words
from bot.intents.forms import LINES
from bot.intents.intent import Intent, Question
from bot.intents.series_words import now, over
from bot.model.message import Role
from bot.model.reply import Button, Reply
from bot.ports.tools import Tools

LONGEST = 4096


class PromQL(BaseModel, frozen=True):
    query: str = Field(min_length=1, max_length=LONGEST, title="Query", json_schema_extra={LINES: True})
    window: str = Field("", max_length=60, title="Over", description="Such as last 24h, yesterday; empty: now")
    step: str = Field("", pattern=r"^(\d+ ?[smhd])?$", title="Step", description="Such as 1m; empty: one that suits")


async def answer(ask: PromQL, tools: Tools) -> Reply:
    source, turn = tools.source(), tools.turn
    range_ = query_words.window(ask.window, tools.turn)
    until = range_.end if range_ else turn.at
    await tools.desks.queries.admit(turn.actor, "promql", ask.query, until)
    await tools.step(f"Asking {source.title}")
    if range_ is None:
        reply = now(await source.instant(ask.query, until))
    else:
        step = timedelta(seconds=query_words.seconds(ask.step)) if ask.step else range_.step()
        found = await source.range(ask.query, range_.start, range_.end, step)
        reply = over(found, range_)
    return replace(reply, buttons=_next(ask))


def _next(ask: PromQL) -> tuple[Button, ...]:
    given = ask.model_dump(exclude_defaults=True)
    watch = Button("Watch it", "watch", {"query": ask.query})
    edit = Button("Edit query", "promql", given, asks=("query", "window", "step"))
    if ask.window:
        return edit, watch
    return edit, watch, Button("Over the last 6 h", "promql", {**given, "window": "last 6h"})


def words(question: Question) -> Mapping[str, Any] | None:
    given = query_words.read(question.text)
    given.pop("limit", None)
    return given if given["query"] else None


INTENT = Intent(
    name="promql",
    help="Run a query in PromQL.",
    examples=("promql sum by (service) (rate(http_requests_total[5m]))", "promql queue_depth last 6h step 5m"),
    asks=PromQL,
    answer=answer,
    title="PromQL",
    command="promql",
    words=words,
    submit="Run",
    needs=Role.OPERATOR,
    remembered=False,
    verbatim=True,
    by_clock=True,
)
