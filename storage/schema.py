"""The schema and its revisions: up to date, behind, or ahead of this program."""

import asyncio
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from bot.model.errors import Misconfigured
from storage.database import Database

_MIGRATIONS = Path(__file__).parent / "migrations"
_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtextextended('nightdesk migrations', 17))")
_OVER_ALL_TENANTS = text(
    "SELECT set_config('nightdesk.everyone', 'on', true), set_config('statement_timeout', '0', true)"
)


def upgrade(url: str) -> list[str]:
    """Up to the newest revision, in one transaction; what was done, a line a revision. For a thread without a loop."""
    return asyncio.run(upgrade_here(url))


async def upgrade_here(url: str, to: str = "head") -> list[str]:
    database = Database(url, foreign_keys=False)  # batch mode rebuilds tables that others point to
    try:
        async with database.writing() as connection:
            return await connection.run_sync(_upgrade, on_postgres=database.on_postgres, to=to)
    finally:
        await database.close()


async def revision(database: Database) -> str | None:
    """What the database is at; None when it is empty."""
    async with database.reading() as connection:
        return await connection.run_sync(_current)


def newest() -> str:
    return str(_scripts().get_current_head())


async def check(database: Database) -> str:
    """The revision. Raises when the schema is older than the program; a newer one is a roll-out under way."""
    found = await revision(database)
    known = [script.revision for script in _scripts().walk_revisions()]
    if found is None or (found in known and found != newest()):
        raise Misconfigured(
            "The database has no tables yet." if found is None else "The database's schema is older than this program.",
            advice="Run `nightdesk migrate`.",
        )
    return found


def _upgrade(connection: Connection, *, on_postgres: bool, to: str) -> list[str]:
    if on_postgres:
        connection.execute(_ONE_AT_A_TIME)
        connection.execute(_OVER_ALL_TENANTS)
    before = _current(connection)
    known = [script.revision for script in _scripts().walk_revisions()]
    if before is not None and before not in known:
        return []  # a newer program was here
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, to)
    steps = [*_scripts().iterate_revisions(to, before or "base")]
    return [f"{step.revision}: {step.doc}" for step in reversed(steps)]


def _current(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())
