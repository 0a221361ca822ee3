"""How services kept their objectives over a span: what they measured, when they were beyond, what it costs them."""

import asyncio
import math
from collections import defaultdict
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from bot.analysis.buckets import quantile
from bot.analysis.objectives import PACES, PERIOD, Breach, Kind, Objective, breaches, spent
from bot.desk.settled import settled
from bot.model.errors import Problem, Rejected
from bot.model.figures import span
from bot.model.series import Point
from bot.ports.tools import MetricsSource
from bot.query import long_spans
from bot.query.measures import BY_NAME, WINDOW, Measure, write
from bot.query.ranges import Range
from bot.query.vitals import BUCKETS, ERRORS, FAILED, REQUESTS, UP, UP_COUNT, UP_SUM

_COURSES: Mapping[Kind, Measure] = {"availability": UP, "error_rate": ERRORS, "p95_latency": BY_NAME["latency"]}
T = TypeVar("T")
BURNED = sorted({window for pace in PACES for window in (pace.short, pace.long)})


@dataclass(frozen=True, slots=True)
class Measured:
    """Of one service over a whole span; NaN is what nothing is known of."""

    availability: float = math.nan
    error_rate: float = math.nan
    p95_latency: float = math.nan
    requests: float = math.nan
    failed: float = math.nan

    def of(self, kind: Kind) -> float:
        return {
            "availability": self.availability, "error_rate": self.error_rate, "p95_latency": self.p95_latency,
        }[kind]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Judged:
    objective: Objective
    value: float
    course: tuple[Point, ...] = ()
    breaches: tuple[Breach, ...] = ()
    problem: str = ""  # why its course could not be read

    @property
    def known(self) -> bool:
        return not math.isnan(self.value)

    @property
    def missed(self) -> bool:
        return self.known and not self.objective.met(self.value)


@dataclass(frozen=True, slots=True)
class Burn:
    """An error budget: how fast it burns in several windows, and how much of a period's is used."""

    rates: Mapping[timedelta, float] = field(default_factory=dict)
    used: float = math.nan  # of the last thirty days
    failed: float = math.nan
    requests: float = math.nan


async def judged(
    source: MetricsSource, where: Mapping[str, str], range_: Range, objectives: Sequence[Objective]
) -> tuple[Measured, tuple[Judged, ...]]:
    """One service, with the course of each value and the spans beyond its objective."""
    step = long_spans.step(range_.length)
    whole, courses = await asyncio.gather(
        measured(source, where, range_, strict=False),
        settled(_course(source, where, range_, one, step) for one in objectives),
    )
    one = whole.get("", Measured())
    return one, tuple(
        Judged(objective, one.of(objective.kind), problem=course.says)
        if isinstance(course, Problem)
        else Judged(objective, one.of(objective.kind), tuple(course), breaches(course, objective, step, range_.end))
        for objective, course in zip(objectives, courses, strict=True)
    )


async def _course(
    source: MetricsSource, where: Mapping[str, str], range_: Range, objective: Objective, step: timedelta
) -> Sequence[Point]:
    query = write(_COURSES[objective.kind], where, "", max(step, WINDOW))
    found = await source.range(query, range_.start, range_.end, step)
    return found[0].points if found else ()


async def measured(
    source: MetricsSource, where: Mapping[str, str], range_: Range, by: str = "", *, strict: bool = True
) -> dict[str, Measured]:
    """By the values of a label, or under the empty name; from counts, so that a long span is the sum of its pieces.

    Unless it is strict, a part that cannot be read is not known.
    """
    if range_.length > long_spans.LONGEST:
        raise Rejected(
            f"I look back at most {long_spans.LONGEST.days} days at once, and this is {span(range_.length)}.",
            advice="Ask for a shorter time.",
        )

    async def part(reading: Awaitable[dict[str, T]]) -> dict[str, T] | None:
        try:
            return await reading
        except Problem:
            if strict:
                raise
            return None

    up, scrapes, failed, requests, buckets = await asyncio.gather(
        part(_counted(source, UP_SUM, where, range_, by)),
        part(_counted(source, UP_COUNT, where, range_, by)),
        part(_counted(source, FAILED, where, range_, by)),
        part(_counted(source, REQUESTS, where, range_, by)),
        part(_buckets(source, where, range_, by)),
    )
    return {
        name: Measured(
            _share(up, scrapes, name),
            _share(failed, requests, name),
            quantile(0.95, (buckets or {}).get(name, {})),
            (requests or {}).get(name, math.nan),
            failed.get(name, 0.0) if failed is not None and requests and name in requests else math.nan,
        )
        for name in sorted({*(scrapes or ()), *(requests or ()), *(buckets or ())})
    }


def _share(part: Mapping[str, float] | None, whole: Mapping[str, float] | None, name: str) -> float:
    """A part without a series is none of the whole; one that could not be read is not known."""
    if part is None or whole is None or not whole.get(name, 0.0) > 0:
        return math.nan
    return part.get(name, 0.0) / whole[name]


async def burn(source: MetricsSource, where: Mapping[str, str], objective: Objective, at: datetime) -> Burn:
    """Of the requests that may fail, as the objective of the error rate allows."""
    month = Range(at - PERIOD, at, "")
    failed, requests, ratios = await asyncio.gather(
        _counted(source, FAILED, where, month, ""),
        _counted(source, REQUESTS, where, month, ""),
        asyncio.gather(*(source.instant(write(ERRORS, where, "", window), at) for window in BURNED)),
    )
    rates = {
        window: spent(found[0].points[-1].value, 1.0, objective.allowed)
        for window, found in zip(BURNED, ratios, strict=True)
        if found and found[0].points
    }
    bad, whole = failed.get("", 0.0), requests.get("", math.nan)
    return Burn(rates, spent(bad, whole, objective.allowed), bad, whole)


async def _counted(
    source: MetricsSource, measure: Measure, where: Mapping[str, str], range_: Range, by: str
) -> dict[str, float]:
    counts: dict[str, float] = defaultdict(float)
    for _, name, value in await _pieced(source, measure, where, range_, by):
        counts[name] += value
    return dict(counts)


async def _buckets(
    source: MetricsSource, where: Mapping[str, str], range_: Range, by: str
) -> dict[str, dict[float, float]]:
    counts: dict[str, dict[float, float]] = defaultdict(lambda: defaultdict(float))
    for bound, name, value in await _pieced(source, BUCKETS, where, range_, by):
        counts[name][float(bound or "nan")] += value
    return {name: dict(found) for name, found in counts.items()}


async def _pieced(
    source: MetricsSource, measure: Measure, where: Mapping[str, str], range_: Range, by: str
) -> list[tuple[str, str, float]]:
    """Each count with its bucket's bound and its name."""
    asked = (
        source.instant(write(measure, where, by, end - start), end)
        for start, end in long_spans.pieces(range_.start, range_.end)
    )
    return [
        (one.labels.get("le", ""), one.labels.get(by, "") if by else "", one.points[-1].value)
        for piece in await asyncio.gather(*asked)
        for one in piece
        if one.points and math.isfinite(one.points[-1].value)
    ]
