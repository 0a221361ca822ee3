"""What is asked for every alert costs no more with two thousand issues than with two: SQLite's steps are counted."""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import pytest

from bot.model.issue import IssueId
from bot.model.message import PersonId, Place
from bot.model.parcel import Outcome, Receipt
from bot.ports.sessions import Said
from storage import sqlite_calls
from storage.conversations import SqlConversations
from storage.database import Database
from storage.issues import SqlIssues
from storage.outbox import SqlParcelQueue
from storage.parcels import SqlParcels
from tests.contracts.incidents import ACME, HOUR, alert, happening, issue, root
from tests.fakes import NOON

MANY, IN_HAND = 2000, 500
EACH = 20  # SQLite tells every so many steps
FEW = 1000  # a quarter of this is needed; going through all of anything takes many times as much


@pytest.fixture
async def full(sqlite_url: str) -> AsyncIterator[Database]:
    database = Database(sqlite_url)
    async with database.writing() as connection:
        issues = SqlIssues(connection, ACME)
        await issues.save([issue(f"ISS-{n}", key=f"key-{n}") for n in range(MANY)])
        await issues.save_alerts([alert(f"f{n}", of=f"ISS-{n}") for n in range(MANY)])
        await issues.record([happening(f"ISS-{n}", cause=f"c{n}") for n in range(MANY)])
        await SqlParcels(connection, ACME).put_all([root(f"ISS-{n}") for n in range(MANY)], NOON)
    yield database
    await database.close()


class Steps:
    count = 0


@contextmanager
def counted(connection: sqlite_calls.SqliteConnection) -> Iterator[Steps]:
    steps = Steps()

    def stepped() -> None:
        steps.count += EACH

    connection.raw.set_progress_handler(stepped, EACH)
    yield steps
    connection.raw.set_progress_handler(None, 0)


async def test_what_a_new_alert_asks(full: Database):
    async with full.writing() as connection:
        issues = SqlIssues(connection, ACME)
        with counted(sqlite_calls.of(connection)) as steps:
            assert set(await issues.current(["key-7", "new"], NOON - HOUR)) == {"key-7"}
            assert set(await issues.known("alertmanager", ["f7", "new"])) == {"f7"}
            assert await issues.taken([IssueId("ISS-7"), IssueId("new")]) == {"ISS-7"}
            assert [found.fingerprint for found in await issues.alerts(IssueId("ISS-7"), firing=True, limit=9)] == [
                "f7"
            ]
            assert await issues.firing([IssueId("ISS-7")]) == {"ISS-7": 1}
            assert await issues.happened(IssueId("ISS-7"), "c7")
        assert 0 < steps.count < FEW


async def test_what_was_said_today_beside_many_days(sqlite_url: str):
    database, anna = Database(sqlite_url), PersonId("anna")
    async with database.writing() as connection:
        conversations = SqlConversations(connection, ACME)
        made = await conversations.at(Place("slack", "T", "C"), anna, NOON)
        await conversations.add(made.id, *(Said("user", "Why?", NOON - 30 * HOUR, anna) for _ in range(MANY)))
        await conversations.add(made.id, Said("user", "Why?", NOON, anna), Said("assistant", "So.", NOON))
        with counted(sqlite_calls.of(connection)) as steps:
            assert await conversations.counted(NOON - HOUR, NOON + HOUR) == (1, 2)
        assert steps.count < FEW
    await database.close()


async def test_what_is_put_beside_many(full: Database):
    async with full.writing() as connection:
        parcels = SqlParcels(connection, ACME)
        with counted(sqlite_calls.of(connection)) as steps:
            await parcels.put_all([root("ISS-new"), root("ISS-7", 2)], NOON)
        assert 0 < steps.count < FEW


async def test_what_is_claimed_and_booked_of_many(full: Database):
    queue = SqlParcelQueue(full, "me")
    await queue.claim(0, 0, NOON)  # the first one frees what others held
    async with full.writing() as connection:
        driver = sqlite_calls.of(connection)
    held = await queue.claim(1, IN_HAND, NOON)
    assert len(held) == IN_HAND
    with counted(driver) as steps:
        await queue.settle([Outcome(held[0].id, "sent", NOON, Receipt("C1:1.1"))])
    assert 0 < steps.count < FEW
    with counted(driver) as steps:
        assert await queue.claim(9, 9, NOON) == []
    assert 0 < steps.count < FEW
