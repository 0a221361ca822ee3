"""Series of other shapes than those of operations.py: by the hour and by the minute, sparse, short, with holidays.

Some of the shapes were looked at while the detectors were made better; the others only judge, as do all seeds from a
hundred on.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from tests.eval.operations import BEGIN, Array, Dice, Labelled, Window

A_DAY = 86400
Changed: TypeAlias = Callable[[Dice, Array, float], Array]  # part, and how far the values usually spread


@dataclass(frozen=True)
class Shape:
    make: Callable[[Dice, Array], Array]  # from seconds since a Thursday's midnight
    step: int
    days: float
    goes_wrong: tuple[str, ...]
    long: tuple[float, float]  # of what goes wrong, in seconds
    quiet: float = 0.3  # of its time, in which nothing goes wrong


def series(name: str, seed: int) -> Labelled:
    """Of four seeds one is healthy."""
    shape, dice = SHAPES[name], np.random.default_rng([seed, *name.encode()])
    at = np.arange(0, shape.days * A_DAY, shape.step, dtype=float)
    values = shape.make(dice, at)
    windows = tuple(_go_wrong(dice, shape, at, values)) if seed % 4 else ()
    if name in ROUNDED:
        values = np.maximum(np.rint(values), 0)
    times = [float(one) for one in BEGIN + at]
    return Labelled(f"{name} {seed}", "gauge", times, [float(one) for one in values], windows, shape.step)


def _go_wrong(dice: Dice, shape: Shape, at: Array, values: Array) -> Iterator[Window]:
    """Changes `values` in one to three places."""
    smooth = np.convolve(values, np.ones(5) / 5, mode="same")
    least = max(0.05 * abs(float(np.median(values))), 1e-9)
    spread = max(float(np.std(values - smooth)) * 4, 0.5 * float(np.std(values)), least)
    first, count = int(len(at) * shape.quiet), int(dice.integers(1, 4))
    room = (len(at) - first) // count
    for place in range(count):
        what, long = str(dice.choice(shape.goes_wrong)), max(int(dice.uniform(*shape.long) / shape.step), 1)
        long = min(long, room // 3)
        start = first + place * room + int(dice.uniform(0.05, 0.6) * room)
        values[start : start + long] = WRONG[what](dice, values[start : start + long], spread)
        yield Window(what, BEGIN + at[start], BEGIN + at[min(start + long, len(at) - 1)])


def _outlier(dice: Dice, part: Array, spread: float) -> Array:
    return part + float(dice.choice([-1, 1])) * spread * dice.uniform(3, 7)


def _higher(dice: Dice, part: Array, spread: float) -> Array:
    return part + spread * dice.uniform(2, 5)


def _lower(dice: Dice, part: Array, spread: float) -> Array:
    return part - spread * dice.uniform(2, 5)


def _less(dice: Dice, part: Array, spread: float) -> Array:
    return part * dice.uniform(0, 0.4)


def _flat(dice: Dice, part: Array, spread: float) -> Array:
    return np.full_like(part, part[0])


def _rising(dice: Dice, part: Array, spread: float) -> Array:
    return part + np.linspace(0, spread * dice.uniform(4, 8), len(part))


WRONG: dict[str, Changed] = {
    "outlier": _outlier, "higher": _higher, "lower": _lower, "less": _less, "flat": _flat, "rising": _rising,
}  # fmt: skip


def _daily(at: Array, peak: float, depth: float, weekend: float) -> Array:
    hours, day = at % A_DAY / 3600, at // A_DAY
    busy = 1 + depth * np.cos((hours - peak) / 24 * 2 * np.pi) + 0.3 * depth * np.cos((hours - peak) / 12 * 2 * np.pi)
    return busy * np.where(np.isin(day % 7, (2, 3)), weekend, 1.0)


def _near(dice: Dice, count: int, keeps: float, size: float) -> Array:
    """Noise that remembers."""
    steps, found, value = dice.normal(0, size, count), np.empty(count), 0.0
    for index in range(count):
        value = keeps * value + steps[index]
        found[index] = value
    return found


def _hourly(dice: Dice, at: Array) -> Array:
    """A trend, two seasons and noise, by the hour."""
    grown = 1 + dice.uniform(-0.3, 0.8) * at / at[-1]
    day = dice.uniform(0.1, 0.6) * np.cos(at / A_DAY * 2 * np.pi)
    week = dice.uniform(0, 0.3) * np.cos(at / A_DAY / 7 * 2 * np.pi)
    return 10 ** dice.uniform(1, 4) * (grown + day + week + dice.normal(0, dice.uniform(0.01, 0.08), len(at)))


def _minute(dice: Dice, at: Array) -> Array:
    """The traffic of a site by the minute."""
    season = _daily(at, dice.uniform(12, 21), dice.uniform(0.4, 0.8), dice.uniform(0.7, 1.2))
    return 10 ** dice.uniform(1, 4) * season * np.exp(_near(dice, len(at), 0.5, dice.uniform(0.02, 0.12)))


def _sparse(dice: Dice, at: Array) -> Array:
    """Counts that are nearly always none."""
    rate = dice.uniform(0.005, 0.08) * _daily(at, 14, 0.8, 0.5)
    return np.where(dice.random(len(at)) < rate, dice.geometric(dice.uniform(0.2, 0.6), len(at)), 0).astype(float)


def _holidays(dice: Dice, at: Array) -> Array:
    """Working days, weekends, and now and then a working day that is a holiday, which is usual and no anomaly."""
    day, off = at // A_DAY, dice.uniform(0.2, 0.6)
    work = [one for one in range(int(at[-1] // A_DAY) + 1) if one % 7 not in (2, 3)]
    free = [one for one in work if dice.random() < 0.06 and one > 10]
    level = _daily(at, dice.uniform(11, 15), dice.uniform(0.4, 0.8), off) * np.where(np.isin(day, free), off, 1)
    return 10 ** dice.uniform(1, 4) * level * np.exp(_near(dice, len(at), 0.6, dice.uniform(0.02, 0.06)))


def _releases(dice: Dice, at: Array) -> Array:
    """Noise about a level that changes for good with a release now and then, by less than the noise is wide."""
    level, noise = np.ones(len(at)), dice.uniform(0.03, 0.15)
    for start in dice.integers(0, len(at), 4):
        level[start:] *= 1 + dice.uniform(-1.5, 1.5) * noise
    return 10 ** dice.uniform(-1, 3) * level * np.exp(_near(dice, len(at), 0.3, noise))


def _connections(dice: Dice, at: Array) -> Array:
    """Whole numbers, few of them."""
    level = dice.uniform(4, 30) * _daily(at, 13, dice.uniform(0.1, 0.5), 0.8)
    return level + _near(dice, len(at), 0.7, dice.uniform(0.4, 1.2))


def _young(dice: Dice, at: Array) -> Array:
    """Two days of a new service."""
    return 10 ** dice.uniform(0, 3) * _daily(at, 14, dice.uniform(0, 0.3), 1) * np.exp(_near(dice, len(at), 0.4, 0.06))


def _growing(dice: Dice, at: Array) -> Array:
    """Grows all along, which is usual."""
    return 100 * (1 + dice.uniform(0.5, 3) * at / at[-1] + _near(dice, len(at), 0.6, dice.uniform(0.005, 0.03)))


def _server(dice: Dice, at: Array) -> Array:
    """A share between 0 and 1, flat for long, with work now and then and a job every night."""
    base, busy = dice.uniform(0.02, 0.3), np.zeros(len(at))
    for start in dice.integers(0, len(at), max(len(at) // 700, 1)):
        busy[start : start + int(dice.integers(5, 60))] += dice.uniform(0.02, 0.25)
    nightly = (at % A_DAY > 3 * 3600) & (at % A_DAY < 3.5 * 3600)
    return np.clip(np.round(base + busy + 0.2 * nightly + dice.normal(0, 0.004, len(at)), 3), 0, 1)


def _queued(dice: Dice, at: Array) -> Array:
    """Fills and is emptied every so many minutes."""
    every = dice.uniform(25, 170) * 60
    filled = dice.uniform(20, 200) * (at % every) / every
    return filled * (1 + _near(dice, len(at), 0.9, 0.04)) + dice.poisson(2, len(at))


SHAPES = {
    "hourly": Shape(_hourly, 3600, 60, ("outlier", "outlier", "higher", "lower"), (1, 20 * 3600)),
    "minute": Shape(_minute, 60, 14, ("outlier", "less", "less", "higher", "flat"), (120, 3600)),
    "sparse": Shape(_sparse, 300, 28, ("higher", "outlier"), (300, 3600)),
    "holidays": Shape(_holidays, 300, 42, ("less", "higher", "outlier"), (900, 4 * 3600)),
    "releases": Shape(_releases, 300, 28, ("outlier", "higher", "rising", "lower"), (300, 6 * 3600)),
    "connections": Shape(_connections, 60, 10, ("higher", "less", "rising"), (600, 4 * 3600)),
    "young": Shape(_young, 60, 2, ("outlier", "higher", "less", "rising"), (300, 2 * 3600), 0.5),
    "growing": Shape(_growing, 300, 28, ("outlier", "lower", "higher"), (300, 4 * 3600)),
    "server": Shape(_server, 60, 14, ("higher", "flat", "rising", "outlier"), (600, 3 * 3600)),
    "queued": Shape(_queued, 60, 10, ("higher", "flat", "rising"), (1800, 3 * 3600)),
}  # fmt: skip
ROUNDED = ("sparse", "connections")
LOOKED_AT = ("hourly", "minute", "sparse", "holidays", "releases", "growing", "server")
UNSEEN = tuple(name for name in SHAPES if name not in LOOKED_AT)
