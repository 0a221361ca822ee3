"""How SQLite is called: what is small, where it is asked; what may take long, in the connection's thread.

A crossing to that thread costs several times what a small statement does, and inside a transaction a statement waits
for nobody: readers have their snapshot, and the one writer has its lock. So a `Prepared`, which is known to be small,
runs on the event loop. In the thread run everything that SQLAlchemy executes (each statement and its rows in one
crossing, where aiosqlite makes four), the beginning of a writing transaction if another process writes, and its
commit, which waits for the disk.
"""

import asyncio
import contextlib
import sqlite3
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import aiosqlite
from sqlalchemy.ext.asyncio import AsyncConnection

STATEMENTS_KEPT = 512  # prepared, for each connection; there are fewer


class SqliteCursor:
    arraysize = 1

    def __init__(self, connection: "SqliteConnection") -> None:
        self._connection = connection
        self._rows: list[Any] = []
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None

    async def __aenter__(self) -> "SqliteCursor":
        return self

    async def execute(self, sql: str, parameters: Sequence[Any] = ()) -> None:
        await self._connection.in_thread(lambda: self._keep(self._connection.raw.execute(sql, parameters)))

    async def executemany(self, sql: str, parameters: Sequence[Sequence[Any]]) -> None:
        await self._connection.in_thread(lambda: self._keep(self._connection.raw.executemany(sql, parameters)))

    async def fetchall(self) -> list[Any]:
        return self._rows

    async def close(self) -> None:
        self._rows = []

    def _keep(self, cursor: sqlite3.Cursor) -> None:
        self.description = cursor.description
        self._rows = cursor.fetchall() if cursor.description else []
        self.rowcount, self.lastrowid = cursor.rowcount, cursor.lastrowid
        cursor.close()


class SqliteConnection(aiosqlite.Connection):
    def cursor(self) -> SqliteCursor:  # type: ignore[override]
        return SqliteCursor(self)

    @property
    def raw(self) -> sqlite3.Connection:
        return self._conn

    async def begin_reading(self) -> None:
        self.raw.execute("BEGIN")

    async def begin_writing(self, patience_ms: int) -> None:
        """Asked for at once, which nearly always is enough; only if another process writes, the thread waits for it.

        Outside of this, the connection has no patience: it would be the event loop that waits.
        """
        try:
            self.raw.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as problem:
            if problem.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
            await self.in_thread(partial(_begin, self.raw, patience_ms))

    async def commit(self) -> None:
        if self.raw.in_transaction:
            await self.in_thread(partial(self.raw.execute, "COMMIT"))

    async def rollback(self) -> None:
        """Forgets; nothing of it waits for the disk."""
        self.raw.rollback()

    async def in_thread(self, work: Callable[[], object]) -> None:
        """Also when the caller is cancelled this ends before it returns: nobody meets half of it on the connection."""
        if self._connection is None:
            raise ValueError("no active connection")  # as aiosqlite says it; the thread has ended and would not answer
        done = asyncio.get_running_loop().create_future()
        self._tx.put_nowait((done, work))
        try:
            await asyncio.shield(done)
        except asyncio.CancelledError:
            while not done.done():
                with contextlib.suppress(asyncio.CancelledError):
                    await asyncio.wait([done])
            done.exception()
            raise


def connect(database: str, **arguments: Any) -> SqliteConnection:
    """For SQLAlchemy's `async_creator_fn`."""
    connect_here = partial(sqlite3.connect, database, cached_statements=STATEMENTS_KEPT, **arguments)
    connection = SqliteConnection(connect_here, iter_chunk_size=64)
    connection._thread.daemon = True  # as SQLAlchemy does: a forgotten connection must not keep the process
    return connection


def of(connection: AsyncConnection) -> SqliteConnection:
    """What SQLAlchemy has in its hands."""
    assert connection.sync_connection is not None
    driver = connection.sync_connection.connection.driver_connection
    assert isinstance(driver, SqliteConnection)
    return driver


def _begin(raw: sqlite3.Connection, patience_ms: int) -> None:
    raw.execute(f"PRAGMA busy_timeout = {patience_ms}")
    try:
        raw.execute("BEGIN IMMEDIATE")
    finally:
        raw.execute("PRAGMA busy_timeout = 0")
