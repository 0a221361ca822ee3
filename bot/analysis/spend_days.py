"""Daily costs as a row without holes; what nobody reported cost nothing only where that is the rule."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from statistics import fmean, median

from bot.analysis.spend_calendar import DAY
from bot.analysis.spend_methods import WEEK

RULE, SURE = 0.5, 3  # a share of the days, and weeks: so much missing is how they are reported
KEPT = 400  # days that are looked at


@dataclass(frozen=True, slots=True)
class Row:
    first: date
    costs: tuple[float, ...]  # none below zero
    filled: tuple[date, ...]  # nobody reported them

    @property
    def last(self) -> date:
        return self.first + (len(self.costs) - 1) * DAY

    def until(self, last: date) -> "Row":
        size = (last - self.first).days + 1
        return Row(self.first, self.costs[:size], tuple(day for day in self.filled if day <= last))


def row(known: Mapping[date, float]) -> Row:
    first, last = max(min(known), max(known) - KEPT * DAY), max(known)
    days = [first + place * DAY for place in range((last - first).days + 1)]
    costs = [max(known[day], 0.0) if day in known else None for day in days]
    seen = {day.weekday() for day, cost in zip(days, costs, strict=True) if cost is not None}
    if costs.count(None) > RULE * len(costs):
        seen = set()  # only days that cost something are reported
    sure = len(costs) >= SURE * WEEK
    filled = [place for place, cost in enumerate(costs) if cost is None and (days[place].weekday() in seen or not sure)]
    whole = [_estimate(costs, place) if place in filled else cost or 0.0 for place, cost in enumerate(costs)]
    return Row(first, tuple(whole), tuple(days[place] for place in filled))


def _estimate(costs: list[float | None], place: int) -> float:
    """As the same day of the weeks around, or else as the days around."""
    weeks = [costs[near] for near in range(place % WEEK, len(costs), WEEK) if abs(near - place) <= 3 * WEEK]
    same = [cost for cost in weeks if cost is not None]
    around = [cost for cost in costs[max(place - WEEK, 0) : place + WEEK + 1] if cost is not None]
    return median(same) if len(same) >= 2 else fmean(around or [cost for cost in costs if cost is not None])
