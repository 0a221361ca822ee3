"""SQLite's one writer and those who look: nobody waits on the event loop, and nobody sees half of anything."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import bindparam, func, insert, literal_column, select, text

from bot.model.errors import Unavailable
from storage import database as database_
from storage import sqlite_calls
from storage.database import Database
from storage.prepared import Prepared
from storage.tables import tenants

COUNT = Prepared(select(func.count()).select_from(tenants))
NAMED = Prepared(select(tenants.c.name).where(tenants.c.id == bindparam("id")))


@pytest.fixture
async def database(sqlite_url: str) -> AsyncIterator[Database]:
    opened = Database(sqlite_url)
    yield opened
    await opened.close()


async def add(database: Database, name: str) -> None:
    async with database.writing() as connection:
        row = {"id": name, "name": name, "zone": "UTC", "enabled": True}
        await connection.execute(insert(tenants), row)


async def count(database: Database) -> int:
    [(number,)] = await database.look(COUNT)
    return int(number)


async def test_a_look_sees_what_is_committed_and_nothing_else(database: Database):
    await add(database, "before")
    before = await count(database)
    async with database.writing() as connection:
        row = {"id": "new", "name": "new", "zone": "UTC", "enabled": True}
        await connection.execute(insert(tenants), row)
        assert await COUNT.scalar(connection) == before + 1
        assert await count(database) == before
        assert await asyncio.create_task(count(database)) == before
    assert await count(database) == before + 1


async def test_a_look_between_two_transactions_begins_none(database: Database, sqlite_url: str):
    await add(database, "one")
    await count(database)
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), timeout=0)) as other:
        other.execute("BEGIN EXCLUSIVE")
        other.execute("UPDATE tenants SET name = 'renamed' WHERE id = 'one'")
        other.commit()
    assert await database.look(NAMED, id="one") == [("renamed",)]


async def test_another_process_that_writes_is_waited_for_beside_the_loop(database: Database, sqlite_url: str):
    await add(database, "one")
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        waiting = asyncio.create_task(add(database, "two"))
        for _ in range(20):  # the loop goes on
            await asyncio.sleep(0)
        assert not waiting.done()
        assert await database.look(NAMED, id="two") == []
        other.execute("COMMIT")
        await waiting
    assert await database.look(NAMED, id="two") == [("two",)]


async def test_who_waits_too_long_for_another_process_is_told_and_may_come_again(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(database_, "BUSY_TIMEOUT_MS", 20)
    database = Database(sqlite_url)
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Unavailable) as raised:
            await add(database, "one")
        assert raised.value.definite
        other.execute("ROLLBACK")
    await add(database, "one")
    assert await database.look(NAMED, id="one") == [("one",)]
    await database.close()


@pytest.mark.parametrize("steps", range(12))
async def test_cancelled_at_any_moment_it_is_kept_whole_or_not_at_all(database: Database, steps: int):
    """Also while the thread commits, whose end nobody can stop."""
    before = await count(database)

    async def two_rows() -> None:
        async with database.writing() as connection:
            for name in ("a", "b"):
                row = {"id": name, "name": name, "zone": "UTC", "enabled": True}
                await connection.execute(insert(tenants), row)

    writing = asyncio.create_task(two_rows())
    for _ in range(steps):
        await asyncio.sleep(0)
    writing.cancel()
    await asyncio.gather(writing, return_exceptions=True)
    after = await count(database)
    assert after - before in {0, 2}
    await add(database, "c")
    assert await count(database) == after + 1


async def test_a_statement_of_sqlalchemy_leaves_the_loop_free(database: Database):
    """What may take long, a count over everything, runs in the connection's thread."""
    long = text(
        "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 300000) SELECT count(*) FROM n"
    )
    turns = 0

    async def looks_on() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    onlooker = asyncio.create_task(looks_on())
    async with database.reading() as connection:
        turns = 0
        assert (await connection.execute(long)).scalar() == 300_000
    assert turns > 50
    onlooker.cancel()


async def test_what_fails_in_the_middle_is_undone_and_the_next_begins_anew(database: Database):
    broken = Prepared(select(literal_column("no_such_column")).select_from(tenants))

    async def fails() -> None:
        async with database.writing() as connection:
            row = {"id": "lost", "name": "lost", "zone": "UTC", "enabled": True}
            await connection.execute(insert(tenants), row)
            await broken.all(connection)

    for _ in range(2):
        with pytest.raises(sqlite3.OperationalError, match="no_such_column"):
            await fails()
    assert await database.look(NAMED, id="lost") == []
    await add(database, "kept")


async def test_closed_it_leaves_nothing_open(database: Database, sqlite_url: str):
    """The last one out carries SQLite's log over and removes it."""
    await add(database, "one")
    await count(database)
    assert beside(sqlite_url) == {"nightdesk.db", "nightdesk.db-wal", "nightdesk.db-shm"}
    await database.close()
    assert beside(sqlite_url) == {"nightdesk.db"}


async def test_a_closed_connection_refuses_and_does_not_wait_for_its_thread(database: Database):
    async with database.writing() as connection:
        driver = sqlite_calls.of(connection)
    await database.close()
    with pytest.raises(ValueError, match="no active connection"):
        await driver.in_thread(lambda: None)


def beside(url: str) -> set[str]:
    return {file.name for file in Path(url.removeprefix("sqlite:///")).parent.glob("nightdesk.db*")}
