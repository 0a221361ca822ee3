"""How datasources are: looked at when somebody asks, and by the clock; what has changed is logged once."""

import asyncio
import logging
from dataclasses import replace
from datetime import datetime, timedelta
from time import perf_counter

from bot.desk.open_sources import OpenSources
from bot.model.errors import Problem
from bot.model.source import Datasource, Health
from bot.model.tenant import TenantId
from bot.ports.opening import OpenSource
from bot.ports.services import Clock
from bot.ports.storage import Storage

log = logging.getLogger(__name__)

PATIENCE = timedelta(seconds=10)
AT_ONCE = 4


async def looked_at(opened: OpenSource, clock: Clock, patience: timedelta = PATIENCE) -> Health:
    began = perf_counter()
    try:
        async with asyncio.timeout(patience.total_seconds()):
            says = await opened.probe()
    except TimeoutError:
        told = f"No answer within {patience.total_seconds():g} s. Check that it runs, and that its address is right."
        return Health(up=False, at=clock.now(), says=told)
    except Problem as problem:
        return Health(up=False, at=clock.now(), says=_told(problem))
    took = timedelta(milliseconds=round((perf_counter() - began) * 1000))
    return Health(up=True, at=clock.now(), says=says, latency=took)


class SourceHealth:
    def __init__(self, storage: Storage, clock: Clock, registry: OpenSources) -> None:
        self._storage, self._clock, self._registry = storage, clock, registry

    async def look_at_all(self, now: datetime) -> None:  # noqa: ARG002
        """Of every tenant; those of the settings, which all of them share, once."""
        seen: set[str] = set()
        for tenant in await self._storage.directory.tenants():
            found = [one for one in await self._registry.every(tenant) if one.is_enabled and one.id not in seen]
            seen |= {one.id for one in found if one.from_settings}
            free = asyncio.Semaphore(AT_ONCE)
            await asyncio.gather(*(self._in_turn(tenant, one, free) for one in found))

    async def look(self, tenant: TenantId, source: Datasource) -> Datasource:
        """Noted with the datasource."""
        try:
            health = await looked_at(await self._registry.open(tenant, source), self._clock)
        except Problem as problem:
            health = Health(up=False, at=self._clock.now(), says=_told(problem))
        if health.up != (source.health is None or source.health.up):
            level, event = (logging.INFO, "datasource_up") if health.up else (logging.WARNING, "datasource_down")
            log.log(level, event, extra={"source": source.name, "tenant": tenant, "reason": health.says})
        if source.from_settings:
            self._registry.note(source.id, health)
        else:
            async with self._storage.work(tenant) as work:
                await work.sources.note(source.id, health)
            self._registry.forget(tenant)
        return replace(source, health=health)

    async def _in_turn(self, tenant: TenantId, source: Datasource, free: asyncio.Semaphore) -> None:
        async with free:
            await self.look(tenant, source)


def _told(problem: Problem) -> str:
    return f"{problem.says} {problem.advice}".strip()
