"""The outbox table over all tenants: lanes are held by one worker at a time, parcels are handed out and booked."""

import asyncio
import logging
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, bindparam, exists, func, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.parcel import Outcome, Parcel, ParcelId, Receipt, Subject
from bot.model.tenant import TenantId
from storage import bodies, upsert
from storage.columns import Instant
from storage.database import Database
from storage.parcels import receipt_row
from storage.tables import lanes, outbox, receipts

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=20)


class SqlParcelQueue:
    def __init__(self, database: Database, owner: str) -> None:
        self._database = database
        self._owner = owner
        self._first_claim = True
        self.arrived = asyncio.Event()

    async def claim(self, lanes: int, each: int, now: datetime) -> Sequence[Parcel]:
        async with self._database.writing() as connection:
            if self._first_claim and not self._database.on_postgres:
                await _free_all(connection)  # one process owns a SQLite file: older owners are dead
            taken = await self._take_lanes(connection, lanes, now)
            rows = await _due_parcels(connection, taken, each, now) if taken else ()
            if rows:
                handed_out = update(outbox).where(outbox.c.id.in_([row.id for row in rows]))
                since = func.coalesce(outbox.c.doubtful_since, literal(now, Instant))
                await connection.execute(
                    handed_out.values(owner=self._owner, attempts=outbox.c.attempts + 1, doubtful_since=since)
                )
        self._first_claim = False
        return [_to_parcel(row) for row in rows]

    async def renew(self, lanes: Collection[str], now: datetime) -> None:
        if not lanes:
            return
        async with self._database.writing() as connection:
            await connection.execute(_held(self._owner, lanes).values(lease_until=now + LEASE))

    async def settle(self, outcomes: Sequence[Outcome]) -> None:
        if not outcomes:
            return
        by_id = {outcome.parcel: outcome for outcome in outcomes}
        async with self._database.writing() as connection:
            mine = and_(outbox.c.id.in_(by_id), outbox.c.owner == self._owner, outbox.c.done_at.is_(None))
            rows = (await connection.execute(select(outbox).where(mine).with_for_update())).all()
            booked = [(row, by_id.pop(row.id)) for row in rows]
            await _book(connection, [outcome for _, outcome in booked])
            await upsert.save(connection, receipts, _receipts(booked))
        if by_id:  # paused for longer than the lease: whoever has them now will find out what became of them
            log.warning("parcels were not ours any more", extra={"parcels": [*by_id], "owner": self._owner})

    async def release(self, lanes: Mapping[str, datetime]) -> None:
        if not lanes:
            return
        async with self._database.writing() as connection:
            await connection.execute(
                _RELEASE, [{"lane_": lane, "owner_": self._owner, "at_": at} for lane, at in lanes.items()]
            )
            handed_out = and_(outbox.c.done_at.is_(None), outbox.c.lane.in_(lanes), outbox.c.owner == self._owner)
            await connection.execute(update(outbox).where(handed_out).values(owner=None))

    async def waiting(self, now: datetime) -> tuple[int, timedelta]:
        count = func.count()
        oldest_due = func.min(outbox.c.due_at).filter(outbox.c.due_at <= now)
        async with self._database.reading() as connection:
            found = await connection.execute(select(count, oldest_due).where(outbox.c.done_at.is_(None)))
            number, since = found.one()
        return number, now - since if since else timedelta(0)

    async def _take_lanes(self, connection: AsyncConnection, limit: int, now: datetime) -> Sequence[str]:
        """Lanes with something due that nobody holds, this worker included: a lane in hand is finished first."""
        held = or_(lanes.c.free_at > now, and_(lanes.c.owner.is_not(None), lanes.c.lease_until > now))
        wanted = (
            select(outbox.c.lane)
            .where(_waiting(now), ~exists().where(lanes.c.lane == outbox.c.lane, held))
            .group_by(outbox.c.lane)
            .order_by(func.min(outbox.c.id))
            .limit(limit)
        )
        names = [str(lane) for lane in (await connection.execute(wanted)).scalars()]
        if not names:
            return ()
        new = [{"lane": lane, "free_at": now} for lane in names]
        await connection.execute(upsert.insert(connection, lanes).on_conflict_do_nothing(), new)
        free = select(lanes.c.lane).where(lanes.c.lane.in_(names), ~held).with_for_update(skip_locked=True)
        taken = (
            update(lanes)
            .where(lanes.c.lane.in_(free))
            .values(owner=self._owner, lease_until=now + LEASE)
            .returning(lanes.c.lane)
        )
        return [str(lane) for lane in (await connection.execute(taken)).scalars()]


