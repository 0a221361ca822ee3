"""How many events: lines counted by level over a time, when the most of them came, and the latest."""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from pydantic import Field

from bot.desk import events as desk
from bot.desk import health
from bot.desk.events import Counted, Peak
from bot.desk.log_lines import spoken
from bot.intents import about_logs, about_service, log_words, peaks
from bot.intents.about_logs import AboutLogs, Subject
from bot.intents.intent import Intent, Question, Reading
from bot.intents.peaks import Sight
from bot.model import figures
from bot.model.errors import Rejected
from bot.model.reply import Block, Button, Chart, Code, Reply, Table, Text, Tone
from bot.model.series import Series
from bot.model.text import capital
from bot.ports.tools import Tools
from bot.query import log_levels, ranges, spans
from bot.query.long_spans import PIECE

LATEST = 10
QUIET = timedelta(days=1)  # without any line at the beginning of the time is worth a word
_BACK = {"yesterday": spans.DAY, "last week": spans.WEEK}
_COMPARED = re.compile(r"\b(?:compared?|versus|vs|against)\b")
_COMPARING = frozenset("compare compared versus vs against with to".split())

_COUNT = re.compile(r"\b(?:how many|how much|number of|counts?|count of|total|tally)\b")
_WHAT = re.compile(r"(?<![\w-])(?:events?|errors?|warnings?|exceptions?|log (?:lines?|entries|messages))(?![\w-])")
_EVENTS = re.compile(r"(?<![\w-])(?:events|(?:event|error|warning|log) counts?)(?![\w-])")
_NOT = re.compile(r"\b(?:rates?|ratio|budget|per cent|percent|percentage)\b|%")
OWN_WORDS = about_logs.OWN_WORDS | frozenset(
    "tally split breakdown broken down there been occur created generated produced list".split()
)


class Events(AboutLogs, frozen=True):
    usual: ClassVar[str] = "last 24 hours"

    against: str = Field("", max_length=80, title="Against", description="Such as yesterday, or last week")


async def answer(ask: Events, tools: Tools) -> Reply:
    if tools.logs is None and tools.metrics is not None:
        return await _by_metrics(ask, tools)
    subject = await about_logs.exactly(ask, tools)
    await tools.step(f"Counting lines of {subject.name}")
    streams, levels = subject.found.streams, ask.levels
    query = streams.lines(levels, ask.containing)
    counted, found, before = await asyncio.gather(
        desk.counted(subject.source, streams, subject.range, levels, ask.containing),
        subject.source.lines(query, subject.range.start, subject.range.end, LATEST),
        _before(ask, subject, tools),
    )
    if not counted.total:
        return await _none(ask, subject)
    evidence = await peaks.evidence(ask, subject, counted, tools)
    return Reply(
        title=f"Events of {subject.found.where.get('service', 'everything')}",
        summary=f"{_summary(ask, subject, counted, tools.turn.zone)}{_against(counted, before)}",
        blocks=(
            *_split(counted, subject),
            *_timeline(counted, subject, tools.turn.zone, evidence),
            *(Text(one.words, listed=True) for one in evidence),
            log_words.table(spoken(found, streams), "The latest", subject, tools.turn.zone),
            *_notes(subject, counted),
        ),
        tone=_tone(counted),
        buttons=_next_steps(ask, subject),
        rateable=True,
    )


def _summary(ask: Events, subject: Subject, counted: Counted, zone: str) -> str:
    what = log_levels.written(ask.levels) if ask.levels else "events"
    holding = f" with {ask.containing}" if ask.containing else ""
    split = ", ".join(
        f"{figures.plain(one.count)} {one.level or 'without a level'} ({log_words.share(one.count, percent)})"
        for one, percent in zip(counted.slices, counted.shares, strict=True)
    )
    parts = f": {split}" if len(counted.slices) > 1 or not ask.levels else ""
    peak = f" The most {_when(counted.peak, zone)}: {figures.plain(counted.peak.count)}." if counted.peak else ""
    total = figures.plain(counted.total)
    return f"{subject.name}, {subject.range.words}: {total} {what}{holding}{parts}.{peak}"


async def _before(ask: Events, subject: Subject, tools: Tools) -> tuple[str, int] | None:
    """How many there were in the time that it is held against, and what that time is called."""
    if not ask.against:
        return None
    step = _BACK.get(ask.against)
    told = ranges.find(ask.against.lower(), tools.turn.at, tools.turn.zone)
    if step is None and told is None:
        raise Rejected(f"I do not know the time “{ask.against}”.", advice="Say it like yesterday or last week.")
    then = spans.earlier(subject.range, f"{ask.against}, same hours", step) if step or told is None else told.range
    found = await desk.counted(subject.source, subject.found.streams, then, ask.levels, ask.containing)
    return then.words, found.total


def _against(counted: Counted, before: tuple[str, int] | None) -> str:
    if before is None:
        return ""
    words, count = before
    change = f" ({figures.change(counted.total, count)})" if count else ""
    return f" {capital(words)}: {figures.plain(count)}{change}."


def _when(peak: Peak, zone: str) -> str:
    start, end = (at.astimezone(ZoneInfo(zone)) for at in (peak.start, peak.end))
    until = f"{end:%H:%M}" if end.date() == start.date() else f"{end:%Y-%m-%d %H:%M}"
    return f"from {start:%Y-%m-%d %H:%M} to {until} {zone}"


