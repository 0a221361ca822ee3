"""What moved in a window against its usual: signs of a service, of its machines, and of what stands beside it."""

import asyncio
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from bot.analysis.baseline import WEEK, Move, Usual, move, moved, usual
from bot.desk.settled import settled
from bot.model.errors import Problem
from bot.model.series import Point
from bot.ports.tools import MetricsSource
from bot.query.long_spans import joined
from bot.query.measures import write
from bot.query.promql.build import quoted
from bot.query.vitals import Vital

LEAD = timedelta(hours=1)  # before the window, in which what moved may have begun
OUTSIDE = "external_service_up"
COARSE = timedelta(minutes=30)  # of the week before; on its grid lies the same instant of each day


@dataclass(frozen=True, slots=True)
class Sign:
    """One vital of one thing. Without `usual` there is no past to hold it against; without `move`, no data now."""

    vital: Vital
    name: str = ""  # of the service or the region, where it is split
    usual: Usual | None = None
    move: Move | None = None
    course: tuple[Point, ...] = ()
    problem: str = ""  # why it could not be read
    query: str = ""

    @property
    def moved(self) -> bool:
        return self.move is not None and moved(self.move, self.vital.least)

    @property
    def full(self) -> bool:
        limit = self.vital.full_from
        return limit is not None and any(one.value >= limit for one in self.course)

    @property
    def measured(self) -> bool:
        return bool(self.course)


@dataclass(frozen=True, slots=True)
class Window:
    start: datetime
    end: datetime

    @property
    def step(self) -> timedelta:
        return timedelta(minutes=1 if self.end - self.start <= timedelta(hours=3) else 5)


async def signs(
    source: MetricsSource, where: Mapping[str, str], window: Window, vitals: Sequence[Vital], by: str = ""
) -> list[Sign]:
    """Each of them, also those that stayed; a vital the source has nothing of is a sign without a course."""
    found = await settled(_signs(source, where, window, vital, by) for vital in vitals)
    told = zip(vitals, found, strict=True)
    return [
        sign for vital, one in told for sign in ([Sign(vital, problem=one.says)] if isinstance(one, Problem) else one)
    ]


async def _signs(
    source: MetricsSource, where: Mapping[str, str], window: Window, vital: Vital, by: str
) -> Sequence[Sign]:
    measure = vital.measure
    query = write(measure, {k: v for k, v in where.items() if k in measure.labels}, by, vital.over)
    past, lately = await asyncio.gather(
        source.range(query, window.start - WEEK, window.start, COARSE),
        source.range(query, window.start - LEAD, window.end, window.step),
    )
    before = joined([past])
    found = []
    for labels, points in joined([lately]).items():
        course = tuple(one for one in points if math.isfinite(one.value))
        known = usual(before.get(labels, ()), window.start, window.end, measure.worse)
        change = move(course, known, window.start, window.end, measure.worse) if known else None
        inside = tuple(one for one in course if one.at >= window.start)
        found.append(Sign(vital, dict(labels).get(by, ""), known, change, course if inside else (), query=query))
    return found or [Sign(vital, query=query)]


@dataclass(frozen=True, slots=True)
class Outage:
    """Something outside that did not answer."""

    name: str
    start: datetime
    end: datetime | None  # None: still


async def outages(source: MetricsSource, window: Window) -> list[Outage]:
    series = await source.range(OUTSIDE, window.start - LEAD, window.end, window.step)
    found = []
    for one in series:
        down = [point.at for point in one.points if point.value == 0]
        if down:
            still = down[-1] >= window.end - 2 * window.step
            found.append(Outage(one.labels.get("provider", "unnamed"), down[0], None if still else down[-1]))
    return sorted(found, key=lambda one: one.start)


async def deploys(source: MetricsSource, where: Mapping[str, str], window: Window) -> list[datetime]:
    """When the count of deployments grew, to the minute."""
    if "service" not in where:
        return []
    minute, start = timedelta(minutes=1), window.start - 2 * LEAD
    step = max(minute, (window.end - start) / 1000)
    series = await source.range(deployed(where), start, window.end, step)
    return sorted(later.at for one in series for earlier, later in pairwise(one.points) if later.value > earlier.value)


def deployed(where: Mapping[str, str]) -> str:
    """The count of deployments, as a query."""
    matchers = ",".join(f"{label}={quoted(where[label])}" for label in ("env", "service") if label in where)
    return f"deployments_total{{{matchers}}}"
