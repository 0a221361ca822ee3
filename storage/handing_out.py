"""Which parcels may be said now. Asked all the time, also while ten thousand wait: nothing here looks at them all."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Integer,
    Select,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
    text,
    true,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.parcel import Parcel, ParcelId, Receipt, Subject
from bot.model.tenant import TenantId
from storage import bodies
from storage.among import Names, among
from storage.columns import Instant, Words
from storage.holding import held
from storage.prepared import POSTGRES, Prepared, Rows
from storage.tables import lanes, outbox, receipts

_NOW = bindparam("now", type_=Instant())
_EACH = bindparam("each", type_=Integer())


def with_something_due(found: Rows) -> Sequence[str]:
    """Of what `FREE_LANES` found."""
    return [row.lane for row in found if row.head is not None]


async def hand_out(
    connection: AsyncConnection, taken: Sequence[str], each: int, now: datetime, owner: str
) -> Sequence[Parcel]:
    """The first `each` of every lane, in their order; they count as possibly posted from now on."""
    found = _first_of_each_locked if connection.dialect.name == POSTGRES else _first_of_each
    rows = await found(connection, taken, each, now)
    if rows:
        await _MARK.change(connection, names=[row.id for row in rows], owner_=owner, now=now)
    return [_to_parcel(row) for row in rows]


async def _first_of_each(connection: AsyncConnection, taken: Sequence[str], each: int, now: datetime) -> Rows:
    return await _FIRST_ON_SQLITE.all(connection, names=taken, each=each, now=now)


async def _first_of_each_locked(connection: AsyncConnection, taken: Sequence[str], each: int, now: datetime) -> Rows:
    """Where one is being replaced this moment, its lane ends there."""
    wanted = await _FIRST_ON_POSTGRES.all(connection, names=taken, each=each, now=now)
    found = await _LOCKED.all(connection, names=[row.id for row in wanted])
    locked = {row.id: row for row in found}
    rows: Rows = []
    for _, queued in groupby(wanted, key=lambda row: str(row.lane)):
        for row in queued:
            if row.id not in locked:
                break
            rows.append(locked[row.id])
    return rows


def _free_lanes() -> Select[Any]:
    """With something to say and in nobody's hands, this worker's included: a lane in hand is finished first."""
    each = _each_lane()
    first = _queue(each.c.lane).limit(1).scalar_subquery()
    free = ~exists().where(lanes.c.lane == each.c.lane, held())
    head = first.label("head")
    # Those without a head are left to the reader: a condition on it would have it looked for twice.
    oldest = select(each.c.lane, head).where(each.c.lane.is_not(None), free).order_by(head.nulls_last())
    return oldest.limit(bindparam("limit", type_=Integer()))


def _each_lane() -> CTE:
    """The lanes in which anything waits, from one to the next in the index."""
    one, other = outbox.alias("one"), outbox.alias("other")
    first = select(func.min(one.c.lane, type_=Words()).label("lane")).where(one.c.done_at.is_(None))
    each = first.cte("each_lane", recursive=True)
    following = select(func.min(other.c.lane)).where(other.c.done_at.is_(None), other.c.lane > each.c.lane)
    return each.union_all(select(following.scalar_subquery()).where(each.c.lane.is_not(None)))


def _queue(lane: ColumnElement[str]) -> Select[Any]:
    """Of one lane what is due, and the first of its subject (what stands behind another needs the receipt of that
    one), and if it hangs under a message, that one stands."""
    queued, earlier, root = outbox.alias("queued"), outbox.alias("earlier"), receipts.alias("root")
    behind = exists().where(
        earlier.c.tenant == queued.c.tenant,
        earlier.c.place == queued.c.place,
        earlier.c.subject == queued.c.subject,
        earlier.c.done_at.is_(None),
        earlier.c.id < queued.c.id,
    )
    stands = exists().where(
        root.c.tenant == queued.c.tenant,
        root.c.place == queued.c.place,
        root.c.subject == queued.c.under,
        ~root.c.live,
    )
    return (
        select(queued.c.id)
        .where(
            queued.c.lane == lane,
            queued.c.done_at.is_(None),
            queued.c.due_at <= _NOW,
            ~behind,
            or_(queued.c.under.is_(None), stands),
        )
        .order_by(queued.c.id)
    )


def _with_receipts() -> Select[Any]:
    """What a parcel is made of."""
    root = receipts.alias("root")
    own = and_(
        receipts.c.tenant == outbox.c.tenant,
        receipts.c.place == outbox.c.place,
        receipts.c.subject == outbox.c.subject,
    )
    above = and_(root.c.tenant == outbox.c.tenant, root.c.place == outbox.c.place, root.c.subject == outbox.c.under)
    columns = ("id", "tenant", "address", "subject", "revision", "reply", "put_at", "attempts", "doubtful_since")
    return (
        select(*(outbox.c[name] for name in columns), receipts.c.receipt, receipts.c.live, root.c.receipt.label("root"))
        .outerjoin(receipts, own)
        .outerjoin(root, above)
        .where(outbox.c.done_at.is_(None))
    )


def _first_on_sqlite() -> Select[Any]:
    named = lanes.alias("named")
    first = _queue(named.c.lane).limit(_EACH).correlate(named)
    # `|| ''` keeps SQLite from looking at the whole lane instead of at the first ones.
    same = outbox.c.lane.concat("") == named.c.lane
    found = _with_receipts().where(among(named.c.lane, "names"), outbox.c.id.in_(first), same)
    return found.order_by(named.c.lane, outbox.c.id)


def _first_on_postgres() -> Select[Any]:
    each = text("SELECT unnest(:names) AS lane").bindparams(bindparam("names", type_=Names()))
    given = each.columns(lane=Words).subquery("given")
    queue = _queue(given.c.lane).limit(_EACH).correlate(given).lateral("queue")
    return select(queue.c.id, given.c.lane).join_from(given, queue, true()).order_by(given.c.lane, queue.c.id)


def _to_parcel(row: Any) -> Parcel:
    return Parcel(
        id=ParcelId(row.id),
        tenant=TenantId(row.tenant),
        place=bodies.to_place(row.address),
        subject=Subject(row.subject),
        revision=row.revision,
        reply=bodies.to_reply(row.reply),
        put_at=row.put_at,
        receipt=None if row.receipt is None else Receipt(row.receipt, live=row.live),
        attempts=row.attempts + 1,
        doubtful_since=row.doubtful_since,
        under=None if row.root is None else Receipt(row.root),
    )


FREE_LANES = Prepared(_free_lanes())
_FIRST_ON_SQLITE, _FIRST_ON_POSTGRES = Prepared(_first_on_sqlite()), Prepared(_first_on_postgres())
_LOCKED = Prepared(_with_receipts().where(among(outbox.c.id, "names")).with_for_update(skip_locked=True, of=outbox))
_MARK = Prepared(
    update(outbox)
    .where(among(outbox.c.id, "names"))
    .values(
        owner=bindparam("owner_"),
        attempts=outbox.c.attempts + 1,
        doubtful_since=func.coalesce(outbox.c.doubtful_since, _NOW),
    )
)
