"""Two times or two places side by side: the figures of both, and one line for each."""

import asyncio
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic import Field

from bot.desk.comparison import course, figures_over
from bot.intents import about_service, ai_words, drawing, usage_compare
from bot.intents.about_service import AboutService, Subject
from bot.intents.compare_words import OWN_WORDS, arguments, spelt_out
from bot.intents.intent import Intent, Question, Reading
from bot.model import figures
from bot.model.errors import Rejected
from bot.model.reply import Block, Button, Reply, Table, Text
from bot.model.series import Point, Series
from bot.model.text import capital
from bot.ports.tools import Tools
from bot.query import ranges, spans
from bot.query.measures import BY_NAME, Measure
from bot.query.ranges import Range
from bot.query.vitals import ERRORS, REQUESTS

_ASKED = re.compile(
    r"\b(?:compare[ds]?|comparing|comparison|versus|vs|difference between"
    r"|(?:today|this (?:week|month)) (?:against|than|to)(?! usual| normal))\b"
)
_OF_SERVICE = (REQUESTS, ERRORS, BY_NAME["latency"])
_OF_ALL = (*_OF_SERVICE, BY_NAME["calls"], BY_NAME["tokens"], BY_NAME["cost"])
_SAME = {"errors": ERRORS}
_BACK = {"yesterday": spans.DAY, "last week": spans.WEEK}
_WHOLE = ("today", "this week")  # what these words are held against without saying more


class Compare(AboutService, frozen=True):
    metric: str = Field("", max_length=200, title="Metric", description="None: requests, errors and latency")
    against: str = Field("", max_length=200, title="Against", description="A time, such as last week; none: before")
    between: tuple[str, ...] = Field((), max_length=2, description="Two services, regions or environments")


@dataclass(frozen=True, slots=True)
class Side:
    name: str
    where: Mapping[str, str]
    range: Range


async def answer(ask: Compare, tools: Tools) -> Reply:
    subject = await about_service.exactly(ask, tools)
    source = subject.source
    one, other = await _sides(ask, subject, tools)
    measures = _measures(ask)
    await tools.step(f"Comparing {one.name} and {other.name}")
    first = measures[0]
    now, then, line, earlier = await asyncio.gather(
        figures_over(source, measures, one.where, one.range),
        figures_over(source, measures, other.where, other.range),
        course(source, first, one.where, one.range),
        course(source, first, other.where, other.range),
    )
    if all(map(math.isnan, [*now, *then])):
        return Reply(f"There is no data to compare {one.name} and {other.name}.", tone="warning")
    return Reply(
        title=f"{one.name} and {other.name}",
        summary=_summary(measures, now, then, one, other, subject),
        blocks=(
            Table(("What", one.name, other.name, "Change"), _rows(measures, now, then), _caption(ask, subject)),
            *_chart(first, one, other, line, earlier),
            Text((_fairness(one, other),)),
        ),
        buttons=_next_steps(ask),
        rateable=True,
    )


async def _sides(ask: Compare, subject: Subject, tools: Tools) -> tuple[Side, Side]:
    if ask.between:
        return await _places(ask, subject)
    now, turn = subject.range, tools.turn
    if back := _BACK.get(ask.against):
        then = spans.earlier(now, ask.against if now.words in _WHOLE else f"{ask.against}, same hours", back)
    elif ask.against:
        found = ranges.find(ask.against.lower(), turn.at, turn.zone)
        if found is None:
            raise Rejected(f"I do not know the time “{ask.against}”.", advice="Say it like yesterday or last week.")
        now, then = spans.fair(now, found.range)
    else:
        then = spans.earlier(now, spans.before_words(now))
    return Side(now.words, subject.where, now), Side(then.words, subject.where, then)


async def _places(ask: Compare, subject: Subject) -> tuple[Side, Side]:
    if len(ask.between) != 2:
        raise Rejected("I compare two at a time.", advice="Name two services, regions or environments.")
    for label in about_service.SCOPE:
        if set(ask.between) <= set(await subject.source.values(label)):
            one, other = ask.between
            where = subject.where
            return (
                Side(one, {**where, label: one}, subject.range),
                Side(other, {**where, label: other}, subject.range),
            )
    raise Rejected(f"“{ask.between[0]}” and “{ask.between[1]}” are not two of a kind that I know.")


