"""The storage as main sees it: opened, used through the ports, closed."""

import logging
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

from sqlalchemy import text

from bot.model.errors import Misconfigured
from bot.model.tenant import TenantId
from bot.ports.services import Clock
from storage import counts, rotation, schema
from storage.checkpoints import Checkpoints
from storage.counts import Counts
from storage.credentials import Credentials, add_to_key_file, key_file, read_key_file
from storage.database import Database, sqlite_file
from storage.directory import SqlDirectory
from storage.documents import EVERYONE, SqlDocuments
from storage.keys import SqlKeys
from storage.leadership import Leadership
from storage.letters import SqlLetterQueue
from storage.outbox import SqlParcelQueue
from storage.timers import SqlTimerQueue
from storage.unit_of_work import SqlUnitOfWork
from storage.upkeep import Upkeep
from storage.wakeups import Wakeups, announce

log = logging.getLogger(__name__)

_POSTGRES_VERSION = text("SELECT current_setting('server_version')")
_SQLITE_VERSION = text("SELECT sqlite_version()")
_PASSES_WALLS = text("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")


class SqlStorage:
    def __init__(self, database: Database, credentials: Credentials, clock: Clock, owner: str) -> None:
        self.letters = SqlLetterQueue(database, owner, credentials)
        self.parcels = SqlParcelQueue(database, owner)
        self.timers = SqlTimerQueue(database)
        self.keys = SqlKeys(database)
        self.directory = SqlDirectory(database, credentials)
        self.leadership = Leadership(database)
        self.upkeep = Upkeep(database)
        self._arrived = {
            "letters": self.letters.arrived,
            "parcels": self.parcels.arrived,
            "timers": self.timers.arrived,
        }
        self.wakeups = Wakeups(database, clock, owner, self._arrived)
        self.link_secret = credentials.link_secret
        self.former_link_secrets = credentials.former_link_secrets
        self.owner = owner
        self._database = database
        self._credentials = credentials
        self._clock = clock

    @asynccontextmanager
    async def work(self, tenant: TenantId) -> AsyncIterator[SqlUnitOfWork]:
        """On SQLite everybody else's writing waits meanwhile: nothing slow belongs in here."""
        if not tenant:
            raise ValueError("A unit of work belongs to a tenant.")
        async with self._database.writing(tenant) as connection:
            unit = SqlUnitOfWork(connection, tenant, self._clock, self._credentials)
            yield unit
            added = [name for name, one in unit.queued.items() if one.added]
            for name in added:
                await announce(connection, name, self.owner)
        for name in added:
            self._arrived[name].set()

    @asynccontextmanager
    async def library(self) -> AsyncIterator[SqlDocuments]:
        async with self._database.writing() as connection:
            yield SqlDocuments(connection, EVERYONE)

    async def check(self) -> str:
        revision = await schema.check(self._database)
        version = _POSTGRES_VERSION if self._database.on_postgres else _SQLITE_VERSION
        async with self._database.reading() as connection:
            number = str((await connection.execute(version)).scalar()).split()[0]
        name = "PostgreSQL" if self._database.on_postgres else "SQLite"
        return f"{name} {number}, schema {revision}."

    async def counts(self, now: datetime) -> Counts:
        return await counts.read(self._database, now)

    async def close(self) -> None:
        await self.letters.close()
        await self.wakeups.close()
        await self.leadership.resign()


@asynccontextmanager
async def open_storage(
    url: str, *, keys: Sequence[str], clock: Clock, owner: str | None = None
) -> AsyncIterator[SqlStorage]:
    """Ready for use. `owner` tells the claims of this process from those of others."""
    database = Database(url)
    try:
        if database.on_postgres:
            await schema.check(database)
            await _warn_without_walls(database)
        else:
            await schema.upgrade_here(url)  # the one process that uses the file brings it up to date
        storage = SqlStorage(database, await _credentials(database, keys), clock, owner or secrets.token_hex(8))
        storage.wakeups.start()
        checkpoints = None if database.on_postgres else Checkpoints(sqlite_file(database.url))
        if checkpoints:
            checkpoints.start()
        try:
            yield storage
        finally:
            if checkpoints:
                await checkpoints.stop()
            await storage.close()
    finally:
        await database.close()


def migrate(url: str) -> list[str]:
    """What was done, a line a revision. Blocks, and wants a thread without an event loop."""
    return schema.upgrade(url)


async def rotate_keys(url: str, *, keys: Sequence[str]) -> int:
    """Every secret under the newest key; on SQLite without keys in the settings, under a key that is made for it."""
    database = Database(url)
    try:
        await schema.check(database)
        if not keys and not database.on_postgres:
            file = key_file(sqlite_file(database.url))
            await _credentials(database, ())
            keys = add_to_key_file(file)
        return await rotation.rewrite_secrets(database, Credentials(keys))
    finally:
        await database.close()


async def _credentials(database: Database, keys: Sequence[str]) -> Credentials:
    """From the settings; on SQLite else from the key file, which is made while there is nothing to lose."""
    if not keys and not database.on_postgres:
        file = key_file(sqlite_file(database.url))
        keys = read_key_file(file)
        if not keys and await rotation.sealed_rows(database):
            raise Misconfigured(
                f"The key file {file} is missing, and the secrets in the database cannot be read without it.",
                advice="Put it back, or give its keys in NIGHTDESK_KEYS.",
            )
        keys = keys or add_to_key_file(file)
    credentials = Credentials(keys)
    for secret in await rotation.sealed_rows(database):
        credentials.opened(secret)
    return credentials


async def _warn_without_walls(database: Database) -> None:
    async with database.reading() as connection:
        if (await connection.execute(_PASSES_WALLS)).scalar():
            log.warning("row-level security does not apply to this database role: it is a superuser")
