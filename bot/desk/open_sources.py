"""The datasources of each tenant, opened: found by name or as the default, made anew on a change, closed when gone."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TypeAlias

from bot.model.errors import Missing, Problem, Rejected
from bot.model.lines import LogLine
from bot.model.series import Labels, Metric, Series
from bot.model.source import LOKI, Datasource, Health, SourceId
from bot.model.tenant import TenantId
from bot.ports.opening import Opener, OpenSource
from bot.ports.services import Clock
from bot.ports.storage import Storage
from bot.ports.tools import Direction, LogsSource, MetricsSource

log = logging.getLogger(__name__)

Given: TypeAlias = Mapping[SourceId, tuple[Datasource, OpenSource]]

FRESH = timedelta(seconds=5)  # what another replica changed is seen after so long


@dataclass(slots=True)
class _Known:
    """The rows of one tenant as they were, and what was opened of them."""

    read_at: datetime
    rows: Sequence[Datasource]
    opened: dict[SourceId, tuple[datetime, OpenSource]] = field(default_factory=dict)


class OpenSources:
    """Fills bot.ports.tools.Sources. `given`: those of the operator's settings, which every tenant has."""

    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        opener: Opener,
        given: Given,
    ) -> None:
        self._storage, self._clock, self._opener = storage, clock, opener
        self._given = dict(given)
        self._known: dict[TenantId, _Known] = {}
        self._turn = asyncio.Lock()

    async def every(self, tenant: TenantId) -> Sequence[Datasource]:
        """Those of the settings first. One of them is the default where no row of its type is."""
        rows = (await self._read(tenant)).rows
        taken = {one.type for one in rows if one.is_default}
        given = []
        for one, _ in self._given.values():
            given.append(replace(one, is_default=one.type not in taken))
            taken.add(one.type)
        return [*given, *rows]

    async def metrics(self, tenant: TenantId, named: str = "") -> MetricsSource | None:
        """Of that name or id, else the default. One that cannot be opened says why when it is asked."""
        unopened: MetricsSource | None = None
        for one in await self._wanted(tenant, named, logs=False):
            try:
                source = (await self.open(tenant, one)).metrics
            except Problem as problem:
                unopened = unopened or Unopened(one.name, problem)
            else:
                if source is not None:
                    return source
        if named and unopened is None:
            raise Rejected(f"{named} has no metrics.")
        return unopened

    async def logs(self, tenant: TenantId, named: str = "") -> LogsSource | None:
        for one in await self._wanted(tenant, named, logs=True):
            try:
                source = (await self.open(tenant, one)).logs
            except Problem as problem:
                return UnopenedLogs(one.name, problem)
            if source is not None:
                return source
        if named:
            raise Rejected(f"{named} has no logs.")
        return None

    async def _wanted(self, tenant: TenantId, named: str, *, logs: bool) -> Sequence[Datasource]:
        found = await self.every(tenant)
        if named:
            return [pick(found, named)]
        fitting = (one for one in found if one.is_default and one.is_enabled and (one.type == LOKI) is logs)
        return sorted(fitting, key=lambda one: one.type)

    async def open(self, tenant: TenantId, source: Datasource) -> OpenSource:
        if source.id in self._given:
            return self._given[source.id][1]
        if not source.is_enabled:
            raise Rejected(f"{source.name} is switched off.", advice="An administrator can switch it on.")
        known = await self._read(tenant)
        async with self._turn:
            standing = known.opened.get(source.id)
            if standing and standing[0] == source.updated_at:
                return standing[1]
            async with self._storage.work(tenant) as work:
                secrets = await work.sources.secrets(source.id)
            opened = self._opener.open(source, secrets)
            known.opened[source.id] = (source.updated_at, opened)
        if standing:
            await standing[1].close()
        return opened

    def forget(self, tenant: TenantId) -> None:
        """Something was changed here: it is read anew when it is needed next."""
        if tenant in self._known:
            self._known[tenant].read_at = datetime.min.replace(tzinfo=self._known[tenant].read_at.tzinfo)

    def note(self, source: SourceId, health: Health) -> None:
        """Of one of the settings: there is no row to keep it in."""
        one, opened = self._given[source]
        self._given[source] = (replace(one, health=health), opened)

    async def close(self) -> None:
        """Those of the settings are closed by who made them."""
        for known in self._known.values():
            for _, opened in known.opened.values():
                await opened.close()
        self._known.clear()

    async def _read(self, tenant: TenantId) -> _Known:
        known, now = self._known.get(tenant), self._clock.now()
        if known and now - known.read_at < FRESH:
            return known
        async with self._storage.work(tenant) as work:
            rows = await work.sources.every()
        known = self._known.setdefault(tenant, _Known(now, rows))
        known.read_at, known.rows = now, rows
        standing = {one.id for one in rows if one.is_enabled}
        for gone in [source for source in known.opened if source not in standing]:
            await known.opened.pop(gone)[1].close()
        return known


def pick(sources: Sequence[Datasource], named: str) -> Datasource:
    """By id, or by name in any case."""
    name = named.strip().casefold()
    found = next((one for one in sources if one.id == named or one.name.casefold() == name), None)
    if found is None:
        known = ", ".join(one.name for one in sources) or "none yet"
        raise Missing(f"There is no datasource “{named}”.", advice=f"There are: {known}.")
    return found


class Unopened:
    """In the place of a source that cannot be opened, so that only what needs it fails, and says why."""

    def __init__(self, title: str, problem: Problem) -> None:
        self.title = title
        self._problem = problem

    def limited(self, only: Mapping[str, str]) -> "Unopened":  # noqa: ARG002
        return self

    async def instant(self, query: str, at: datetime) -> Sequence[Series]:  # noqa: ARG002
        raise self._problem

    async def range(self, query: str, start: datetime, end: datetime, step: timedelta) -> Sequence[Series]:  # noqa: ARG002
        raise self._problem

    async def metrics(self) -> Sequence[Metric]:
        raise self._problem

    async def values(self, label: str) -> Sequence[str]:  # noqa: ARG002
        raise self._problem

    async def labels(self, names: Sequence[str], most: int) -> Mapping[str, Labels]:  # noqa: ARG002
        raise self._problem

    def link(self, query: str, start: datetime, end: datetime) -> str:  # noqa: ARG002
        return ""


class UnopenedLogs:
    """The same for logs."""

    def __init__(self, title: str, problem: Problem) -> None:
        self.title = title
        self._problem = problem

    def limited(self, only: Mapping[str, str]) -> "UnopenedLogs":  # noqa: ARG002
        return self

    async def lines(
        self,
        query: str,  # noqa: ARG002
        start: datetime,  # noqa: ARG002
        end: datetime,  # noqa: ARG002
        limit: int,  # noqa: ARG002
        direction: Direction = "backward",  # noqa: ARG002
    ) -> Sequence[LogLine]:
        raise self._problem

    async def instant(self, query: str, at: datetime) -> Sequence[Series]:  # noqa: ARG002
        raise self._problem

    async def range(self, query: str, start: datetime, end: datetime, step: timedelta) -> Sequence[Series]:  # noqa: ARG002
        raise self._problem

    async def labels(self) -> Sequence[str]:
        raise self._problem

    async def values(self, label: str) -> Sequence[str]:  # noqa: ARG002
        raise self._problem

    def link(self, query: str, start: datetime, end: datetime) -> str:  # noqa: ARG002
        return ""
