"""Workers that take what is waiting, work on it side by side, and keep their leases alive meanwhile."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.model.errors import Problem, Unavailable
from bot.ports.services import Clock

log = logging.getLogger(__name__)

RENEW_EVERY = 4.0  # a fifth of a lease
SURE_FOR = timedelta(seconds=10)  # half a lease: longer than one post may take
POLL_EVERY = 0.5  # wake-ups come by event; the poll is for what another process left behind

Work = Coroutine[Any, Any, None]


class Crew:
    """`take(n)` hands out up to n pieces of work by key; `renew(keys)` keeps them ours."""

    def __init__(
        self,
        name: str,
        *,
        size: int,
        clock: Clock,
        arrived: asyncio.Event,
        take: Callable[[int], Awaitable[Mapping[str, Work]]],
        renew: Callable[[Sequence[str]], Awaitable[None]],
    ) -> None:
        self.stopping = False
        self._finishing = False
        self._name, self._size, self._clock, self._arrived = name, size, clock, arrived
        self._take, self._renew = take, renew
        self._working: dict[str, asyncio.Task[None]] = {}
        self._renewed_at: dict[str, datetime] = {}

    def holds(self, key: str) -> bool:
        """False after a pause in which the lease may have passed to another worker: then begin nothing new."""
        return self._clock.now() - self._renewed_at[key] < SURE_FOR

    async def run(self) -> None:
        renewing = asyncio.create_task(self._keep_leases(), name=f"{self._name} leases")
        try:
            while not self.stopping:
                self._arrived.clear()
                if await self._start_some():
                    continue
                if self._finishing and not self._working:
                    return
                await self._woken()
        finally:
            renewing.cancel()
            await asyncio.gather(*self._working.values(), return_exceptions=True)

    def finish(self) -> None:
        """End when nothing waits that could be done now."""
        self._finishing = True
        self._arrived.set()

    def stop(self) -> None:
        """Take no more; what is under way is finished."""
        self.stopping = True
        self._arrived.set()

    async def _start_some(self) -> bool:
        free = self._size - len(self._working)
        if free <= 0:
            await asyncio.wait(self._working.values(), return_when=asyncio.FIRST_COMPLETED)
            return True
        try:
            taken = await self._take(free)
        except Unavailable:
            return False
        now = self._clock.now()
        for key, work in taken.items():
            if key in self._working:  # let go of in this moment, or our own lease ran out in a pause: after it
                await asyncio.wait([self._working[key]])
            self._renewed_at[key] = now
            task = asyncio.create_task(work, name=f"{self._name} {key}")
            self._working[key] = task
            task.add_done_callback(lambda done, key=key: self._finished(key, done))  # type: ignore[misc]
        return len(taken) == free  # where there was less, asking again at once would be in vain

    def _finished(self, key: str, task: "asyncio.Task[None]") -> None:
        self._working.pop(key, None)
        self._renewed_at.pop(key, None)
        self._arrived.set()  # the next of the same lane or conversation may go
        if not task.cancelled() and task.exception():
            log.error("work_failed", extra={"crew": self._name, "key": key}, exc_info=task.exception())

    async def _woken(self) -> None:
        waits = [asyncio.ensure_future(self._arrived.wait()), asyncio.ensure_future(self._clock.sleep(POLL_EVERY))]
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for one in waits:
            one.cancel()

    async def _keep_leases(self) -> None:
        while True:
            await self._clock.sleep(RENEW_EVERY)
            keys, now = list(self._working), self._clock.now()
            try:
                await self._renew(keys)
                self._renewed_at.update((key, now) for key in keys if key in self._working)
            except Problem:
                log.warning("leases_not_renewed", extra={"crew": self._name})
