"""Tenant B never sees or changes what belongs to tenant A: every method of every repository, in any order."""

import inspect
from typing import Any, get_type_hints

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text, update

from bot.ports.storage import Installation, UnitOfWork
from storage.database import Database
from storage.storage import SqlStorage, open_storage
from storage.tables import metadata
from tests.conftest import KEY
from tests.contracts.emptied import emptied
from tests.contracts.tenants import NOTHING, STEPS, A, B, as_a
from tests.fakes import DrivenClock

OWNED = {name: table for name, table in metadata.tables.items() if "tenant" in table.columns}


def test_no_method_is_forgotten():
    repositories = {
        name: get_type_hints(member.fget)["return"]
        for name, member in inspect.getmembers(UnitOfWork)
        if isinstance(member, property)
    }
    methods = {
        f"{name}.{method}"
        for name, kind in repositories.items()
        for method, _ in inspect.getmembers(kind, inspect.isfunction)
        if not method.startswith("_")
    }
    assert methods == set(STEPS)


@pytest.mark.parametrize("step", sorted(NOTHING))
async def test_b_finds_nothing(storage: SqlStorage, step: str):
    known = await as_a(storage)
    async with storage.work(B) as work:
        assert not await STEPS[step](work, known)


async def sees_none_of_a(found: Any) -> None:
    assert "A's" not in repr(found)
    assert "secret of" not in repr(found)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.sampled_from(sorted(STEPS)), min_size=len(STEPS), max_size=2 * len(STEPS)))
async def test_in_any_order_b_changes_nothing_of_a(storage: SqlStorage, database_url: str, steps: list[str]):
    async with emptied(database_url):
        known = await as_a(storage)
        before = await rows_of_a(database_url)
        assert len(before) == len(OWNED) - 1, "A has something in every table but installations"
        for step in steps:
            async with storage.work(B) as work:
                await sees_none_of_a(await STEPS[step](work, known))
        assert await rows_of_a(database_url) == before


@pytest.mark.peers
@pytest.mark.parametrize(("setting", "expected"), [("b", 0), ("", 0), ("a", 1)])
async def test_the_second_wall_holds_where_a_statement_forgets_the_tenant(
    postgres_url: str, clock: DrivenClock, setting: str, expected: int
):
    async with open_storage(postgres_url, keys=[KEY], clock=clock) as storage:
        await as_a(storage)
        await storage.directory.save_installation(Installation("slack", "T1", A))
    database = Database(postgres_url)
    async with database.own_connection() as connection:
        await connection.execute(text("SELECT set_config('nightdesk.tenant', :tenant, false)"), {"tenant": setting})
        for table in OWNED.values():
            found = (await connection.execute(select(func.count()).select_from(table))).scalar()
            changed = await connection.execute(update(table).values(tenant=setting))
            assert (table.name, found, changed.rowcount) == (table.name, expected, expected)
    await database.close()


async def rows_of_a(url: str) -> dict[str, list[Any]]:
    database = Database(url)
    found = {}
    async with database.reading() as connection:
        for name, table in OWNED.items():
            ordered = select(table).where(table.c.tenant == A).order_by(*table.primary_key)
            if rows := [tuple(row) for row in await connection.execute(ordered)]:
                found[name] = rows
    await database.close()
    return found
