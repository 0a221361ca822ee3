"""Events taken in from many at once: what waits together is committed together."""

import asyncio
import logging
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.model.errors import Problem, Unavailable
from bot.model.log_event import EventId, LogEvent
from bot.model.tenant import TenantId
from bot.pipeline.event_keeping import Keeping
from bot.ports.services import Clock, Meters
from bot.ports.storage import Storage

log = logging.getLogger(__name__)

MOST_WAITING = 20_000  # events; beyond this the database does not keep up, and the sender shall come again
BATCH = 2000  # more is hardly quicker, and others wait meanwhile
COME_AGAIN = timedelta(seconds=5)


@dataclass(slots=True, eq=False)
class _Request:
    events: Sequence[LogEvent]
    answer: asyncio.Future[int]


class Intake:
    def __init__(self, storage: Storage, clock: Clock, meters: Meters, keeping: Keeping) -> None:
        self._storage, self._clock, self._meters, self._keeping = storage, clock, meters, keeping
        self._queues: dict[TenantId, deque[_Request]] = {}
        self._writers: dict[TenantId, asyncio.Task[None]] = {}
        self._waiting = 0
        self._stopping = False

    @property
    def waiting(self) -> int:
        """Accepted and not committed."""
        return self._waiting

    async def take(self, tenant: TenantId, events: Sequence[LogEvent]) -> int:
        """How many were new, once they are committed. Unavailable: none of them is."""
        if not events:
            return 0
        if self._stopping or (self._waiting and self._waiting + len(events) > MOST_WAITING):
            raise Unavailable("Nightdesk", retry_after=COME_AGAIN, definite=True)
        request = _Request(events, asyncio.get_running_loop().create_future())
        self._waiting += len(events)
        self._queues.setdefault(tenant, deque()).append(request)
        if tenant not in self._writers:
            self._writers[tenant] = asyncio.create_task(self._write(tenant), name=f"events of {tenant}")
        return await request.answer

    async def stop(self) -> None:
        """Take in no more; what was taken in is finished."""
        self._stopping = True
        await asyncio.gather(*self._writers.values())

    async def _write(self, tenant: TenantId) -> None:
        queue = self._queues[tenant]
        try:
            while queue:
                batch = _batch(queue)
                await self._keep(tenant, batch)
                self._waiting -= sum(len(request.events) for request in batch)
        finally:
            del self._writers[tenant], self._queues[tenant]

    async def _keep(self, tenant: TenantId, batch: Sequence[_Request]) -> None:
        try:
            new = await self._commit(tenant, [event for request in batch for event in request.events])
        except Exception as problem:  # a door: whatever it is, those who wait have to hear it
            if len(batch) > 1 and not isinstance(problem, Problem):
                for request in batch:  # one of them cannot be kept; the others shall not suffer for it
                    await self._keep(tenant, [request])
                return
            if not isinstance(problem, Problem):
                log.exception("events_not_kept", extra={"tenant": tenant})
            for request in batch:
                if not request.answer.done():  # its caller may have gone
                    request.answer.set_exception(problem)
            return
        for request in batch:
            mine = {event.id for event in request.events} & new
            new -= mine  # sent by two at once, it is new for the first
            if not request.answer.done():
                request.answer.set_result(len(mine))

    async def _commit(self, tenant: TenantId, events: Sequence[LogEvent]) -> set[EventId]:
        started = asyncio.get_running_loop().time()
        async with self._storage.work(tenant) as work:
            kept = await self._keeping.keep(work, events, self._clock.now())
        self._meters.observe("event_commit", asyncio.get_running_loop().time() - started)
        for event in kept:
            if event.flagged:
                self._meters.count("events_flagged", result="critical" if event.critical else "flagged")
        return {event.id for event in kept}


def _batch(queue: deque[_Request]) -> Sequence[_Request]:
    taken = [queue.popleft()]
    count = len(taken[0].events)
    while queue and count + len(queue[0].events) <= BATCH:
        taken.append(queue.popleft())
        count += len(taken[-1].events)
    return taken