_RELEASE = (
    update(lanes)
    .where(lanes.c.lane == bindparam("lane_"), lanes.c.owner == bindparam("owner_"))
    .values(owner=None, lease_until=None, free_at=bindparam("at_"))
)
_BOOK_DONE = (
    update(outbox)
    .where(outbox.c.id == bindparam("id_"))
    .values(done_at=bindparam("at_"), verdict=bindparam("verdict_"), error=bindparam("error_"), owner=None)
)
_BOOK_LATER = (
    update(outbox)
    .where(outbox.c.id == bindparam("id_"))
    .values(due_at=bindparam("due_at_"), error=bindparam("error_"), owner=None)
)
_NOT_COUNTED = update(outbox).where(outbox.c.id == bindparam("id_")).values(attempts=outbox.c.attempts - 1)
_FORGET_DOUBT = update(outbox).where(outbox.c.id == bindparam("id_")).values(doubtful_since=None)


def _waiting(now: datetime) -> ColumnElement[bool]:
    """Due, and the first of its subject: what stands behind another needs the receipt of that one."""
    unfinished = outbox.alias("unfinished")
    first = (
        select(func.min(unfinished.c.id))
        .where(unfinished.c.done_at.is_(None))
        .group_by(unfinished.c.tenant, unfinished.c.place, unfinished.c.subject)
    )
    # `|| ''` keeps SQLite from looking up every one of `first` in every lane.
    return and_(outbox.c.done_at.is_(None), outbox.c.due_at <= now, outbox.c.id.concat("").in_(first))


def _held(owner: str, names: Collection[str]) -> Any:
    return update(lanes).where(lanes.c.lane.in_(names), lanes.c.owner == owner)


async def _free_all(connection: AsyncConnection) -> None:
    await connection.execute(update(lanes).where(lanes.c.owner.is_not(None)).values(owner=None, lease_until=None))
    handed_out = and_(outbox.c.done_at.is_(None), outbox.c.owner.is_not(None))
    await connection.execute(update(outbox).where(handed_out).values(owner=None))


async def _due_parcels(
    connection: AsyncConnection, taken: Sequence[str], each: int, now: datetime
) -> Sequence[Row[Any]]:
    """The first `each` of every lane, in their order. Where one is being replaced this moment, its lane ends there."""
    turn = func.row_number().over(partition_by=outbox.c.lane, order_by=outbox.c.id).label("turn")
    queue = select(outbox.c.id, outbox.c.lane, turn).where(outbox.c.lane.in_(taken), _waiting(now)).subquery()
    first = select(queue.c.id, queue.c.lane).where(queue.c.turn <= each).order_by(queue.c.lane, queue.c.id)
    wanted = (await connection.execute(first)).all()
    with_receipts = (
        select(outbox, receipts.c.receipt, receipts.c.live)
        .outerjoin(
            receipts,
            and_(
                receipts.c.tenant == outbox.c.tenant,
                receipts.c.place == outbox.c.place,
                receipts.c.subject == outbox.c.subject,
            ),
        )
        .where(outbox.c.id.in_([row.id for row in wanted]), outbox.c.done_at.is_(None))
        .with_for_update(skip_locked=True, of=outbox)
    )
    locked = {row.id: row for row in await connection.execute(with_receipts)}
    rows: list[Row[Any]] = []
    for _, queued in groupby(wanted, key=lambda row: str(row.lane)):
        for row in queued:
            if row.id not in locked:
                break
            rows.append(locked[row.id])
    return rows


async def _book(connection: AsyncConnection, outcomes: Sequence[Outcome]) -> None:
    done = [o for o in outcomes if o.verdict != "later"]
    later = [o for o in outcomes if o.verdict == "later"]
    if done:
        rows = [{"id_": o.parcel, "at_": o.at, "verdict_": o.verdict, "error_": o.error} for o in done]
        await connection.execute(_BOOK_DONE, rows)
    if later:
        rows = [{"id_": o.parcel, "due_at_": o.due_at or o.at, "error_": o.error} for o in later]
        await connection.execute(_BOOK_LATER, rows)
    if untried := [{"id_": o.parcel} for o in later if not o.error]:
        await connection.execute(_NOT_COUNTED, untried)
    if certain := [{"id_": o.parcel} for o in later if not o.doubtful]:
        await connection.execute(_FORGET_DOUBT, certain)


def _receipts(booked: Sequence[tuple[Row[Any], Outcome]]) -> Sequence[dict[str, object]]:
    newest: dict[tuple[str, str, str], dict[str, object]] = {}
    for row, outcome in booked:
        if outcome.receipt is not None:
            newest[row.tenant, row.place, row.subject] = receipt_row(
                row.tenant, row.place, row.lane, row.subject, outcome.receipt
            )
    return [*newest.values()]


def _to_parcel(row: Row[Any]) -> Parcel:
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
    )
