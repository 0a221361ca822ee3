"""The days ahead, from several methods, and how sure that is: both from how wrong they were on this very series."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, median, pstdev

from bot.analysis.baseline import MAD_TO_SIGMA
from bot.analysis.spend_methods import METHODS, WEEK, WEEKS, Costs, Past, middle_of, profile

TRIALS, LEAST = 16, 21  # forecasts from the past, each with so many days known
FEW = 14  # days: fewer tell no weekday from another
MOSTLY_NOTHING = 0.3  # of the days
T80, T95 = 1.638, 3.4  # Student, three degrees of freedom, as trials overlap; the outer one a little further
PRIOR, WORTH = 0.05, 6  # what is taken for the usual error, and the trials that it counts for
YOUNG, YOUNGEST = 0.08, 0.42  # the error after many days, and what is more after one
UNTRIED = 0.1  # for each trial that could not be made
WIDER, WIDER_FAR = 0.83, 0.3  # what has never happened yet: the more, the further ahead, by months
SMALL, SMALL_SPARSE = 0.05, 1.0  # times what is usual: errors of less than that do not count in full
WEIGHED, AT_MOST = 4, 1.0  # trials before one counts in full, and the worst that any can be


@dataclass(frozen=True, slots=True)
class Outlook:
    days: tuple[float, ...]  # what each is expected to cost
    spread: float  # of the sum, in logarithms of it and `small` together
    small: float

    @property
    def sum(self) -> float:
        return math.fsum(self.days)

    def bound(self, times: float) -> float:
        return max((self.sum + self.small) * math.exp(min(times * self.spread, 50.0)) - self.small, 0.0)

    def beyond(self, cost: float) -> float:
        """How probable it is that the days cost more than that."""
        if cost < 0 or self.sum + self.small <= 0:
            return float(cost < 0)
        times = math.log((cost + self.small) / (self.sum + self.small)) / self.spread
        return 0.5 - (times / math.sqrt(3) / (1 + times**2 / 3) + math.atan(times / math.sqrt(3))) / math.pi


def outlook(costs: Costs, ahead: int) -> Outlook:
    if len(costs) < FEW:
        return _young(costs, ahead)
    if sum(cost <= 0 for cost in costs) > MOSTLY_NOTHING * len(costs):
        return _sparse(costs, ahead)
    return _combined(costs, ahead)


def _young(costs: Costs, ahead: int) -> Outlook:
    """The average goes on, half with the shape of a week where one is known; how sure, nobody can try yet."""
    week = costs[-WEEK:]
    usual, shape = fmean(week), week if len(week) == WEEK else (fmean(week),)
    days = tuple((usual + shape[place % len(shape)]) / 2 for place in range(ahead))
    return Outlook(days, YOUNG + YOUNGEST / math.sqrt(len(costs)), SMALL * usual * ahead)


def _sparse(costs: Costs, ahead: int) -> Outlook:
    usual = fmean(costs)
    small = SMALL_SPARSE * usual * ahead
    trials = [(sum(costs[at : at + ahead]), sum(_averages(costs[:at], ahead))) for at in _origins(len(costs), ahead)]
    errors = [_error(actual, told, small) for actual, told in trials]
    chance = pstdev(costs) / usual / math.sqrt(ahead) / 2.5 if small > 0 else PRIOR
    return Outlook(tuple(_averages(costs, ahead)), _spread(errors, chance, ahead), small)


def _averages(costs: Costs, ahead: int) -> list[float]:
    recent = costs[-WEEKS * WEEK :]
    usual, shape = fmean(recent), profile(costs)
    return [usual * shape[place % WEEK] for place in range(ahead)]


def _combined(costs: Costs, ahead: int) -> Outlook:
    """The weighted median of the methods: each counts by how well it did at moments of the past."""
    small = SMALL * fmean(costs) * ahead
    trials = [_trial(costs, at, ahead) for at in _origins(len(costs), ahead)]
    wrong = [[min(abs(_error(actual, one, small)), AT_MOST) ** 2 for one in told] for actual, told in trials]
    past = Past(costs)
    paths = [method(past, ahead) for method in METHODS]
    weights = _weights(wrong)
    middle = middle_of([sum(path) for path in paths], weights)
    errors = [
        _error(actual, middle_of(told, _weights([*wrong[:place], *wrong[place + 1 :]])), small)
        for place, (actual, told) in enumerate(trials)
    ]
    prior = math.hypot(PRIOR, _noise(costs) / math.sqrt(max(ahead, 1)))
    return Outlook(_scaled(paths, weights, middle), _spread(errors, prior, ahead), small)


def _origins(size: int, ahead: int) -> list[int]:
    step = min(max((size - ahead - 4 * WEEK) // TRIALS, 1), 3)
    return [at for at in range(size - ahead, size - ahead - TRIALS * step, -step) if at >= LEAST]


def _trial(costs: Costs, at: int, ahead: int) -> tuple[float, list[float]]:
    past = Past(costs[:at])
    return sum(costs[at : at + ahead]), [sum(method(past, ahead)) for method in METHODS]


def _error(actual: float, told: float, small: float) -> float:
    return math.log((actual + small) / (told + small)) if small > 0 else 0.0


def _weights(wrong: Sequence[Sequence[float]]) -> list[float]:
    """Of each method, by its squared errors; equal where nothing was tried."""
    sums = [math.fsum(trial[which] for trial in wrong) for which in range(len(METHODS))]
    return [(len(wrong) + WEIGHED) / (one + WEIGHED * PRIOR**2) for one in sums]


def _spread(errors: Sequence[float], prior: float, ahead: int) -> float:
    untried = (TRIALS - len(errors)) / 2
    squares = sum(error**2 for error in errors) + WORTH * prior**2 + untried * math.hypot(prior, UNTRIED) ** 2
    usual = math.sqrt(squares / (len(errors) + WORTH + untried))
    return usual * (WIDER + WIDER_FAR * ahead / 25)


def _noise(costs: Costs) -> float:
    """How far a day usually is from the same day of the week before, as a share."""
    recent, little = costs[-WEEKS * WEEK :], fmean(costs) / 1000
    pairs = zip(recent, recent[WEEK:], strict=False)
    return MAD_TO_SIGMA * median(abs(math.log((new + little) / (old + little))) for old, new in pairs) / math.sqrt(2)


def _scaled(paths: Sequence[Costs], weights: Sequence[float], whole: float) -> tuple[float, ...]:
    """The shape of them all, with the sum that is told."""
    days = [sum(weight * one for weight, one in zip(weights, day, strict=True)) for day in zip(*paths, strict=True)]
    factor = whole / sum(days) if sum(days) > 0 else 0.0
    return tuple(factor * day for day in days)
