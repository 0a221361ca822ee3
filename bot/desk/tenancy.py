"""Between the sources and everyone: what one tenant may read and know of, where sources hold several."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.model.errors import Rejected
from bot.model.lines import LogLine
from bot.model.series import Labels, Metric, Series
from bot.model.tenant import TenantId
from bot.ports.opening import Limitable
from bot.ports.tools import Direction, LogsSource, MetricsSource, Sources
from bot.query.logql import scope as logql
from bot.query.promql import scope as promql


class Tenancy:
    """Fills bot.ports.tools.Sources: every source of a tenant, limited to its label."""

    def __init__(self, sources: Sources, label: str) -> None:
        self._sources, self._label = sources, label
        self._metrics: dict[tuple[TenantId, str], tuple[MetricsSource, MetricsSource]] = {}
        self._logs: dict[tuple[TenantId, str], tuple[LogsSource, LogsSource]] = {}

    async def metrics(self, tenant: TenantId, named: str = "") -> MetricsSource | None:
        source = await self._sources.metrics(tenant, named)
        if source is None:
            return None
        kept = self._metrics.get((tenant, source.title))
        if kept is None or kept[0] is not source:
            only = {self._label: str(tenant)}
            kept = self._metrics[tenant, source.title] = source, TenantMetrics(_limited(source, only), only)
        return kept[1]

    async def logs(self, tenant: TenantId, named: str = "") -> LogsSource | None:
        source = await self._sources.logs(tenant, named)
        if source is None:
            return None
        kept = self._logs.get((tenant, source.title))
        if kept is None or kept[0] is not source:
            only = {self._label: str(tenant)}
            kept = self._logs[tenant, source.title] = source, TenantLogs(_limited(source, only), only)
        return kept[1]


def _limited(source: MetricsSource | LogsSource, only: Mapping[str, str]) -> Any:
    """What cannot be limited is not read at all."""
    if not isinstance(source, Limitable):
        raise Rejected(f"{source.title} cannot be limited to a tenant, and is not read.", code="scope")
    return source.limited(only)


class TenantMetrics:
    def __init__(self, limited: MetricsSource, only: Mapping[str, str]) -> None:
        self.title = limited.title
        self._limited, self._only = limited, only

    def link(self, query: str, start: datetime, end: datetime) -> str:
        return self._limited.link(query, start, end)

    async def instant(self, query: str, at: datetime) -> Sequence[Series]:
        return await self._limited.instant(promql.scoped(query, self._only), at)

    async def range(self, query: str, start: datetime, end: datetime, step: timedelta) -> Sequence[Series]:
        return await self._limited.range(promql.scoped(query, self._only), start, end, step)

    async def metrics(self) -> Sequence[Metric]:
        return await self._limited.metrics()

    async def values(self, label: str) -> Sequence[str]:
        return await self._limited.values(label)

    async def labels(self, names: Sequence[str], most: int) -> Mapping[str, Labels]:
        return await self._limited.labels(names, most)


class TenantLogs:
    def __init__(self, limited: LogsSource, only: Mapping[str, str]) -> None:
        self.title = limited.title
        self._limited, self._only = limited, only

    def link(self, query: str, start: datetime, end: datetime) -> str:
        return self._limited.link(query, start, end)

    async def lines(
        self, query: str, start: datetime, end: datetime, limit: int, direction: Direction = "backward"
    ) -> Sequence[LogLine]:
        return await self._limited.lines(logql.scoped(query, self._only), start, end, limit, direction)

    async def instant(self, query: str, at: datetime) -> Sequence[Series]:
        return await self._limited.instant(logql.scoped(query, self._only), at)

    async def range(self, query: str, start: datetime, end: datetime, step: timedelta) -> Sequence[Series]:
        return await self._limited.range(logql.scoped(query, self._only), start, end, step)

    async def labels(self) -> Sequence[str]:
        return await self._limited.labels()

    async def values(self, label: str) -> Sequence[str]:
        return await self._limited.values(label)
