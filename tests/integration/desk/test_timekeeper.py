"""Timers are done once, by whichever replica comes first; what fails comes again, and holds up nothing else."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import pytest

from bot.desk.timekeeper import Handler, Timekeeper
from bot.model.errors import Unavailable
from bot.model.tenant import DEFAULT_TENANT, TenantId
from bot.model.timer import Timer
from bot.ports.storage import Entry, UnitOfWork
from storage.storage import SqlStorage, open_storage
from tests.conftest import KEY
from tests.fakes import DrivenClock

MINUTE = 60.0


class Counted:
    def __init__(self) -> None:
        self.counts: Counter[tuple[str, str]] = Counter()

    def count(self, name: str, by: float = 1, /, **labels: str) -> None:
        assert name == "timers"
        self.counts[labels["kind"], labels["result"]] += 1

    def observe(self, name: str, seconds: float, **labels: str) -> None:
        raise AssertionError("nothing is timed here")


@asynccontextmanager
async def keeping(
    storage: SqlStorage, clock: DrivenClock, handlers: dict[str, Handler], meters: Counted | None = None
) -> AsyncIterator[Timekeeper]:
    keeper = Timekeeper(storage, clock, handlers, meters or Counted())
    running = asyncio.create_task(keeper.run())
    yield keeper
    keeper.stop()
    await running


async def set_timer(storage: SqlStorage, due_at: datetime, kind: str = "followup", name: str = "one") -> None:
    async with storage.work(DEFAULT_TENANT) as work:
        await work.timers.set(kind, name, due_at, {"n": 1})


async def written(storage: SqlStorage) -> list[str]:
    async with storage.work(DEFAULT_TENANT) as work:
        return [entry.object for entry in await work.audit.latest(1000)]


async def until(clock: DrivenClock, true: Callable[[], Awaitable[bool]], seconds: float = 0.5) -> None:
    """The clock is driven on until it is so; databases answer in their own time."""
    async with asyncio.timeout(20):
        while not await true():
            await clock.advance(seconds)
            await asyncio.sleep(0.005)


async def write(work: UnitOfWork, timer: Timer) -> None:
    await work.audit.add(Entry("timer", timer.object, timer.due_at))


async def test_a_timer_is_done_when_it_is_due_and_not_before(storage: SqlStorage, clock: DrivenClock) -> None:
    meters = Counted()
    await set_timer(storage, clock.now() + timedelta(minutes=1))
    async with keeping(storage, clock, {"followup": write}, meters):
        for _ in range(50):
            await clock.advance(1)
            await asyncio.sleep(0.002)
        assert await written(storage) == []
        await clock.advance(10)

        async def done() -> bool:
            return bool(await written(storage))

        await until(clock, done)
    assert await written(storage) == ["one"]
    assert meters.counts == {("followup", "done"): 1}


async def test_what_a_handler_did_is_undone_when_it_fails_and_comes_again(
    storage: SqlStorage, clock: DrivenClock
) -> None:
    tried: list[datetime] = []

    async def third_time_lucky(work: UnitOfWork, timer: Timer) -> None:
        tried.append(clock.now())
        await write(work, timer)
        if len(tried) < 3:
            raise Unavailable("Something")

    meters = Counted()
    await set_timer(storage, clock.now())
    async with keeping(storage, clock, {"followup": third_time_lucky}, meters):

        async def done() -> bool:
            return bool(await written(storage))

        await until(clock, done)
    assert await written(storage) == ["one"]
    assert tried[1] - tried[0] >= timedelta(seconds=2)
    assert tried[2] - tried[1] >= timedelta(seconds=4)
    assert meters.counts == {("followup", "undone"): 2, ("followup", "done"): 1}


async def test_a_fault_of_ours_holds_up_no_other_timer(
    storage: SqlStorage, clock: DrivenClock, caplog: pytest.LogCaptureFixture
) -> None:
    tried: list[datetime] = []

    async def broken(work: UnitOfWork, timer: Timer) -> None:
        tried.append(clock.now())
        raise ZeroDivisionError

    for number in range(20):
        await set_timer(storage, clock.now(), "storm", f"broken {number}")
    await set_timer(storage, clock.now() + timedelta(seconds=1), "followup")
    async with keeping(storage, clock, {"storm": broken, "followup": write}):

        async def done() -> bool:
            return bool(await written(storage))

        await until(clock, done)
        assert len(tried) == 20
        began = clock.now()

        async def again() -> bool:
            return len(tried) > 20

        await until(clock, again)
    assert timedelta(seconds=55) < tried[20] - tried[0] < timedelta(seconds=65)
    assert tried[20] > began
    assert "timer_failed" in caplog.messages


async def test_a_kind_that_only_a_newer_replica_knows_is_left_to_it(
    storage: SqlStorage, clock: DrivenClock, caplog: pytest.LogCaptureFixture
) -> None:
    begun = clock.now()
    await set_timer(storage, begun, "of next year")

    async def put_back() -> bool:
        async with storage.work(DEFAULT_TENANT) as work:
            timer = await work.timers.get("of next year", "one")
        return timer is not None and timer.due_at > begun and timer.body == {"n": 1}

    async with keeping(storage, clock, {}):
        await until(clock, put_back)
    assert "timer_of_unknown_kind" in caplog.messages
    async with keeping(storage, clock, {"of next year": write}):

        async def done() -> bool:
            return bool(await written(storage))

        await until(clock, done, 5)


async def test_a_handler_sets_its_own_timer_anew(storage: SqlStorage, clock: DrivenClock) -> None:
    async def every_minute(work: UnitOfWork, timer: Timer) -> None:
        await write(work, timer)
        await work.timers.set(timer.kind, timer.object, timer.due_at + timedelta(minutes=1), timer.body)

    begun = clock.now()
    await set_timer(storage, begun)
    async with keeping(storage, clock, {"followup": every_minute}):

        async def five_times() -> bool:
            return len(await written(storage)) >= 5

        await until(clock, five_times, 5)
    async with storage.work(DEFAULT_TENANT) as work:
        instants = sorted(entry.at for entry in await work.audit.latest(100))
    assert instants == [begun + timedelta(minutes=number) for number in range(len(instants))]


@pytest.mark.peers
async def test_two_replicas_do_each_timer_once(postgres_url: str, clock: DrivenClock) -> None:
    tenants = [DEFAULT_TENANT, TenantId("other")]

    async def slowly(work: UnitOfWork, timer: Timer) -> None:
        await write(work, timer)
        await asyncio.sleep(0.001)

    async with (
        open_storage(postgres_url, keys=[KEY], clock=clock) as one,
        open_storage(postgres_url, keys=[KEY], clock=clock) as other,
    ):
        for number in range(60):
            async with one.work(tenants[number % 2]) as work:
                await work.timers.set("followup", str(number), clock.now() + timedelta(seconds=number % 7), {})

        async def all_done() -> bool:
            return not await one.timers.due(clock.now() + timedelta(days=1), 1)

        async with keeping(one, clock, {"followup": slowly}), keeping(other, clock, {"followup": slowly}):
            await until(clock, all_done)
        found = []
        for tenant in tenants:
            async with one.work(tenant) as work:
                found += [int(entry.object) for entry in await work.audit.latest(1000)]
    assert sorted(found) == list(range(60))
