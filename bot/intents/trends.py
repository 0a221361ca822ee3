"""How something went over days, against the days before, and when it has its peaks."""

import asyncio
import math
import re
from collections.abc import Sequence
from typing import Any

from pydantic import Field

from bot.analysis.peaks import QUARTERS, WEEKDAYS, Rhythm, rhythm
from bot.desk.comparison import figures_over, hourly
from bot.intents import about_service, ai_words, drawing, usage_trends
from bot.intents.about_service import ALSO_TOOLS, AboutService, Subject
from bot.intents.intent import Intent, Question, Reading
from bot.model import figures
from bot.model.errors import Rejected
from bot.model.reply import Block, Button, Fact, Facts, Reply, Table, Text
from bot.model.series import Point, Series
from bot.model.text import capital
from bot.ports.tools import Tools
from bot.query import spans
from bot.query.measures import BY_NAME, MEASURES, Measure, spoken
from bot.query.ranges import Range
from bot.query.vitals import ERRORS

OWN_WORDS = frozenset(
    """trend trends trending peak peaks busiest busy quietest typically usually typical hours times days week weekday
    develop developing developed grow growing""".split()
) | {part for one in MEASURES for word in one.words for part in word.split()}
_ASKED = re.compile(r"\btrends?\b|\bpeaks?\b|\bbusiest (?:hours?|times?|days?)\b|\bwhen (?:is|are) (?:we|it) busiest\b")
_PEAKS = re.compile(r"\bpeaks?\b|\bbusiest\b")
LEAST_DAYS = 2  # before a day of the week can be told from another


class Trends(AboutService, frozen=True):
    metric: str = Field("", max_length=200, title="Metric", description="None: requests a second, or calls of a tool")
    tool: str = Field("", max_length=200, title="AI tool")
    window: str = Field("last 7 days", max_length=200, title="Over")


async def answer(ask: Trends, tools: Tools) -> Reply:
    subject = await about_service.exactly(ask, tools)
    source = subject.source
    measure = _measure(ask)
    await tools.step(f"Reading {measure.title} over {subject.range.words}")
    before = spans.earlier(subject.range, spans.before_words(subject.range))
    line, now, then = await asyncio.gather(
        hourly(source, measure, subject.where, subject.range),
        figures_over(source, [measure], subject.where, subject.range),
        figures_over(source, [measure], subject.where, before),
    )
    found = rhythm(line, tools.turn.zone)
    if found is None:
        return Reply(f"There is no data for {measure.title} of {subject.name}, {subject.range.words}.", tone="warning")
    return Reply(
        title=f"{capital(measure.title)} of {subject.name}",
        summary=_summary(measure, subject, found, now[0], then[0]),
        blocks=(
            _facts(measure, line, now[0], then[0], before),
            drawing.chart(f"{measure.title} of {subject.name}, {subject.range.words}", [_series(measure, line)]),
            *_slots(measure, found),
            Text((f"Hours are of {tools.turn.zone}. Each value is of one hour.",)),
        ),
        buttons=_next_steps(ask),
        rateable=True,
    )


def _measure(ask: Trends) -> Measure:
    if ask.metric and ask.metric not in BY_NAME:
        raise Rejected(f"I know no trend of “{ask.metric[:80]}”.", advice=f"I know {', '.join(BY_NAME)}.")
    name = ask.metric or ("calls" if ask.tool else "traffic")
    return ERRORS if name == "errors" else BY_NAME[name]


def _summary(measure: Measure, subject: Subject, found: Rhythm, now: float, then: float) -> str:
    change = "" if math.isnan(then) else f", {figures.change(now, then)} against the time before"
    says = f"{capital(measure.title)} of {subject.name}, {subject.range.words}: {_of(measure, now)}{change}."
    peak = f"Most between {found.peak_hour:02}:00 and {(found.peak_hour + 1) % 24:02}:00"
    if found.days >= LEAST_DAYS and len(found.weekdays) > 1:
        peak = f"{peak}, and on {WEEKDAYS[found.peak_day]}s"
    return f"{says} {peak}; least between {found.low_hour:02}:00 and {(found.low_hour + 1) % 24:02}:00."


def _facts(measure: Measure, line: Sequence[Point], now: float, then: float, before: Range) -> Facts:
    known = [one for one in line if not math.isnan(one.value)]
    most = max(known, key=lambda one: one.value)
    least = min(known, key=lambda one: one.value)
    return Facts(
        (
            Fact("All of it" if measure.over else "Over all", _of(measure, now)),
            Fact(f"Before ({figures.clock(before.start)} on)", _of(measure, then)),
            Fact("Most", f"{_of(measure, most.value)}, {figures.clock(most.at)}"),
            Fact("Least", f"{_of(measure, least.value)}, {figures.clock(least.at)}"),
        )
    )


def _slots(measure: Measure, found: Rhythm) -> tuple[Block, ...]:
    """A week as days and quarters of the day; nothing where there are fewer than two days."""
    if found.days < LEAST_DAYS:
        return ()
    rows = tuple(
        (WEEKDAYS[day][:3], *(_of(measure, found.quarters.get((day, quarter), math.nan)) for quarter in range(4)))
        for day in sorted({day for day, _ in found.quarters})
    )
    return (Table(("Day", *QUARTERS), rows, f"{capital(measure.title)}, by day and time of day"),)


def _series(measure: Measure, line: Sequence[Point]) -> Series:
    return Series(measure.title, tuple(line), measure.unit)


def _of(measure: Measure, value: float) -> str:
    return figures.measured(value, "" if measure.unit in ("calls", "tokens") else measure.unit)


def _next_steps(ask: Trends) -> tuple[Button, ...]:
    given = ask.model_dump(exclude_defaults=True)
    same = {key: value for key, value in given.items() if key in ("service", "region", "env", "metric")}
    row = [] if ask.tool else [Button("Against the week before", "compare", {**same, "window": "last 7 days"})]
    if ask.window != "last 14 days":
        row.append(Button("Last 14 days", "trends", {**given, "window": "last 14 days"}))
    row.append(Button("Change range", "trends", given, asks=("window",)))
    return tuple(row)


def reads(question: Question) -> Reading | None:
    text = question.text.lower()
    if not _ASKED.search(text):
        return about_service.follow(question, "trends", OWN_WORDS, ALSO_TOOLS)
    sure = 0.93 if _PEAKS.search(text) or not _metric(text) else 0.91  # “CPU trend” is a question about a metric, too
    return about_service.read(question, "trends", OWN_WORDS, sure, _metric(text), ALSO_TOOLS)


def words(question: Question) -> dict[str, Any] | Reading | None:
    if ai_words.said(question).about_ai and ai_words.connected(question):
        return usage_trends.meant(question)
    told = about_service.said(question, OWN_WORDS, ALSO_TOOLS)
    return None if told.unknown else {**told.arguments, **_metric(question.text.lower())}


def _metric(text: str) -> dict[str, str]:
    """“Busiest” asks for a peak, and “usage” alone for traffic, which is what is shown of itself."""
    name = spoken(re.sub(r"\bbusiest\b", " ", text))
    return {"metric": name} if name else {}


INTENT = Intent(
    name="trends",
    help="How something went over days, and when it has its peaks.",
    examples=("trends checkout", "when do we typically have peak usage?", "trends latency search last 14 days"),
    asks=Trends,
    answer=answer,
    reads=reads,
    title="Trends",
    command="trends",
    words=words,
    by_clock=True,
)
