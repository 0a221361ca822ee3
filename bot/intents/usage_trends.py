"""How the use of AI went over days, against the days before, and at which hours and weekdays it has its peaks."""

import asyncio
import math
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from bot.analysis.peaks import WEEKDAYS, Rhythm, rhythm
from bot.desk import usage_sums, usage_words
from bot.intents import about_usage, ai_words, drawing
from bot.intents.about_usage import AboutUsage, Subject
from bot.intents.intent import Intent, Question, Reading
from bot.model import figures
from bot.model.charge import Charged, together
from bot.model.reply import Block, Button, Chart, Fact, Facts, Reply, Table, Text
from bot.model.series import Point, Series
from bot.model.text import capital
from bot.ports.tools import Tools
from bot.query import spans

OWN_WORDS = frozenset(
    """trend trends trending peak peaks busiest busy quietest typically usually typical hours hour times days day week
    weekday develop developed grow growing cost costs spend spending latency slow error errors""".split()
)
_TRENDS = re.compile(
    r"\btrends?\b|\bpeaks?\b|\bbusiest (?:hours?|times?|days?)\b|\bwhen (?:is|are) (?:we|it) busiest\b"
)
_OF = {"cost": r"\b(?:costs?|spend(?:ing)?|money)\b", "tokens": r"\btokens?\b", "latency": r"\b(?:latency|slow\w*)\b"}
_MEASURES: Mapping[str, tuple[str, str, usage_sums.Measured]] = {
    "calls": ("calls", "calls", usage_sums.calls),
    "cost": ("cost", "usd", lambda one: float(one.cost)),
    "tokens": ("tokens", "tokens", lambda one: float(one.tokens)),
    "latency": ("average latency", "seconds", usage_sums.latency),
    "errors": ("failed calls", "ratio", usage_sums.failing),
}
SHADES = "·░▒▓█"
PART = 3  # hours of one slot of the heat table
SLOTS = tuple(f"{at:02}–{at + PART:02}" for at in range(0, 24, PART))
WEEK = 7
FEW_DAYS = 3


class UsageTrends(AboutUsage, frozen=True):
    intent = "usage_trends"
    window: str = Field("last 28 d", max_length=200, title="Over", examples=["last 14 d", "last 28 d", "this month"])
    metric: Literal["calls", "cost", "tokens", "latency", "errors"] = Field("calls", title="Of")


async def answer(ask: UsageTrends, tools: Tools) -> Reply:
    subject = await about_usage.exactly(ask, tools)
    if isinstance(subject, Reply):
        return subject
    await tools.step(f"Reading the use of AI over {subject.range.words}")
    span, before = subject.range, spans.earlier(subject.range, "before")
    every = usage_sums.grain(subject.zone, span.end)
    sums, then = await asyncio.gather(
        subject.sums(span.start, span.end, (), every),
        subject.sums(before.start, before.end),
    )
    whole = together(sums)
    if not whole.calls:
        return about_usage.nothing(subject)
    first = max(span.start, subject.first)
    hours = rhythm(usage_sums.hourly(sums, first, span.end, usage_sums.calls), subject.zone, PART)
    earlier = together(then) if before.start >= subject.first else None
    return Reply(
        title=f"AI usage trends{subject.of}",
        summary=_summary(ask, subject, whole, earlier, hours),
        blocks=(
            _facts(whole, earlier),
            *_chart(ask, subject, sums),
            *_heat(hours),
            Text((_small_print(subject),)),
        ),
        buttons=_next_steps(ask, tools),
        rateable=True,
    )


def _summary(ask: UsageTrends, subject: Subject, whole: Charged, then: Charged | None, hours: Rhythm | None) -> str:
    title, unit, of = _MEASURES[ask.metric]
    now = of(whole)
    change = f", {figures.change(now, of(then))} against the time before" if then and then.calls else ""
    said = f"AI {title}{subject.of}, {subject.range.words}: {_told(now, unit)}{change}."
    return f"{said} {_peak(hours)}" if hours else said


def _peak(hours: Rhythm) -> str:
    at, low = hours.peak_hour, hours.low_hour
    day = f", and on {WEEKDAYS[hours.peak_day]}s" if len(hours.weekdays) == WEEK else ""
    return (
        f"Most calls come between {at:02}:00 and {(at + 1) % 24:02}:00{day}; "
        f"fewest between {low:02}:00 and {(low + 1) % 24:02}:00."
    )


def _told(value: float, unit: str) -> str:
    if unit == "usd":
        return usage_words.usd(value)
    if unit in ("calls", "tokens"):
        return f"{value:,.0f}"
    return figures.measured(value, unit)


