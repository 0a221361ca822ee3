"""Several replicas on one PostgreSQL: nothing twice, wake-ups, one leader, one who refreshes."""

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Coroutine, Iterable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from bot.model.errors import Unavailable
from bot.model.message import Account, Message, Place
from bot.model.parcel import Outcome, Receipt, Subject
from bot.model.reply import Reply
from bot.model.tenant import TenantId
from bot.ports.storage import Installation
from storage.database import Database
from storage.storage import SqlStorage, open_storage
from tests.conftest import KEY
from tests.fakes import NOON, DrivenClock

pytestmark = pytest.mark.peers
ACME = TenantId("acme")


@pytest.fixture
async def replicas(postgres_url: str, clock: DrivenClock) -> AsyncIterator[tuple[SqlStorage, SqlStorage]]:
    async with (
        open_storage(postgres_url, keys=[KEY], clock=clock) as first,
        open_storage(postgres_url, keys=[KEY], clock=clock) as second,
    ):
        yield first, second


async def test_no_parcel_is_handed_out_twice_and_lanes_keep_their_order(replicas: tuple[SqlStorage, SqlStorage]):
    async with replicas[0].work(ACME) as work:
        for n in range(40):
            for lane in range(8):
                await work.parcels.put(Place("slack", "T1", f"C{lane}"), Subject(f"{n}"), 1, Reply("."), NOON)
    said: dict[str, list[int]] = {}

    async def drain(storage: SqlStorage) -> None:
        while (await storage.parcels.waiting(NOON))[0]:
            parcels = await storage.parcels.claim(2, 3, NOON)
            for parcel in parcels:
                said.setdefault(parcel.place.lane, []).append(int(parcel.subject))
            await storage.parcels.settle([Outcome(each.id, "sent", NOON, Receipt(each.id)) for each in parcels])
            await storage.parcels.release({each.place.lane: NOON for each in parcels})

    await together(drain(each) for each in (*replicas, *replicas))
    assert len(said) == 8
    assert all(lane == list(range(40)) for lane in said.values())


async def test_no_letter_is_handed_out_twice(replicas: tuple[SqlStorage, SqlStorage]):
    author = Account("slack", "T1", "U1")
    letters = [Message(f"k{n}", Place("slack", "T1", "C1", f"{n % 7}"), author, NOON) for n in range(60)]
    await asyncio.gather(*(replicas[0].letters.accept(ACME, letter, NOON) for letter in letters))
    answered: list[str] = []

    async def answer(storage: SqlStorage) -> None:
        while len(answered) < 60:
            for letter in await storage.letters.claim(3, NOON):
                async with storage.work(ACME) as work:
                    assert await work.letters.done(letter.id, NOON)
                answered.append(letter.message.key)

    await together(answer(each) for each in (*replicas, *replicas))
    assert sorted(answered) == sorted(letter.key for letter in letters)


async def test_one_event_that_both_receive_is_kept_once(replicas: tuple[SqlStorage, SqlStorage]):
    place, author = Place("slack", "T1", "C1"), Account("slack", "T1", "U1")
    for n in range(20):
        repeats = [
            storage.letters.accept(ACME, Message(f"same {n}", place, author, NOON), NOON) for storage in replicas
        ]
        presses = [
            storage.letters.accept(ACME, Message(f"{i} {n}", place, author, NOON, twin=f"press {n}"), NOON)
            for i, storage in enumerate(replicas)
        ]
        assert sorted(await asyncio.gather(*repeats)) == [False, True]
        assert sorted(await asyncio.gather(*presses)) == [False, True]


async def test_work_that_one_brings_wakes_the_other(replicas: tuple[SqlStorage, SqlStorage]):
    here, there = replicas
    await there.wakeups.listening.wait()
    there.letters.arrived.clear()
    there.parcels.arrived.clear()
    place = Place("slack", "T1", "C1")
    await here.letters.accept(ACME, Message("k", place, Account("slack", "T1", "U1"), NOON), NOON)
    await asyncio.wait_for(there.letters.arrived.wait(), 10)
    assert not there.parcels.arrived.is_set()
    async with here.work(ACME) as work:
        await work.parcels.put(place, Subject("s"), 1, Reply("."), NOON)
    await asyncio.wait_for(there.parcels.arrived.wait(), 10)


