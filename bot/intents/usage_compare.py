"""Two times of AI usage side by side, up to the same hour: calls, tokens, cost, success, and what each tool cost."""

import asyncio
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal
from zoneinfo import ZoneInfo

from pydantic import Field

from bot.desk import usage_sums, usage_words
from bot.desk.usage_sums import Part
from bot.intents import about_usage, ai_words
from bot.intents.about_usage import SPLITS, AboutUsage, Split, Subject
from bot.intents.intent import Intent, Question, Reading
from bot.model import figures
from bot.model.charge import Charged, together
from bot.model.chart import Group
from bot.model.reply import Bars, Block, Button, Reply, Table, Text
from bot.model.text import capital
from bot.ports.tools import Tools
from bot.query import months, spans
from bot.query.ranges import Range

OWN_WORDS = frozenset(
    """compare compared compares comparing comparison versus vs against difference between than more less change
    changed same before earlier previous cost costs spend spending spent""".split()
)
_TWO = re.compile(
    r"\b(?P<one>today|yesterday|this week|last week|this month|last month)\b"
    r".*?\b(?:to|with|against|and|than|versus|vs)\b.*?"
    r"\b(?P<other>yesterday|the day before|last week|the week before|last month|the month before"
    r"|this week|this month)\b"
)
_BACK = re.compile(r"\b(?:with|to|against|than|versus|vs) (?P<other>yesterday|last week|last month)\b")
_DAYS = {"today": "yesterday", "this week": "last week", "this month": "last month"}
_TIMES = re.compile(
    r"\b(?:today|yesterday|(?:this|last) (?:week|month)|the (?:day|week|month) before)\b|\b(?:usual|normal|usually)\b"
)
_STEPS = {"today": spans.DAY, "yesterday": spans.DAY, "this week": spans.WEEK, "last week": spans.WEEK}
DRAWN = 8
NOTHING = Decimal(0)


class UsageCompare(AboutUsage, frozen=True):
    intent = "usage_compare"
    window: str = Field("this week", max_length=200, title="Over", examples=["today", "this week", "this month"])
    by: Split = Field("tool", title="By")


@dataclass(frozen=True, slots=True)
class Side:
    range: Range
    whole: Charged
    parts: Sequence[Part]


async def answer(ask: UsageCompare, tools: Tools) -> Reply:
    subject = await about_usage.exactly(ask, tools)
    if isinstance(subject, Reply):
        return subject
    before = _before(subject)
    await tools.step(f"Comparing {subject.range.words} and {before.words}")
    now, then = await asyncio.gather(_side(ask, subject, subject.range), _side(ask, subject, before))
    if not now.whole.calls and not then.whole.calls:
        return about_usage.nothing(subject)
    return Reply(
        title=f"AI usage{subject.of}, {now.range.words} and {then.range.words}",
        summary=_summary(subject, now, then),
        blocks=(
            Table(("What", _head(now), _head(then), "Change"), _rows(now.whole, then.whole), "AI usage"),
            _by_part(ask, now, then),
            *_bars(ask, now, then),
            Text((_fairness(subject, now, then),)),
        ),
        buttons=_next_steps(ask, tools),
        rateable=True,
    )


def _before(subject: Subject) -> Range:
    """As long, from the same hour on: a month is held against the same days of the month before."""
    span = subject.range
    if span.words not in ("this month", "last month"):
        return spans.earlier(span, spans.before_words(span), _STEPS.get(span.words))
    zone = ZoneInfo(subject.zone)
    first = months.before(span.start.astimezone(zone))
    end = first + (span.end.astimezone(zone).replace(tzinfo=None) - span.start.astimezone(zone).replace(tzinfo=None))
    return Range(first, min(end, span.start.astimezone(zone)), _DAYS.get(span.words, "the month before"))


async def _side(ask: UsageCompare, subject: Subject, over: Range) -> Side:
    sums = await subject.sums(over.start, over.end, (SPLITS[ask.by],))
    return Side(over, together(sums), usage_sums.parts(sums))


def _head(side: Side) -> str:
    words = side.range.words
    return capital(words)


def _summary(subject: Subject, now: Side, then: Side) -> str:
    if then.range.end <= subject.first:
        told_now = f"{now.whole.calls:,} calls, {usage_words.spent(now.whole)}"
        return f"AI usage{subject.of}, {now.range.words}: {told_now}. Of {then.range.words} nothing is known."
    change = figures.against(now.whole.calls, then.whole.calls)
    told = [
        f"{now.whole.calls:,} calls against {then.whole.calls:,} ({change})",
        f"{usage_words.spent(now.whole)} against {usage_words.spent(then.whole)} ({_money(now.whole, then.whole)})",
    ]
    moved = _moved(now, then)
    most = f" {moved} moved it most." if moved else ""
    return f"AI usage{subject.of}, {now.range.words} and {then.range.words}: {', '.join(told)}.{most}"


def _moved(now: Side, then: Side) -> str:
    """What moved the cost most, of several; only in the direction of the whole."""
    earlier = {one.name: one.sum.cost for one in then.parts}
    names = {one.name: one.sum.cost for one in now.parts}
    by = {name: names.get(name, NOTHING) - earlier.get(name, NOTHING) for name in {*names, *earlier}}
    whole = now.whole.cost - then.whole.cost
    same = {name: change for name, change in by.items() if change * whole > 0}
    return max(sorted(same), key=lambda name: abs(same[name])) if len(by) > 1 and same else ""


