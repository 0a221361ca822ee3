"""The parts of an explanation: what it is, what it usually is, by how much, since when. A sentence renders them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import Literal, TypeAlias

from bot.analysis.baseline import DAY, MAD_TO_SIGMA, WEEK, Usual, usual
from bot.model.series import Point

Basis: TypeAlias = Literal["same hours", "last week", "day before", "last hour"]
HOUR = timedelta(hours=1)
USUAL_BY, HALF = 3.0, 0.5  # times the spread, and of the way to what is strange: within both is usual
IN_A_ROW = 2  # usual points that end the walk back; one alone may be chance
YOUNG = 6  # points before, at the least
LEAST = 0.05  # of the usual value, as a spread
RATIOS = ("ratio", "percent")  # they change by points, not by percent of percent


@dataclass(frozen=True, slots=True)
class Explanation:
    at: datetime
    current: float
    expected: float
    basis: Basis
    days: int  # that the expected value rests on
    spread: float  # the usual distance from it
    since: datetime  # the first point outside the usual, not the alarm
    direction: Literal["higher", "lower"]
    change: float | None  # a share of the expected value; None where a percentage would mean nothing
    points: float | None  # of a ratio: the difference, in percentage points
    unseen: timedelta | None  # so long nothing was as high, or as low; None where it was within the last hour before

    @property
    def multiple(self) -> float:
        """How many times the usual distance it is off."""
        return abs(self.current - self.expected) / self.spread

    @property
    def lasts(self) -> timedelta:
        return self.at - self.since


def explain(points: Sequence[Point], unit: str = "") -> Explanation | None:
    """What is strange about the last point, held against those before it; None where too few are known."""
    known = [one for one in points if math.isfinite(one.value)]
    if len(known) <= YOUNG:
        return None
    last = known[-1]
    against, basis = _usual(known, last.at)
    since = _onset(known, against)
    if since != last.at:  # what is strange must not be part of what is usual
        against, basis = _usual(known, since)
        since = _onset(known, against)
    direction: Literal["higher", "lower"] = "higher" if last.value >= against.value else "lower"
    off = last.value - against.value
    ratio = unit in RATIOS
    return Explanation(
        last.at,
        last.value,
        against.value,
        basis,
        against.days,
        against.spread,
        since,
        direction,
        off / abs(against.value) if abs(against.value) > _resolution(known) and not ratio else None,
        off * (100 if unit == "ratio" else 1) if ratio else None,
        _unseen(known, since, direction),
    )


def _usual(points: Sequence[Point], start: datetime) -> tuple[Usual, Basis]:
    """The same hours of the days before, the day before, or, while young, the hour before."""
    oldest = points[0].at
    found = usual(points, start, start + HOUR) if start - oldest >= DAY else None
    if found:
        return found, found.basis
    before = [one.value for one in points if one.at < start and one.at >= start - HOUR]
    if len(before) < YOUNG:
        before = [one.value for one in points if one.at < start][-YOUNG:]
    middle = median(before)
    spread = MAD_TO_SIGMA * median(abs(value - middle) for value in before)
    return Usual(middle, max(spread, LEAST * abs(middle), 1e-9), "day before", 0), "last hour"


def _onset(points: Sequence[Point], against: Usual) -> datetime:
    """Walks back from the last point to the last ones inside the usual."""
    last = points[-1]
    recent = [abs(one.value - against.value) for one in points[-3:]]
    band = min(USUAL_BY * against.spread, HALF * max(median(recent), abs(last.value - against.value)))
    since, calm = last.at, 0
    for one in reversed(points[:-1]):
        off = one.value - against.value
        if abs(off) <= band or (off > 0) != (last.value > against.value):
            calm += 1
            if calm == IN_A_ROW:
                break
        else:
            since, calm = one.at, 0
    return since


def _unseen(points: Sequence[Point], since: datetime, direction: str) -> timedelta | None:
    """How long ago it was last as high as it is at its most now; the whole past where it never was."""
    way = 1 if direction == "higher" else -1
    most = max(way * one.value for one in points if one.at >= since)
    before = [one for one in points if one.at < since]
    alike = next((one.at for one in reversed(before) if way * one.value >= most), None)
    found = since - (alike if alike is not None else points[0].at)
    return found if found > HOUR else None


def _resolution(points: Sequence[Point]) -> float:
    """The smallest step that the values of the last week take: no percentage is told of less."""
    end = points[-1].at
    values = sorted({one.value for one in points if one.at >= end - WEEK})
    steps = [after - before for before, after in pairwise(values)]
    return min(steps, default=0.0)
