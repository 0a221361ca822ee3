"""Lanes are held by one worker at a time: taken, kept and let go of."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ClauseElement, ColumnElement, and_, bindparam, not_, or_, select, text, true, update
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import upsert
from storage.among import Names, among
from storage.columns import Instant, Words
from storage.prepared import POSTGRES, Prepared
from storage.tables import lanes, outbox

LEASE = timedelta(seconds=20)


async def take(connection: AsyncConnection, names: Collection[str], owner: str, now: datetime) -> Sequence[str]:
    """Those of them that nobody holds at this moment."""
    until = now + LEASE
    if connection.dialect.name != POSTGRES:
        return await _TAKE.scalars(connection, names=names, owner=owner, until=until, now=now)
    await upsert.add_absent(connection, lanes, [{"lane": lane, "free_at": now} for lane in names])
    return await _TAKE_UNLOCKED.scalars(connection, names=names, owner_=owner, until=until, now=now)


async def keep(connection: AsyncConnection, names: Collection[str], owner: str, now: datetime) -> None:
    await _KEEP.change(connection, names=names, owner_=owner, until=now + LEASE)


async def let_go(connection: AsyncConnection, when: Mapping[str, datetime], owner: str) -> None:
    """Each may be taken again from its instant on; what was handed out of it and not booked, is to be handed out."""
    if when:
        await _LET_GO.each(connection, [{"lane_": lane, "owner_": owner, "at": at} for lane, at in when.items()])
        await _PUT_BACK.change(connection, names=when.keys(), owner_=owner)


async def free_all(connection: AsyncConnection) -> None:
    """For the one process that owns a SQLite file: older owners are dead."""
    await _FREE_ALL.change(connection)
    await _PUT_ALL_BACK.change(connection)


def held() -> ColumnElement[bool]:
    """At `now`."""
    now = bindparam("now", type_=Instant())
    return or_(lanes.c.free_at > now, and_(lanes.c.owner.is_not(None), lanes.c.lease_until > now))


def _taking() -> ClauseElement:
    """New lanes are made and known ones taken in one statement."""
    each = text("SELECT value FROM json_each(:names)").bindparams(bindparam("names", type_=Names()))
    given = each.columns(value=Words).subquery("given")
    columns = (
        bindparam("owner", type_=Words()),
        bindparam("until", type_=Instant()),
        bindparam("now", type_=Instant()),
    )
    # Without a WHERE, SQLite would read ON CONFLICT as the condition of a join.
    made = sqlite.insert(lanes).from_select(
        ["lane", "owner", "lease_until", "free_at"], select(given.c.value, *columns).where(true())
    )
    return made.on_conflict_do_update(
        index_elements=["lane"],
        set_={"owner": made.excluded.owner, "lease_until": made.excluded.lease_until},
        where=not_(held()),
    ).returning(lanes.c.lane)


_TAKE = Prepared(_taking())
_UNLOCKED = select(lanes.c.lane).where(among(lanes.c.lane, "names"), ~held()).with_for_update(skip_locked=True)
_TAKE_UNLOCKED = Prepared(
    update(lanes)
    .where(lanes.c.lane.in_(_UNLOCKED))
    .values(owner=bindparam("owner_"), lease_until=bindparam("until"))
    .returning(lanes.c.lane)
)
_KEEP = Prepared(
    update(lanes)
    .where(among(lanes.c.lane, "names"), lanes.c.owner == bindparam("owner_"))
    .values(lease_until=bindparam("until"))
)
_LET_GO = Prepared(
    update(lanes)
    .where(lanes.c.lane == bindparam("lane_"), lanes.c.owner == bindparam("owner_"))
    .values(owner=None, lease_until=None, free_at=bindparam("at"))
)
_IN_HAND = and_(outbox.c.done_at.is_(None), outbox.c.owner.is_not(None))
_PUT_BACK = Prepared(
    update(outbox)
    .where(_IN_HAND, outbox.c.owner == bindparam("owner_"), among(outbox.c.lane, "names"))
    .values(owner=None)
)
_FREE_ALL = Prepared(update(lanes).where(lanes.c.owner.is_not(None)).values(owner=None, lease_until=None))
_PUT_ALL_BACK = Prepared(update(outbox).where(_IN_HAND).values(owner=None))
