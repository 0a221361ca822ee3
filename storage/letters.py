"""The inbox table: letters are claimed by lease, answered once, and kept a while so that repeats are known."""

import asyncio
import logging
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Integer, Row, Select, and_, bindparam, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.message import Message, Place
from bot.model.parcel import Letter, LetterId
from bot.model.tenant import TenantId
from storage import bodies, upsert
from storage.among import among
from storage.columns import Instant
from storage.credentials import Credentials
from storage.database import Database
from storage.intake import Intake, row
from storage.letter_secrets import opened, sealed
from storage.of_tenant import OfTenant
from storage.prepared import Prepared
from storage.tables import inbox

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=20)
MOST_BEHIND = 20


class SqlLetterQueue:
    def __init__(self, database: Database, owner: str, credentials: Credentials) -> None:
        self._database = database
        self._credentials = credentials
        self._owner = owner
        self._first_claim = True
        self.arrived = asyncio.Event()
        self._intake = Intake(database, owner, self.arrived.set)

    async def accept(self, tenant: TenantId, message: Message, at: datetime) -> bool:
        return await self._intake.accept(tenant, sealed(message, self._credentials), at)

    async def claim(self, limit: int, now: datetime) -> Sequence[Letter]:
        if not await self._anything_due(now):
            return []
        async with self._database.writing() as connection:
            if self._first_claim and not self._database.on_postgres:
                await _FREE_ALL.change(connection)  # one process owns a SQLite file: older owners are dead
            rows = await _DUE.all(connection, now=now, limit=limit)
            if rows:  # a second statement: as a subquery, PostgreSQL may look, and lock, more than once
                names = [row.id for row in rows]
                await _CLAIM.change(connection, names=names, owner_=self._owner, until=now + LEASE)
        self._first_claim = False
        return [_to_letter(row, self._credentials) for row in rows]

    async def renew(self, letters: Collection[LetterId], now: datetime) -> None:
        if not letters:
            return
        async with self._database.writing() as connection:
            await _RENEW.change(connection, names=letters, owner_=self._owner, until=now + LEASE)

    async def waiting(self) -> int:
        """How many are not answered yet."""
        [(count,)] = await self._database.look(_WAITING)
        return int(count)

    async def give_back(self, letter: LetterId, due_at: datetime) -> None:
        async with self._database.writing() as connection:
            given = await _GIVE_BACK.change(connection, names=[letter], owner_=self._owner, due_at_=due_at)
        if given == 0:
            log.warning("letter was not ours any more", extra={"letter": letter, "owner": self._owner})

    async def _anything_due(self, now: datetime) -> bool:
        """Mostly nothing is, and to see that, SQLite needs no turn among its writers."""
        if self._first_claim or self._database.on_postgres:
            return True
        return bool(await self._database.look(_ANY_DUE, now=now))

    async def close(self) -> None:
        await self._intake.close()


class SqlLetters(OfTenant):
    """The letters of one tenant, inside its unit of work."""

    def __init__(self, connection: AsyncConnection, tenant: TenantId) -> None:
        super().__init__(connection, tenant)
        self.added = False  # whether this unit of work put one

    async def put(self, message: Message, at: datetime) -> bool:
        """False: this key is here already."""
        new = await upsert.add_if_absent(self._connection, inbox, row(self._tenant, message, at))
        self.added = self.added or new
        return new

    async def find(self, key: str) -> tuple[LetterId, bool] | None:
        """The letter of this key, and whether it is answered."""
        row = await _OF_KEY.first(self._connection, tenant=self._tenant, key=key)
        return (LetterId(row.id), row.done_at is not None) if row else None

    async def done(self, letter: LetterId, at: datetime) -> bool:
        return await _FINISH.change(self._connection, tenant_=self._tenant, id_=letter, at=at) == 1

    async def behind(self, letter: LetterId, place: Place) -> Sequence[Message]:
        rows = await _BEHIND.all(self._connection, tenant_=self._tenant, place_=place.key, id_=letter)
        return [bodies.message.load(row.body) for row in rows]


_NOW = bindparam("now", type_=Instant())
_FREE = or_(inbox.c.lease_until.is_(None), inbox.c.lease_until <= _NOW)
_WAITS = and_(inbox.c.done_at.is_(None), inbox.c.due_at <= _NOW, _FREE)
_ANY_DUE = Prepared(select(inbox.c.id).where(_WAITS).limit(1))


def _due() -> Select[Any]:
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
        other.c.lease_until > _NOW,
    )
    return (
        select(inbox.c.id, inbox.c.tenant, inbox.c.body, inbox.c.received_at, inbox.c.attempts)
        # What the row says of itself is looked at again once it is locked (PostgreSQL); the rest is not.
        .where(_WAITS, inbox.c.id.in_(first), ~in_hand)
        .order_by(inbox.c.id)
        .limit(bindparam("limit", type_=Integer()))
        .with_for_update(skip_locked=True, of=inbox)
    )


_DUE = Prepared(_due())
_CLAIM = Prepared(
    update(inbox)
    .where(among(inbox.c.id, "names"))
    .values(owner=bindparam("owner_"), lease_until=bindparam("until"), attempts=inbox.c.attempts + 1)
)
_OURS = and_(among(inbox.c.id, "names"), inbox.c.owner == bindparam("owner_"), inbox.c.done_at.is_(None))
_RENEW = Prepared(update(inbox).where(_OURS).values(lease_until=bindparam("until")))
_GIVE_BACK = Prepared(update(inbox).where(_OURS).values(owner=None, lease_until=None, due_at=bindparam("due_at_")))
_FREE_ALL = Prepared(
    update(inbox).where(inbox.c.done_at.is_(None), inbox.c.owner.is_not(None)).values(owner=None, lease_until=None)
)
_FINISH = Prepared(
    update(inbox)
    .where(inbox.c.tenant == bindparam("tenant_"), inbox.c.id == bindparam("id_"), inbox.c.done_at.is_(None))
    .values(done_at=bindparam("at"), owner=None, lease_until=None)
)
_OF_KEY = Prepared(
    select(inbox.c.id, inbox.c.done_at).where(inbox.c.tenant == bindparam("tenant"), inbox.c.key == bindparam("key"))
)
_BEHIND = Prepared(
    select(inbox.c.body)
    .where(
        inbox.c.tenant == bindparam("tenant_"),
        inbox.c.conversation == bindparam("place_"),
        inbox.c.done_at.is_(None),
        inbox.c.id != bindparam("id_"),  # a replica whose clock is behind gives earlier ones
    )
    .order_by(inbox.c.id)
    .limit(MOST_BEHIND)
)
_WAITING = Prepared(select(func.count()).where(inbox.c.done_at.is_(None)))


def _to_letter(row: Row[Any], credentials: Credentials) -> Letter:
    """Attempts count this one."""
    return Letter(
        LetterId(row.id),
        TenantId(row.tenant),
        opened(bodies.message.load(row.body), credentials),
        row.received_at,
        row.attempts + 1,
    )
