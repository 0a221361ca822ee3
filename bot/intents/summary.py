"""What a day or a week was like: its issues, which objectives were kept, how requests went, what the bot cost."""

import asyncio
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from pydantic import BaseModel, Field

from bot.desk.comparison import figures_over
from bot.desk.health import measured
from bot.intents import about_service, applications, slo, spend_words
from bot.intents.about_service import AboutService, Subject
from bot.intents.intent import Intent, Question, Reading
from bot.intents.sentences import asked
from bot.model import figures
from bot.model.errors import Problem, Rejected
from bot.model.reply import Block, Button, Reply, Table, Text
from bot.model.spend import NoForecast
from bot.pipeline import shift
from bot.ports.incidents import Wanted
from bot.ports.tools import Tools
from bot.query import ranges, spans
from bot.query.measures import BY_NAME, Measure
from bot.query.ranges import Range
from bot.query.vitals import ERRORS

MOST = 500
LONGEST = timedelta(days=31)
MEASURES = (BY_NAME["traffic"], ERRORS, BY_NAME["latency"])
SPANS = {"daily": "last 24 h", "weekly": "last 7 days"}
_SAID = (
    r"(?:(?:show|give)(?: me)? )?(?:(?:the|a|my|our) )?(?P<span>daily|weekly) (?:summary|report|overview)",
    r"(?:(?:show|give)(?: me)? )?(?:(?:the|a) )?summary (?:of|for|over) (?P<window>.+)",
)
_COST = "No paid model is asked: what I say costs nothing."


class Summary(BaseModel, frozen=True):
    window: str = Field("last 24 h", max_length=60, title="Over", description="Such as 24h, yesterday, last 7 days")


@dataclass(frozen=True, slots=True)
class Part:
    """What a source had to say; where it could not be asked, that is said, and the rest stands."""

    says: str = ""
    blocks: tuple[Block, ...] = ()


async def answer(ask: Summary, tools: Tools) -> Reply:
    found = ranges.find(ask.window.lower(), tools.turn.at, tools.turn.zone)
    if found is None:
        raise Rejected(f"I do not know the time “{ask.window}”.", advice="Say it like 24h, yesterday, or last 7 days.")
    span = found.range
    if span.length > LONGEST:
        raise Rejected(f"A summary is over {LONGEST.days} days at most.", advice="Ask for less.")
    await tools.step(f"Reading {span.words}")
    happened, read, spend = await asyncio.gather(_happened(span, tools), _read(ask, tools), _spend(tools))
    read = (*read, spend)
    return Reply(
        title=f"Summary, {span.words}",
        summary=" ".join((happened.summary, *(part.says for part in read if part.says))),
        blocks=(*happened.blocks, *(block for part in read for block in part.blocks), Text((_COST,))),
        buttons=(Button("Open issues", "issues"), Button("SLO compliance", "slo"), Button("Trends", "trends")),
        tone=happened.tone,
        footer=happened.footer,
        rateable=True,
    )


async def _happened(span: Range, tools: Tools) -> Reply:
    desk, tenant = tools.desks.incidents, tools.turn.tenant
    found, still, happened = await asyncio.gather(
        desk.find(tenant, Wanted(since=span.start, limit=MOST)),
        desk.find(tenant, Wanted(open=True, limit=MOST)),
        desk.happened(tenant, span.start, span.end),
    )
    issues = {one.id: one for one in (*found, *still)}
    reply = shift.summary(list(issues.values()), happened, span.start, span.end)
    return reply if reply.blocks else Reply("No issue opened, and none is open.", tone="good", footer=reply.footer)


async def _read(ask: Summary, tools: Tools) -> Sequence[Part]:
    if tools.metrics is None:
        return (Part(blocks=(Text(("No metrics source is connected: objectives and requests are left out.",)),)),)
    try:
        subject = await about_service.exactly(AboutService.model_validate({"window": ask.window}), tools)
        return await asyncio.gather(_objectives(subject, tools), _moved(subject))
    except Problem as problem:
        return (Part(blocks=(Text((f"Objectives and requests are left out: {problem.says}",)),)),)


async def _spend(tools: Tools) -> Part:
    """What AI costs, where anything is known of it."""
    found = await tools.desks.spending.ahead(tools.turn.tenant, with_record=False)
    if isinstance(found, NoForecast):
        return Part(blocks=(Text((f"AI spend: {found.says}",)),) if found.known else ())
    whole = next((one for one in found.budgets if not one.tool), None)
    stands = f" {spend_words.status(whole)}" if whole else ""
    return Part("", (Text((f"AI spend: {spend_words.outlook(found)}{stands}",)), spend_words.table(found)))


async def _objectives(subject: Subject, tools: Tools) -> Part:
    found = await measured(subject.source, subject.where, subject.range, "service")
    found.pop("", None)
    if not found:
        return Part(blocks=(Text(("There is no data on any service to hold an objective against.",)),))
    objectives = await applications.objectives_of(found, tools)
    failing = {name: what for name in sorted(found) if (what := slo.missed(found[name], objectives[name]))}
    kept = f"{len(found) - len(failing)} of {len(found)} services keep all their objectives."
    rows = tuple((name, ", ".join(what)) for name, what in failing.items())
    return Part(kept, (Table(("Service", "Misses"), rows, "Objectives not kept"),) if rows else ())


async def _moved(subject: Subject) -> Part:
    before = spans.earlier(subject.range, spans.before_words(subject.range))
    now, then = await asyncio.gather(
        figures_over(subject.source, MEASURES, subject.where, subject.range),
        figures_over(subject.source, MEASURES, subject.where, before),
    )
    rows = tuple(_row(*one) for one in zip(MEASURES, now, then, strict=True))
    return Part("", (Table(("What", "Now", "Before", "Change"), rows, f"{subject.name}, against the span before"),))


def _row(measure: Measure, now: float, then: float) -> tuple[str, ...]:
    unit = measure.unit
    change = "no data" if math.isnan(now) or math.isnan(then) else figures.change(now, then)
    return (measure.title.capitalize(), figures.measured(now, unit), figures.measured(then, unit), change)


def _reads(question: Question) -> Reading | None:
    found = asked(question.text, _SAID)
    if found is None:
        return None
    said = found.groupdict()
    window = SPANS.get(said.get("span") or "") or said.get("window") or ""
    if ranges.find(window, question.at, question.zone) is None:
        return None
    return Reading("summary", {"window": window}, 0.96)


def _words(question: Question) -> Mapping[str, Any] | None:
    text = question.text.strip().lower()
    window = SPANS.get(text, text)
    if not window:
        return {}
    return {"window": window} if ranges.find(window, question.at, question.zone) else None


INTENT = Intent(
    name="summary",
    help="What a day or a week was like: issues, objectives, requests.",
    examples=("summary", "daily summary", "summary of last 7 days"),
    asks=Summary,
    answer=answer,
    reads=_reads,
    title="Summary",
    command="summary",
    words=_words,
    submit="Show",
    remembered=False,
    by_clock=True,
)