def _split(counted: Counted, subject: Subject) -> tuple[Block, ...]:
    rows = tuple(
        (one.level or "no level", one.count, log_words.share(one.count, percent))
        for one, percent in zip(counted.slices, counted.shares, strict=True)
    )
    whole = ("all", counted.total, "100 %")
    return (Table(("Level", "Events", "Share"), (*rows, whole), f"{subject.name}, {subject.range.words}"),)


def _timeline(counted: Counted, subject: Subject, zone: str, evidence: Sequence[Sight]) -> tuple[Block, ...]:
    lines = tuple(Series(one.level or "no level", one.course, "events") for one in reversed(counted.slices))
    caption = f"Events of {subject.name} in each {figures.span(counted.step)}"
    inside = (one.mark for one in evidence if one.mark and subject.range.start <= one.mark.at <= subject.range.end)
    chart = Chart(caption, lines, shape="bar", stacked=True, marks=tuple(inside), zone=zone)
    return (chart,) if counted.peak else ()


async def _none(ask: Events, subject: Subject) -> Reply:
    """None of a kind among others is a figure; no line at all is none."""
    narrowed = bool(ask.levels or ask.containing)
    every = await desk.total(subject.source, subject.found.streams, subject.range) if narrowed else 0
    change = Button("Change range", "events", ask.model_dump(exclude_defaults=True), asks=("window",))
    if not every:
        return Reply(
            f"There are no lines of {subject.name}, {subject.range.words}.",
            (Text(("No data is not zero: the source answered, and holds nothing of it for that time.",)),),
            tone="warning",
            buttons=(change,),
        )
    what = log_levels.written(ask.levels) if ask.levels else "lines"
    holding = f" with {ask.containing}" if ask.containing else ""
    words = f"{subject.name}, {subject.range.words}: no {what}{holding}, among {figures.plain(every)} lines."
    return Reply(words, tuple(Text((note,)) for note in subject.found.streams.notes), tone="good", buttons=(change,))


async def _by_metrics(ask: Events, tools: Tools) -> Reply:
    """Without logs, requests that failed are the nearest that is counted."""
    about = about_service.AboutService(
        service=ask.service, region=ask.region, env=ask.env, window=ask.window or ask.usual
    )
    subject = await about_service.exactly(about, tools)
    found = (await health.measured(subject.source, subject.where, subject.range, strict=False)).get("")
    told = "No source of logs is connected, so lines cannot be counted."
    if found is None or found.requests != found.requests:
        return Reply(f"{told} Requests of {subject.name} are not measured either.", tone="warning")
    failed, whole = figures.plain(round(found.failed)), figures.plain(round(found.requests))
    return Reply(
        f"{told} Of {whole} requests of {subject.name}, {subject.range.words}, {failed} failed.",
        tone="warning",
        buttons=(Button("Health", "health", about.model_dump(exclude_defaults=True)),),
    )


def _notes(subject: Subject, counted: Counted) -> tuple[Block, ...]:
    notes = list(subject.found.streams.notes)
    if subject.range.length > PIECE:
        notes.append(f"Read in pieces of {figures.span(PIECE)} and put together.")
    if counted.first and counted.first - subject.range.start > QUIET:
        notes.append(f"Before {figures.clock(counted.first)} it holds none of them.")
    told: tuple[Block, ...] = (Text((" ".join(notes),)),) if notes else ()
    return (*told, Text(("Counted by ", Code(counted.query))))


def _tone(counted: Counted) -> Tone:
    worst = {log_levels.meant(one.level) for one in counted.slices}
    return "bad" if "critical" in worst else "neutral"


def _next_steps(ask: Events, subject: Subject) -> tuple[Button, ...]:
    given = ask.model_dump(exclude_defaults=True)
    row = [Button("Logs", "logs", {**given, "window": ask.window or ask.usual} if not ask.issue else given)]
    if not ask.levels:
        row.append(Button("Only errors", "events", {**given, "level": "errors"}))
    row += log_words.beside(subject, ask)
    row.append(Button("Change range", "events", given, asks=("window", "level")))
    return tuple(row)


def _is_asked(text: str) -> bool:
    return bool(_EVENTS.search(text) or (_COUNT.search(text) and _WHAT.search(text))) and not _NOT.search(text)


def reads(question: Question) -> Reading | None:
    text = question.text.lower()
    if question.memory.get("intent") == "events" and _COMPARED.search(text):
        found = ranges.find(text, question.at, question.zone)
        if found and not about_logs.said(replace(question, text=found.rest), OWN_WORDS | _COMPARING).unknown:
            against = found.range.words.removeprefix("the ")
            return Reading("events", {**question.memory.get("arguments", {}), "against": against}, 0.95)
    return about_logs.reading(question, "events", OWN_WORDS, asked=_is_asked(text))


def words(question: Question) -> dict[str, Any] | None:
    return about_logs.behind_verb(question, OWN_WORDS)


INTENT = Intent(
    name="events",
    help="How many events a service logged, by level, and when the most.",
    examples=(
        "events checkout last 24 hours",
        "how many errors in checkout since 2pm?",
        "how many critical events in us-east today by level",
    ),
    asks=Events,
    answer=answer,
    reads=reads,
    title="Events",
    command="events",
    words=words,
    by_clock=True,
)
