"""What the month will have cost: a figure, two ranges, and the day on which a budget is passed."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import accumulate
from typing import Literal, TypeAlias

from bot.analysis import spend_calendar
from bot.analysis.spend_days import DAY, Row, row
from bot.analysis.spend_methods import WEEK, WEEKS, Past, last_shift
from bot.analysis.spend_outlook import FEW, T80, T95, Outlook, outlook

Costs: TypeAlias = Mapping[date, float]
Basis: TypeAlias = Literal[
    "the average so far", "the average, for most days cost nothing", "the median of eight methods"
]
CALENDAR = 5 * WEEK  # days that must be known before a month is seen to repeat
FURTHEST = 31  # days: what is further ahead cannot be tried on the past
MARGIN = 0.1  # of a sum further ahead, on top


@dataclass(frozen=True, slots=True)
class Range:
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Month:
    first: date
    total: float
    p80: Range
    p95: Range


@dataclass(frozen=True, slots=True)
class Crossing:
    """Of a budget, by the end of the month."""

    probability: float
    on: date | None  # as expected; nothing where it is not expected to be passed
    early: date | None  # with `late` four times in five
    late: date | None


@dataclass(frozen=True, slots=True)
class Spend:
    month: Month
    following: Month
    spent: float  # as reported
    known_until: date
    known: tuple[tuple[date, float], ...]  # what each day of the month has cost
    days: tuple[tuple[date, float], ...]  # what is expected of each, until the month ends
    filled: tuple[date, ...]  # days of the month that nobody reported; they are in the total, as they usually are
    basis: Basis
    since: date | None  # where another level began at once
    ahead: Outlook
    fixed: float  # in the total for certain, or as good as

    def crossing(self, budget: float) -> Crossing:
        month, known = self.month, math.fsum(cost for _, cost in self.known)
        chance = 1.0 if known > budget else self.ahead.beyond(budget - self.fixed)
        on, early, late = (self._on(budget, total) for total in (month.total, month.p80.high, month.p80.low))
        return Crossing(chance, on, early, late)

    def _on(self, budget: float, total: float) -> date | None:
        """The first day on which all together is beyond the budget, if the month ends with that total."""
        known, ahead = (math.fsum(cost for _, cost in days) for days in (self.known, self.days))
        times = (total - known) / ahead if ahead > 0 else 0.0
        costs = [*self.known, *((day, times * cost) for day, cost in self.days)]
        sums = accumulate(cost for _, cost in costs)
        return next((day for (day, _), together in zip(costs, sums, strict=True) if together > budget), None)


def forecast(costs: Costs, running: bool = False) -> Spend:
    """Of the month of the last day; where that day is `running`, what it has cost so far is the least of it."""
    last = max(costs)
    known = {day: cost for day, cost in costs.items() if not running or day < last} or dict(costs)
    so_far = costs[last] if len(known) < len(costs) else 0.0
    return _forecast(row(known), known, so_far)


def _forecast(days: Row, known: Costs, so_far: float) -> Spend:
    start = (days.last + DAY if so_far else days.last).replace(day=1)
    middle, end = _next(start), _next(_next(start))
    regular, jobs = _without_jobs(days)
    this, both = _ahead(regular, (middle - days.last).days - 1), _ahead(regular, (end - days.last).days - 1)
    coming = [days.last + place * DAY for place in range(1, (end - days.last).days)]
    tops = [spend_calendar.on(day, jobs) for day in coming]
    here = len(this.days)
    expected = [cost + top for cost, top in zip((*this.days, *both.days[here:]), tops, strict=True)]
    short = max(so_far - expected[0], 0.0) if expected else 0.0
    filled = tuple(day for day in days.filled if day >= start)
    spent = math.fsum(cost for day, cost in known.items() if day >= start)
    guessed = math.fsum(days.costs[(day - days.first).days] for day in filled)
    fixed = spent + guessed + math.fsum(tops[:here]) + short
    following = replace(both, days=both.days[here:], small=both.small * (len(both.days) - here) / len(both.days))
    least = spent + so_far
    return Spend(
        _month(start, fixed, this, least),
        _month(middle, math.fsum(tops[here:]), following, 0.0),
        spent + so_far,
        days.last,
        _month_so_far(days, known, start),
        tuple(zip(coming[:here], (expected[0] + short, *expected[1:here]) if here else (), strict=True)),
        filled,
        _basis(days),
        _since(regular),
        this,
        fixed,
    )


def _month_so_far(days: Row, known: Costs, start: date) -> tuple[tuple[date, float], ...]:
    places = range(max((start - days.first).days, 0), len(days.costs))
    return tuple((day, known.get(day, days.costs[place])) for place in places for day in [days.first + place * DAY])


def _month(first: date, fixed: float, ahead: Outlook, least: float) -> Month:
    def between(times: float) -> Range:
        return Range(max(fixed + ahead.bound(-times), least), max(fixed + ahead.bound(times), least))

    return Month(first, fixed + ahead.sum, between(T80), between(T95))


def _ahead(days: Row, ahead: int) -> Outlook:
    near = outlook(days.costs, min(ahead, FURTHEST))
    if ahead <= FURTHEST:
        return near
    far = outlook(days.costs, ahead) if len(days.costs) < FEW else near
    repeat = len(near.days)
    path = tuple(
        far.days[place] if place < len(far.days) else near.days[repeat - WEEK + (place - repeat) % WEEK]
        for place in range(ahead)
    )
    return Outlook(path, near.spread * math.sqrt(ahead / FURTHEST) + MARGIN / 2, near.small * ahead / repeat)


def _without_jobs(days: Row) -> tuple[Row, dict[int, float]]:
    if len(days.costs) < CALENDAR:
        return days, {}
    usual = Past(days.costs).usual()
    jobs = spend_calendar.jobs(days.first, days.costs, usual)
    rest = [max(cost - spend_calendar.on(days.first + place * DAY, jobs), 0.0) for place, cost in enumerate(days.costs)]
    return Row(days.first, tuple(rest), days.filled), jobs


def _basis(days: Row) -> Basis:
    if len(days.costs) < FEW:
        return "the average so far"
    from_nothing = sum(cost <= 0 for cost in days.costs) > 0.3 * len(days.costs)
    return "the average, for most days cost nothing" if from_nothing else "the median of eight methods"


def _since(days: Row) -> date | None:
    if len(days.costs) < 2 * WEEK:
        return None
    flat = Past(days.costs).flat[-WEEKS * WEEK :]
    at = last_shift(flat)
    return days.last - (len(flat) - 1 - at) * DAY if at else None


def _next(first: date) -> date:
    return (first.replace(day=28) + 4 * DAY).replace(day=1)
