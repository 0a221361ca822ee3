"""A source of metrics as one asker reads it."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot.desk.reader import Asker, Read, Reader
from bot.model.series import Labels, Metric, Series
from bot.model.tenant import TenantId


class OneAskers:
    """All of bot.ports.tools.MetricsSource but the numbers."""

    def __init__(self, reader: Reader, asker: Asker) -> None:
        self.title = reader.title
        self._reader, self._asker = reader, asker

    async def metrics(self) -> Sequence[Metric]:
        return await self._reader.metrics(self._asker)

    async def values(self, label: str) -> Sequence[str]:
        return await self._reader.values(label, self._asker)

    async def labels(self, names: Sequence[str], most: int) -> Mapping[str, Labels]:
        return await self._reader.labels(names, most)

    def link(self, query: str, start: datetime, end: datetime) -> str:
        return self._reader.link(query, start, end)


class AskedFor(OneAskers):
    """Always of this moment, for nobody looks at the clock beside it.

    An old reading is no reading: its reason is raised.
    """

    def __init__(self, reader: Reader, tenant: TenantId) -> None:
        super().__init__(reader, Asker(tenant, anew=True))

    async def instant(self, query: str, at: datetime) -> Sequence[Series]:
        return _fresh(await self._reader.instant(query, at, self._asker))

    async def range(self, query: str, start: datetime, end: datetime, step: timedelta) -> Sequence[Series]:
        return _fresh(await self._reader.range(query, start, end, step, self._asker))


def _fresh(read: Read[Series]) -> Sequence[Series]:
    if read.away:
        raise read.away
    return read.rows
