"""SQLite's one writer and its quick reader, kept open: taking a connection from a pool is dearer than using it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from storage import problems, sqlite_calls


class KeptConnections:
    def __init__(self, engine: AsyncEngine, patience_ms: int) -> None:
        self._engine, self._patience_ms = engine, patience_ms
        self._writer: AsyncConnection | None = None
        self._reader: AsyncConnection | None = None
        self._opening = asyncio.Lock()
        self._turn = asyncio.Lock()
        self._whose: asyncio.Task[Any] | None = None

    async def for_a_look(self) -> AsyncConnection:
        """For one statement, before anything else is awaited. What the writer wrote it still has in its memory, so it
        is asked itself where it is not amid a transaction."""
        if self._writer is not None and not self._turn.locked():
            return self._writer
        if self._reader is None:
            async with self._opening:
                self._reader = self._reader or await self._engine.connect()
        return self._reader

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """SQLite has one writer. Queueing here costs nothing; queueing there is sleeping and asking again."""
        task = asyncio.current_task()
        if self._whose is task:
            raise RuntimeError("A transaction inside a transaction of the same task would wait for itself.")
        async with self._turn:
            self._whose = task
            try:
                async with self._transaction() as connection:
                    yield connection
            finally:
                self._whose = None

    async def close(self) -> None:
        for connection in (self._writer, self._reader):
            if connection is not None:
                await connection.close()
        self._writer = self._reader = None

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[AsyncConnection]:
        with problems.translated():
            connection = self._writer = self._writer or await self._opened_for_writing()
            driver = sqlite_calls.of(connection)
            await driver.begin_writing(self._patience_ms)
            try:
                yield connection
                with problems.translated(definite=False):  # an error of the disk leaves both possible
                    await driver.commit()
            finally:
                await driver.rollback()  # what was not committed
                if connection.in_transaction():  # SQLAlchemy's own book of it, which a `Prepared` does not open
                    await connection.rollback()

    async def _opened_for_writing(self) -> AsyncConnection:
        connection = await self._engine.connect()
        sqlite_calls.of(connection).raw.execute("PRAGMA busy_timeout = 0")  # `begin_writing` waits, where it has to
        return connection
