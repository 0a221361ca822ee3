"""Simple ways to say what the next days will cost; none is trusted alone. Costs are of days in a row, none missing."""

from collections.abc import Callable, Sequence
from statistics import fmean, median
from typing import TypeAlias

WEEK = 7
Costs: TypeAlias = Sequence[float]
Method: TypeAlias = Callable[["Past", int], list[float]]
WEEKS = 8  # that count
LEAST_SHARE = 0.1  # of an average day; a weekday that costs less says nothing of the level
SPIKE, DIP = 2.2, 0.5  # times the days around it: it happened once
FADE, FADE_GROWTH = 0.93, 0.97  # of a trend, from day to day
STEEPEST = 1.4  # times, from week to week
NOISE = 3.5  # times a median deviation squared, over the weeks: how far a median is off by chance, squared
STEP, SURE = 1.15, 4.5  # times the level before, and times its noise: it changed at once


class Past:
    """What is known, without what happened once: `flat` without the shape of the week, `calm` with it."""

    def __init__(self, costs: Costs) -> None:
        self.profile = profile(costs)
        size = len(costs)
        shape = [self.profile[(place - size) % WEEK] for place in range(size)]
        levels = [cost / share if share >= LEAST_SHARE else None for cost, share in zip(costs, shape, strict=True)]
        self.flat = _calm(_filled(levels))
        self.calm = [level * share for level, share in zip(self.flat, shape, strict=True)]

    def shaped(self, levels: Costs) -> list[float]:
        return [max(level, 0.0) * self.profile[place % WEEK] for place, level in enumerate(levels)]

    def usual(self) -> list[float]:
        """What each day would have cost, had it been like those around it."""
        flat, size = self.flat, len(self.flat)
        middle = [median(flat[max(place - WEEK, 0) : place + WEEK + 1]) for place in range(size)]
        return [level * self.profile[(place - size) % WEEK] for place, level in enumerate(middle)]


def profile(costs: Costs) -> tuple[float, ...]:
    """What each weekday costs of an average day; the first is that of the day that comes next."""
    ends = range(len(costs), max(len(costs) - WEEKS * WEEK, 0), -WEEK)
    weeks = [costs[end - WEEK : end] for end in ends if end >= WEEK and sum(costs[end - WEEK : end]) > 0]
    if len(weeks) < 2:
        return (1.0,) * WEEK
    shares = [[WEEK * week[place] / sum(week) for week in weeks] for place in range(WEEK)]
    middle = [median(one) for one in shares]
    whole, trust = fmean(middle), _trust(shares, middle)
    return tuple(1 + trust * (one / whole - 1) for one in middle) if whole > 0 else (1.0,) * WEEK


def _trust(shares: Sequence[Costs], middle: Costs) -> float:
    """How much of what sets the weekdays apart is not chance."""
    apart = fmean((one - 1) ** 2 for one in middle)
    noise = fmean(median(abs(share - one) for share in each) ** 2 for each, one in zip(shares, middle, strict=True))
    chance = NOISE * noise / len(shares[0])
    return apart / (apart + chance) if apart > 0 else 0.0


def _filled(levels: Sequence[float | None]) -> list[float]:
    last = next((level for level in levels if level is not None), 0.0)
    found = []
    for level in levels:
        last = last if level is None else level
        found.append(last)
    return found


def _calm(flat: Costs) -> list[float]:
    """A day that stands far out among those around it becomes like them."""
    found = []
    for place, level in enumerate(flat):
        around = median(flat[max(place - 3, 0) : place + 4])
        found.append(level if around <= 0 or DIP * around <= level <= SPIKE * around else around)
    return found


def last_week(past: Past, ahead: int) -> list[float]:
    week = past.calm[-WEEK:]
    return [week[place % len(week)] for place in range(ahead)]


def weekday_means(past: Past, ahead: int) -> list[float]:
    calm = past.calm[-4 * WEEK :]
    if len(calm) < WEEK:
        return [fmean(calm)] * ahead
    means = [fmean(calm[(len(calm) + place) % WEEK :: WEEK]) for place in range(WEEK)]
    return [means[place % WEEK] for place in range(ahead)]


def weighted_level(past: Past, ahead: int) -> list[float]:
    return past.shaped([weighted_median(past.flat[-6 * WEEK :], half_life=7.0)] * ahead)


def weighted_median(values: Costs, half_life: float) -> float:
    """The middle of the values, of which the later count for more."""
    last = len(values) - 1
    return middle_of(values, [0.5 ** ((last - place) / half_life) for place in range(len(values))])


