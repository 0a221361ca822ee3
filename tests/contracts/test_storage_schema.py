"""The migrations make the tables that the program expects, on both engines."""

import asyncio
import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, text

from bot.model.errors import Misconfigured
from storage import schema
from storage.database import Database
from storage.knowledge_tables import AT_A_GLANCE, IN_ARRAYS, WORDS
from storage.storage import migrate, open_storage
from storage.tables import metadata
from tests.conftest import KEY
from tests.fakes import DrivenClock


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.peers)])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/deep/folder/new.db"
    url: str = request.getfixturevalue("empty_postgres_url")
    return url


async def test_up_from_empty_and_equal_to_the_tables(empty_url: str):
    steps = await asyncio.to_thread(migrate, empty_url)
    assert steps == [
        "0001: The first tables: tenants and people, conversations, the two queues, audit.",
        "0002: Incidents: issues, alerts, history, plans, silences, timers, covers, tickets, keys, codes, storms.",
        "0003: Datasources and application profiles.",
        "0004: Documents, and the index of their words.",
        "0005: E-mails about issues.",
        "0006: Log events, what is remembered of their services, and how they are watched.",
        "0007: Watches, and what was told of them.",
        "0008: What models were asked, and what it cost.",
        "0009: Analyses of issues.",
        "0010: Issues by their source and their one service, and which of them people said are not the same.",
        "0011: Timers that may wait behind the others.",
        "0012: What was spent on models, and what is reserved for calls under way.",
        "0013: What AI costs a tenant: each charge, and their sums.",
        "0014: Conversations as sessions; what answers rest on; stars and categories.",
        "0015: Rules that people taught.",
        "0016: What was said to models and what they answered, encrypted.",
        "0017: Messages by when they were said, so that those of a day are counted without reading the others.",
    ]
    assert await asyncio.to_thread(migrate, empty_url) == []
    database = Database(empty_url)
    async with database.reading() as connection:
        assert await connection.run_sync(_differences) == []
    await database.close()


def _differences(connection: Connection) -> list[object]:
    given = {"compare_type": True, "include_name": _is_declared}
    return list(compare_metadata(MigrationContext.configure(connection, opts=given), metadata))


def _is_declared(name: str | None, kind: str, _: object) -> bool:
    """The indexes of words are made by their engine's own statements, and tested by what they find."""
    return not (name or "").startswith(WORDS if kind == "table" else (IN_ARRAYS, AT_A_GLANCE))


@pytest.mark.peers
async def test_every_table_with_a_tenant_has_its_wall(postgres_url: str):
    database = Database(postgres_url)
    walled = text("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity")
    async with database.reading() as connection:
        found = set((await connection.execute(walled)).scalars())
    await database.close()
    assert found == {name for name, table in metadata.tables.items() if "tenant" in table.columns} | {"tenants"}


@pytest.mark.peers
async def test_two_replicas_that_migrate_at_once_do_it_once(empty_postgres_url: str):
    steps = await asyncio.gather(*(asyncio.to_thread(migrate, empty_postgres_url) for _ in range(3)))
    assert sorted(len(each) for each in steps) == [0, 0, len(steps[0]) + len(steps[1]) + len(steps[2])]


@pytest.mark.peers
async def test_an_empty_postgres_says_what_to_do(empty_postgres_url: str, clock: DrivenClock):
    with pytest.raises(Misconfigured) as raised:
        async with open_storage(empty_postgres_url, keys=[KEY], clock=clock):
            pass
    assert "nightdesk migrate" in raised.value.advice


async def test_a_new_sqlite_file_is_made_ready(tmp_path: Path, clock: DrivenClock):
    async with open_storage(f"sqlite:///{tmp_path}/a/b.db", keys=[], clock=clock) as storage:
        assert "schema 0017" in await storage.check()


async def test_yesterdays_program_runs_on_todays_schema(sqlite_url: str, clock: DrivenClock):
    file = sqlite_url.removeprefix("sqlite:///")
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    async with open_storage(sqlite_url, keys=[KEY], clock=clock) as storage:
        assert "schema 9999" in await storage.check()
        assert await schema.upgrade_here(sqlite_url) == []
