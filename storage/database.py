"""One database on two engines: how to connect, how to begin and end, and what it says when it is away."""

import contextlib
import os
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, event, make_url, text
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from bot.model.errors import Misconfigured
from bot.model.tenant import TenantId
from storage import problems, sqlite_calls
from storage.checkpoints import LARGEST_LOG_PAGES
from storage.kept import KeptConnections
from storage.prepared import Prepared, Rows

BUSY_TIMEOUT_MS = 30_000
CONNECT_SECONDS = 5
STATEMENT_SECONDS = 15
IDLE_IN_TRANSACTION_SECONDS = 30
POOL_SIZE = 5  # a replica
POOL_SPARE = 5

_SUPPORTED = {
    "sqlite": "sqlite+aiosqlite",
    "sqlite+aiosqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+asyncpg",
    "postgresql": "postgresql+asyncpg",
    "postgresql+asyncpg": "postgresql+asyncpg",
}


class Database:
    """Hands out transactions: reading ones, writing ones, and connections of one's own."""

    def __init__(self, url: str, *, foreign_keys: bool = True) -> None:
        self.url = parse(url)
        self.on_postgres = self.url.get_backend_name() == "postgresql"
        if not self.on_postgres:
            prepare_folder(sqlite_file(self.url))
        self._engine = _engine(self.url, pooled=True, foreign_keys=foreign_keys)
        self._lone = _engine(self.url, pooled=False, foreign_keys=foreign_keys)
        self._kept = KeptConnections(self._lone, BUSY_TIMEOUT_MS)

    @asynccontextmanager
    async def reading(self, tenant: TenantId | None = None) -> AsyncIterator[AsyncConnection]:
        """A consistent look at what one tenant owns; without a tenant, over all of them."""
        async with self._connected(self._engine) as connection:
            if not self.on_postgres:
                await sqlite_calls.of(connection).begin_reading()
            await self._scope(connection, tenant)
            yield connection

    async def look(self, statement: Prepared, **values: Any) -> Rows:
        """Over all tenants, with one statement: by itself it is consistent, and SQLite needs no transaction for it."""
        if self.on_postgres:
            async with self.reading() as connection:
                return await statement.all(connection, **values)
        with problems.translated():
            return await statement.all(await self._kept.for_a_look(), **values)

    @asynccontextmanager
    async def writing(self, tenant: TenantId | None = None) -> AsyncIterator[AsyncConnection]:
        """One transaction: committed when the block ends, undone when it raises. They do not nest."""
        if not self.on_postgres:
            async with self._kept.writing() as connection:
                yield connection
            return
        async with self._connected(self._engine) as connection:
            await self._scope(connection, tenant)
            yield connection
            with problems.translated(definite=False, network=True):  # a lost answer to COMMIT leaves both possible
                await connection.commit()

    @asynccontextmanager
    async def own_connection(self) -> AsyncIterator[AsyncConnection]:
        """Outside the pool and without transactions: for locks and for listening."""
        connection = await self.lone_connection()
        try:
            with problems.translated():
                yield connection
        finally:
            await _let_go(connection)

    async def lone_connection(self) -> AsyncConnection:
        """The same, to be closed by the caller."""
        with problems.translated(network=True):
            connection = await self._lone.connect()
        return await connection.execution_options(isolation_level="AUTOCOMMIT")

    async def close(self) -> None:
        await self._kept.close()
        await self._engine.dispose()
        await self._lone.dispose()

    @asynccontextmanager
    async def _connected(self, engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
        with problems.translated(network=True):
            connection = await engine.connect()
        try:
            with problems.translated():
                yield connection
        finally:
            await _let_go(connection)

    async def _scope(self, connection: AsyncConnection, tenant: TenantId | None) -> None:
        """Row-level security's half of the wall between tenants; SQLite has only the WHERE of every statement."""
        if self.on_postgres and tenant is None:
            await _EVERYONE.change(connection)
        elif self.on_postgres:
            await _ONE.change(connection, tenant=tenant)


async def _let_go(connection: AsyncConnection) -> None:
    """What was not committed is undone: where the database cannot be told any more, by the end of the connection."""
    with contextlib.suppress(*problems.KINDS):
        await connection.close()


_ONE = Prepared(text("SELECT set_config('nightdesk.tenant', :tenant, true)"))
_EVERYONE = Prepared(text("SELECT set_config('nightdesk.everyone', 'on', true)"))


def parse(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise Misconfigured("The database URL cannot be read.", advice=_ADVICE) from None
    if parsed.drivername not in _SUPPORTED:
        raise Misconfigured(f"Databases of the kind “{parsed.drivername}” are not supported.", advice=_ADVICE)
    parsed = parsed.set(drivername=_SUPPORTED[parsed.drivername])
    if parsed.get_backend_name() == "sqlite" and parsed.database in (None, "", ":memory:"):
        raise Misconfigured("The SQLite database needs a file.", advice=_ADVICE)
    return parsed


_ADVICE = "Use sqlite:///folder/nightdesk.db or postgresql://user:password@host/name."


def sqlite_file(url: URL) -> Path:
    return Path(url.database or "").absolute()


def prepare_folder(file: Path) -> None:
    """Made if absent. SQLite writes beside its file too, so the folder has to be writable, not only the file."""
    folder = file.parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as problem:
        raise Misconfigured(
            f"The folder of the database, {folder}, cannot be written: {os.strerror(problem.errno or 0).lower()}.",
            advice="Give the process a folder of its own that it may write, on a local disk.",
        ) from problem
    if file.is_dir() or (file.exists() and not os.access(file, os.W_OK)):
        raise Misconfigured(f"The database {file} is not a file that can be written.")


def _engine(url: URL, *, pooled: bool, foreign_keys: bool) -> AsyncEngine:
    if url.get_backend_name() == "sqlite":
        return _sqlite_engine(url, foreign_keys=foreign_keys)
    arguments: dict[str, Any] = {
        "timeout": CONNECT_SECONDS,
        "server_settings": {
            "application_name": "nightdesk",
            "statement_timeout": f"{STATEMENT_SECONDS}s",
            "idle_in_transaction_session_timeout": f"{IDLE_IN_TRANSACTION_SECONDS}s",
        },
    }
    pool: dict[str, Any] = {"poolclass": NullPool}
    if pooled:
        pool = {"pool_pre_ping": True, "pool_size": POOL_SIZE, "max_overflow": POOL_SPARE}
        pool["pool_timeout"] = CONNECT_SECONDS
    engine = create_async_engine(url, connect_args=arguments, **pool)
    event.listen(engine.sync_engine, "handle_error", problems.notice_farewell)
    return engine


def _sqlite_engine(url: URL, *, foreign_keys: bool) -> AsyncEngine:
    engine = create_async_engine(
        url,
        pool_size=POOL_SIZE,
        max_overflow=POOL_SPARE,
        connect_args={"async_creator_fn": sqlite_calls.connect},
    )

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, _: object) -> None:
        connection.isolation_level = None  # the driver begins transactions too late; we say BEGIN ourselves
        cursor = connection.cursor()
        for pragma in (
            f"busy_timeout = {BUSY_TIMEOUT_MS}",
            "journal_mode = WAL",
            "synchronous = FULL",
            f"wal_autocheckpoint = {LARGEST_LOG_PAGES}",
            f"foreign_keys = {'ON' if foreign_keys else 'OFF'}",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    return engine
