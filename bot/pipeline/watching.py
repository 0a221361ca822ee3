"""Watches are read on the minute, what is strange becomes a signal like any other, and nothing is told twice.

What a series usually is, is not kept: after a start, or when another replica leads, it is learnt again from the
source's own history, a few watches at a time and off the loop. What was told is kept, so that only what is later is
news.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeAlias

from bot.desk.asked_for import AskedFor
from bot.desk.readers import Readable
from bot.model.errors import Problem, Unavailable
from bot.model.signal import Signal
from bot.model.tenant import TenantId
from bot.model.watch import BURN, Standing, Watch, WatchId
from bot.pipeline import watch_reading
from bot.pipeline.watch_forecasts import Forecasts
from bot.pipeline.watch_memory import WatchMemory, floored
from bot.pipeline.watch_telling import Anomaly, WatchTelling
from bot.ports.services import Clock, Meters
from bot.ports.storage import Storage
from bot.ports.tools import MetricsSource

log = logging.getLogger(__name__)

Accept: TypeAlias = Callable[[TenantId, Sequence[Signal]], Awaitable[None]]

PATIENCE = timedelta(seconds=50)  # of one sweep: the next minute is another one
AT_ONCE = 16
LEARN_AT_ONCE = 4  # while one waits for its source, another counts
LEARNS = timedelta(days=8)
AT_LEAST = timedelta(minutes=5)  # a budget needs no past: its windows have it
A_DAY = timedelta(days=1)
ROOM = 4_000  # series of one process: what each of them knows is kept in memory
FULL = f"I watch {ROOM:,} series already, and have no room for more. Pause or delete a watch."
TOO_LONG = timedelta(hours=12)  # without a sweep: learnt anew


@dataclass(frozen=True, slots=True)
class Swept:
    watches: int = 0
    told: int = 0
    put_off: int = 0  # the source was away, or time was up


class Watching:
    def __init__(
        self, storage: Storage, clock: Clock, meters: Meters, readers: Readable, accept: Accept,
        *, learns: timedelta = LEARNS,
    ) -> None:  # fmt: skip
        self._storage, self._clock, self._meters, self._readers = storage, clock, meters, readers
        self._learns = learns
        self._telling = WatchTelling(storage, accept)
        self._forecasts = Forecasts(accept)
        self._known: dict[tuple[TenantId, WatchId], WatchMemory] = {}
        self._learning: asyncio.Task[None] | None = None
        self._busy = asyncio.Lock()

    async def sweep(self, now: datetime) -> Swept:
        """Every watch once; a sweep that still runs is not doubled."""
        if self._busy.locked():
            return Swept()
        async with self._busy:
            await self._load(now)
            learnt = [one for one in self._known.values() if one.learnt]
            learnt.sort(key=lambda one: one.swept_at or now)
            began, told = asyncio.get_running_loop().time(), 0
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout_at(began + PATIENCE.total_seconds()):
                    await self._read_all(learnt, now)
                    async for one in self._told(learnt, now):
                        told += one
                    told += await self._forecasts.look(self._known.values(), now)
            self._learn()
            self._meters.observe("watch_sweep", asyncio.get_running_loop().time() - began)
            return self._counted(sum(one.swept_at == now for one in learnt), told, len(learnt))

    def _counted(self, swept: int, told: int, of: int) -> Swept:
        for result, count in (("read", swept), ("put_off", of - swept)):
            for _ in range(count):
                self._meters.count("watches_swept", result=result)
        if of > swept:
            log.warning("watches_put_off", extra={"count": of - swept})
        return Swept(swept, told, of - swept)

    async def stop(self) -> None:
        if self._learning:
            self._learning.cancel()
            await asyncio.gather(self._learning, return_exceptions=True)

    async def learnt(self) -> None:
        """Returns when all that was to be learnt is."""
        if self._learning:
            await self._learning

    async def _load(self, now: datetime) -> None:
        standing: set[tuple[TenantId, WatchId]] = set()
        for tenant in await self._storage.directory.tenants():
            async with self._storage.work(tenant) as work:
                every = await work.watches.every()
            for watch, known in every:
                if not watch.paused:
                    standing.add((tenant, watch.id))
                    self._keep(tenant, watch, known, now)
        for key in self._known.keys() - standing:
            del self._known[key]

    def _keep(self, tenant: TenantId, watch: Watch, standing: Standing, now: datetime) -> None:
        memory = self._known.get((tenant, watch.id))
        if memory and memory.same(watch) and not (memory.read_to and now - memory.read_to > TOO_LONG):
            memory.change(watch)
        else:
            self._known[tenant, watch.id] = WatchMemory(tenant, watch, standing)

    async def _read_all(self, memories: Sequence[WatchMemory], now: datetime) -> None:
        """A source that is away is not asked again in the same sweep."""
        away: dict[tuple[TenantId, str], Problem] = {}
        places = asyncio.Semaphore(AT_ONCE)

        async def one(memory: WatchMemory) -> None:
            async with places:
                where = (memory.tenant, memory.watch.datasource)
                try:
                    if where in away:
                        raise away[where]
                    await self._read(memory, now)
                except Unavailable as problem:
                    away[where] = problem
                    await self._note(memory, Standing("away", says=problem.says), now)
                except Problem as problem:
                    await self._note(memory, Standing("away", says=problem.says), now)

        await asyncio.gather(*(one(memory) for memory in memories))

    async def _read(self, memory: WatchMemory, now: datetime) -> None:
        assert memory.read_to is not None
        watch, end = memory.watch, floored(now, memory.watch.step)
        start = memory.read_to + watch.step
        if start <= end:
            source = await self._source(memory)
            memory.take(await watch_reading.read(source, watch, start, end))
            memory.read_to = end
            if memory.standing.state == "away":
                memory.hear(now)
            memory.forget(now)
        memory.swept_at = now
        await self._note(memory, memory.seen, now)

    async def _source(self, memory: WatchMemory) -> MetricsSource:
        reader = await self._readers.metrics(memory.tenant, memory.watch.datasource)
        if reader is None:
            raise Unavailable("No metrics source", advice="Add a datasource.")
        return AskedFor(reader, memory.tenant)

    async def _told(self, memories: Iterable[WatchMemory], now: datetime) -> AsyncIterator[bool]:
        """What time does not suffice for is still news in the next sweep."""
        for memory in [one for one in memories if one.swept_at == now]:
            for series, what in memory.news(now):
                try:
                    source = await self._source(memory)
                    anomaly = Anomaly(memory.tenant, memory.watch, series, what)
                    yield await self._telling.tell(source, anomaly, self._known.values(), now)
                    self._meters.count("anomalies", result=what)
                except Problem as problem:
                    self._meters.count("anomalies", result="put_off")
                    log.warning("anomaly_put_off", extra={"watch": memory.watch.id, "reason": problem.says})

    def _learn(self) -> None:
        if self._learning and not self._learning.done():
            return
        if any(not one.learnt for one in self._known.values()):
            self._learning = asyncio.create_task(self._learn_all(), name="watches learn")

    async def _learn_all(self) -> None:
        """What matters most first, for of many watches the last one waits long."""
        waiting = [(key, one.watch) for key, one in self._known.items() if not one.learnt]
        places = asyncio.Semaphore(LEARN_AT_ONCE)

        async def one(key: tuple[TenantId, WatchId]) -> None:
            async with places:
                if (memory := self._known.get(key)) and not memory.learnt:
                    await self._try_to_learn(memory)

        await asyncio.gather(*(one(key) for key, _ in sorted(waiting, key=lambda pair: -pair[1].severity.rank)))

    async def _try_to_learn(self, memory: WatchMemory) -> None:
        try:
            await self._learn_one(memory)
        except Problem as problem:
            await self._note(memory, Standing("away", says=problem.says), self._clock.now())
        except Exception:  # a door: one watch that cannot be learnt holds up no other
            log.exception("watch_not_learnt", extra={"watch": memory.watch.id})

    async def _learn_one(self, memory: WatchMemory) -> None:
        """A day at a time, so that neither the source nor the loop is held up."""
        watch, taken = memory.watch, sum(len(one.series) for one in self._known.values() if not one.watch.certain)
        if taken >= ROOM and not watch.certain:
            await self._note(memory, Standing("away", says=FULL), self._clock.now())
            return
        end = floored(self._clock.now(), watch.step)
        await self._note(memory, Standing("learning"), end)
        source, fresh = await self._source(memory), WatchMemory(memory.tenant, watch, memory.standing)
        start = end - (AT_LEAST if watch.kind == BURN else self._learns)
        while start <= end:
            until = min(start + A_DAY - watch.step, end)
            rows = await watch_reading.read(source, watch, start, until)
            await asyncio.to_thread(fresh.take, rows)
            start = until + watch.step
        async with self._storage.work(memory.tenant) as work:
            fresh.tell(await work.watches.marks(watch.id))
        memory.series, memory.more, memory.read_to, memory.marks = fresh.series, fresh.more, end, fresh.marks
        await self._note(memory, memory.seen, end)

    async def _note(self, memory: WatchMemory, standing: Standing, now: datetime) -> None:
        """Only what differs is written down."""
        if replace(memory.standing, since=None) == standing:
            return
        memory.standing = replace(standing, since=now)
        async with self._storage.work(memory.tenant) as work:
            await work.watches.note(memory.watch.id, memory.standing)
