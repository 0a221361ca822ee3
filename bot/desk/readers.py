"""Every open source with its reader before it, for as long as the source is open."""

from typing import Protocol

from bot.desk.logs_reader import LogsReader
from bot.desk.reader import Reader, Readership
from bot.model.tenant import TenantId
from bot.ports.tools import Sources


class Readable(Protocol):
    """What answers are read from. Raises Missing for an unknown name."""

    async def metrics(self, tenant: TenantId, named: str = "") -> Reader | None: ...
    async def logs(self, tenant: TenantId, named: str = "") -> LogsReader | None: ...


class Readers:
    """Fills Readable. What was read of a source is forgotten with it: one that was changed is opened anew."""

    def __init__(self, sources: Sources, shared: Readership) -> None:
        self._sources, self._shared = sources, shared
        self._metrics: dict[tuple[TenantId, str], Reader] = {}
        self._logs: dict[tuple[TenantId, str], LogsReader] = {}

    async def metrics(self, tenant: TenantId, named: str = "") -> Reader | None:
        source = await self._sources.metrics(tenant, named)
        if source is None:
            return None
        standing = self._metrics.get((tenant, source.title))
        if standing is None or standing.source is not source:
            standing = self._metrics[tenant, source.title] = Reader(source, "prometheus", self._shared)
        return standing

    async def logs(self, tenant: TenantId, named: str = "") -> LogsReader | None:
        source = await self._sources.logs(tenant, named)
        if source is None:
            return None
        standing = self._logs.get((tenant, source.title))
        if standing is None or standing.source is not source:
            standing = self._logs[tenant, source.title] = LogsReader(source, "loki", self._shared)
        return standing
