"""Any question about figures or lines, read against what there is: the query it becomes, and what that comes to."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal

from pydantic import BaseModel, Field

from bot.intents import applications
from bot.intents.intent import Intent, Question, Reading
from bot.intents.logql import MOST, USUAL, lines_of
from bot.intents.series_words import now, over
from bot.model import figures
from bot.model.reply import Button, Code, Reply, Text
from bot.model.series import Series
from bot.ports.tools import Tools
from bot.query import application, measured, ranges, translate
from bot.query.catalog import Catalog
from bot.query.words.outcome import Clarify, Outcome, Planned, Refuse, Unsupported

PLANNED, ASKS_BACK = 0.79, 0.55  # behind every rule that is sure, before a guess
KEPT = 5  # questions of a thread that a follow-up builds on
BY_MODEL = "✨ Read by a model"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class AskQuery(BaseModel, frozen=True):
    """`asked`: the question and those before it that it builds on, the latest last.

    `app`: whose figures it was limited to, for the channel is about it; `whole`: the query without that.
    `of`: the same where somebody named it.
    """

    asked: tuple[str, ...] = Field(min_length=1, max_length=KEPT)
    query: str = Field(min_length=1, max_length=4096)
    language: Literal["promql", "logql"] = "promql"
    lines: bool = False
    reading: str = ""
    unit: str = Field("", max_length=40)
    start: datetime | None = None
    end: datetime | None = None
    limit: int = Field(USUAL, ge=1, le=MOST)
    app: str = ""
    of: str = Field("", max_length=200)
    whole: str = ""
    everything: bool = False  # whatever the channel is about, and in what follows, too
    datasource: str = ""
    go: bool = False  # it was shown, and is to run
    by_model: bool = False  # a model said what is meant


async def answer(ask: AskQuery, tools: Tools) -> Reply:
    turn, range_ = tools.turn, _range(ask, tools.turn.at)
    if not ask.go and await tools.desks.habits.previews(turn.tenant, turn.person.id, turn.place):
        return _preview(ask, range_)
    source = await tools.source_of(ask.datasource) if ask.language == "promql" else tools.log_source()
    await tools.desks.queries.admit(turn.actor, ask.language, ask.query, range_.end, ask.datasource)
    await tools.step(f"Asking {source.title}")
    if ask.lines:
        if range_.end <= range_.start:
            range_ = ranges.last(HOUR, range_.end)
        reply = await lines_of(ask.query, range_, ask.limit, tools.log_source(), turn.zone)
    elif range_.end > range_.start:
        found = await source.range(ask.query, range_.start, range_.end, range_.step())
        reply = over(_measured(found, ask.unit), range_, ask.reading)
    else:
        reply = now(_measured(await source.instant(ask.query, range_.end), ask.unit), ask.reading)
    about = (applications.taken(ask.app),) if ask.app else ()
    return replace(reply, blocks=(*about, *reply.blocks), footer=_read_as(ask), buttons=_next(ask), rateable=True)


def _measured(found: Sequence[Series], unit: str) -> list[Series]:
    return [replace(one, unit=unit) for one in found]


def _preview(ask: AskQuery, range_: ranges.Range) -> Reply:
    """Nothing has run, so there is no figure in it."""
    when = range_.words if range_.end > range_.start else f"at {figures.clock(range_.end)}"
    about = (applications.taken(ask.app),) if ask.app else ()
    edit = Button("Edit", ask.language, {"query": ask.query}, asks=("query", "window"))
    run = Button(
        "Run", "ask_query", {**ask.model_dump(mode="json", exclude_defaults=True), "go": True}, style="primary"
    )
    return Reply(
        f"I would ask this, {when}.",
        (*about, Text((Code(ask.query),))),
        (run, edit, Button("Cancel", "dismiss")),
        footer=_read_as(ask),
    )


def _read_as(ask: AskQuery) -> str:
    return f"{BY_MODEL} as: {ask.reading}" if ask.by_model else f"Read as: {ask.reading}"


def _range(ask: AskQuery, at: datetime) -> ranges.Range:
    """One instant where nothing says otherwise."""
    end = min(ask.end or at, at)
    start = min(ask.start or end, end)
    if start < end == at:
        return ranges.last(end - start, at)
    return ranges.Range(start, end, f"{figures.clock(start)} to {figures.clock(end)}")


def _next(ask: AskQuery) -> tuple[Button, ...]:
    row = [Button("Edit query", ask.language, {"query": ask.query}, asks=("query", "window"))]
    if not ask.lines and not ask.start:
        row.append(Button("Over the last 24 h", ask.language, {"query": ask.query, "window": "last 24h"}))
    if ask.language == "promql":
        given = {"query": ask.query, "name": ask.reading[:120], "unit": ask.unit, "datasource": ask.datasource}
        row.append(Button("Watch it", "watch", {name: value for name, value in given.items() if value}))
    if ask.app and ask.whole:
        given = ask.model_dump(mode="json", exclude_defaults=True, exclude={"app", "whole"})
        row.append(applications.not_only(ask.app, "ask_query", {**given, "query": ask.whole}))
    return tuple(row)


def read(question: Question) -> Reading | None:
    """None where it is not about what the sources hold."""
    if question.ground is None:
        return None
    before = question.memory.get("arguments", {}) if question.memory.get("intent") == "ask_query" else {}
    previous = tuple(str(one) for one in before.get("asked", ()))
    asked = (*previous, question.text)[-KEPT:]
    everything = bool(before.get("everything")) and not question.app
    text = application.unnamed(question.text, question.app)
    earlier = tuple(application.unnamed(one, question.app) for one in previous)
    put = translate.Question(text, question.at, question.zone, previous=earlier, facts=question.facts)
    outcome, whole = _outcomes(put, question, everything)
    question.translated(outcome)
    match outcome:
        case Planned() if question.app and question.about and outcome is whole and not application.everything(text):
            return Reading("ask_query", {"asked": asked}, ASKS_BACK, _not_its_own(question.about.profile.name))
        case Planned():
            given = _arguments(outcome, asked, question.ground.index.catalog, question.at)
            return Reading("ask_query", {**given, **_about(question, outcome, whole, everything)}, PLANNED)
        case Clarify(message=message, options=options) if options:
            buttons = tuple(Button(one, "ask", {"question": f"{one}: {question.text}"[:1500]}) for one in options)
            return Reading("ask_query", {"asked": asked}, ASKS_BACK, Reply(message, buttons=buttons), open=True)
        case Refuse(message=message):
            return Reading("ask_query", {"asked": asked}, ASKS_BACK, Reply(message, tone="warning"))
        case Unsupported(message=message) if question.model:
            return Reading("ask_query", {"asked": asked}, ASKS_BACK, Reply(message, tone="warning"))
        case _:
            return None


def _not_its_own(app: str) -> Reply:
    return Reply(f"I find nothing of that which belongs to {app} alone.", tone="warning")


def _outcomes(put: translate.Question, question: Question, everything: bool) -> tuple[Outcome, Outcome]:
    """What it comes to in this channel, and what it would come to in another."""
    assert question.ground is not None
    if question.about and not everything:
        return application.translated(put, question.ground, question.about, question.model)
    whole = translate.translate(put, question.ground, model=question.model)
    return whole, whole


def _about(question: Question, outcome: Planned, whole: Outcome, everything: bool) -> dict[str, object]:
    given: dict[str, object] = {"everything": True} if everything else {}
    if question.about and question.about.profile.datasource:
        given["datasource"] = question.about.profile.datasource
    if question.about and question.app:
        given |= {"of": question.app, "reading": f"{outcome.plan.reading}, of {question.about.profile.name}"}
    elif question.about and outcome is not whole:
        given["app"] = question.about.profile.name
        if isinstance(whole, Planned) and whole.plan.language == outcome.plan.language:
            given["whole"] = translate.written(whole)
    return given


def _arguments(planned: Planned, asked: tuple[str, ...], catalog: Catalog, at: datetime) -> dict[str, object]:
    plan, span = planned.plan, planned.plan.span
    given: dict[str, object] = {"asked": asked, "query": translate.written(planned), "language": plan.language}
    given |= {"reading": plan.reading, "unit": measured.unit(plan, catalog)}
    if translate.lists_lines(plan):
        given["lines"] = True
    if span is not None:
        given["start"] = at - span.last if span.last else span.start
        given["end"] = at if span.last else span.end or at
    elif plan.at is not None:
        given["end"] = plan.at
    if planned.by == "model":
        given["by_model"] = True
    if plan.limit is not None:
        given["limit"] = min(plan.limit, MOST)
    return given


INTENT = Intent(
    name="ask_query",
    help="Whatever the sources hold, in your own words: rates, shares, quantiles, counts, lines of logs.",
    examples=("free disk space by mountpoint", "jobs waiting per queue"),
    asks=AskQuery,
    answer=answer,
    by_clock=True,
)
