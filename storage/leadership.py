"""Who of the replicas runs the clock."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.errors import Unavailable
from storage import problems
from storage.database import Database

_TRY = text("SELECT pg_try_advisory_lock(hashtextextended('nightdesk leadership', 13))")
_STILL = text("SELECT 1")


class Leadership:
    """On PostgreSQL a lock that lives as long as its own connection; on SQLite there is one process, which leads."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._connection: AsyncConnection | None = None

    async def mine(self) -> bool:
        """Asked again before every tick: a connection that broke has lost the lock, and somebody else may have it."""
        if not self._database.on_postgres:
            return True
        try:
            return await self._still() or await self._won()
        except Unavailable:
            return False

    async def resign(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()

    async def _still(self) -> bool:
        if self._connection is None:
            return False
        try:
            with problems.translated(network=True):
                await self._connection.execute(_STILL)
        except Unavailable:
            await self._connection.invalidate()
            await self.resign()
            return False
        return True

    async def _won(self) -> bool:
        connection = await self._database.lone_connection()
        try:
            with problems.translated(network=True):
                won = bool((await connection.execute(_TRY)).scalar())
        except Unavailable:
            await connection.close()
            raise
        if won:
            self._connection = connection
        else:
            await connection.close()
        return won
