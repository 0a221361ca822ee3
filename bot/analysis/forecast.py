"""When a gauge meets a limit: a robust trend with the shape of its day, an interval, and how often such intervals held.

The interval comes from the method's own errors on this series: at moments in its past the same forecast is made from
what was known then, and held against what came. Where that says nothing can be said, that is the answer.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from statistics import median
from typing import Literal, TypeAlias

from bot.analysis.baseline import MAD_TO_SIGMA
from bot.model.series import Point

Why: TypeAlias = Literal[
    "too little is known", "does not move towards it", "too far off", "falls back before", "too uncertain"
]
Hourly: TypeAlias = Sequence[tuple[int, float]]  # hour since 1970, and the median of its values
LEAST = 24  # hours that must be known
SEASON = 72  # hours before the shape of the day is used
FURTHEST = 2.0  # times what is known: nobody can see further
SURE = 1.3  # times the usual error: four in five are within it, on both sides
ORIGINS = 10
A_FALL, A_JUMP = 0.4, 10  # of all that a series ever moved, and times its usual change in an hour: within two hours
WORTH, PRIOR = 3, 0.1  # origins that a slope wrong by this share counts for, before any error is known
ONCE = 3.0  # times the usual error: no single one counts for more
STOPS = (0.25, 0.5, 1.0)  # shares of what is known, whose trends are asked


@dataclass(frozen=True, slots=True)
class Foreseen:
    at: datetime
    early: datetime  # with `late` four times in five
    late: datetime
    hits: int  # of the method's own past intervals on this series
    tries: int
    since: datetime  # what it rests on begins here


@dataclass(frozen=True, slots=True)
class Unforeseeable:
    why: Why


def foresee(points: Sequence[Point], limit: float, above: bool = True) -> Foreseen | Unforeseeable:
    """When the values will first be beyond the limit; `above` or below it."""
    way = 1 if above else -1
    every = _hourly(points, way)
    falls = _falls(every)
    hourly = every[falls[-1] :] if falls else every
    if len(hourly) < LEAST:
        return Unforeseeable("falls back before" if len(falls) > 1 else "too little is known")
    model = _model(hourly)
    end = hourly[-1][0]
    furthest = int(FURTHEST * (end - hourly[0][0]))
    ahead = _first(model, way * limit, furthest, 0.0, 0.0)
    if model.slope * (end - hourly[0][0]) <= model.noise:
        return Unforeseeable("does not move towards it")
    needs = (way * limit - model.level) / model.slope
    if len(falls) > 1 and needs + end - hourly[0][0] > _usual_between(every, falls):
        return Unforeseeable("falls back before")
    if ahead is None:
        return Unforeseeable("too far off")
    errors = _errors(hourly, ahead)
    wrong = _spread(errors, model.slope)
    early = _first(model, way * limit, furthest, SURE, wrong)
    late = _first(model, way * limit, 2 * furthest, -SURE, wrong)
    if early is None or late is None:
        return Unforeseeable("too uncertain")
    hits = [_held(index, errors, model) for index in range(len(errors))]
    return Foreseen(_at(end + ahead), _at(end + early), _at(end + late), sum(hits), len(hits), _at(hourly[0][0]))


@dataclass(frozen=True, slots=True)
class _Model:
    end: int
    level: float
    slope: float  # an hour
    noise: float
    day: tuple[float, ...]  # by the hour of the day, around the trend

    def value(self, ahead: int) -> float:
        return self.level + self.slope * ahead + self.day[(self.end + ahead) % 24]


def _model(hourly: Hourly) -> _Model:
    slope = median(_slope(hourly[-max(LEAST, int(len(hourly) * share)) :]) for share in STOPS)
    day = _day(hourly, slope) if len(hourly) >= SEASON else (0.0,) * 24
    end = hourly[-1][0]
    rest = [value - day[hour % 24] + slope * (end - hour) for hour, value in hourly[-LEAST:]]
    level = median(rest[-6:])
    return _Model(end, level, slope, MAD_TO_SIGMA * median(abs(one - median(rest)) for one in rest), day)


def _slope(hourly: Hourly) -> float:
    """The median of the slopes from each hour to the one half of them later."""
    half = len(hourly) // 2
    pairs = zip(hourly, hourly[half:], strict=False)
    return median((after[1] - before[1]) / (after[0] - before[0]) for before, after in pairs)


def _day(hourly: Hourly, slope: float) -> tuple[float, ...]:
    """How far each hour of the day usually lies from the day around it."""
    flat = [(hour, value - slope * (hour - hourly[0][0])) for hour, value in hourly]
    slots: list[list[float]] = [[] for _ in range(24)]
    for place in range(12, len(flat) - 12):
        hour, value = flat[place]
        slots[hour % 24].append(value - median(other for _, other in flat[place - 12 : place + 12]))
    return tuple(median(slot) if slot else 0.0 for slot in slots)


def _first(model: _Model, limit: float, furthest: int, times: float, wrong: float) -> int | None:
    """The first hour beyond the limit, if all is so many times worse, or better, than foreseen."""
    for ahead in range(furthest + 1):
        if model.value(ahead) + times * math.hypot(model.noise, wrong * ahead) >= limit:
            return ahead
    return None


def _errors(hourly: Hourly, ahead: int) -> list[tuple[int, float]]:
    """Of forecasts from moments of the past: so many hours ahead, wrong by so much."""
    size, found = len(hourly), []
    for origin in range(ORIGINS):
        place = int(size * (0.4 + 0.55 * origin / ORIGINS))
        if place < LEAST:
            continue
        model = _model(hourly[:place])
        target = min(place + ahead, size) - 1
        far = hourly[target][0] - model.end
        if far > 0:
            actual = median(value for _, value in hourly[max(place, target - 2) : target + 1])
            found.append((far, actual - model.value(far)))
    return found


def _spread(errors: Sequence[tuple[int, float]], slope: float) -> float:
    """How wrong the slope usually is, an hour; what happened once does not decide it."""
    rates = [abs(error) / far for far, error in errors]
    most = ONCE * median(rates) if rates else 0.0
    squares = sum(min(rate, most) ** 2 for rate in rates)
    return math.sqrt((squares + WORTH * (PRIOR * slope) ** 2) / (len(errors) + WORTH))


def _held(index: int, errors: Sequence[tuple[int, float]], model: _Model) -> bool:
    """Whether an interval made from the other errors would have held this one."""
    far, error = errors[index]
    wrong = _spread([one for place, one in enumerate(errors) if place != index], model.slope)
    return abs(error) <= SURE * math.hypot(model.noise, wrong * far)


def _hourly(points: Sequence[Point], way: int) -> list[tuple[int, float]]:
    hours: dict[int, list[float]] = {}
    for one in points:
        if math.isfinite(one.value):
            hours.setdefault(int(one.at.timestamp() // 3600), []).append(way * one.value)
    return [(hour, median(values)) for hour, values in sorted(hours.items())]


def _falls(hourly: Hourly) -> list[int]:
    """Where a series falls far back at once, as after a cleaning."""
    values = [value for _, value in hourly]
    if len(values) < LEAST:
        return []
    usual = median(abs(after - before) for before, after in pairwise(values))
    size = max(A_FALL * (max(values) - min(values)), A_JUMP * usual)
    found: list[int] = []
    for place in range(2, len(values)):
        if size and values[place - 2] - values[place] >= size and (not found or place - found[-1] > 2):
            found.append(place)
    return found


def _usual_between(hourly: Hourly, falls: Sequence[int]) -> float:
    times = [hourly[place][0] for place in falls]
    return median(after - before for before, after in pairwise(times))


def _at(hour: int) -> datetime:
    return datetime.fromtimestamp(hour * 3600, tz=UTC)