async def test_a_lost_listener_comes_back_and_looks_at_once(
    replicas: tuple[SqlStorage, SqlStorage], postgres_url: str, clock: DrivenClock
):
    listener = replicas[0]
    await asyncio.gather(*(each.wakeups.listening.wait() for each in replicas))
    listener.parcels.arrived.clear()
    await cut_all_connections(postgres_url)

    async def until_it_listens_again() -> None:
        while not listener.parcels.arrived.is_set():
            await clock.advance(1)
            await asyncio.sleep(0.01)

    await asyncio.wait_for(until_it_listens_again(), 20)
    assert listener.wakeups.listening.is_set()


async def test_one_leads_until_its_connection_is_gone(replicas: tuple[SqlStorage, SqlStorage], postgres_url: str):
    first, second = (each.leadership for each in replicas)
    assert await first.mine()
    assert not await second.mine()
    assert await first.mine()
    await cut_all_connections(postgres_url)
    assert await second.mine()
    assert not await first.mine()
    await second.resign()
    assert await first.mine()


async def test_the_pool_survives_cut_connections(replicas: tuple[SqlStorage, SqlStorage], postgres_url: str):
    assert await replicas[0].parcels.waiting(NOON) == (0, timedelta(0))
    await cut_all_connections(postgres_url)
    assert await replicas[0].parcels.waiting(NOON) == (0, timedelta(0))


async def test_one_replica_refreshes_at_a_time(replicas: tuple[SqlStorage, SqlStorage]):
    await replicas[0].directory.save_installation(Installation("slack", "T1", ACME, secrets={"token": "0"}))

    async def refresh(storage: SqlStorage) -> None:
        async with storage.directory.refreshing("slack", "T1") as found:
            assert found is not None
            renewed = {"token": str(int(found.secrets["token"]) + 1)}
            await asyncio.sleep(0.01)
            await storage.directory.save_installation(Installation("slack", "T1", ACME, secrets=renewed))

    await asyncio.gather(*(refresh(each) for each in (*replicas, *replicas, *replicas)))
    found = await replicas[0].directory.installation("slack", "T1")
    assert found is not None
    assert found.secrets == {"token": "6"}


async def together(works: Iterable[Coroutine[Any, Any, None]]) -> None:
    """When one fails the others end, too, before the storages are closed under them."""
    async with asyncio.timeout(60), asyncio.TaskGroup() as group:
        for work in works:
            group.create_task(work)


async def cut_all_connections(url: str) -> None:
    database = Database(url)
    others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
    async with database.own_connection() as connection:
        await connection.execute(text(f"{others} AND pid <> pg_backend_pid()"))
    await database.close()


@pytest.mark.parametrize("kind", ["reading", "writing", "own_connection"])
@pytest.mark.parametrize("answered", [True, False], ids=["after its last answer", "before its next question"])
async def test_who_slept_too_long_in_a_transaction_is_told_at_most_that_the_database_was_away(
    postgres_url, kind, answered
):
    """On waking, the server's farewell waits to be read, behind an answer or alone, and the end of the connection."""
    database = Database(postgres_url)
    with contextlib.suppress(Unavailable):
        async with getattr(database, kind)() as connection:
            await connection.execute(text("SELECT 1"))
            if answered:
                asyncio.get_running_loop().call_soon(sleep_through_a_cut, postgres_url)
            else:
                sleep_through_a_cut(postgres_url)
            await connection.execute(text("SELECT 1"))
    async with getattr(database, kind)() as connection:
        assert (await connection.execute(text("SELECT 1"))).scalar() == 1
    await database.close()


def sleep_through_a_cut(url: str) -> None:
    """The loop stands still, as in a SIGSTOP."""
    other = threading.Thread(target=lambda: asyncio.run(cut_all_connections(url)))
    other.start()
    other.join()
