"""Letters in: everything that waits goes to disk in one commit, and only then is anybody answered."""

import asyncio
import logging
import sqlite3
from collections import deque
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import select

from bot.model.errors import Problem, Unavailable
from bot.model.message import Message
from bot.model.tenant import TenantId
from storage import bodies
from storage.columns import storable
from storage.database import Database
from storage.ids import new_id
from storage.tables import inbox
from storage.wakeups import announce

log = logging.getLogger(__name__)

DOUBLE_CLICK = timedelta(seconds=3)
BATCH = 500
MOST_WAITING = 10_000  # beyond this the database does not keep up, and the sender shall come again


@dataclass(slots=True, eq=False)
class _Waiting:
    row: dict[str, Any]
    answer: asyncio.Future[bool]


class Intake:
    """Group commit. While one commit is under way, the next batch gathers by itself."""

    def __init__(self, database: Database, owner: str, arrived: Callable[[], None]) -> None:
        self._database = database
        self._owner = owner
        self._arrived = arrived
        self._waiting: deque[_Waiting] = deque()
        self._writer: asyncio.Task[None] | None = None
        self._closed = False

    async def accept(self, tenant: TenantId, message: Message, at: datetime) -> bool:
        if self._closed or len(self._waiting) >= MOST_WAITING:
            raise Unavailable("The database", definite=True)
        answer: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(_row(tenant, message, at), answer))
        if self._writer is None:
            self._writer = asyncio.create_task(self._write(), name="letters to disk")
        return await answer

    async def close(self) -> None:
        self._closed = True
        if self._writer is not None:
            await self._writer

    async def _write(self) -> None:
        try:
            while self._waiting:
                batch = [self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))]
                await self._keep(batch)
        finally:
            self._writer = None

    async def _keep(self, batch: Sequence[_Waiting]) -> None:
        try:
            kept = await self._commit([each.row for each in batch])
        except Exception as problem:  # noqa: BLE001 - whatever it is, the callers have to hear it
            await self._tell(batch, problem)
            return
        if kept:
            self._arrived()
        for each in batch:
            if not each.answer.done():  # its caller may have gone
                each.answer.set_result(each.row["id"] in kept)

    async def _tell(self, batch: Sequence[_Waiting], problem: Exception) -> None:
        if len(batch) > 1 and not isinstance(problem, Problem):
            for each in batch:  # one of them is not storable; the others shall not suffer for it
                await self._keep([each])
            return
        for each in batch:
            if not each.answer.done():
                each.answer.set_exception(problem)

    async def _commit(self, rows: Sequence[dict[str, Any]]) -> Collection[str]:
        if not self._database.on_postgres and not any(row["twin"] for row in rows):
            return await self._database.at_once(lambda opened: _kept_by_sqlite(opened, rows))
        async with self._database.writing() as connection:
            fresh = await _without_twins(connection, rows, on_postgres=self._database.on_postgres)
            if not fresh:
                return ()
            statement = _INSERT_POSTGRES if self._database.on_postgres else _INSERT_SQLITE
            kept = set((await connection.execute(statement, fresh)).scalars())
            if kept:
                await announce(connection, "letters", self._owner)
            return kept


def _row(tenant: TenantId, message: Message, at: datetime) -> dict[str, Any]:
    return {
        "id": new_id(at),
        "tenant": tenant,
        "key": message.key,
        "twin": message.twin,
        "conversation": message.place.key,
        "body": bodies.of_message(message),
        "received_at": at,
        "due_at": at,
        "attempts": 0,
    }


def _kept_by_sqlite(opened: sqlite3.Connection, rows: Sequence[dict[str, Any]]) -> set[str]:
    """One statement for all rows, and one to see which of them are new: the thread is asked for twice, not per row."""
    values = ", ".join(["(?, ?, ?, ?, ?, ?, ?, ?, ?)"] * len(rows))
    marks = ", ".join("?" * len(rows))
    ids = [row["id"] for row in rows]
    opened.execute(_INSERT_ROWS.format(values), [cell for row in rows for cell in _cells(row)])
    return {found for (found,) in opened.execute(_FOUND.format(marks), ids)}


def _cells(row: dict[str, Any]) -> tuple[str | int, ...]:
    """As the column types write them."""
    received, due = (row[name].astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f") for name in ("received_at", "due_at"))
    words = (storable(row[name]) for name in ("id", "tenant", "key", "twin", "conversation", "body"))
    return (*words, received, due, row["attempts"])


_COLUMNS = "id, tenant, key, twin, conversation, body, received_at, due_at, attempts"
_INSERT_ROWS = f"INSERT INTO inbox ({_COLUMNS}) VALUES {{}} ON CONFLICT DO NOTHING"  # noqa: S608 - names of ours
_FOUND = "SELECT id FROM inbox WHERE id IN ({})"
_INSERT_SQLITE = sqlite.insert(inbox).on_conflict_do_nothing().returning(inbox.c.id)
_INSERT_POSTGRES = postgresql.insert(inbox).on_conflict_do_nothing().returning(inbox.c.id)
# Two replicas that receive the two presses of one button at once have to see each other's.
_ONE_AT_A_TIME = text(
    "SELECT pg_advisory_xact_lock(hashtextextended(twin, 7)) FROM unnest(CAST(:twins AS text[])) AS twin"
)
_TWINS = select(inbox.c.tenant, inbox.c.twin, inbox.c.received_at).where(
    inbox.c.twin != "",  # what the index is limited to
    inbox.c.twin.in_(bindparam("twins", expanding=True)),
    inbox.c.received_at > bindparam("since"),
)


async def _without_twins(
    connection: AsyncConnection, rows: Sequence[dict[str, Any]], *, on_postgres: bool
) -> Sequence[dict[str, Any]]:
    """The rows that are not the second press of one button."""
    pressed = [row for row in rows if row["twin"]]
    if not pressed:
        return rows
    twins = sorted({storable(row["twin"]) for row in pressed})  # sorted: two replicas lock in one order
    if on_postgres:
        await connection.execute(_ONE_AT_A_TIME, {"twins": twins})
    since = min(row["received_at"] for row in pressed) - DOUBLE_CLICK
    seen: dict[tuple[str, str], list[datetime]] = {}
    for tenant, twin, received_at in await connection.execute(_TWINS, {"twins": twins, "since": since}):
        seen.setdefault((tenant, twin), []).append(received_at)
    fresh = []
    for row in rows:
        if row["twin"]:
            earlier = seen.setdefault((storable(row["tenant"]), storable(row["twin"])), [])
            if any(abs(row["received_at"] - at) < DOUBLE_CLICK for at in earlier):
                continue
            earlier.append(row["received_at"])
        fresh.append(row)
    return fresh
