"""Statements that are built once, compiled once for each engine, and then only run.

Building a statement and finding its compiled form again cost SQLAlchemy several times what the database needs to run
it. So what is asked often is a constant of its module: SQLAlchemy writes its SQL, from the same tables as everything
else, and its column types convert the values; it has no part in running it on SQLite, and little on PostgreSQL.
"""

from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from sqlalchemy import Dialect
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import ClauseElement
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.selectable import ReturnsRows

from storage import sqlite_calls

POSTGRES = "postgresql"

Convert: TypeAlias = Callable[[Any], Any]
Rows: TypeAlias = list[Any]


class Prepared:
    """What it is run with are its `bindparam(…)`, by name; `columns` are those of an INSERT without them."""

    def __init__(
        self, statement: ClauseElement, *, sqlite: ClauseElement | None = None, columns: Iterable[str] = ()
    ) -> None:
        self._statement, self._for_sqlite = statement, statement if sqlite is None else sqlite
        self._columns = [*columns] or None
        self._on_sqlite: _Ready | None = None
        self._on_postgres: _Ready | None = None

    async def all(self, connection: AsyncConnection, **values: Any) -> Rows:
        """Rows with names, as SQLAlchemy's are."""
        if connection.dialect.name == POSTGRES:
            on_postgres = self._postgres(connection)
            result = await connection.exec_driver_sql(on_postgres.sql, on_postgres.cells(values))
            return on_postgres.rows(result.all())
        on_sqlite = self._sqlite(connection)
        cursor = sqlite_calls.of(connection).raw.execute(on_sqlite.sql, on_sqlite.cells(values))
        return on_sqlite.rows(cursor.fetchall())

    async def first(self, connection: AsyncConnection, **values: Any) -> Any:
        """None where there is no row."""
        rows = await self.all(connection, **values)
        return rows[0] if rows else None

    async def scalars(self, connection: AsyncConnection, **values: Any) -> list[Any]:
        return [row[0] for row in await self.all(connection, **values)]

    async def scalar(self, connection: AsyncConnection, **values: Any) -> Any:
        row = await self.first(connection, **values)
        return None if row is None else row[0]

    async def change(self, connection: AsyncConnection, **values: Any) -> int:
        """How many rows."""
        if connection.dialect.name == POSTGRES:
            on_postgres = self._postgres(connection)
            return (await connection.exec_driver_sql(on_postgres.sql, on_postgres.cells(values))).rowcount
        on_sqlite = self._sqlite(connection)
        return sqlite_calls.of(connection).raw.execute(on_sqlite.sql, on_sqlite.cells(values)).rowcount

    async def each(self, connection: AsyncConnection, values: Iterable[Mapping[str, Any]]) -> None:
        """Once for each of these."""
        if connection.dialect.name == POSTGRES:
            on_postgres = self._postgres(connection)
            if cells := [*map(on_postgres.cells, values)]:
                await connection.exec_driver_sql(on_postgres.sql, cells)
            return
        on_sqlite = self._sqlite(connection)
        sqlite_calls.of(connection).raw.executemany(on_sqlite.sql, map(on_sqlite.cells, values))

    def _postgres(self, connection: AsyncConnection) -> "_Ready":
        if self._on_postgres is None:
            self._on_postgres = _Ready(self._statement, connection.dialect, self._columns)
        return self._on_postgres

    def _sqlite(self, connection: AsyncConnection) -> "_Ready":
        if self._on_sqlite is None:
            self._on_sqlite = _Ready(self._for_sqlite, connection.dialect, self._columns)
        return self._on_sqlite


class _Ready:
    """The SQL, how values are turned into what the driver takes, and what it gives into rows."""

    def __init__(self, statement: ClauseElement, dialect: Dialect, columns: list[str] | None) -> None:
        compiled = statement.compile(dialect=dialect, column_keys=columns)
        assert isinstance(compiled, SQLCompiler)
        if compiled.post_compile_params or compiled.literal_execute_params:
            raise TypeError("What is written anew for every run cannot be prepared; `among` is for many values.")
        self.sql = compiled.string
        names = compiled.positiontup or []
        self._binds: list[tuple[str, Convert | None]] = []
        self._fixed: dict[str, Any] = {}
        for name in names:
            bind = compiled.binds[name]
            self._binds.append((name, bind.type.dialect_impl(dialect).bind_processor(dialect)))
            if not bind.required:
                self._fixed[name] = bind.effective_value
        results = [*statement.exported_columns] if isinstance(statement, ReturnsRows) else []
        self._row: Any = namedtuple("Row", [column.name for column in results], rename=True)  # type: ignore[misc]
        of_types = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in results]
        self._results: list[tuple[int, Convert]] = [(index, one) for index, one in enumerate(of_types) if one]

    def cells(self, values: Mapping[str, Any]) -> tuple[Any, ...]:
        given = {**self._fixed, **values} if self._fixed else values
        return tuple([convert(given[name]) if convert else given[name] for name, convert in self._binds])

    def rows(self, found: Sequence[Sequence[Any]]) -> Rows:
        if not self._results:
            return [*map(self._row._make, found)]
        return [self._converted(cells) for cells in found]

    def _converted(self, found: Sequence[Any]) -> Any:
        cells = [*found]
        for index, convert in self._results:
            cells[index] = convert(cells[index])
        return self._row._make(cells)
