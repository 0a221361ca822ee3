"""Numbers as pure functions of a key and time: rhythm, noise, and counts in closed form.

Only sums, products and table look-ups are used, so the same seed gives the same bits on every machine, and any moment
costs the same whether it was a minute or two weeks ago.
"""

import hashlib
import math
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]

SECOND = 1000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
WEEK = 7 * DAY
FIRST_MONDAY = 4 * DAY  # 1970-01-05, in milliseconds

_FINE, _COARSE, _SLOW = MINUTE, 11 * MINUTE, 97 * MINUTE  # periods of noise; nothing divides anything


@dataclass(frozen=True, slots=True)
class Instants:
    """Moments of one week, in milliseconds since it began, and what several series share at them."""

    week: int
    at: Ints
    memo: dict[Hashable, NDArray[np.generic]] = field(default_factory=dict)

    @property
    def absolute(self) -> Ints:
        return np.asarray(self.at + week_start(self.week))

    def floats(self, key: Hashable, compute: Callable[[], Floats]) -> Floats:
        known = self.memo.get(key)
        if known is None:
            known = self.memo[key] = compute()
        return np.asarray(known, dtype=np.float64)

    def ints(self, key: Hashable, compute: Callable[[], Ints]) -> Ints:
        known = self.memo.get(key)
        if known is None:
            known = self.memo[key] = compute()
        return np.asarray(known, dtype=np.int64)


def week_of(at: int) -> int:
    return (at - FIRST_MONDAY) // WEEK


def week_start(week: int) -> int:
    return FIRST_MONDAY + week * WEEK


@lru_cache(maxsize=4096)
def key(*parts: object) -> int:
    """A number that stands for these names, the same in every process."""
    text = "\0".join(map(str, parts)).encode()
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "big")


def draw(*parts: object) -> float:
    """A number from 0 to 1 that belongs to these names."""
    return (key(*parts) >> 11) / (1 << 53)


def between(low: float, high: float, *parts: object) -> float:
    return low + (high - low) * draw(*parts)


def noise(of: int, at: Ints, period: int) -> Floats:
    """From -1 to 1, smooth, with something new about once a period."""
    cell = at // period
    share = (at - cell * period) / period
    smooth = share * share * (3.0 - 2.0 * share)
    low, high = _scatter(of, cell), _scatter(of, cell + 1)
    return np.asarray(low + (high - low) * smooth)


def _scatter(of: int, cell: Ints) -> Floats:
    """From -1 to 1, unrelated from cell to cell."""
    return np.asarray((bits(of, cell) >> np.uint64(11)).astype(np.float64) / (1 << 52) - 1.0)


def bits(of: int, number: Ints) -> NDArray[np.uint64]:
    """64 of them, unrelated from number to number (splitmix64)."""
    mixed = number.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(of)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    return np.asarray((mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB))


def wander(of: int, instants: Instants) -> Floats:
    """From -1 to 1: hours, minutes and seconds of restlessness together."""
    at = instants.absolute
    return np.asarray(0.5 * noise(of, at, _SLOW) + 0.3 * noise(of + 1, at, _COARSE) + 0.2 * noise(of + 2, at, _FINE))


class Rhythm:
    """The pace of a week, 1 on average: busy days, quiet nights, slower weekends; straight from hour to hour."""

    def __init__(self, swing: float, zone: float = 0.0, weekend: float = 0.6) -> None:
        knots = []
        for hour in range(168):
            local = hour + zone
            day, share = int(local // 24) % 7, (local % 24) / 24
            busy = 1 + swing * math.cos(2 * math.pi * (share - 15 / 24))
            knots.append(busy * (weekend if day >= 5 else 1.0))
        mean = sum(knots) / len(knots)
        self._pace = np.array([*knots, knots[0]]) / mean
        areas = (self._pace[:-1] + self._pace[1:]) / 2 * HOUR
        self._area = np.concatenate([[0.0], np.cumsum(areas)])

    def pace(self, at: Floats) -> Floats:
        hour, share = self._hour(at)
        return np.asarray(self._pace[hour] + (self._pace[hour + 1] - self._pace[hour]) * share)

    def area(self, at: Floats) -> Floats:
        """The integral of the pace since the week began, in milliseconds; before it, a little below zero."""
        hour, share = self._hour(at)
        bend = (self._pace[hour + 1] - self._pace[hour]) * share * share / 2
        return np.asarray(self._area[hour] + (self._pace[hour] * share + bend) * HOUR)

    def _hour(self, at: Floats) -> tuple[Ints, Floats]:
        hour = np.clip(np.floor(at / HOUR), 0, 167).astype(np.int64)
        return hour, np.asarray(at / HOUR - hour)


@dataclass(frozen=True, slots=True)
class Stream:
    """Things that happen, `per_second` on average: more of them by day, and never quite evenly.

    The unevenness bends time itself, so their number stays a closed form that never falls.
    """

    key: int
    per_second: float
    rhythm: Rhythm
    wobble: float = 0.1

    def count(self, instants: Instants) -> Floats:
        """How many since the week began."""
        return instants.floats(("count", self.key), lambda: self._count(instants.at, instants.absolute))

    def _count(self, at: Ints, absolute: Ints) -> Floats:
        bent = at.astype(np.float64)
        for number, period in enumerate((_FINE, _COARSE, _SLOW)):
            # The steepest that smooth noise gets is 3 a period; so time runs at 1 ± wobble, three times over.
            bent = bent + noise(self.key + number, absolute, period) * (self.wobble * period / 3)
        return np.asarray(self.rhythm.area(bent) * (self.per_second / SECOND))