def middle_of(values: Costs, weights: Costs) -> float:
    left = sum(weights) / 2
    for value, weight in sorted(zip(values, weights, strict=True)):
        left -= weight
        if left <= 0:
            return value
    return max(values)


def since_shift(past: Past, ahead: int) -> list[float]:
    """The level since it last changed at once."""
    flat = past.flat[-WEEKS * WEEK :]
    return past.shaped([weighted_median(flat[last_shift(flat) :], half_life=14.0)] * ahead)


def last_shift(flat: Costs, least: int = 4) -> int:
    """Where the clearest step begins; 0 where none is clear."""
    clearest, found = 0.0, 0
    for at in range(least, len(flat) - least + 1):
        before, after = flat[max(at - 2 * WEEK, 0) : at], flat[at : at + 2 * WEEK]
        old, new = median(before), median(after)
        if max(old, new) <= STEP * min(old, new):
            continue
        noise = fmean([*(abs(one - old) for one in before), *(abs(one - new) for one in after)])
        size: float = min(len(before), len(after)) ** 0.5
        clear = abs(new - old) * size / max(noise, abs(new - old) / 100)
        if clear > clearest:
            clearest, found = clear, at
    return found if clearest >= SURE else 0


def damped(past: Past, ahead: int) -> list[float]:
    """Exponential smoothing with a trend that fades; of a few settings the one that was wrong least."""
    flat = past.flat[-WEEKS * WEEK :]
    _, level, slope = min(_smoothed(flat, alpha, beta) for alpha in (0.1, 0.2, 0.4) for beta in (0.0, 0.05))
    levels, fade = [], 1.0
    for _ in range(ahead):
        fade *= FADE
        level += slope * fade
        levels.append(level)
    return past.shaped(levels)


def _smoothed(flat: Costs, alpha: float, beta: float) -> tuple[float, float, float]:
    """How wrong it was, and the level and slope at the end."""
    level, slope, wrong = fmean(flat[:WEEK]), 0.0, 0.0
    for value in flat:
        expected = level + FADE * slope
        wrong += abs(value - expected)
        level = expected + alpha * (value - expected)
        slope = FADE * slope + alpha * beta * (value - expected)
    return wrong, level, slope


def theta(past: Past, ahead: int) -> list[float]:
    """Half of the straight line through it all, from where it is now."""
    flat = past.flat[-WEEKS * WEEK :]
    middle = (len(flat) - 1) / 2
    across = sum((place - middle) ** 2 for place in range(len(flat))) or 1.0
    slope = sum((place - middle) * level for place, level in enumerate(flat)) / across / 2
    level = _smoothed(flat, 0.2, 0.0)[1] + 2 * slope
    return past.shaped([level + slope * place for place in range(1, ahead + 1)])


def smoothed_weeks(past: Past, ahead: int) -> list[float]:
    """Whole weeks, each counting for half of the one after it."""
    flat = past.flat
    ends = range(len(flat), max(len(flat) - WEEKS * WEEK, 0), -WEEK)
    weeks = [fmean(flat[max(end - WEEK, 0) : end]) for end in ends]
    weights = [0.5**back for back in range(len(weeks))]
    level = sum(one * weight for one, weight in zip(weeks, weights, strict=True)) / sum(weights)
    return past.shaped([level] * ahead)


def growth(past: Past, ahead: int) -> list[float]:
    """The median growth from week to week goes on, ever less."""
    flat, size = past.flat, len(past.flat)
    weeks = [median(flat[end - WEEK : end]) for end in range(size, WEEK - 1, -WEEK)][:6]
    if len(weeks) < 4 or min(weeks) <= 0:
        return smoothed_weeks(past, ahead)
    pairs = [(late, early) for late in range(len(weeks)) for early in range(late + 2, len(weeks))]
    rate: float = median((weeks[late] / weeks[early]) ** (1 / (early - late)) for late, early in pairs)
    rate = min(max(rate, 1 / STEEPEST), STEEPEST) ** (1 / WEEK)
    recent = flat[-4 * WEEK :]
    brought_up = [one * rate ** (len(recent) - 1 - place) for place, one in enumerate(recent)]
    level, fade, levels = weighted_median(brought_up, half_life=10.0), 1.0, []
    for _ in range(ahead):
        fade *= FADE_GROWTH
        level *= rate**fade
        levels.append(level)
    return past.shaped(levels)


METHODS: tuple[Method, ...] = (
    last_week,
    weekday_means,
    weighted_level,
    since_shift,
    damped,
    theta,
    smoothed_weeks,
    growth,
)
