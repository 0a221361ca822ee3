"""INSERT … ON CONFLICT, which both engines know but SQLAlchemy spells twice."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from sqlalchemy import Table, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection


def insert(connection: AsyncConnection, table: Table) -> postgresql.Insert:
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table)
    return cast(postgresql.Insert, sqlite.insert(table))


async def save(connection: AsyncConnection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert, or replace what stands under the same primary key."""
    if not rows:
        return
    statement = insert(connection, table)
    keys = [column.name for column in table.primary_key]
    values = {name: statement.excluded[name] for name in rows[0] if name not in keys}
    await connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=values), list(rows))


async def add_if_absent(connection: AsyncConnection, table: Table, row: Mapping[str, Any]) -> bool:
    """False: something with the same unique key stands there already."""
    result = await connection.execute(insert(connection, table).on_conflict_do_nothing(), dict(row))
    return result.rowcount == 1


async def one_at_a_time(connection: AsyncConnection, name: str) -> None:
    """Until this transaction ends, others who name the same wait. SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        await connection.execute(_LOCK, {"name": name})


_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 7))")
