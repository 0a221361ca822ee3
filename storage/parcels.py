"""The parcels of one tenant, inside its unit of work: what is to be said, and what stands where."""

from dataclasses import asdict
from datetime import datetime
from typing import Literal

from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.message import Place
from bot.model.parcel import Receipt, Subject
from bot.model.reply import Reply
from bot.model.tenant import TenantId
from storage import bodies, upsert
from storage.ids import new_id
from storage.tables import outbox, receipts


class SqlParcels:
    def __init__(self, connection: AsyncConnection, tenant: TenantId) -> None:
        self._connection = connection
        self._tenant = tenant
        self.added = False  # whether this unit of work brought something to say

    async def put(self, place: Place, subject: Subject, revision: int, reply: Reply, at: datetime) -> bool:
        await upsert.one_at_a_time(self._connection, f"{self._tenant}/{place.key}/{subject}")
        newest = await self._newest(place, subject)
        if newest is not None and newest >= revision:
            return False
        content = {"revision": revision, "reply": bodies.of_reply(reply)}
        if newest is None or not await self._replace(place, subject, content):
            await upsert.add_if_absent(
                self._connection,
                outbox,
                {
                    "id": new_id(at),
                    "tenant": self._tenant,
                    "lane": place.lane,
                    "place": place.key,
                    "address": asdict(place),
                    "subject": subject,
                    **content,
                    "put_at": at,
                    "due_at": at,
                    "attempts": 0,
                    "verdict": "",
                    "error": "",
                },
            )
        self.added = True
        return True

    async def receipt(self, place: Place, subject: Subject) -> Receipt | None:
        row = (
            await self._connection.execute(
                select(receipts.c.receipt, receipts.c.live).where(
                    receipts.c.tenant == self._tenant,
                    receipts.c.place == place.key,
                    receipts.c.subject == subject,
                )
            )
        ).one_or_none()
        return Receipt(row.receipt, live=row.live) if row else None

    async def save_receipt(self, place: Place, subject: Subject, receipt: Receipt) -> None:
        row = receipt_row(self._tenant, place.key, place.lane, subject, receipt)
        await upsert.save(self._connection, receipts, [row])

    async def subject(self, place: Place, receipt: str) -> Subject | None:
        """Searched in the whole lane: a click names its message, and not always the thread we said it in."""
        named = select(receipts.c.subject).where(
            receipts.c.tenant == self._tenant, receipts.c.lane == place.lane, receipts.c.receipt == receipt
        )
        found = (await self._connection.execute(named.limit(1))).scalar()
        return None if found is None else Subject(found)

    async def state(self, place: Place, subject: Subject) -> Literal["waiting", "sent", "dead"] | None:
        newest = select(outbox.c.verdict).where(self._about(place, subject)).order_by(outbox.c.revision.desc()).limit(1)
        match (await self._connection.execute(newest)).scalar():
            case None:
                return None
            case "sent":
                return "sent"
            case "dead":
                return "dead"
            case _:
                return "waiting"

    async def _newest(self, place: Place, subject: Subject) -> int | None:
        newest = select(outbox.c.revision).where(self._about(place, subject)).order_by(outbox.c.revision.desc())
        return (await self._connection.execute(newest.limit(1))).scalar()

    async def _replace(self, place: Place, subject: Subject, content: dict[str, object]) -> bool:
        """Take the place in the queue of one that nobody has seen.

        One that may have been posted stays: it is looked for under its own revision, and then updated by this one.
        """
        unseen = and_(outbox.c.done_at.is_(None), outbox.c.owner.is_(None), outbox.c.doubtful_since.is_(None))
        replaced = update(outbox).where(self._about(place, subject), unseen).values(content)
        return (await self._connection.execute(replaced)).rowcount > 0

    def _about(self, place: Place, subject: Subject) -> ColumnElement[bool]:
        return and_(outbox.c.tenant == self._tenant, outbox.c.place == place.key, outbox.c.subject == subject)


def receipt_row(tenant: str, place: str, lane: str, subject: str, receipt: Receipt) -> dict[str, object]:
    return {
        "tenant": tenant,
        "place": place,
        "subject": subject,
        "lane": lane,
        "receipt": receipt.id,
        "live": receipt.live,
    }
