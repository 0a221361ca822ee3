"""The inbox table: letters are claimed by lease, answered once, and kept a while so that repeats are known."""

import asyncio
import logging
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.message import Message
from bot.model.parcel import Letter, LetterId
from bot.model.tenant import TenantId
from storage import bodies
from storage.database import Database
from storage.intake import Intake
from storage.tables import inbox

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=20)


class SqlLetterQueue:
    def __init__(self, database: Database, owner: str) -> None:
        self._database = database
        self._owner = owner
        self._first_claim = True
        self.arrived = asyncio.Event()
        self._intake = Intake(database, owner, self.arrived.set)

    async def accept(self, tenant: TenantId, message: Message, at: datetime) -> bool:
        return await self._intake.accept(tenant, message, at)

    async def claim(self, limit: int, now: datetime) -> Sequence[Letter]:
        async with self._database.writing() as connection:
            if self._first_claim and not self._database.on_postgres:
                await connection.execute(_FREE_ALL)  # one process owns a SQLite file: older owners are dead
            due = _due(now).limit(limit).with_for_update(skip_locked=True, of=inbox)
            rows = (await connection.execute(due)).all()
            if rows:  # a second statement: as a subquery, PostgreSQL may look, and lock, more than once
                claimed = update(inbox).where(inbox.c.id.in_([row.id for row in rows]))
                mine = {"owner": self._owner, "lease_until": now + LEASE, "attempts": inbox.c.attempts + 1}
                await connection.execute(claimed.values(mine))
        self._first_claim = False
        return [_to_letter(row) for row in rows]

    async def renew(self, letters: Collection[LetterId], now: datetime) -> None:
        if not letters:
            return
        still_mine = update(inbox).where(inbox.c.id.in_(letters), self._mine()).values(lease_until=now + LEASE)
        async with self._database.writing() as connection:
            await connection.execute(still_mine)

    async def give_back(self, letter: LetterId, due_at: datetime) -> None:
        back = update(inbox).where(inbox.c.id == letter, self._mine())
        async with self._database.writing() as connection:
            result = await connection.execute(back.values(owner=None, lease_until=None, due_at=due_at))
        if result.rowcount == 0:
            log.warning("letter was not ours any more", extra={"letter": letter, "owner": self._owner})

    async def close(self) -> None:
        await self._intake.close()

    def _mine(self) -> ColumnElement[bool]:
        return and_(inbox.c.owner == self._owner, inbox.c.done_at.is_(None))


class SqlLetters:
    """The letters of one tenant, inside its unit of work."""

    def __init__(self, connection: AsyncConnection, tenant: TenantId) -> None:
        self._connection = connection
        self._tenant = tenant

    async def done(self, letter: LetterId, at: datetime) -> bool:
        mine = and_(inbox.c.tenant == self._tenant, inbox.c.id == letter, inbox.c.done_at.is_(None))
        finished = update(inbox).where(mine).values(done_at=at, owner=None, lease_until=None)
        return (await self._connection.execute(finished)).rowcount == 1


_FREE_ALL = (
    update(inbox).where(inbox.c.done_at.is_(None), inbox.c.owner.is_not(None)).values(owner=None, lease_until=None)
)


def _due(now: datetime) -> Select[Any]:
    """The first unanswered letter of every conversation, where it is due and the conversation in nobody's hands."""
    unanswered = inbox.alias("unanswered")
    first = (
        select(func.min(unanswered.c.id))
        .where(unanswered.c.done_at.is_(None))
        .group_by(unanswered.c.tenant, unanswered.c.conversation)
    )
    other = inbox.alias("other")  # one that arrived later with an earlier id, from a replica whose clock is behind
    in_hand = exists().where(
        other.c.tenant == inbox.c.tenant,
        other.c.conversation == inbox.c.conversation,
        other.c.done_at.is_(None),
        other.c.lease_until > now,
    )
    return (
        select(inbox.c.id, inbox.c.tenant, inbox.c.body, inbox.c.received_at, inbox.c.attempts)
        # What the row says of itself is looked at again once it is locked (PostgreSQL); the rest is not.
        .where(inbox.c.done_at.is_(None), inbox.c.due_at <= now, _free(now), inbox.c.id.in_(first), ~in_hand)
        .order_by(inbox.c.id)
    )


def _free(now: datetime) -> ColumnElement[bool]:
    return or_(inbox.c.lease_until.is_(None), inbox.c.lease_until <= now)


def _to_letter(row: Row[Any]) -> Letter:
    """Attempts count this one."""
    return Letter(
        LetterId(row.id), TenantId(row.tenant), bodies.to_message(row.body), row.received_at, row.attempts + 1
    )
