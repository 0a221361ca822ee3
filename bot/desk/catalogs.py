"""What exists in the source of each tenant: read once, kept fresh behind the scenes, served old while it is away."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.desk.log_catalog import LogCatalog, read_logs
from bot.model.errors import Problem
from bot.model.tenant import TenantId
from bot.ports.services import Clock
from bot.ports.tools import LogsSource, MetricsSource
from bot.query.catalog import Catalog, KnownMetric
from bot.query.folding import fold, known

log = logging.getLogger(__name__)

FRESH = timedelta(minutes=5)
UNUSED = timedelta(hours=12)  # nobody has asked for so long: it is read when somebody does
MOST_NAMES = 20_000
MOST_VALUES = 200  # of one label of one metric; what has more is an identifier, and nobody types it


@dataclass(slots=True)
class _Shelf:
    metrics: MetricsSource | None
    logs: LogsSource | None
    catalog: Catalog | None = None
    read_at: datetime | None = None
    asked_at: datetime | None = None
    reading: asyncio.Lock = field(default_factory=asyncio.Lock)


class Catalogs:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._shelves: dict[tuple[TenantId, str, str], _Shelf] = {}

    async def of(self, tenant: TenantId, metrics: MetricsSource | None, logs: LogsSource | None = None) -> Catalog:
        """What is known; only the first one to ask waits for the sources, and is told where they are away."""
        shelf = self._shelves.setdefault(_key(tenant, metrics, logs), _Shelf(metrics, logs))
        shelf.asked_at, shelf.metrics, shelf.logs = self._clock.now(), metrics, logs
        if shelf.catalog is None:
            async with shelf.reading:
                if shelf.catalog is None:
                    await self._fill(shelf)
        assert shelf.catalog is not None
        return shelf.catalog

    def read_at(
        self, tenant: TenantId, metrics: MetricsSource | None, logs: LogsSource | None = None
    ) -> datetime | None:
        shelf = self._shelves.get(_key(tenant, metrics, logs))
        return shelf.read_at if shelf else None

    async def renew(
        self,
        tenant: TenantId,
        metrics: MetricsSource | None,
        logs: LogsSource | None = None,
        *,
        older_than: timedelta,
    ) -> bool:
        """Whether it was read anew; False where what is known is younger than that, or the source is away."""
        shelf = self._shelves.get(_key(tenant, metrics, logs))
        if shelf is None or (shelf.read_at and self._clock.now() - shelf.read_at < older_than):
            return False
        return await self._renewed(shelf)

    async def refresh(self, now: datetime) -> None:
        """What is old and in use is read anew; what cannot be read stays as it was."""
        for key, shelf in list(self._shelves.items()):
            if shelf.asked_at is None or now - shelf.asked_at >= UNUSED:
                del self._shelves[key]
            elif shelf.read_at is None or now - shelf.read_at >= FRESH:
                await self._renewed(shelf)

    async def _renewed(self, shelf: _Shelf) -> bool:
        async with shelf.reading:
            try:
                await self._fill(shelf)
            except Problem as problem:
                log.warning("catalogue_not_renewed", extra={"reason": problem.says})
                return False
        return True

    async def _fill(self, shelf: _Shelf) -> None:
        """Where one of two sources is away, what was known of it stays; where none answers, nothing is known anew."""
        began, known = self._clock.now(), shelf.catalog or Catalog()
        metrics, logs = await asyncio.gather(_metrics(shelf.metrics), _logs(shelf.logs, began))
        problems = [part for part in (metrics, logs) if isinstance(part, Problem)]
        if problems and len(problems) == sum(source is not None for source in (shelf.metrics, shelf.logs)):
            raise problems[0]
        for problem in problems:
            log.warning("catalogue_renewed_in_part", extra={"reason": problem.says})
        if not isinstance(metrics, Problem):
            known = replace(known, metrics=metrics)
        if not isinstance(logs, Problem):
            known = replace(known, stream_labels=logs.stream_labels, logs=logs.services)
        shelf.catalog, shelf.read_at = known, began


def _key(tenant: TenantId, metrics: MetricsSource | None, logs: LogsSource | None) -> tuple[TenantId, str, str]:
    return tenant, metrics.title if metrics else "", logs.title if logs else ""


async def _metrics(source: MetricsSource | None) -> Sequence[KnownMetric] | Problem:
    try:
        return await read_metrics(source) if source else ()
    except Problem as problem:
        return problem


async def _logs(source: LogsSource | None, now: datetime) -> LogCatalog | Problem:
    try:
        return await read_logs(source, now) if source else LogCatalog()
    except Problem as problem:
        return problem


async def read_metrics(source: MetricsSource) -> Sequence[KnownMetric]:
    """By names, descriptions and the index of series: no query runs, and no sample is read."""
    names, described = await asyncio.gather(source.values("__name__"), source.metrics())
    folded = fold(_bounded(names, source.title), described)
    labels = await source.labels([one.read for one in folded], MOST_VALUES)
    return known(folded, labels)


def _bounded(names: Sequence[str], title: str) -> Sequence[str]:
    if len(names) > MOST_NAMES:
        log.warning("catalogue_cut", extra={"source": title, "names": len(names), "kept": MOST_NAMES})
    return names[:MOST_NAMES]
