"""Daily spends of many kinds, made from a seed."""

import math
from collections.abc import Callable
from datetime import date, timedelta
from typing import TypeAlias

import numpy as np

Dice: TypeAlias = np.random.Generator
Costs: TypeAlias = np.ndarray
DAYS = 240


def series(kind: str, seed: int) -> tuple[date, list[float]]:
    """The first day, and what each day cost."""
    dice = np.random.default_rng([seed, *kind.encode()])
    first = date(2023, 1, 1) + timedelta(days=int(dice.integers(0, 1000)))
    days = [first + timedelta(days=day) for day in range(DAYS)]
    costs = KINDS[kind](dice, days) * 10 ** dice.uniform(-1, 4)
    if kind == "tiny":
        costs = np.round(costs / costs.mean() * dice.uniform(0.02, 0.3), 2)
    return first, [float(cost) for cost in np.maximum(costs, 0.0)]


def _steady(dice: Dice, days: list[date]) -> Costs:
    """A level that wanders, with the shape of its week, and noise that lasts a while."""
    weekend = dice.choice([dice.uniform(0.05, 0.4), dice.uniform(0.4, 0.9), 1.0, dice.uniform(1.0, 1.5)])
    week = np.exp(dice.normal(0, dice.uniform(0.01, 0.12), 7))
    week[5:] *= weekend
    level = np.exp(np.cumsum(dice.normal(0, dice.uniform(0.0, 0.02), len(days))))
    return level * np.array([week[day.weekday()] for day in days]) * _noise(dice, len(days))


def _noise(dice: Dice, size: int) -> Costs:
    lasting, wide = dice.uniform(0, 0.7), dice.uniform(0.03, 0.2)
    found = np.zeros(size)
    for at, step in enumerate(dice.normal(0, wide, size)):
        found[at] = (lasting * found[at - 1] if at else 0.0) + step
    return np.exp(found)


def _growing(dice: Dice, days: list[date]) -> Costs:
    month = dice.uniform(-0.1, 0.35)
    return _steady(dice, days) * np.exp(month * np.arange(len(days)) / 30)


def _launched(dice: Dice, days: list[date]) -> Costs:
    """New tools begin, and old ones are cut over, at once."""
    costs = _steady(dice, days)
    for at in dice.integers(20, len(days), int(dice.integers(1, 4))):
        costs[at:] *= dice.choice([dice.uniform(1.3, 3.0), dice.uniform(0.35, 0.8)])
    return costs


def _ramped(dice: Dice, days: list[date]) -> Costs:
    """A new tool is taken up over weeks."""
    costs = _steady(dice, days)
    for at in dice.integers(20, len(days) - 20, int(dice.integers(1, 3))):
        far = (np.arange(len(days)) - at) / dice.uniform(10, 45)
        costs *= 1 + dice.uniform(0.3, 2.0) * np.clip(far, 0, 1)
    return costs


def _runaway(dice: Dice, days: list[date]) -> Costs:
    """Days on which something ran wild, once each."""
    costs = _steady(dice, days)
    for at in dice.integers(0, len(days), int(dice.integers(2, 9))):
        costs[at : at + int(dice.integers(1, 4))] *= dice.uniform(2.5, 10)
    return costs


def _monthly(dice: Dice, days: list[date]) -> Costs:
    """Jobs at the start of each month, or at its end."""
    costs = _steady(dice, days)
    at_end, size, lasts = dice.random() < 0.4, dice.uniform(1.0, 6.0), int(dice.integers(1, 4))
    for place, day in enumerate(days):
        following = day + timedelta(days=lasts)
        if (following.month != day.month) if at_end else (day.day <= lasts):
            costs[place] += size * math.exp(dice.normal(0, 0.15))
    return costs


def _priced(dice: Dice, days: list[date]) -> Costs:
    """Prices change with a month."""
    costs = _steady(dice, days)
    for place in [at for at, day in enumerate(days) if day.day == 1 and dice.random() < 0.3]:
        costs[place:] *= dice.choice([dice.uniform(0.4, 0.9), dice.uniform(1.1, 1.8)])
    return costs


def _heavy(dice: Dice, days: list[date]) -> Costs:
    wide = dice.uniform(0.1, 0.35)
    return _steady(dice, days) * np.exp(wide * np.clip(dice.standard_t(3, len(days)), -6, 6))


def _sparse(dice: Dice, days: list[date]) -> Costs:
    """On most days nothing at all."""
    active = dice.random(len(days)) < dice.uniform(0.08, 0.6)
    return active * dice.gamma(dice.uniform(0.7, 4), 1.0, len(days)) * _steady(dice, days)


def _holidays(dice: Dice, days: list[date]) -> Costs:
    costs = _steady(dice, days)
    for at in dice.integers(0, len(days), int(dice.integers(2, 7))):
        costs[at : at + int(dice.choice([1, 1, 2, 4, 9]))] *= dice.uniform(0.1, 0.5)
    return costs


def _summed(dice: Dice, days: list[date]) -> Costs:
    """A few tools, each with its own begin, shape and fate."""
    kinds = [_steady, _growing, _launched, _ramped, _runaway, _monthly, _heavy, _sparse]
    total = np.zeros(len(days))
    for _ in range(int(dice.integers(2, 7))):
        costs = kinds[int(dice.integers(0, len(kinds)))](dice, days) * dice.gamma(1.0)
        if dice.random() < 0.3:
            costs[: int(dice.integers(0, len(days)))] = 0
        total += costs
    return total


def _mixed(dice: Dice, days: list[date]) -> Costs:
    """Any of it together: growth, a launch, a ramp, days run wild, jobs of the month."""
    costs = _steady(dice, days)
    for make in (_growing, _launched, _ramped, _runaway, _monthly, _priced, _holidays):
        if dice.random() < 0.3:
            state = dice.bit_generator.state
            plain = _steady(dice, days)
            dice.bit_generator.state = state
            costs = costs * make(dice, days) / plain
    return costs


KINDS: dict[str, Callable[[Dice, list[date]], Costs]] = {
    "steady": _steady,
    "growing": _growing,
    "launched": _launched,
    "ramped": _ramped,
    "runaway": _runaway,
    "monthly": _monthly,
    "priced": _priced,
    "heavy": _heavy,
    "sparse": _sparse,
    "holidays": _holidays,
    "tiny": _steady,
    "summed": _summed,
    "mixed": _mixed,
}
