"""What the month will have cost: a figure, two ranges, and the day on which a budget is passed."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import accumulate
from typing import Literal, TypeAlias

from bot.analysis import spend_calendar
from bot.analysis.spend_calendar import DAY, Job, next_month
from bot.analysis.spend_days import Row, row
from bot.analysis.spend_methods import WEEK, WEEKS, Past, last_shift
from bot.analysis.spend_outlook import FEW, MOSTLY_NOTHING, T80, T95, Outlook, outlook
from bot.model.spend import Crossing, Month, Range

Costs: TypeAlias = Mapping[date, float]
Basis: TypeAlias = Literal[
    "the average so far", "the average, for most days cost nothing", "the median of eight methods"
]
CALENDAR = 5 * WEEK  # days that must be known before a month is seen to repeat
FURTHEST = 31  # days: what is further ahead cannot be tried on the past
MARGIN = 0.05  # what is further ahead is less sure by this much


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
    fixed: float  # in the total for certain, or as good as; `ahead` is the rest

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
    over = _over(costs, last) if running else costs
    days, start = row(over), last.replace(day=1)
    this, following = _outlooks(days, next_month(start))
    spent = math.fsum(cost for day, cost in costs.items() if day >= start)
    filled = tuple(day for day in days.filled if day >= start)
    estimated = math.fsum(days.costs[(day - days.first).days] for day in filled)
    expected = [(days.last + place * DAY, cost) for place, cost in enumerate(this.days, 1)]
    before = math.fsum(cost for day, cost in over.items() if day >= start)
    short = 0.0
    if last not in over:
        so_far = costs[last]
        short = max(so_far - dict(expected)[last], min(so_far, 0.0))
        expected = [(day, cost + short if day == last else cost) for day, cost in expected]
    fixed = before + estimated + short
    return Spend(
        month=_month(start, fixed, this, spent),
        following=_month(next_month(start), 0.0, following, 0.0),
        spent=spent,
        known_until=days.last,
        known=_month_so_far(days, over, start),
        days=tuple(expected),
        filled=filled,
        basis=_basis(days),
        since=_since(days),
        ahead=this,
        fixed=fixed,
    )


def _over(costs: Costs, today: date) -> Costs:
    """The days before today, where any are near enough to say what today may cost."""
    before = {day: cost for day, cost in costs.items() if day < today}
    return before if before and today - max(before) <= FURTHEST * DAY else {today: costs[today]}


def _outlooks(days: Row, middle: date) -> tuple[Outlook, Outlook]:
    """Until the month ends in the `middle`, and of the month after."""
    here, whole = (middle - days.last).days - 1, (next_month(middle) - days.last).days - 1
    regular, jobs = _without_jobs(days)
    coming = [spend_calendar.on(days.last + place * DAY, jobs) for place in range(1, whole + 1)]
    both = _ahead(regular, whole)
    later = replace(both, days=both.days[here:], small=both.small * (whole - here) / whole)
    return _with_jobs(_ahead(regular, here), coming[:here]), _with_jobs(later, coming[here:])


def _with_jobs(ahead: Outlook, jobs: Sequence[Job]) -> Outlook:
    unsure = math.fsum(job.cost * job.unsure for job in jobs)
    if not unsure:
        return ahead
    days = tuple(cost + job.cost for cost, job in zip(ahead.days, jobs, strict=True))
    together = math.hypot(ahead.spread * (ahead.sum + ahead.small), unsure)
    return Outlook(days, together / (math.fsum(days) + ahead.small), ahead.small)


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
    return Outlook(path, near.spread * math.sqrt(ahead / FURTHEST) + MARGIN, near.small * ahead / repeat)


def _without_jobs(days: Row) -> tuple[Row, dict[int, Job]]:
    if len(days.costs) < CALENDAR:
        return days, {}
    usual = Past(days.costs).usual()
    jobs = spend_calendar.jobs(days.first, days.costs, usual)
    tops = [spend_calendar.on(days.first + place * DAY, jobs).cost for place in range(len(days.costs))]
    rest = [max(cost - top, 0.0) for cost, top in zip(days.costs, tops, strict=True)]
    return Row(days.first, tuple(rest), days.filled), jobs


def _basis(days: Row) -> Basis:
    if len(days.costs) < FEW:
        return "the average so far"
    from_nothing = sum(cost <= 0 for cost in days.costs) > MOSTLY_NOTHING * len(days.costs)
    return "the average, for most days cost nothing" if from_nothing else "the median of eight methods"


def _since(days: Row) -> date | None:
    if len(days.costs) < 2 * WEEK:
        return None
    flat = Past(days.costs).flat[-WEEKS * WEEK :]
    at = last_shift(flat)
    return days.last - (len(flat) - 1 - at) * DAY if at else None
