"""A database that is away, locked or gone: a problem people can read, nothing half kept, and nothing lost by a kill."""

import asyncio
import os
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing

import pytest
from sqlalchemy import text

from bot.model.errors import Unavailable
from bot.model.message import Account, Message, Place
from bot.model.tenant import TenantId
from storage import database as database_
from storage import intake
from storage.database import Database
from storage.storage import SqlStorage, open_storage
from tests.conftest import KEY
from tests.fakes import NOON, DrivenClock

ACME = TenantId("acme")
PLACE, AUTHOR = Place("slack", "T1", "C1"), Account("slack", "T1", "U1")


def said(key: str) -> Message:
    return Message(key, PLACE.in_thread(key), AUTHOR, NOON)


@pytest.fixture
async def impatient(
    database_url: str, clock: DrivenClock, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[SqlStorage]:
    monkeypatch.setattr(database_, "BUSY_TIMEOUT_MS", 50)
    monkeypatch.setattr(database_, "STATEMENT_SECONDS", 0.2)
    async with open_storage(database_url, keys=[KEY], clock=clock) as opened:
        yield opened


@asynccontextmanager
async def blocked(url: str) -> AsyncIterator[None]:
    """Somebody holds the inbox and does not let go."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield
        return
    other = Database(url)
    async with other.writing() as connection:
        await connection.execute(text("LOCK TABLE inbox"))
        yield
    await other.close()


async def test_when_a_commit_fails_all_are_told_and_nothing_is_kept(impatient: SqlStorage, database_url: str):
    async with blocked(database_url):
        accepts = [impatient.letters.accept(ACME, said(f"k{n}"), NOON) for n in range(50)]
        answers = await asyncio.gather(*accepts, return_exceptions=True)
    assert {type(answer) for answer in answers} == {Unavailable}
    assert await impatient.letters.claim(99, NOON) == []
    assert await impatient.letters.accept(ACME, said("k0"), NOON), "and later it works again"


async def test_a_unit_of_work_that_cannot_write_says_so(impatient: SqlStorage, database_url: str):
    await impatient.letters.accept(ACME, said("k0"), NOON)
    [letter] = await impatient.letters.claim(1, NOON)
    async with blocked(database_url):
        with pytest.raises(Unavailable) as raised:
            async with impatient.work(ACME) as work:
                await work.letters.done(letter.id, NOON)
    assert raised.value.says == "The database does not answer at the moment."
    assert raised.value.definite


async def test_more_than_it_can_keep_up_with_is_refused(
    impatient: SqlStorage, database_url: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(intake, "MOST_WAITING", 10)
    async with blocked(database_url):
        accepts = [impatient.letters.accept(ACME, said(f"k{n}"), NOON) for n in range(99)]
        answers = await asyncio.gather(*accepts, return_exceptions=True)
    assert {type(answer) for answer in answers} == {Unavailable}


async def test_a_caller_that_goes_away_does_not_disturb_the_others(storage: SqlStorage):
    first, second = (asyncio.create_task(storage.letters.accept(ACME, said(key), NOON)) for key in ("a", "b"))
    await asyncio.sleep(0)
    first.cancel()
    assert await second
    assert await storage.letters.accept(ACME, said("c"), NOON)


async def test_after_closing_nothing_is_taken_in(database_url: str, clock: DrivenClock):
    async with open_storage(database_url, keys=[KEY], clock=clock) as storage:
        last = asyncio.create_task(storage.letters.accept(ACME, said("last"), NOON))
        await asyncio.sleep(0)
    assert await last, "what was under way is finished"
    with pytest.raises(Unavailable):
        await storage.letters.accept(ACME, said("too late"), NOON)


async def test_a_server_that_is_not_there(unused_port: int):
    database = Database(f"postgresql://nightdesk@127.0.0.1:{unused_port}/nightdesk")
    for way in (database.reading, database.writing, database.own_connection):
        with pytest.raises(Unavailable):
            async with way():
                pass
    await database.close()


async def test_our_own_mistakes_are_not_called_unavailable(storage: SqlStorage, database_url: str):
    database = Database(database_url)
    for statement in ("SELECT * FROM no_such_table", "SELEKT 1", "SELECT no_such_column FROM inbox"):
        with pytest.raises(Exception, match=r"no_such|SELEKT"):
            async with database.reading() as connection:
                await connection.execute(text(statement))
    await database.close()
    with pytest.raises(TimeoutError):
        async with storage.work(ACME):
            raise TimeoutError


async def test_transactions_do_not_nest_on_sqlite(sqlite_url: str, clock: DrivenClock):
    async with open_storage(sqlite_url, keys=[KEY], clock=clock) as storage, storage.work(ACME):
        with pytest.raises(RuntimeError, match="inside"):
            async with storage.work(ACME):
                pass


_ACCEPTS_FOR_EVER = """
import asyncio, itertools, sys
from tests.contracts.test_storage_away import ACME, said
from tests.conftest import KEY
from tests.fakes import NOON, DrivenClock
from storage.storage import open_storage

async def main():
    async with open_storage(sys.argv[1], keys=[KEY], clock=DrivenClock()) as storage:
        async def caller(name):
            for n in itertools.count():
                key = f"{name}-{n}"
                assert await storage.letters.accept(ACME, said(key), NOON)
                print(key, flush=True)
        await asyncio.gather(*(caller(name) for name in range(16)))

asyncio.run(main())
"""


async def test_what_was_answered_survives_a_kill(database_url: str, clock: DrivenClock):
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _ACCEPTS_FOR_EVER, database_url, stdout=asyncio.subprocess.PIPE, cwd=os.getcwd()
    )
    assert process.stdout is not None
    answered = [(await asyncio.wait_for(process.stdout.readline(), 60)).decode().strip() for _ in range(300)]
    process.send_signal(signal.SIGKILL)
    answered += [line.decode().strip() for line in (await process.stdout.read()).splitlines(keepends=True)
                 if line.endswith(b"\n")]  # fmt: skip
    await process.wait()
    async with open_storage(database_url, keys=[KEY], clock=clock) as storage:
        kept = {letter.message.key for letter in await storage.letters.claim(100_000, NOON)}
    assert len(answered) >= 300
    assert set(answered) <= kept
