"""From a strange series to what is said of it: explained, put beside what else moved, accepted, and marked as told."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.analysis.detectors import DETECTORS, NEVER, Look, verdict
from bot.analysis.explanation import Explanation, explain
from bot.analysis.objectives import burning
from bot.model import figures
from bot.model.signal import Signal
from bot.model.tenant import TenantId
from bot.model.watch import Mark, Watch
from bot.pipeline import watch_burn, watch_evidence, watch_silence, watch_words
from bot.pipeline.watch_memory import WatchMemory
from bot.pipeline.watch_series import WatchSeries
from bot.pipeline.watch_silence import SilenceSeries
from bot.ports.storage import Storage
from bot.ports.tools import MetricsSource

TOGETHER = timedelta(minutes=10)
MOST_BESIDE = 3
SHOWN = timedelta(hours=1)  # before it began, on the page behind it


@dataclass(frozen=True, slots=True)
class Anomaly:
    tenant: TenantId
    watch: Watch
    series: WatchSeries
    what: str  # "firing" or "resolved"


class WatchTelling:
    def __init__(self, storage: Storage, accept: Callable[[TenantId, Sequence[Signal]], Awaitable[None]]) -> None:
        self._storage, self._accept = storage, accept

    async def tell(self, source: MetricsSource, one: Anomaly, beside: Iterable[WatchMemory], now: datetime) -> bool:
        """Accepted first, then marked: what is accepted twice is one alert all the same."""
        series = one.series
        if one.what == "resolved":
            signal = watch_words.resolved(one.watch, series.labels, series.key, now)
            mark = Mark(one.watch.id, series.key, now, open=False)
        else:
            said = await self._said(source, one, beside, now)
            if said is None or series.opened_at is None:
                return False
            signal = said
            mark = Mark(one.watch.id, series.key, series.opened_at, open=True)
        if not await self._watched(one):  # deleted or paused meanwhile, which has ended what it told
            return False
        await self._accept(one.tenant, [signal])
        series.told, series.worse = mark, False
        async with self._storage.work(one.tenant) as work:
            await work.watches.mark([mark])
        return True

    async def _watched(self, one: Anomaly) -> bool:
        async with self._storage.work(one.tenant) as work:
            watch = await work.watches.get(one.watch.id)
        return watch is not None and not watch.paused

    async def _said(
        self, source: MetricsSource, one: Anomaly, beside: Iterable[WatchMemory], now: datetime
    ) -> Signal | None:
        watch, series = one.watch, one.series
        if watch.certain and series.opened_at is not None:
            since = series.began_at or series.opened_at
            link = source.link(watch.query, since - SHOWN, now)
            also = moved(one, since, beside)
            around = await watch_evidence.around(source, watch, series.labels, since, now, also)
            if isinstance(series, SilenceSeries):
                return watch_silence.firing(watch, series, around, link, now)
            rates = await watch_burn.rates(source, watch, series.key, series.opened_at)
            pace = burning(rates)
            return watch_burn.firing(watch, series, rates, pace, around, link) if pace else None
        judged = await asyncio.to_thread(judge, one, now)
        return None if judged is None else await self._explained(source, one, *judged, beside)

    async def _explained(
        self,
        source: MetricsSource,
        one: Anomaly,
        found: Explanation,
        what: Sequence[str],
        beside: Iterable[WatchMemory],
    ) -> Signal:
        also = moved(one, found.since, beside)
        around = await watch_evidence.gather(source, one.watch, one.series.labels, found, also)
        around = replace(around, what=what)
        link = source.link(one.watch.query, found.since - SHOWN, found.at)
        return watch_words.firing(one.watch, one.series.labels, one.series.key, found, around, link=link)


def judge(one: Anomaly, now: datetime) -> tuple[Explanation, Sequence[str]] | None:
    """How far off it is, and in which ways that can be said; None where too little is known."""
    watch, series = one.watch, one.series
    points = series.history()
    found = explain(points, watch.unit)
    if found is None:
        return None
    look = Look(points, now, watch.step, series.detector.kind, watch.above, watch.below)
    named = [finding.reason for finding in verdict(look, series.score).findings]
    return found, [row.says for row in DETECTORS if row.name in named] or [NEVER.says]


def moved(one: Anomaly, since: datetime, beside: Iterable[WatchMemory]) -> Sequence[str]:
    """Other series of the tenant that became strange within a few minutes of it, the nearest first."""
    near: list[tuple[timedelta, str]] = []
    for memory in beside:
        if memory.tenant != one.tenant:
            continue
        for other in memory.series.values():
            if other is one.series or not other.strange or other.opened_at is None:
                continue
            apart = abs(other.opened_at - since)
            if apart <= TOGETHER:
                near.append((apart, _figures(memory.watch, other)))
    return [text for _, text in sorted(near)[:MOST_BESIDE]]


def _figures(watch: Watch, series: WatchSeries) -> str:
    name = watch_words.title(watch, series.labels)
    if series.usual is None or series.detector.kind.counts or not series.values:
        return f"{name} is strange, too"
    usual, seen = (figures.measured(value, watch.unit) for value in (series.usual, series.values[-1]))
    return f"{name} {usual} → {seen}"