def _facts(whole: Charged, then: Charged | None) -> Facts:
    rows = []
    for title, unit, of in _MEASURES.values():
        before = f", before {_told(of(then), unit)} ({figures.change(of(whole), of(then))})" if then else ""
        rows.append(Fact(capital(title), f"{_told(of(whole), unit)}{before}"))
    return Facts(tuple(rows))


def _chart(ask: UsageTrends, subject: Subject, sums: Sequence[Charged]) -> tuple[Chart, ...]:
    title, unit, of = _MEASURES[ask.metric]
    first = max(subject.range.start, subject.first)
    short = subject.range.length <= FEW_DAYS * usage_sums.DAY
    points: tuple[Point, ...] = (
        usage_sums.hourly(sums, first, subject.range.end, of)
        if short
        else _from_a_whole_day(usage_sums.daily(sums, subject.zone, first, subject.range.end, of), first)
    )
    if sum(not math.isnan(one.value) for one in points) < 2:
        return ()
    name = f"{title} {'an hour' if short else 'a day'}"
    drawn = drawing.chart(f"AI {name}{subject.of}, {subject.range.words}", [Series(name, points, unit)])
    return (Chart(drawn.caption, drawn.series, zone=subject.zone),)


def _from_a_whole_day(points: tuple[Point, ...], first: datetime) -> tuple[Point, ...]:
    """A day of which only the evening is known would look like a quiet one."""
    whole = tuple(one for one in points if one.at >= first)
    return whole if len(whole) > 1 else points


def _heat(hours: Rhythm | None) -> tuple[Block, ...]:
    """Calls an hour by weekday and time of day; the darker, the more."""
    if hours is None or hours.days < 2:
        return ()
    most = max(hours.quarters.values(), default=0.0)
    rows = tuple(
        (WEEKDAYS[day][:3], *(_shaded(hours.quarters.get((day, slot)), most) for slot in range(len(SLOTS))))
        for day in sorted({day for day, _ in hours.quarters})
    )
    return (Table(("Day", *SLOTS), rows, "AI calls an hour, by day and time of day"),)


def _shaded(value: float | None, most: float) -> str:
    if value is None:
        return "–"
    shade = SHADES[min(math.ceil(value / most * (len(SHADES) - 1)), len(SHADES) - 1)] if most else SHADES[0]
    return f"{shade} {value:,.1f}" if value >= 1 else f"{shade} {value:.2g}"


def _small_print(subject: Subject) -> str:
    known = about_usage.since_known(subject)
    rule = f"Hours and days are of {subject.zone}; those without a known call count as none."
    return f"{known} {rule}" if known else rule


def _next_steps(ask: UsageTrends, tools: Tools) -> tuple[Button, ...]:
    given = ask.model_dump(exclude_defaults=True)
    names = [name for name in ("cost", "calls", "latency") if name != ask.metric][:2]
    row = [Button(_MEASURES[name][0].capitalize(), "usage_trends", {**given, "metric": name}) for name in names]
    row.append(
        Button(
            "This week against last",
            "usage_compare",
            {"window": "this week", **({"tool": ask.tool} if ask.tool else {})},
        )
    )
    row.append(Button("Change range", "usage_trends", given, asks=("window",)))
    if not ask.tool and tools.metrics is not None:
        row.append(Button("Of services instead", "trends"))
    return tuple(row)


def reads(question: Question) -> Reading | None:
    if not _TRENDS.search(ai_words.plain(question.text)):
        return ai_words.follow(question, "usage_trends", OWN_WORDS)
    return meant(question)


def meant(question: Question) -> Reading | None:
    """Words about a trend or a peak that mean the use of AI."""
    told = ai_words.said(question, OWN_WORDS)
    return ai_words.read(question, "usage_trends", told, 0.95, _metric(ai_words.plain(question.text)))


def words(question: Question) -> dict[str, Any] | None:
    told = ai_words.behind_verb(question, OWN_WORDS)
    return None if told is None else {**told, **_metric(ai_words.plain(question.text))}


def _metric(text: str) -> dict[str, str]:
    named = next((name for name, phrase in _OF.items() if re.search(phrase, text)), "")
    named = "errors" if re.search(r"\b(?:errors?|fail\w*|success)\b", text) else named
    return {"metric": named} if named else {}


INTENT = Intent(
    name="usage_trends",
    help="How the use of AI went, and when it has its peaks.",
    examples=("show me usage trends for lead scoring", "when do we typically have peak usage?"),
    asks=UsageTrends,
    answer=answer,
    reads=reads,
    title="Trends of AI usage",
    command="usage trends",
    words=words,
    by_clock=True,
)
