"""What a timer asks for and no unit of work may wait for: a few at once, each under a lease that is the timer itself.

Whoever is done stops the timer in the unit of work that saves what came of it. So a process that is killed meanwhile
leaves the work to the next, and of two that did the same one saves it.
"""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any, TypeAlias

from bot.model.tenant import TenantId
from bot.model.timer import Timer
from bot.ports.services import Clock
from bot.ports.storage import UnitOfWork

Do: TypeAlias = Callable[[TenantId, str], Coroutine[Any, Any, None]]
"""Of the tenant and the timer's object. What goes wrong in it is its own to tell."""


class InHand:
    def __init__(self, clock: Clock, most: int, again: timedelta) -> None:
        """`again`: when it is looked at once more, where as many are in hand."""
        self._clock, self._most, self._again = clock, most, again
        self._tasks: dict[tuple[str, TenantId, str], asyncio.Task[None]] = {}

    async def begin(self, work: UnitOfWork, timer: Timer, lease: timedelta, do: Do, by: str = "") -> None:
        """Inside the unit of work that took the timer. The try is counted in its body."""
        key, now = (timer.kind, timer.tenant, timer.object), self._clock.now()
        if len(self._tasks) >= self._most and key not in self._tasks:
            await work.timers.set(timer.kind, timer.object, now + self._again, timer.body)
            return
        await work.timers.set(timer.kind, timer.object, now + lease, {"tries": tries(timer) + 1, "by": by})
        if key not in self._tasks:
            doing = do(timer.tenant, timer.object)
            self._tasks[key] = task = asyncio.create_task(doing, name=f"{timer.kind} of {timer.object}")
            task.add_done_callback(lambda _: self._tasks.pop(key, None))

    async def stop(self) -> None:
        """What is in hand is taken up again when its lease is over."""
        for task in self._tasks.values():
            task.cancel()
        await self.idle()

    async def idle(self) -> None:
        """Returns when nothing is in hand."""
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)


def tries(timer: Timer) -> int:
    """How often it was begun already."""
    return int(timer.body.get("tries", 0))
