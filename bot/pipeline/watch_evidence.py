"""What else is to be read about an anomaly: where it is, what coincides with it, and how much goes through it."""

import asyncio
import math
from collections.abc import Awaitable, Mapping, Sequence
from datetime import datetime, timedelta
from statistics import median
from typing import TypeVar

from bot.analysis.explanation import Explanation
from bot.desk import moves
from bot.desk.evidence import COINCIDES, Evidence
from bot.desk.moves import Window
from bot.model import figures
from bot.model.errors import Problem
from bot.model.series import Series
from bot.model.watch import Watch
from bot.pipeline import watch_words
from bot.pipeline.watch_words import Around, said
from bot.ports.tools import MetricsSource
from bot.query.measures import BY_NAME, write
from bot.query.promql.read import read, selectors
from bot.query.promql.split import split

T = TypeVar("T")
ENOUGH = 0.6  # of the excess, for one value to be where it is
APART = 3  # at the most so many labels are tried
BEFORE = timedelta(hours=1)
COARSE = timedelta(minutes=5)
MOST_VALUES = 50
TELLING = (
    "pod", "instance", "host", "node", "region", "zone", "route", "endpoint", "path", "handler", "tool", "model",
    "version", "status", "mountpoint", "queue", "database",
)  # fmt: skip


async def gather(
    source: MetricsSource, watch: Watch, labels: Mapping[str, str], found: Explanation, also: Sequence[str]
) -> Around:
    """The rest stands without what could not be read."""
    return await around(source, watch, labels, found.since, found.at, also, _where(source, watch, labels, found))


async def around(
    source: MetricsSource, watch: Watch, labels: Mapping[str, str], since: datetime, at: datetime,
    also: Sequence[str], placing: Awaitable[tuple[str, str, float] | None] | None = None,
) -> Around:  # fmt: skip
    of = watch_words.service(watch, labels)
    window = Window(since - BEFORE, at)
    there = {label: value for label, value in labels.items() if label in ("region", "env")}
    unread: list[str] = []

    async def beside_it(name: str, reading: Awaitable[T], nothing: T) -> T:
        try:
            return await reading
        except Problem:
            unread.append(name)
            return nothing

    where, deploys, outages, impact = await asyncio.gather(
        beside_it("where it is", placing or nowhere(), None),
        beside_it("deploys", moves.deploys(source, {**there, "service": of} if of else {}, window), []),
        beside_it("outside services", moves.outages(source, window), []),
        beside_it("traffic", _impact(source, of, there, at), ""),
    )
    evidence = Evidence((), deploys=deploys, outages=outages)
    coincides = _coincides(evidence, of, since)
    return Around(where=where, also=also, coincides=coincides, impact=impact, unread=unread)


async def nowhere() -> None:
    """A budget, and what is not there, are not split."""
    return


def _coincides(evidence: Evidence, of: str, since: datetime) -> list[str]:
    told = []
    if deployed := evidence.deployed_before(since):
        told.append(f"a deploy of {said(of)} at {deployed:%H:%M} UTC")
    if (away := evidence.away_with(since)) and abs(since - away.start) <= COINCIDES:
        told.append(f"{said(away.name)}, which did not answer from {away.start:%H:%M} UTC on")
    return told


async def _impact(source: MetricsSource, of: str, there: Mapping[str, str], at: datetime) -> str:
    if not of:
        return ""
    rows = await source.instant(write(BY_NAME["traffic"], {**there, "service": of}), at)
    values = [one.points[-1].value for one in rows if one.points and math.isfinite(one.points[-1].value)]
    return f"{figures.measured(sum(values), 'req/s')} go through {said(of)}" if values else ""


async def _where(
    source: MetricsSource, watch: Watch, labels: Mapping[str, str], found: Explanation
) -> tuple[str, str, float] | None:
    for label in (await _apart(source, watch, labels))[:APART]:
        query = split(watch.query, label)
        if query is None:
            continue
        rows = await source.range(query, found.since - BEFORE, found.at, COARSE)
        mine = [one for one in rows if all(one.labels.get(name) == value for name, value in labels.items())]
        if hit := share(mine, label, found):
            return (label, *hit)
    return None


async def _apart(source: MetricsSource, watch: Watch, labels: Mapping[str, str]) -> list[str]:
    """Labels of what it reads that tell more than the series does already, the closest to a machine first."""
    names = [str(one.name) for one in selectors(read(watch.query)) if one.name]
    if not names:
        return []
    known = await source.labels(names[:1], MOST_VALUES)
    several = {name for one in known.values() for name, values in one.values.items() if len(values) > 1}
    fixed = {one.name for each in selectors(read(watch.query)) for one in each.matchers.matchers if str(one.op) == "="}
    return [name for name in TELLING if name in several - labels.keys() - fixed]


def share(rows: Sequence[Series], label: str, found: Explanation) -> tuple[str, float] | None:
    """The one of several values that holds most of what is too much, or too little, now."""
    way = 1 if found.direction == "higher" else -1
    excess: dict[str, float] = {}
    for one in rows:
        before = [point.value for point in one.points if point.at < found.since and math.isfinite(point.value)]
        after = [point.value for point in one.points if point.at >= found.since and math.isfinite(point.value)]
        value = one.labels.get(label, "")
        if after and value:
            excess[value] = max(0.0, way * (after[-1] - (median(before) if before else 0.0)))
    whole = sum(excess.values())
    if len(excess) < 2 or whole <= 0:
        return None
    most = max(excess, key=lambda name: excess[name])
    held = excess[most] / whole
    return (most, held) if held >= ENOUGH else None
