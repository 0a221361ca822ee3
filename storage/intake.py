"""Letters in: everything that waits goes to disk in one commit, and only then is anybody answered."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.errors import Problem, Unavailable
from bot.model.message import Message
from bot.model.tenant import TenantId
from storage import bodies, upsert
from storage.among import among
from storage.columns import storable
from storage.database import Database
from storage.ids import new_id
from storage.prepared import Prepared
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
        self._waiting.append(_Waiting(row(tenant, message, at), answer))
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
        async with self._database.writing() as connection:
            fresh = await _without_twins(connection, rows, on_postgres=self._database.on_postgres)
            if not fresh:
                return ()
            await upsert.add_absent(connection, inbox, fresh)
            kept = set(await _KEPT.scalars(connection, names=[row["id"] for row in fresh]))
            if kept:
                await announce(connection, "letters", self._owner)
            return kept


def row(tenant: TenantId, message: Message, at: datetime) -> dict[str, Any]:
    return {
        "id": new_id(at),
        "tenant": tenant,
        "key": message.key,
        "twin": message.twin,
        "conversation": message.place.key,
        "body": bodies.message.dump(message),
        "received_at": at,
        "due_at": at,
        "attempts": 0,
    }


_KEPT = Prepared(select(inbox.c.id).where(among(inbox.c.id, "names")))
# Two replicas that receive the two presses of one button at once have to see each other's.
_ONE_AT_A_TIME = Prepared(
    text("SELECT pg_advisory_xact_lock(hashtextextended(twin, 7)) FROM unnest(CAST(:twins AS text[])) AS twin")
)
_TWINS = Prepared(
    select(inbox.c.tenant, inbox.c.twin, inbox.c.received_at).where(
        text("twin <> ''"),  # what the index is limited to
        among(inbox.c.twin, "twins"),
        inbox.c.received_at > bindparam("since"),
    )
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
        await _ONE_AT_A_TIME.change(connection, twins=twins)
    since = min(row["received_at"] for row in pressed) - DOUBLE_CLICK
    seen: dict[tuple[str, str], list[datetime]] = {}
    for tenant, twin, received_at in await _TWINS.all(connection, twins=twins, since=since):
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
