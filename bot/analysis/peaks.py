"""When in the day and in the week something is at its most and at its least."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import fmean
from typing import TypeVar
from zoneinfo import ZoneInfo

from bot.model.series import Point

T = TypeVar("T")
QUARTERS = ("00–06", "06–12", "12–18", "18–24")
QUARTER = 6  # hours
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Means in the asker's own zone, by the clock on the wall. A slot without values is absent."""

    hours: Mapping[int, float]
    weekdays: Mapping[int, float]  # 0 is Monday
    quarters: Mapping[tuple[int, int], float]  # weekday and quarter of the day, or another part of it
    days: int  # different days that were seen

    @property
    def peak_hour(self) -> int:
        return max(self.hours, key=lambda hour: self.hours[hour])

    @property
    def low_hour(self) -> int:
        return min(self.hours, key=lambda hour: self.hours[hour])

    @property
    def peak_day(self) -> int:
        return max(self.weekdays, key=lambda day: self.weekdays[day])


def rhythm(points: Sequence[Point], zone: str, part: int = QUARTER) -> Rhythm | None:
    local = [(one.at.astimezone(ZoneInfo(zone)), one.value) for one in points if math.isfinite(one.value)]
    if not local:
        return None
    return Rhythm(
        _means(local, lambda at: at.hour),
        _means(local, lambda at: at.weekday()),
        _means(local, lambda at: (at.weekday(), at.hour // part)),
        len({at.date() for at, _ in local}),
    )


def _means(points: Sequence[tuple[datetime, float]], slot: Callable[[datetime], T]) -> dict[T, float]:
    slots: dict[T, list[float]] = {}
    for at, value in points:
        slots.setdefault(slot(at), []).append(value)
    return {key: fmean(values) for key, values in slots.items()}
