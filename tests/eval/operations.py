"""Series as operations have them, made from a seed, with what went wrong in each of them; our own judge's set.

Seeds below a hundred were looked at while the detectors were built; those from a thousand on only judge.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[np.float64]
Dice: TypeAlias = np.random.Generator

STEP = 300  # seconds
A_DAY = 86400 // STEP
DAYS = 28
QUIET_DAYS = 8  # at the start nothing goes wrong
BEGIN = 1_767_225_600  # Thursday, 2026-01-01 00:00 UTC


@dataclass(frozen=True)
class Window:
    what: str
    start: float
    end: float


@dataclass(frozen=True)
class Labelled:
    name: str
    kind: str  # as bot.analysis knows it
    times: list[float]
    values: list[float]
    windows: tuple[Window, ...]
    step: int = STEP


@dataclass(frozen=True)
class _Base:
    kind: str
    make: Callable[[Dice, Array, Array], Array]  # from the hour of the day and the number of the day
    goes_wrong: tuple[str, ...]


def series(seed: int, days: int = DAYS) -> Labelled:
    dice = np.random.default_rng(seed)
    name = list(BASES)[seed % len(BASES)]
    base = BASES[name]
    index = np.arange(days * A_DAY)
    hours, day = (index % A_DAY) * 24 / A_DAY, index // A_DAY
    values = base.make(dice, hours, day)
    windows = list(_go_wrong(dice, base, values, hours, days)) if seed % 4 else []
    if base.kind == "counter":
        values = _counted(dice, values)
    kept = _with_gaps(dice, len(values))
    return Labelled(
        f"{name} {seed}",
        base.kind,
        [float(BEGIN + STEP * one) for one in index[kept]],
        [float(one) for one in values[kept]],
        tuple(windows),
    )


def _season(hours: Array, day: Array, peak: float, depth: float, weekend: float) -> Array:
    """Around 1, with the busiest hour at `peak`; the first day is a Thursday."""
    daily = 1 + depth * np.cos((hours - peak) / 24 * 2 * np.pi)
    return daily * np.where(np.isin(day % 7, (2, 3)), weekend, 1.0)


def _wander(dice: Dice, count: int, keeps: float, size: float) -> Array:
    steps, found, value = dice.normal(0, size, count), np.empty(count), 0.0
    for index, step in enumerate(steps):
        value = keeps * value + step
        found[index] = value
    return found


def _requests(dice: Dice, hours: Array, day: Array) -> Array:
    season = _season(hours, day, dice.uniform(10, 16), dice.uniform(0.3, 0.7), dice.uniform(0.4, 1))
    level = 10 ** dice.uniform(0, 4) * (1 + dice.uniform(-0.002, 0.006) * day)
    return level * season * np.exp(_wander(dice, len(hours), 0.6, dice.uniform(0.02, 0.08)))


def _latency(dice: Dice, hours: Array, day: Array) -> Array:
    season = _season(hours, day, dice.uniform(10, 16), dice.uniform(0, 0.3), 1)
    noise = dice.lognormal(0, dice.uniform(0.08, 0.25), len(hours))
    harmless = np.where(dice.random(len(hours)) < 0.003, dice.uniform(1.3, 2.2, len(hours)), 1)
    return dice.uniform(0.02, 2) * season * noise * harmless


def _errors(dice: Dice, hours: Array, day: Array) -> Array:
    seen = dice.uniform(200, 5000)
    return dice.poisson(seen * dice.uniform(0.0005, 0.01), len(hours)) / seen


def _cpu(dice: Dice, hours: Array, day: Array) -> Array:
    season = _season(hours, day, dice.uniform(8, 20), dice.uniform(0.1, 0.5), dice.uniform(0.7, 1))
    return np.clip(dice.uniform(15, 45) * season + _wander(dice, len(hours), 0.8, dice.uniform(0.5, 2)), 0, 100)


def _memory(dice: Dice, hours: Array, day: Array) -> Array:
    period = int(dice.integers(20, 120))
    saw = (np.arange(len(hours)) % period) / period
    return dice.uniform(0.3, 4) * 1e9 * (1 + dice.uniform(0.1, 0.4) * saw + _wander(dice, len(hours), 0.9, 0.004))


def _queue(dice: Dice, hours: Array, day: Array) -> Array:
    busy = dice.random(len(hours)) < 0.04
    return np.where(busy, dice.poisson(dice.uniform(3, 30), len(hours)), dice.poisson(0.2, len(hours))).astype(float)


def _disk(dice: Dice, hours: Array, day: Array) -> Array:
    every = int(dice.integers(1, 4)) * A_DAY
    fill = (np.arange(len(hours)) % every) / every
    return dice.uniform(20, 50) + dice.uniform(4, 15) * fill + dice.normal(0, 0.15, len(hours))


def _hits(dice: Dice, hours: Array, day: Array) -> Array:
    return np.clip(1 - dice.uniform(0.02, 0.12) * dice.lognormal(0, 0.25, len(hours)), 0, 1)


def _nightly(dice: Dice, hours: Array, day: Array) -> Array:
    at, long = dice.uniform(0, 5), dice.uniform(0.3, 1.5)
    job = (hours >= at) & (hours < at + long)
    level = dice.uniform(3, 15)
    return level * (1 + dice.uniform(3, 8) * job) * dice.lognormal(0, 0.12, len(hours))


BASES = {
    "requests": _Base("gauge", _requests, ("spike", "zero", "lower", "higher", "no peak", "noise")),
    "latency": _Base("latency", _latency, ("spike", "higher", "leak", "noise")),
    "errors": _Base("error ratio", _errors, ("spike", "higher")),
    "cpu": _Base("gauge", _cpu, ("spike", "zero", "higher", "lower", "no peak", "leak")),
    "memory": _Base("gauge", _memory, ("leak", "higher", "zero")),
    "queue": _Base("gauge", _queue, ("higher", "leak", "spike")),
    "disk": _Base("gauge", _disk, ("leak", "higher")),
    "hits": _Base("hit ratio", _hits, ("lower", "noise", "zero")),
    "nightly": _Base("gauge", _nightly, ("no peak", "higher", "spike", "zero")),
    "counted": _Base("counter", _requests, ("zero", "higher", "lower", "no peak", "spike")),
}
LONG = {
    "spike": (1, 4),
    "zero": (4, 24),
    "higher": (24, 144),
    "lower": (24, 144),
    "noise": (24, 60),
    "leak": (150, 400),
}


def _go_wrong(dice: Dice, base: _Base, values: Array, hours: Array, days: int) -> Iterator[Window]:
    """Changes `values` in one or two places, a quarter of the rest of the time apart."""
    level, spread = float(np.median(values)), float(np.std(values))
    noise = max(float(np.median(np.abs(np.diff(values)))) * 1.5, 0.02 * spread)
    size = max(spread, 3 * noise, 0.1 * abs(level))
    room = (days - QUIET_DAYS) * A_DAY
    for place in dice.permutation(4)[: int(dice.integers(1, 3))]:
        what = str(dice.choice(base.goes_wrong))
        start = QUIET_DAYS * A_DAY + int(room * (place + dice.uniform(0, 0.2)) / 4)
        if what == "no peak":
            start = _before_peak(values, start)
            long = A_DAY // 2
        else:
            long = int(dice.integers(*LONG[what]))
        part = slice(start, min(start + long, len(values)))
        values[part] = _changed(dice, what, values[part], values, size, noise)
        if base.kind.endswith("ratio"):
            np.clip(values, 0, 1, out=values)
        yield Window(what, float(BEGIN + STEP * part.start), float(BEGIN + STEP * (part.stop - 1)))


def _before_peak(values: Array, start: int) -> int:
    """A quarter of a day before the busiest time of the day that begins at `start`."""
    week = values[start - 7 * A_DAY : start].reshape(7, A_DAY)
    return start + max(int(np.argmax(np.median(week, axis=0))) - A_DAY // 4, 0)


def _changed(dice: Dice, what: str, part: Array, every: Array, size: float, noise: float) -> Array:
    match what:
        case "spike":
            return part + size * dice.uniform(4, 9)
        case "zero":
            return np.zeros_like(part)
        case "higher":
            return part + size * dice.uniform(1.5, 4)
        case "lower":
            return part * dice.uniform(0.15, 0.5)
        case "noise":
            return np.abs(part + dice.normal(0, noise * 6, len(part)))
        case "leak":
            return part + np.linspace(0, size * dice.uniform(3, 6), len(part))
        case _:
            low = np.quantile(every, 0.15)
            return np.minimum(part, low * dice.lognormal(0, 0.05, len(part)))


def _counted(dice: Dice, rates: Array) -> Array:
    """What a counter shows that grows at these rates and begins anew now and then."""
    total = np.cumsum(np.maximum(rates, 0) * STEP)
    for at in sorted(dice.integers(1, len(total), 3)):
        total[at:] -= total[at]
    return np.asarray(total)


def _with_gaps(dice: Dice, count: int) -> NDArray[np.bool_]:
    """Now and then a few points are missing, which is usual and no anomaly."""
    kept = np.ones(count, dtype=bool)
    for at in dice.integers(0, count, math.ceil(count / 1500)):
        kept[at : at + int(dice.integers(1, 6))] = False
    return kept
