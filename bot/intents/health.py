"""Was it healthy: what was measured against its objectives, and when it was beyond them."""

import math
import re
from collections.abc import Iterator, Sequence
from datetime import timedelta

from bot.analysis.objectives import Breach, spent
from bot.desk.health import Judged, Measured, judged
from bot.intents import about_service, applications, drawing
from bot.intents.about_service import AboutService, Subject
from bot.intents.intent import Intent, Question, Reading
from bot.model import figures
from bot.model.reply import Block, Button, Fact, Facts, Moment, Reply, Table, Text, Tone
from bot.model.series import Point, Series
from bot.model.text import capital
from bot.pipeline.phrases import number
from bot.ports.tools import Tools
from bot.query.long_spans import PIECE

TOLD = 6  # spans that are told one by one, the latest
OWN_WORDS = frozenset(
    """health healthy unhealthy well ok okay uptime availability available reachable state doing slo slos objectives
    kept keep meet meets within been stable unstable degraded degradation breach breaches""".split()
)
_ASKED = re.compile(r"\b(?:health|healthy|unhealthy|uptime|degraded|degradations?|stable|unstable)\b")


class Health(AboutService, frozen=True):
    pass


async def answer(ask: Health, tools: Tools) -> Reply:
    if not ask.service and (app := await applications.here(tools)):
        ask = ask.model_copy(update={"service": app})
    if not ask.service:
        return _which(ask, await tools.source().values("service"))
    subject = await about_service.exactly(ask, tools)
    await tools.step(f"Reading the health of {subject.name}")
    whole, found = await judged(subject.source, subject.where, subject.range, subject.objectives)
    if not any(one.known for one in found):
        return Reply(
            f"There is no data on the health of {subject.name}, {subject.range.words}.",
            (Text(("No data is not well: the source answered, and has neither requests nor scrapes for it.",)),),
            tone="warning",
            buttons=(Button("Last 7 days", "health", {**_given(ask), "window": "last 7 days"}),),
        )
    return Reply(
        title=f"Health of {ask.service}",
        summary=summary(subject, found),
        blocks=(
            _table(found, subject),
            *_spans(found),
            *_budget(whole, found),
            *_course(found, subject),
            *_notes(found, subject),
        ),
        tone=_tone(found),
        buttons=_next_steps(ask, tools),
        rateable=True,
    )


def summary(subject: Subject, found: Sequence[Judged]) -> str:
    """What a tired person needs first: what goes on now, else what was missed, else what was broken for a time."""
    name, is_, words = subject.name, "is" if subject.now else "was", subject.range.words
    on = [(one, one.breaches[-1]) for one in found if one.breaches and one.breaches[-1].ended == "still on"]
    if subject.now and on:
        told = "; ".join(f"{_beyond(one, breach)} since {breach.start:%H:%M} UTC" for one, breach in on)
        return f"{name} is not healthy: {told}."
    if missed := [one for one in found if one.missed]:
        told = "; ".join(f"{one.objective.title.lower()} {_value(one)} ({_target(one)})" for one in missed)
        kept = "has not kept" if subject.now else "did not keep"
        return f"{name} {kept} its objectives, {words}: {told}."
    broken = [(one, max(one.breaches, key=lambda breach: breach.duration)) for one in found if one.breaches]
    if broken:
        told = "; ".join(
            f"{_beyond(one, worst)}, for {figures.span(sum((b.duration for b in one.breaches), timedelta()))}"
            for one, worst in broken
        )
        return f"{name} {is_} not always healthy, {words}: {told}. As a whole it kept its objectives."
    told = ", ".join(f"{one.objective.title.lower()} {_value(one)}" for one in found if one.known)
    return f"{name} {is_} healthy, {words}: {told}."


def _beyond(one: Judged, breach: Breach) -> str:
    how = "down to" if one.objective.at_least else "up to"
    return f"{one.objective.title.lower()} {how} {figures.measured(breach.worst, one.objective.unit)} ({_target(one)})"


def _target(one: Judged) -> str:
    least = "at least" if one.objective.at_least else "at most"
    return f"{least} {figures.measured(one.objective.target, one.objective.unit)}"


def _value(one: Judged) -> str:
    return figures.measured(one.value, one.objective.unit)


def _table(found: Sequence[Judged], subject: Subject) -> Table:
    rows = tuple((one.objective.title, _target(one), _value(one), _result(one)) for one in found)
    return Table(("SLO", "Target", "Measured", "Result"), rows, f"{subject.name}, {subject.range.words}")


def _result(one: Judged) -> str:
    if one.problem:
        return "could not be read"
    if not one.known:
        return "not measured"
    return "fail" if one.missed else "pass, broken for a time" if one.breaches else "pass"


def _spans(found: Sequence[Judged]) -> tuple[Block, ...]:
    spans = sorted(((breach, one) for one in found for breach in one.breaches), key=lambda pair: pair[0].start)
    left_out = len(spans) - TOLD
    told: list[Block] = [_span(breach, one) for breach, one in spans[-TOLD:]]
    return (*told, Text((f"And {number(left_out, 'earlier span')}.",))) if left_out > 0 else tuple(told)


