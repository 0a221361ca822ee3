"""What the calls of an AI tool tell of themselves, against its normal days, and which named rule explains it. Pure."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from statistics import median
from typing import Literal, TypeAlias
from zoneinfo import ZoneInfo

from bot.desk import usage_sums
from bot.desk.usage_sums import Part
from bot.model.charge import Charge, Charged

About: TypeAlias = Literal["latency", "errors"]
State: TypeAlias = Literal["few", "unknown", "normal", "risen", "degraded", "far"]
SLOW, VERY_SLOW = 2.0, 3.0  # times the normal (rows THV-02, THV-03)
MORE = 1.5  # times the normal, before a sign has moved
ERRORS = 0.01  # share of calls that fail, below which nothing is wrong (row THV-04)
ONE_FOR_ALL = 0.95  # share of the calls
SIMPLE = 500  # tokens that are read, up to which a call is small
SOME_SIMPLE = 0.1
FEW = 5  # calls of a day, and days: fewer make no normal
CHANCE = 0.05  # less probable than that is no chance
MANY = 50  # failures that are expected, from which on the bell curve will do
LESS_CACHED = 0.2  # of the tokens that are read


@dataclass(frozen=True, slots=True)
class Sign:
    name: str
    now: float
    normal: float  # the median of its days before; NaN where there are too few

    @property
    def times(self) -> float:
        return self.now / self.normal if self.normal > 0 else math.nan

    @property
    def risen(self) -> bool:
        return self.times >= MORE


@dataclass(frozen=True, slots=True)
class Peak:
    at: datetime
    seconds: float


@dataclass(frozen=True, slots=True)
class Signs:
    latency: Sign
    p95: Sign
    peak: Peak | None
    timed: int  # single calls that the percentiles are of
    prompt: Sign
    answer: Sign
    cached: Sign
    rate: Sign  # calls an hour
    failing: Sign
    models: tuple[Part, ...]
    simple: int  # single calls that read little
    days: int  # that the normal is of
    few: bool = False  # too few calls to judge anything by
    luck: float = 1.0  # how probable it is that so many fail by chance

    @property
    def fails_more(self) -> bool:
        """More than chance would do, for a few failures of a few calls say nothing."""
        return self.failing.now >= ERRORS and self.luck <= CHANCE

    def main(self, about: About) -> Sign:
        return self.latency if about == "latency" else self.failing

    def state(self, about: About) -> State:
        main = self.main(about)
        if self.few:
            return "few"
        if math.isnan(main.now):
            return "unknown"
        if about == "errors" and not self.fails_more:
            return "normal"
        if math.isnan(main.times):
            return "far" if about == "errors" and main.normal == 0 else "unknown"
        if main.times < MORE:
            return "normal"
        return "far" if main.times >= VERY_SLOW else "degraded" if main.times >= SLOW else "risen"


def read(
    now: Charged,
    hours: float,
    days: Mapping[date, Charged],
    models: Sequence[Part],
    single: Sequence[Charge],
    single_before: Sequence[Charge],
    zone: str,
) -> Signs:
    usual = [one for one in days.values() if one.calls >= FEW]

    def sign(name: str, of: Callable[[Charged], float], value: float | None = None) -> Sign:
        return Sign(name, of(now) if value is None else value, _middle([of(one) for one in usual]))

    took, took_before = usage_sums.seconds(single), usage_sums.seconds(single_before)
    peak = max(took, key=lambda one: one[1], default=None)
    return Signs(
        latency=sign("Average latency", usage_sums.latency),
        p95=Sign("P95 latency", usage_sums.percentile([one for _, one in took], 0.95), _p95_of_days(took_before, zone)),
        peak=Peak(*peak) if peak else None,
        timed=len(took),
        prompt=sign("Prompt tokens a call", usage_sums.prompt),
        answer=sign("Answer tokens a call", usage_sums.answer),
        cached=sign("Read from the cache", usage_sums.cached),
        rate=sign("Calls an hour", lambda one: one.calls / 24, now.calls / hours if hours >= 1 else math.nan),
        failing=sign("Failed calls", usage_sums.failing),
        models=tuple(models),
        few=now.calls < FEW,
        luck=by_chance(now.failed, now.calls, _rate(usual)),
        simple=sum(1 for one in single if one.calls == 1 and one.tokens and one.tokens.read <= SIMPLE),
        days=len(usual),
    )


def _rate(usual: Sequence[Charged]) -> float:
    """Of failures before; never nothing, for what has not failed yet may."""
    calls, failed = sum(one.calls for one in usual), sum(one.failed for one in usual)
    return min((failed + 0.5) / (calls + 1), 0.99)


def by_chance(failed: int, calls: int, rate: float) -> float:
    """How probable so many failures or more are, at that rate."""
    mean = calls * rate
    if mean > MANY:
        return 0.5 * math.erfc((failed - 0.5 - mean) / math.sqrt(2 * mean * (1 - rate)))
    below, one = 0.0, math.exp(calls * math.log1p(-rate))
    for place in range(failed):
        below += one
        one *= (calls - place) / (place + 1) * rate / (1 - rate)
    return max(1 - below, 0.0)


def _middle(values: Sequence[float]) -> float:
    known = [one for one in values if not math.isnan(one)]
    return median(known) if len(known) >= min(FEW, 3) else math.nan


def _p95_of_days(took: Sequence[tuple[datetime, float]], zone: str) -> float:
    days: dict[date, list[float]] = {}
    for at, value in took:
        days.setdefault(at.astimezone(ZoneInfo(zone)).date(), []).append(value)
    return _middle([usage_sums.percentile(values, 0.95) for values in days.values() if len(values) >= FEW])


RuleName: TypeAlias = Literal[
    "longer prompts", "longer answers", "less from the cache", "more calls", "more failures", "one model for all calls"
]


OF_MANY = ("more calls", "more failures")  # what is told of calls together, not of each


@dataclass(frozen=True, slots=True)
class Cause:
    rule: RuleName
    times: float  # how much more than normal; NaN where the rule is not about that
    standing: bool = False  # it was so before, too: it can only contribute


def causes(signs: Signs, about: About) -> tuple[Cause, ...]:
    """What moved, then what was so before; the first of what moved is the primary one.

    What makes each call longer comes before how many there are, and the farthest first.
    """
    moved = [
        Cause(rule, sign.times)
        for rule, sign in _rules(signs, about)
        if sign.risen and (rule != "more failures" or signs.fails_more)
    ]
    if signs.cached.normal - signs.cached.now >= LESS_CACHED:
        moved.append(Cause("less from the cache", math.nan))
    moved.sort(key=lambda one: (one.rule in OF_MANY, -one.times if not math.isnan(one.times) else 0.0))
    return (*moved, *_standing(signs, about))


def _rules(signs: Signs, about: About) -> tuple[tuple[RuleName, Sign], ...]:
    own: tuple[tuple[RuleName, Sign], ...] = (
        ("longer prompts", signs.prompt), ("longer answers", signs.answer), ("more calls", signs.rate),
    )  # fmt: skip
    return (*own, ("more failures", signs.failing)) if about == "latency" else own


def _standing(signs: Signs, about: About) -> tuple[Cause, ...]:
    calls = sum(one.sum.calls for one in signs.models)
    most = max((one.sum.calls for one in signs.models), default=0)
    alone = about == "latency" and calls and most / calls >= ONE_FOR_ALL
    return (Cause("one model for all calls", math.nan, standing=True),) if alone else ()
