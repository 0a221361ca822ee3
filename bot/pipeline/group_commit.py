"""What comes from many at once is committed together: while one commit is under way, the next batch gathers."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Generic, TypeVar

from bot.model.errors import Problem, Unavailable
from bot.model.tenant import TenantId

log = logging.getLogger(__name__)

MOST_WAITING = 20_000  # beyond this the database does not keep up, and the sender shall come again
BATCH_REQUESTS = 200  # more is hardly quicker, and clicks wait meanwhile
COME_AGAIN = timedelta(seconds=5)

One = TypeVar("One")
Kept = TypeVar("Kept")


@dataclass(slots=True, eq=False)
class _Request(Generic[One, Kept]):
    things: Sequence[One]
    answer: "asyncio.Future[Kept]"


class GroupCommit(Generic[One, Kept]):
    """`commit` keeps all it is given or nothing; who waits in one batch hears the same result, in order of coming."""

    def __init__(self, name: str, batch: int, commit: Callable[[TenantId, Sequence[One]], Awaitable[Kept]]) -> None:
        self._name, self._batch, self._commit = name, batch, commit
        self._queues: dict[TenantId, deque[_Request[One, Kept]]] = {}
        self._writers: dict[TenantId, asyncio.Task[None]] = {}
        self._stopping = False
        self.waiting = 0  # accepted and not committed

    async def keep(self, tenant: TenantId, things: Sequence[One]) -> Kept:
        """Returns when they are committed. Unavailable: none of them is."""
        if self._stopping or (self.waiting and self.waiting + len(things) > MOST_WAITING):
            raise Unavailable("Nightdesk", retry_after=COME_AGAIN, definite=True)
        request = _Request[One, Kept](things, asyncio.get_running_loop().create_future())
        self.waiting += len(things)
        self._queues.setdefault(tenant, deque()).append(request)
        if tenant not in self._writers:
            self._writers[tenant] = asyncio.create_task(self._write(tenant), name=f"{self._name} of {tenant}")
        return await request.answer

    async def stop(self) -> None:
        """Take in no more; what was taken in is finished."""
        self._stopping = True
        await asyncio.gather(*self._writers.values())

    async def _write(self, tenant: TenantId) -> None:
        queue = self._queues[tenant]
        try:
            while queue:
                batch = self._next(queue)
                await self._keep(tenant, batch)
                self.waiting -= sum(len(request.things) for request in batch)
        finally:
            del self._writers[tenant], self._queues[tenant]

    def _next(self, queue: deque[_Request[One, Kept]]) -> Sequence[_Request[One, Kept]]:
        taken = [queue.popleft()]
        count = len(taken[0].things)
        while queue and len(taken) < BATCH_REQUESTS and count + len(queue[0].things) <= self._batch:
            taken.append(queue.popleft())
            count += len(taken[-1].things)
        return taken

    async def _keep(self, tenant: TenantId, batch: Sequence[_Request[One, Kept]]) -> None:
        try:
            kept = await self._commit(tenant, [one for request in batch for one in request.things])
        except Exception as problem:  # a door: whatever it is, those who wait have to hear it
            if len(batch) > 1 and not isinstance(problem, Problem):
                for request in batch:  # one of them cannot be kept; the others shall not suffer for it
                    await self._keep(tenant, [request])
                return
            if not isinstance(problem, Problem):
                log.exception("not_kept", extra={"what": self._name, "tenant": tenant})
            for request in batch:
                if not request.answer.done():  # its caller may have gone
                    request.answer.set_exception(problem)
        else:
            for request in batch:
                if not request.answer.done():
                    request.answer.set_result(kept)
