"""Turns among replicas, for as long as a transaction lasts. SQLite has one writer anyway."""

from collections.abc import Iterable
from enum import IntEnum
from zlib import crc32

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.prepared import Prepared

BUCKETS = 256  # ten thousand names at once must not fill PostgreSQL's lock table


class Kind(IntEnum):
    """Taken in this order within a transaction, so that two do not wait for each other."""

    SERVICES = 0
    ISSUE_KEYS = 1
    ISSUE_IDS = 2
    STORMS = 3
    SUBJECTS = 4


async def one_at_a_time(connection: AsyncConnection, name: str) -> None:
    """Until this transaction ends, others who name the same wait."""
    if connection.dialect.name == "postgresql":
        await _ONE.change(connection, name=name)


async def many_at_a_time(connection: AsyncConnection, kind: Kind, names: Iterable[str]) -> None:
    """The same for many names in one statement; now and then somebody waits for a neighbour's name."""
    if connection.dialect.name != "postgresql":
        return
    buckets = sorted({crc32(name.encode("utf-8", "replace")) % BUCKETS for name in names})
    if buckets:
        await _MANY.change(connection, kind=kind.value, buckets=buckets)


_ONE = Prepared(text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 7))"))
_MANY = Prepared(
    text(
        "SELECT pg_advisory_xact_lock(CAST(:kind AS integer), bucket)"
        " FROM unnest(CAST(:buckets AS integer[])) AS bucket"
    )
)
