"""Service level objectives: kept or missed, when they were broken, and how fast the error budget burns."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from bot.model.series import Point

Kind: TypeAlias = Literal["availability", "error_rate", "p95_latency"]
PERIOD = timedelta(days=30)  # that an error budget is for
JOINED = timedelta(minutes=10)  # two breaches with less than this between them are one
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Objective:
    kind: Kind
    title: str
    target: float
    unit: str
    at_least: bool = False  # else at most
    default: bool = True  # nobody set it: it is ours

    def met(self, value: float) -> bool:
        """What is not known is not met."""
        return value >= self.target if self.at_least else value <= self.target

    def worse(self, one: float, other: float) -> bool:
        return one < other if self.at_least else one > other

    @property
    def allowed(self) -> float:
        """The share that may go wrong."""
        return 1 - self.target if self.at_least else self.target


DEFAULTS = (
    Objective("availability", "Availability", 0.999, "ratio", at_least=True),  # row THV-15
    Objective("error_rate", "Error rate", 0.02, "ratio"),  # row THV-04
    Objective("p95_latency", "p95 latency", 0.5, "seconds"),  # row THV-01
)


@dataclass(frozen=True, slots=True)
class Breach:
    start: datetime
    end: datetime  # the first value within the objective again, else the last one seen
    worst: float
    ended: Literal["recovered", "still on", "no data"]

    @property
    def duration(self) -> timedelta:
        return self.end - self.start


def breaches(points: Sequence[Point], objective: Objective, step: timedelta, until: datetime) -> tuple[Breach, ...]:
    """The spans in which a value was beyond its objective. More than two missing values in a row end one: nothing is
    known of that time."""
    found: list[Breach] = []
    for breach in _runs([one for one in points if math.isfinite(one.value)], objective, step, until):
        before = found[-1] if found else None
        if before and before.ended == "recovered" and breach.start - before.end < JOINED:
            worst = breach.worst if objective.worse(breach.worst, before.worst) else before.worst
            found[-1] = replace(breach, start=before.start, worst=worst)
        else:
            found.append(breach)
    return tuple(found)


def _runs(points: Sequence[Point], objective: Objective, step: timedelta, until: datetime) -> Iterator[Breach]:
    run: Breach | None = None
    for point in points:
        if run and point.at - run.end > 3 * step:
            yield replace(run, ended="no data")
            run = None
        if objective.met(point.value):
            if run:
                yield replace(run, end=point.at, ended="recovered")
            run = None
        elif run is None:
            run = Breach(point.at, point.at, point.value, "still on")
        else:
            worst = point.value if objective.worse(point.value, run.worst) else run.worst
            run = replace(run, end=point.at, worst=worst)
    if run:
        yield replace(run, ended="no data" if until - run.end > 3 * step else "still on")


def kept(points: Sequence[Point], objective: Objective) -> float:
    """The share of the values that were within the objective; NaN where there are none."""
    values = [one.value for one in points if math.isfinite(one.value)]
    return sum(map(objective.met, values)) / len(values) if values else math.nan


def spent(bad: float, total: float, allowed: float) -> float:
    """How much of an error budget is used: 1 is all of it, 2 is twice as much as there was; NaN without traffic.

    Over a short window this is its burn rate: 1 uses up the budget of a period in exactly that period.
    """
    return bad / total / allowed if total > 0 and allowed > 0 else math.nan


@dataclass(frozen=True, slots=True)
class Pace:
    """A burn that deserves attention: both windows burn at least this fast, so it is neither over nor a blip."""

    short: timedelta
    long: timedelta
    rate: float


PACES = (
    Pace(timedelta(minutes=5), HOUR, 14.4),  # 2 % of a month's budget in an hour
    Pace(timedelta(minutes=30), 6 * HOUR, 6.0),  # 5 % in six hours
    Pace(6 * HOUR, timedelta(days=3), 1.0),  # 10 % in three days
)


WINDOWS = tuple(sorted({window for one in PACES for window in (one.short, one.long)}))


def burning(rates: Mapping[timedelta, float]) -> Pace | None:
    """The fastest pace that both of its windows have reached."""
    return next((one for one in PACES if min(_rate(rates, one.short), _rate(rates, one.long)) >= one.rate), None)


def _rate(rates: Mapping[timedelta, float], window: timedelta) -> float:
    rate = rates.get(window, math.nan)
    return 0.0 if math.isnan(rate) else rate


def lasts(left: float, rate: float, period: timedelta = PERIOD) -> timedelta | None:
    """How long a share of the budget lasts at this burn rate; None: nothing burns, so it lasts."""
    if left <= 0:
        return timedelta(0)
    return period * (left / rate) if rate > 0 else None
