"""What is usual for a value, how far it moved from that, since when, and which of several moved first."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Literal, TypeAlias

from bot.model.series import Point

Direction: TypeAlias = Literal["higher", "lower", "neither"]
DAY, WEEK = timedelta(days=1), timedelta(days=7)
DAYS_ENOUGH = 3  # of the same hours, else the day before
MAD_TO_SIGMA = 1.4826
LEAST_SPREAD = 0.05  # of the usual value: a series that never moves is not alarmed by its last digit
FAR = 2.0  # hours that are usually so many times worse than the week are no measure of what is well (row THV-03)
MOVED_FROM, DOUBLED_FROM = 4.0, 2.0  # times the usual spread


@dataclass(frozen=True, slots=True)
class Usual:
    value: float
    spread: float  # like a standard deviation, but one wild day does not widen it
    basis: Literal["same hours", "last week", "day before"]
    days: int  # that it rests on
    alike: int = 0  # of these days, how many were as bad at the same hours; told with "last week"


@dataclass(frozen=True, slots=True)
class Move:
    usual: Usual
    seen: float  # the value that was farthest off
    at: datetime
    since: datetime  # the first value outside the usual, walking back from there

    @property
    def score(self) -> float:
        """In multiples of the usual spread; negative where it fell."""
        return (self.seen - self.usual.value) / self.usual.spread


def usual(points: Sequence[Point], start: datetime, end: datetime, worse: Direction = "neither") -> Usual | None:
    """What a window is held against: the median of the same hours of the seven days before it, else the day before.

    Where these hours are as bad on most days, the whole week is the better measure, and it is said.
    """
    known = [one for one in points if start - WEEK <= one.at < start and math.isfinite(one.value)]
    days = _same_hours(known, start, end)
    daily = [median(values) for values in days if values]
    if len(daily) < DAYS_ENOUGH:
        before = [one.value for one in known if one.at >= start - DAY]
        return _usual(before, "day before", 1) if before else None
    same, week = [value for values in days for value in values], [one.value for one in known]
    whole = median(week)
    if worse != "neither" and _worse_by(median(same), whole, worse) >= FAR:
        alike = sum(_worse_by(value, whole, worse) >= FAR for value in daily)
        return _usual(week, "last week", len(daily), alike)
    return _usual(same, "same hours", len(daily))


def _same_hours(points: Sequence[Point], start: datetime, end: datetime) -> list[list[float]]:
    """The values of the seven days before that lie in the window, moved by whole days."""
    days: list[list[float]] = [[] for _ in range(7)]
    for one in points:
        back = -((one.at - start) // DAY)  # so many days later it is not before the window
        while back <= 7 and one.at + back * DAY <= end:
            days[back - 1].append(one.value)
            back += 1
    return days


def move(points: Sequence[Point], known: Usual, start: datetime, end: datetime, worse: Direction) -> Move | None:
    """The farthest point from the usual within the window; points before it show since when."""
    given = [one for one in points if math.isfinite(one.value) and one.at <= end]
    inside = [one for one in given if one.at >= start]
    if not inside:
        return None
    peak = max(inside, key=lambda one: _off(one.value, known, worse))
    band = max(3 * known.spread, abs(peak.value - known.value) / 4)
    since = peak.at
    for point in reversed([one for one in given if one.at <= peak.at]):
        if abs(point.value - known.value) <= band or (point.value > known.value) != (peak.value > known.value):
            break
        since = point.at
    return Move(known, peak.value, peak.at, since)


def moved(found: Move, least: float = 0.0) -> bool:
    """Far outside the usual, or outside it and at least doubled; and by no less than what is worth a word."""
    doubled = found.usual.value > 0 and found.seen >= FAR * found.usual.value
    far = abs(found.score) >= (DOUBLED_FROM if doubled else MOVED_FROM)
    return far and abs(found.seen - found.usual.value) >= least


def _off(value: float, known: Usual, worse: Direction) -> float:
    distance = value - known.value
    return distance if worse == "higher" else -distance if worse == "lower" else abs(distance)


def _worse_by(value: float, against: float, worse: Direction) -> float:
    one, other = (value, against) if worse == "higher" else (against, value)
    return one / other if other > 0 else math.inf if one > 0 else 1.0


def _usual(
    values: Sequence[float], basis: Literal["same hours", "last week", "day before"], days: int, alike: int = 0
) -> Usual:
    middle = median(values)
    spread = MAD_TO_SIGMA * median(abs(value - middle) for value in values)
    return Usual(middle, max(spread, LEAST_SPREAD * abs(middle), 1e-9), basis, days, alike)
