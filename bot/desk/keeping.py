"""What was read, kept for a while: read once for all who ask at a time, and still there when its source is not."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Generic, Literal, TypeAlias, TypeVar

from bot.model.errors import Unavailable
from bot.ports.services import Clock

T = TypeVar("T")
How: TypeAlias = Literal["read", "shared", "kept", "stale"]


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    value: T
    read_at: datetime
    how: How = "read"
    why: Unavailable | None = None  # stale: what kept it from being read anew


@dataclass(frozen=True, slots=True)
class Room:
    """How long and how much."""

    fresh: timedelta = timedelta(seconds=300)
    stale: timedelta = timedelta(hours=1)  # older than that, no answer is better
    entries: int = 2000
    bytes: int = 64 * 1024 * 1024


@dataclass(slots=True)
class _Entry(Generic[T]):
    value: T
    read_at: datetime
    size: int


@dataclass(slots=True)
class _Flight(Generic[T]):
    task: "asyncio.Task[_Entry[T]]"
    waiting: int = 0


@dataclass(slots=True)
class Keeping(Generic[T]):
    clock: Clock
    size: Callable[[T], int]  # in bytes, roughly
    room: Room = field(default_factory=Room)
    _entries: "OrderedDict[Hashable, _Entry[T]]" = field(default_factory=OrderedDict)
    _flights: dict[Hashable, _Flight[T]] = field(default_factory=dict)
    _bytes: int = 0

    async def get(
        self,
        key: Hashable,
        read: Callable[[], Awaitable[T]],
        *,
        anew: bool = False,
        fresh: timedelta | None = None,
    ) -> Found[T]:
        """`anew`: what is kept will not do, unless the source is away. `fresh`: instead of the usual time."""
        now = self.clock.now()
        kept = self._entries.get(key)
        if kept and not anew and now - kept.read_at < (self.room.fresh if fresh is None else fresh):
            self._entries.move_to_end(key)
            return Found(kept.value, kept.read_at, "kept")
        shared = key in self._flights
        try:
            entry = await self._together(key, read)
        except Unavailable as problem:
            if kept is None or self.clock.now() - kept.read_at >= self.room.stale:
                raise
            return Found(kept.value, kept.read_at, "stale", problem)
        return Found(entry.value, entry.read_at, "shared" if shared else "read")

    async def _together(self, key: Hashable, read: Callable[[], Awaitable[T]]) -> _Entry[T]:
        """One reading for everyone who waits for it; it is given up when nobody does any more."""
        flight = self._flights.get(key)
        if flight is None:
            flight = self._flights[key] = _Flight(asyncio.create_task(self._read(key, read)))
            flight.task.add_done_callback(lambda task: self._landed(key, task))
        flight.waiting += 1
        try:
            return await asyncio.shield(flight.task)
        finally:
            flight.waiting -= 1
            if not flight.waiting and not flight.task.done():
                self._flights.pop(key, None)
                flight.task.cancel()

    async def _read(self, key: Hashable, read: Callable[[], Awaitable[T]]) -> _Entry[T]:
        began = self.clock.now()
        value = await read()
        entry = _Entry(value, began, self.size(value))
        self._keep(key, entry)
        return entry

    def _landed(self, key: Hashable, task: "asyncio.Task[_Entry[T]]") -> None:
        flight = self._flights.get(key)
        if flight is not None and flight.task is task:
            del self._flights[key]
        if not task.cancelled():
            task.exception()  # whoever waited has been told; if nobody did, nobody needs to be

    def _keep(self, key: Hashable, entry: _Entry[T]) -> None:
        before = self._entries.pop(key, None)
        self._bytes -= before.size if before else 0
        if entry.size > self.room.bytes:
            return
        self._entries[key] = entry
        self._bytes += entry.size
        while len(self._entries) > self.room.entries or self._bytes > self.room.bytes:
            _, oldest = self._entries.popitem(last=False)
            self._bytes -= oldest.size