def _rows(now: Charged, then: Charged) -> tuple[tuple[str, ...], ...]:
    """A side without calls has no rate and no average, which is not zero."""
    tokens = (usage_words.tokens(now), usage_words.tokens(then))
    return (
        ("Calls", f"{now.calls:,}", f"{then.calls:,}", figures.against(now.calls, then.calls)),
        (
            "Tokens",
            *(f"{one:,}" if isinstance(one, int) else str(one) for one in tokens),
            figures.against(now.tokens, then.tokens),
        ),
        ("Cost USD", usage_words.cost(now), usage_words.cost(then), _money(now, then)),
        ("Success", *(usage_words.percent(usage_sums.success(one)) for one in (now, then)), _points(now, then)),
        _row("Average latency", usage_sums.latency(now), usage_sums.latency(then)),
    )


def _row(name: str, now: float, then: float) -> tuple[str, ...]:
    return name, figures.measured(now, "seconds"), figures.measured(then, "seconds"), figures.against(now, then)


def _money(now: Charged, then: Charged) -> str:
    if not (usage_sums.is_priced(now) or not now.calls) or not (usage_sums.is_priced(then) or not then.calls):
        return "no price to compare"
    return figures.against(float(now.cost), float(then.cost))


def _points(now: Charged, then: Charged) -> str:
    change = (usage_sums.success(now) - usage_sums.success(then)) * 100
    return "no data to compare" if math.isnan(change) else f"{change:+.1f} points"


def _by_part(ask: UsageCompare, now: Side, then: Side) -> Table:
    here, there = ({one.name: one.sum for one in side.parts} for side in (now, then))
    names = list(dict.fromkeys([*here, *there]))
    none = Charged()
    rows = tuple(
        (name, _dollars(here.get(name)), _dollars(there.get(name)), _money(here.get(name, none), there.get(name, none)))
        for name in names
    )
    return Table((ask.by.capitalize(), _head(now), _head(then), "Change"), rows, f"Cost in USD by {ask.by}")


def _dollars(one: Charged | None) -> str:
    return usage_words.cost(one) if one else "no call"


def _bars(ask: UsageCompare, now: Side, then: Side) -> tuple[Block, ...]:
    names = list(dict.fromkeys(one.name for side in (now, then) for one in side.parts))[:DRAWN]
    if len(names) < 2:
        return ()
    groups = tuple(
        Group(_head(side), tuple(float(costs[name]) if name in costs else math.nan for name in names))
        for side in (now, then)
        for costs in [{one.name: one.sum.cost for one in side.parts if one.priced}]
    )
    return (Bars(f"AI cost by {ask.by}", tuple(names), groups, "usd"),)


def _fairness(subject: Subject, now: Side, then: Side) -> str:
    sides = [f"{_clock(subject, side.range.start)} to {_clock(subject, side.range.end)}" for side in (now, then)]
    said = f"Compared over the same length, up to the same hour: {sides[0]}, and {sides[1]} ({subject.zone})."
    if then.range.start < subject.first:
        said = f"{said} AI usage is known from {subject.clock(subject.first)} on, so the earlier side is not whole."
    return " ".join(part for part in (said, usage_words.unknown(now.whole)) if part)


def _clock(subject: Subject, at: datetime) -> str:
    return f"{at.astimezone(ZoneInfo(subject.zone)):%Y-%m-%d %H:%M}"


def _next_steps(ask: UsageCompare, tools: Tools) -> tuple[Button, ...]:
    given = ask.model_dump(exclude_defaults=True)
    row = [
        Button(capital(window), "usage_compare", {**given, "window": window})
        for window in _DAYS
        if window != ask.window
    ]
    by: Literal["tool", "model"] = "model" if ask.by == "tool" else "tool"
    row.append(Button(f"By {by}", "usage_compare", {**given, "by": by}))
    if tools.metrics is not None and not (ask.tool or ask.model):
        row.append(Button("Services instead", "compare", {"window": ask.window}))
    return tuple(row)


def reads(question: Question) -> Reading | None:
    text = ai_words.plain(question.text)
    if not ai_words.COMPARED.search(text) or not _window(text):
        return ai_words.follow(question, "usage_compare", OWN_WORDS)
    return meant(question)


def meant(question: Question) -> Reading | None:
    """Of the two times the later one is asked about; it is held against the one before it."""
    window = _window(ai_words.plain(question.text))
    told = ai_words.said(ai_words.without(question, _TIMES), OWN_WORDS)
    return ai_words.read(question, "usage_compare", told, 0.95, {"window": window} if window else {})


def _window(text: str) -> str:
    if re.search(r"\b(?:usual|normal|usually)\b", text):
        return ""
    if found := _TWO.search(text):
        return found["one"] if not found["other"].startswith("this") else found["other"]
    back = _BACK.search(text)
    return next((now for now, then in _DAYS.items() if back and then == back["other"]), "")


def words(question: Question) -> dict[str, Any] | None:
    text = ai_words.plain(question.text)
    told = ai_words.behind_verb(ai_words.without(question, _TIMES) if _TWO.search(text) else question, OWN_WORDS)
    window = _window(text)
    return None if told is None else {**told, **({"window": window} if window else {})}


INTENT = Intent(
    name="usage_compare",
    help="AI usage of two times side by side, up to the same hour.",
    examples=("how does this week compare to last week?", "compare AI cost this month with last month"),
    asks=UsageCompare,
    answer=answer,
    reads=reads,
    title="AI usage compared",
    command="usage compare",
    words=words,
    by_clock=True,
)