def _measures(ask: Compare) -> Sequence[Measure]:
    if ask.metric:
        if ask.metric not in BY_NAME:
            raise Rejected(f"I cannot compare by “{ask.metric}”.", advice=f"I can by {', '.join(BY_NAME)}.")
        return (_SAME.get(ask.metric, BY_NAME[ask.metric]),)
    return _OF_SERVICE if ask.service or ask.region or ask.between else _OF_ALL


def _summary(
    measures: Sequence[Measure], now: Sequence[float], then: Sequence[float], one: Side, other: Side, subject: Subject
) -> str:
    told = "; ".join(
        f"{measure.title} {_of(measure, a)} against {_of(measure, b)} ({_change(a, b)})"
        for measure, a, b in zip(measures, now, then, strict=True)
        if not (math.isnan(a) and math.isnan(b))
    )
    both = f"{one.name} and {other.name}"
    head = f"{both}, {subject.range.words}" if one.range == other.range else f"{subject.name}, {both}"
    return f"{capital(head)}: {told}." if head.startswith("everything") else f"{head}: {told}."


def _of(measure: Measure, value: float) -> str:
    return figures.measured(value, "" if measure.unit in ("requests", "calls", "tokens") else measure.unit)


def _change(now: float, then: float) -> str:
    if math.isnan(now) or math.isnan(then):
        return "no data to compare"
    return f"{figures.plain(now / then)} times" if then > 0 and now >= 2 * then else figures.change(now, then)


def _rows(measures: Sequence[Measure], now: Sequence[float], then: Sequence[float]) -> tuple[tuple[str, ...], ...]:
    return tuple(
        (capital(measure.title), _of(measure, a), _of(measure, b), _change(a, b))
        for measure, a, b in zip(measures, now, then, strict=True)
    )


def _caption(ask: Compare, subject: Subject) -> str:
    told = subject.range.words if ask.between else subject.name
    return capital(told)


def _chart(
    measure: Measure, one: Side, other: Side, line: Sequence[Point], earlier: Sequence[Point]
) -> tuple[Block, ...]:
    """Both on the axis of the first, so that the same hour stands above the same hour."""
    moved = [Point(spans.shifted(point.at, one.range, other.range), point.value) for point in earlier]
    lines = [Series(one.name, tuple(line), measure.unit), Series(other.name, tuple(moved), measure.unit)]
    lines = [one for one in lines if one.points]
    return (drawing.chart(f"{measure.title}, {one.name} and {other.name}", lines),) if lines else ()


def _fairness(one: Side, other: Side) -> str:
    spans_ = f"{figures.clock(one.range.start)} to {figures.clock(one.range.end)}"
    if one.range == other.range:
        return f"Both from {spans_}."
    then = f"{figures.clock(other.range.start)} to {figures.clock(other.range.end)}"
    return f"Compared over the same length, from the same hour on: {spans_}, and {then}."


def _next_steps(ask: Compare) -> tuple[Button, ...]:
    given = ask.model_dump(exclude_defaults=True, mode="json")
    row = []
    if ask.between:
        row.append(Button("Last 7 days", "compare", {**given, "window": "last 7 days"}))
    else:
        row += [
            Button(label, "compare", {**given, "window": window, "against": ""})
            for label, window in (("Today", "today"), ("This week", "this week"))
            if window != ask.window
        ]
    row.append(Button("Change range", "compare", given, asks=("window", "against")))
    return tuple(row)


def reads(question: Question) -> Reading | None:
    text = question.text.lower().replace("\u2019", "'")
    if not _ASKED.search(text) or re.search(r"\b(?:usual|normal|usually)\b", text):
        return about_service.follow(question, "compare", OWN_WORDS)
    question = replace(question, text=spelt_out(question.text))
    reading = about_service.read(question, "compare", OWN_WORDS, 0.93, {})
    if reading.asks_back:
        return reading
    return replace(reading, arguments=arguments(question, reading.arguments))


def words(question: Question) -> dict[str, Any] | Reading | None:
    if question.memory.get("intent") == "events":
        return None  # they are held against each other where they are counted
    if ai_words.said(question).about_ai and ai_words.connected(question):
        return usage_compare.meant(question)
    told = about_service.said(question, OWN_WORDS)
    return None if told.unknown else arguments(question, told.arguments)


INTENT = Intent(
    name="compare",
    help="Two times, services, regions or environments side by side.",
    examples=(
        "compare error rates between prod and staging",
        "how does this week compare to last week?",
        "compare checkout and payments",
    ),
    asks=Compare,
    answer=answer,
    reads=reads,
    title="Compare",
    command="compare",
    words=words,
    by_clock=True,
)
