"""Work that happens later, on the clock that was handed in, and that ends with the double."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from bot.ports.services import Clock


class Timers:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._tasks: set[asyncio.Task[Any]] = set()

    def start(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def after(self, seconds: float, act: Callable[[], None]) -> asyncio.Task[Any]:
        async def wait() -> None:
            await self._clock.sleep(seconds)
            act()

        return self.start(wait())

    async def close(self) -> None:
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
