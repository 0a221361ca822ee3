"""Parcels that were given up: listed, sent again, and taken down with the message they would have hung under."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Update, and_, exists, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.parcel import ParcelId, Subject, Undelivered
from bot.model.tenant import TenantId
from storage import bodies
from storage.tables import outbox, receipts

ROOT_IS_DEAD = "The message it belongs under could not be delivered."
DEAD = text("verdict = 'dead'")
_AGAIN = {"done_at": None, "verdict": "", "error": "", "owner": None, "attempts": 0}


async def latest(connection: AsyncConnection, tenant: TenantId, limit: int) -> Sequence[Undelivered]:
    wanted = (
        select(outbox)
        .where(outbox.c.tenant == tenant, given_up())
        .order_by(outbox.c.done_at.desc(), outbox.c.id.desc())
        .limit(limit)
    )
    return [_to_undelivered(row) for row in await connection.execute(wanted)]


async def resend(connection: AsyncConnection, tenant: TenantId, parcel: ParcelId, now: datetime) -> bool:
    """With it goes what was given up only because of it. Doubts stay: it is looked for before it is posted."""
    mine = update(outbox).where(outbox.c.tenant == tenant, outbox.c.id == parcel, given_up())
    again = mine.values(_AGAIN | {"put_at": now, "due_at": now}).returning(outbox.c.place, outbox.c.subject)
    row = (await connection.execute(again)).one_or_none()
    if row is None:
        return False
    hanging = update(outbox).where(
        outbox.c.tenant == tenant,
        outbox.c.place == row.place,
        outbox.c.under == row.subject,
        outbox.c.verdict == "dead",
        outbox.c.error == ROOT_IS_DEAD,
    )
    await connection.execute(hanging.values(_AGAIN | {"put_at": now, "due_at": now}))
    return True


def given_up() -> ColumnElement[bool]:
    """Dead by itself, and nothing newer was put in its stead: what hangs under such a one goes again with it."""
    newer = outbox.alias("newer")
    replaced = exists().where(
        newer.c.tenant == outbox.c.tenant,
        newer.c.place == outbox.c.place,
        newer.c.subject == outbox.c.subject,
        newer.c.revision > outbox.c.revision,
    )
    return and_(DEAD, outbox.c.error != ROOT_IS_DEAD, ~replaced)


def rootless(at: datetime) -> Update:
    """Ends what hangs under a message that neither stands nor is still to come."""
    root = outbox.alias("root")
    stands = exists().where(
        receipts.c.tenant == outbox.c.tenant,
        receipts.c.place == outbox.c.place,
        receipts.c.subject == outbox.c.under,
    )
    to_come = exists().where(
        root.c.tenant == outbox.c.tenant,
        root.c.place == outbox.c.place,
        root.c.subject == outbox.c.under,
        root.c.done_at.is_(None),
    )
    hanging = and_(outbox.c.done_at.is_(None), outbox.c.under.is_not(None), outbox.c.owner.is_(None))
    ended = {"done_at": at, "verdict": "dead", "error": ROOT_IS_DEAD}
    return update(outbox).where(hanging, ~stands, ~to_come).values(ended)


def under_these(roots: Iterable[Row[Any]]) -> ColumnElement[bool]:
    return or_(
        *(
            and_(outbox.c.tenant == root.tenant, outbox.c.place == root.place, outbox.c.under == root.subject)
            for root in roots
        )
    )


def _to_undelivered(row: Row[Any]) -> Undelivered:
    return Undelivered(
        id=ParcelId(row.id),
        place=bodies.to_place(row.address),
        subject=Subject(row.subject),
        summary=bodies.to_reply(row.reply).summary,
        error=row.error,
        put_at=row.put_at,
        given_up_at=row.done_at,
    )
