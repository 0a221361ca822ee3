"""Gauges on their way to a limit, made from a seed, and when they really got there: for the forecast."""

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median

import numpy as np

from bot.analysis.forecast import Foreseen, foresee
from bot.model.series import Point

START = datetime(2026, 1, 5, tzinfo=UTC)
HOUR = timedelta(hours=1)
TUNED, JUDGING = range(200), range(5000, 5300)


@dataclass(frozen=True)
class Case:
    points: list[Point]  # that were known
    limit: float
    met_at: datetime  # when the hourly median was first beyond the limit


def case(seed: int) -> Case:
    """One to four weeks are known; the limit is met within the next day, or up to three quarters of what is known."""
    dice = np.random.default_rng(seed)
    known, hours = int(dice.integers(7, 28)) * 24, 24 * 60
    slope = dice.uniform(0.02, 0.3)
    steps = slope * dice.gamma(2, 0.5, hours)  # it does not grow evenly
    for at in dice.integers(0, hours, int(dice.integers(0, 3))):
        steps[at:] *= dice.uniform(0.7, 1.4)  # nor always as fast
    if seed % 3 == 0:
        steps[int(dice.integers(0, hours))] += slope * dice.uniform(5, 40)  # a large file
    day = dice.uniform(0, 4) * slope * np.cos((np.arange(hours) % 24 - dice.uniform(0, 24)) / 24 * 2 * math.pi)
    values = 20 + np.cumsum(steps) + day + dice.normal(0, dice.uniform(0.2, 3) * slope, hours)
    ahead = int(dice.uniform(24, 0.75 * known))
    limit = float(np.max(values[: known + ahead]))
    met = next(hour for hour in range(known, hours) if values[hour] >= limit)
    points = [Point(START + hour * HOUR, float(values[hour])) for hour in range(known)]
    return Case(points, limit, START + met * HOUR)


@dataclass(frozen=True)
class Foresight:
    cases: int
    answered: int
    covered: float  # of those that were answered
    wrong: float  # median error, as a share of the time that was left
    wide: float  # median width of the interval, as such a share


def judge(seeds: range) -> Foresight:
    held, wrong, wide = [], [], []
    for seed in seeds:
        one = case(seed)
        found = foresee(one.points, one.limit)
        if isinstance(found, Foreseen):
            left = (one.met_at - one.points[-1].at) / HOUR
            held.append(found.early <= one.met_at <= found.late)
            wrong.append(abs((found.at - one.met_at) / HOUR) / left)
            wide.append((found.late - found.early) / HOUR / left)
    return Foresight(len(seeds), len(held), sum(held) / len(held), median(wrong), median(wide))


def report() -> None:
    found = judge(JUDGING)
    print(f"forecast of when a gauge meets a limit: seeds {JUDGING.start} to {JUDGING.stop - 1}")
    print(f"  answered                 {found.answered:4} of {found.cases:4}")
    print(f"  80 % interval held       {found.covered:7.1%}")
    print(f"  error, median            {found.wrong:7.1%} of the time left")
    print(f"  interval, median         {found.wide:7.1%} of the time left")
