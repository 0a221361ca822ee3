"""Hypothesis runs many examples in one database; each leaves it as it was."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from storage.database import Database
from storage.tables import metadata


@asynccontextmanager
async def emptied(url: str) -> AsyncIterator[None]:
    yield
    database = Database(url)
    async with database.writing() as connection:
        for table in reversed(metadata.sorted_tables):
            await connection.execute(table.delete())
    await database.close()