def _span(breach: Breach, one: Judged) -> Text:
    ends = {
        "recovered": f"; recovered after {figures.span(breach.duration)}.",
        "still on": f"; still on, for {figures.span(breach.duration)}.",
        "no data": "; then no data.",
    }
    said = _beyond(one, breach)
    until = () if breach.ended == "still on" else (" to ", Moment(breach.end))
    return Text((f"{capital(said)}, from ", Moment(breach.start), *until, ends[breach.ended]), listed=True)


def _budget(whole: Measured, found: Sequence[Judged]) -> tuple[Block, ...]:
    errors = next((one.objective for one in found if one.objective.kind == "error_rate" and one.known), None)
    if errors is None or math.isnan(whole.failed):
        return ()
    used = spent(whole.failed, whole.requests, errors.allowed)
    allowed = whole.requests * errors.allowed
    return (
        Facts(
            (
                Fact("Requests", figures.plain(round(whole.requests))),
                Fact("Failed", figures.plain(round(whole.failed))),
                Fact(
                    "Error budget of this time",
                    f"{figures.measured(used, 'ratio')} used, of {figures.plain(round(allowed))} that may fail",
                    "bad" if used > 1 else "neutral",
                ),
            )
        ),
    )


def _course(found: Sequence[Judged], subject: Subject) -> tuple[Block, ...]:
    """The one that was broken for the longest, else the latency."""
    drawn = [one for one in found if one.course]
    if not drawn:
        return ()
    one = max(drawn, key=lambda j: (sum(b.duration.total_seconds() for b in j.breaches), j.objective.unit == "seconds"))
    line = Series(one.objective.title, one.course, one.objective.unit)
    limit = Series("target", tuple(_flat(one)), one.objective.unit)
    return (drawing.chart(f"{one.objective.title} of {subject.name}, {subject.range.words}", [line, limit]),)


def _flat(one: Judged) -> Iterator[Point]:
    return (Point(point.at, one.objective.target) for point in one.course)


def _notes(found: Sequence[Judged], subject: Subject) -> tuple[Block, ...]:
    notes = []
    if defaults := [one.objective.title.lower() for one in found if one.objective.default]:
        notes.append(f"Nobody set objectives for {', '.join(defaults)}: these are defaults.")
    if problem := next((one.problem for one in found if one.problem), ""):
        notes.append(problem)
    if subject.range.length > PIECE:
        notes.append(f"Read in pieces of {figures.span(PIECE)} and put together.")
    first = min((one.course[0].at for one in found if one.course), default=subject.range.start)
    if first - subject.range.start > timedelta(hours=1):
        notes.append(f"The source has data only since {figures.clock(first)}.")
    return (Text((" ".join(notes),)),) if notes else ()


def _tone(found: Sequence[Judged]) -> Tone:
    if any(one.missed or (one.breaches and one.breaches[-1].ended == "still on") for one in found):
        return "bad"
    return "warning" if any(one.breaches or not one.known for one in found) else "good"


def _next_steps(ask: Health, tools: Tools) -> tuple[Button, ...]:
    given = _given(ask)
    row = [Button("Last 7 days", "health", {**given, "window": "last 7 days"})] if "7" not in ask.window else []
    row.append(Button("Investigate", "investigate", {**given, "window": ask.window}))
    row.append(Button("Error budget", "slo", {**given, "window": "last 30 days"}))
    if tools.logs is not None:
        row.append(Button("Events", "events", {**given, "window": ask.window}))
    row.append(Button("Change range", "health", given, asks=("window",)))
    return tuple(row)


def _given(ask: Health) -> dict[str, str]:
    return dict(ask.model_dump(exclude_defaults=True))


def _which(ask: Health, services: Sequence[str]) -> Reply:
    row = tuple(Button(name, "health", {**_given(ask), "service": name}) for name in services[:8])
    return Reply(
        "Whose health?", buttons=(*row, Button("All, against their SLOs", "slo", {**_given(ask), "everything": True}))
    )


def reads(question: Question) -> Reading | None:
    if not _ASKED.search(question.text.lower()):
        return about_service.follow(question, "health", OWN_WORDS)
    reading = about_service.read(question, "health", OWN_WORDS, 0.95, {})
    return reading if reading.asks_back or "service" in reading.arguments else None


def words(question: Question) -> dict[str, str] | None:
    return about_service.behind_verb(question, OWN_WORDS)


INTENT = Intent(
    name="health",
    help="Was a service healthy: its objectives, and when it was beyond them.",
    examples=("health checkout yesterday", "was checkout healthy yesterday?", "uptime of shipping this month"),
    asks=Health,
    answer=answer,
    reads=reads,
    title="Health of a service",
    command="health",
    words=words,
    by_clock=True,
)
