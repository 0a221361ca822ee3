"""Small stand-ins for what is outside: time and the like. Never for our own code."""

import asyncio
import heapq
from datetime import UTC, datetime, timedelta

NOON = datetime(2026, 3, 18, 12, 0, tzinfo=UTC)


class DrivenClock:
    """A clock that moves only when a test moves it; sleepers wake in order."""

    def __init__(self, at: datetime = NOON) -> None:
        self._now = at
        self._sleepers: list[tuple[datetime, int, asyncio.Future[None]]] = []
        self._count = 0

    def now(self) -> datetime:
        return self._now

    async def sleep(self, seconds: float) -> None:
        self._count += 1
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._now + timedelta(seconds=seconds), self._count, waiter))
        await waiter

    async def advance(self, seconds: float) -> None:
        until = self._now + timedelta(seconds=seconds)
        while self._sleepers and self._sleepers[0][0] <= until:
            at, _, waiter = heapq.heappop(self._sleepers)
            self._now = max(self._now, at)
            if not waiter.done():
                waiter.set_result(None)
            for _ in range(20):
                await asyncio.sleep(0)
        self._now = until
        for _ in range(20):
            await asyncio.sleep(0)
