"""Events taken in from many at once: each is counted for the first that brought it."""

import asyncio
from collections.abc import Sequence

from bot.model.log_event import EventId, LogEvent
from bot.model.tenant import TenantId
from bot.pipeline.event_keeping import Keeping
from bot.pipeline.group_commit import GroupCommit
from bot.ports.services import Clock, Meters
from bot.ports.storage import Storage

BATCH = 2000  # more is hardly quicker, and others wait meanwhile


class Intake:
    def __init__(self, storage: Storage, clock: Clock, meters: Meters, keeping: Keeping) -> None:
        self._storage, self._clock, self._meters, self._keeping = storage, clock, meters, keeping
        self._group: GroupCommit[LogEvent, set[EventId]] = GroupCommit("events", BATCH, self._commit)

    @property
    def waiting(self) -> int:
        """Accepted and not committed."""
        return self._group.waiting

    async def take(self, tenant: TenantId, events: Sequence[LogEvent]) -> int:
        """How many were new, once they are committed. Unavailable: none of them is."""
        if not events:
            return 0
        new = await self._group.keep(tenant, events)
        mine = {event.id for event in events} & new
        new -= mine  # sent by two at once, it is new for the first
        return len(mine)

    async def stop(self) -> None:
        """Take in no more; what was taken in is finished."""
        await self._group.stop()

    async def _commit(self, tenant: TenantId, events: Sequence[LogEvent]) -> set[EventId]:
        started = asyncio.get_running_loop().time()
        async with self._storage.work(tenant) as work:
            kept = await self._keeping.keep(work, events, self._clock.now())
        self._meters.observe("event_commit", asyncio.get_running_loop().time() - started)
        for event in kept:
            if event.flagged:
                self._meters.count("events_flagged", result="critical" if event.critical else "flagged")
        return {event.id for event in kept}
