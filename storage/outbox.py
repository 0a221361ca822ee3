"""The outbox table over all tenants: lanes are held by one worker at a time, parcels are handed out and booked."""

import asyncio
import logging
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.parcel import Outcome, Parcel
from storage import dead_letters, handing_out, holding, upsert
from storage.among import among
from storage.database import Database
from storage.handing_out import FREE_LANES, with_something_due
from storage.parcels import receipt_row
from storage.prepared import Prepared
from storage.tables import outbox, receipts

log = logging.getLogger(__name__)

ROOTS_AT_ONCE = 50
NOTHING: Mapping[str, datetime] = MappingProxyType({})


class SqlParcelQueue:
    def __init__(self, database: Database, owner: str) -> None:
        self._database = database
        self._owner = owner
        self._first_claim = True
        self.arrived = asyncio.Event()

    async def claim(self, lanes: int, each: int, now: datetime) -> Sequence[Parcel]:
        """On SQLite it looks first, which mostly is in vain, and then no turn to write was needed."""
        free: Sequence[str] = ()
        if not self._database.on_postgres:
            await self._free_all_once()
            free = with_something_due(await self._database.look(FREE_LANES, limit=lanes, now=now))
            if not free:
                return []
        async with self._database.writing() as connection:
            free = free or with_something_due(await FREE_LANES.all(connection, limit=lanes, now=now))
            return await self._take(connection, free, each, now) if free else []

    async def renew(self, lanes: Collection[str], now: datetime) -> None:
        if lanes:
            async with self._database.writing() as connection:
                await holding.keep(connection, lanes, self._owner, now)

    async def settle(self, outcomes: Sequence[Outcome], release: Mapping[str, datetime] = NOTHING) -> None:
        if not outcomes:
            await self.release(release)
            return
        by_id = {outcome.parcel: outcome for outcome in outcomes}
        async with self._database.writing() as connection:
            rows = await _IN_HAND.all(connection, names=by_id.keys(), owner=self._owner)
            booked = [(row, by_id.pop(row.id)) for row in rows]
            await _book(connection, [outcome for _, outcome in booked])
            await upsert.save(connection, receipts, _receipts(booked))
            if dead := [row for row, outcome in booked if outcome.verdict == "dead"]:
                await _end_what_hangs_under(connection, dead, max(outcome.at for outcome in outcomes))
            await holding.let_go(connection, release, self._owner)
        if by_id:  # paused for longer than the lease: whoever has them now will find out what became of them
            log.warning("parcels were not ours any more", extra={"parcels": [*by_id], "owner": self._owner})

    async def release(self, lanes: Mapping[str, datetime]) -> None:
        if lanes:
            async with self._database.writing() as connection:
                await holding.let_go(connection, lanes, self._owner)

    async def waiting(self, now: datetime) -> tuple[int, timedelta]:
        [(number, since)] = await self._database.look(_WAITING, now=now)
        return number, now - since if since else timedelta(0)

    async def _take(
        self, connection: AsyncConnection, free: Sequence[str], each: int, now: datetime
    ) -> Sequence[Parcel]:
        taken = await holding.take(connection, free, self._owner, now)
        parcels = await handing_out.hand_out(connection, taken, each, now, self._owner) if taken else []
        said_into = {parcel.place.lane for parcel in parcels}
        empty = [lane for lane in taken if lane not in said_into]  # what waited there is gone, or being replaced
        await holding.let_go(connection, dict.fromkeys(empty, now), self._owner)
        return parcels

    async def _free_all_once(self) -> None:
        """One process owns a SQLite file: older owners are dead."""
        if self._first_claim:
            async with self._database.writing() as connection:
                await holding.free_all(connection)
            self._first_claim = False


async def _book(connection: AsyncConnection, outcomes: Sequence[Outcome]) -> None:
    await _DONE.each(
        connection,
        [{"id_": o.parcel, "at": o.at, "said": o.verdict, "why": o.error} for o in outcomes if o.verdict != "later"],
    )
    later = [outcome for outcome in outcomes if outcome.verdict == "later"]
    if later:
        await _LATER.each(connection, [{"id_": o.parcel, "at": o.due_at or o.at, "why": o.error} for o in later])
        await _NOT_COUNTED.each(connection, [{"id_": o.parcel} for o in later if not o.error])
        await _CERTAIN.each(connection, [{"id_": o.parcel} for o in later if not o.doubtful])


_IN_HAND = Prepared(
    select(outbox.c.id, outbox.c.tenant, outbox.c.place, outbox.c.lane, outbox.c.subject)
    # `|| ''` keeps SQLite from looking at all that is in hand.
    .where(among(outbox.c.id, "names"), outbox.c.owner.concat("") == bindparam("owner"), outbox.c.done_at.is_(None))
    .with_for_update()
)
_ITS = update(outbox).where(outbox.c.id == bindparam("id_"))
_DONE = Prepared(_ITS.values(done_at=bindparam("at"), verdict=bindparam("said"), error=bindparam("why"), owner=None))
_LATER = Prepared(_ITS.values(due_at=bindparam("at"), error=bindparam("why"), owner=None))
_NOT_COUNTED = Prepared(_ITS.values(attempts=outbox.c.attempts - 1))
_CERTAIN = Prepared(_ITS.values(doubtful_since=None))
_OLDEST_DUE = func.min(outbox.c.due_at).filter(outbox.c.due_at <= bindparam("now")).label("since")
_WAITING = Prepared(select(func.count(), _OLDEST_DUE).where(outbox.c.done_at.is_(None)))


async def _end_what_hangs_under(connection: AsyncConnection, dead: Sequence[Any], at: datetime) -> None:
    for start in range(0, len(dead), ROOTS_AT_ONCE):
        roots = dead_letters.under_these(dead[start : start + ROOTS_AT_ONCE])
        await connection.execute(dead_letters.rootless(at).where(roots))


def _receipts(booked: Sequence[tuple[Any, Outcome]]) -> Sequence[dict[str, object]]:
    newest: dict[tuple[str, str, str], dict[str, object]] = {}
    for row, outcome in booked:
        if outcome.receipt is not None:
            newest[row.tenant, row.place, row.subject] = receipt_row(
                row.tenant, row.place, row.lane, row.subject, outcome.receipt
            )
    return [*newest.values()]
