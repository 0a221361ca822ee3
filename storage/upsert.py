"""INSERT … ON CONFLICT, which both engines know but SQLAlchemy spells twice."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, TypeAlias, cast

from sqlalchemy import ClauseElement, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.prepared import Prepared

Insert: TypeAlias = postgresql.Insert  # SQLite's has the same methods


async def save(connection: AsyncConnection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert, or replace what stands under the same primary key."""
    if rows:
        await _saving(table, tuple(rows[0])).each(connection, rows)


async def add_if_absent(connection: AsyncConnection, table: Table, row: Mapping[str, Any]) -> bool:
    """False: something with the same unique key stands there already."""
    return await _adding(table, tuple(row)).change(connection, **row) == 1


async def add_absent(connection: AsyncConnection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """The same for many."""
    if rows:
        await _adding(table, tuple(rows[0])).each(connection, rows)


async def add_all(connection: AsyncConnection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Where nothing can stand in the way."""
    if rows:
        await _inserting(table, tuple(rows[0])).each(connection, rows)


def either(table: Table, columns: Sequence[str], finish: Callable[[Insert], ClauseElement]) -> Prepared:
    """The same INSERT in both spellings."""
    on_postgres = finish(postgresql.insert(table))
    on_sqlite = finish(cast(Insert, sqlite.insert(table)))
    return Prepared(on_postgres, sqlite=on_sqlite, columns=columns)


@cache
def _saving(table: Table, columns: tuple[str, ...]) -> Prepared:
    keys = [column.name for column in table.primary_key]
    changed = [name for name in columns if name not in keys]
    return either(
        table,
        columns,
        lambda new: new.on_conflict_do_update(index_elements=keys, set_={name: new.excluded[name] for name in changed}),
    )


@cache
def _inserting(table: Table, columns: tuple[str, ...]) -> Prepared:
    return either(table, columns, lambda new: new)


@cache
def _adding(table: Table, columns: tuple[str, ...]) -> Prepared:
    return either(table, columns, lambda new: new.on_conflict_do_nothing())
