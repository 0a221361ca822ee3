"""Values as functions of time in closed form, so that any instant of a year can be read without the ones before it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from tests.eval.kinds import Look

Floats: TypeAlias = NDArray[np.float64]
Rows: TypeAlias = NDArray[np.int64]
Shape: TypeAlias = Callable[[Floats, Rows], Floats]  # seconds of the world, and which series: series by seconds

HOUR, DAY = 3600.0, 86400.0
HEIGHTS = (0.25, 0.3, 0.2)  # of the waves, under one in all: a rate stays above zero
SHORTEST, LONGEST = np.log([900, 2 * HOUR, 20 * HOUR]), np.log([3600, 12 * HOUR, 80 * HOUR])


@dataclass(frozen=True)
class Dice:
    """Random numbers for the series of one metric; each draw is a column."""

    random: np.random.Generator
    rows: int

    def even(self, low: float, high: float) -> Floats:
        return self.random.uniform(low, high, (self.rows, 1))

    def spread(self, low: float, high: float) -> Floats:
        return np.asarray(np.exp(self.even(np.log(low), np.log(high))))


@dataclass(frozen=True)
class Waves:
    """Three a series, each of its own length, so that no two series are proportional."""

    speeds: Floats
    turns: Floats

    @classmethod
    def of(cls, dice: Dice) -> "Waves":
        lengths = np.exp(dice.random.uniform(SHORTEST, LONGEST, (dice.rows, 3)))
        return cls(2 * np.pi / lengths, dice.random.uniform(0, 2 * np.pi, (dice.rows, 3)))

    def at(self, seconds: Floats, rows: Rows) -> Floats:
        return np.asarray(sum(height * np.sin(turned) for height, _, turned in self._each(seconds, rows)))

    def summed(self, seconds: Floats, rows: Rows) -> Floats:
        """The integral of `at`."""
        return np.asarray(sum(-height / speed * np.cos(turned) for height, speed, turned in self._each(seconds, rows)))

    def _each(self, seconds: Floats, rows: Rows) -> Iterator[tuple[float, Floats, Floats]]:
        for wave, height in enumerate(HEIGHTS):
            speed = self.speeds[rows, wave, None]
            yield height, speed, seconds * speed + self.turns[rows, wave, None]


@dataclass(frozen=True)
class Lives:
    """When counters start again from zero."""

    length: Floats
    shift: Floats

    @classmethod
    def of(cls, dice: Dice) -> "Lives":
        return cls(dice.even(2.5 * DAY, 9 * DAY), dice.even(0, 9 * DAY))

    def began(self, seconds: Floats, rows: Rows) -> Floats:
        return np.asarray(seconds - (seconds + self.shift[rows]) % self.length[rows])


def counter(dice: Dice, look: Look, lives: Lives | None = None, factor: float = 1.0) -> Shape:
    """Always rising but for a restart every few days; some series rest for hours."""
    height, waves = dice.spread(look.low, look.high) * factor, Waves.of(dice)
    lives = lives or Lives.of(dice)
    cycle = dice.even(9 * HOUR, 13 * HOUR)
    awake = np.where((dice.even(0, 1) < 0.15) & (dice.rows > 3), 0.7, 1.0) * cycle

    def done(seconds: Floats, rows: Rows) -> Floats:
        worked = np.floor(seconds / cycle[rows]) * awake[rows] + np.minimum(seconds % cycle[rows], awake[rows])
        return np.asarray(worked + waves.summed(worked, rows))

    return lambda seconds, rows: height[rows] * (done(seconds, rows) - done(lives.began(seconds, rows), rows))


def level(dice: Dice, look: Look, now: float, factor: float = 1.0) -> Shape:
    """Swings more the longer ago, so that the extremes of a longer window are others."""
    height, waves = dice.spread(look.low, look.high) * factor, Waves.of(dice)

    def read(seconds: Floats, rows: Rows) -> Floats:
        swing = 1 + 0.5 * np.log1p(np.maximum(0, now - seconds) / DAY)
        values = height[rows] * np.exp(waves.at(seconds, rows) * swing)
        return np.rint(values) if look.whole else values

    return read


def limit(dice: Dice, look: Look, factor: float = 1.0) -> Shape:
    """Changed once a week or so, by a little."""
    height, week = dice.spread(look.low, look.high) * factor, dice.even(6 * DAY, 9 * DAY)
    return lambda seconds, rows: np.rint(height[rows] * (1 + 0.03 * (np.floor(seconds / week[rows]) % 5)))


def switch(dice: Dice, off: int) -> Shape:
    """1 nearly always, 0 nearly always for the row `off`; each changes now and then."""
    cycle, shift = dice.even(3 * HOUR, 9 * HOUR), dice.even(0, 9 * HOUR)
    share = np.where(np.arange(dice.rows)[:, None] == off, 0.04, 0.93)
    return lambda seconds, rows: ((seconds + shift[rows]) % cycle[rows] < (share * cycle)[rows]).astype(np.float64)


def constant(value: float) -> Shape:
    return lambda seconds, rows: np.full((len(rows), len(seconds)), value)


def moment(dice: Dice, look: Look, epoch: float) -> Shape:
    """When something last happened, in unix time; it happens again every so often."""
    cycle, shift = dice.spread(look.low, look.high), dice.even(0, look.high)

    def read(seconds: Floats, rows: Rows) -> Floats:
        return np.asarray(epoch + np.floor((seconds + shift[rows]) / cycle[rows]) * cycle[rows] - shift[rows])

    return read


def deadline(dice: Dice, look: Look, epoch: float) -> Shape:
    """When something will end, in unix time; put off when it comes near."""
    cycle, shift = dice.spread(0.2 * look.high, look.high), dice.even(0, look.high)

    def read(seconds: Floats, rows: Rows) -> Floats:
        begun = np.floor((seconds + shift[rows]) / cycle[rows])
        return np.asarray(epoch + (begun + 1) * cycle[rows] - shift[rows] + look.low)

    return read
