"""The parcels of one tenant, inside its unit of work: what is to be said, and what stands where."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from sqlalchemy import and_, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.message import Place
from bot.model.parcel import Draft, Kept, ParcelId, Receipt, Subject, Undelivered
from bot.model.reply import Reply
from bot.model.tenant import TenantId
from storage import bodies, dead_letters, upsert
from storage.columns import Words
from storage.of_tenant import OfTenant
from storage.posting import Posting
from storage.prepared import Prepared
from storage.tables import outbox, receipts


class SqlParcels(OfTenant):
    def __init__(self, connection: AsyncConnection, tenant: TenantId) -> None:
        super().__init__(connection, tenant)
        self._posting = Posting(connection, tenant)
        self.added = False  # whether this unit of work brought something to say

    async def put(self, place: Place, subject: Subject, revision: int, reply: Reply, at: datetime) -> bool:
        return await self._put([Draft(place, subject, revision, reply)], at) == 1

    async def put_all(self, drafts: Sequence[Draft], at: datetime) -> None:
        await self._put(drafts, at)

    async def dead(self, limit: int) -> Sequence[Undelivered]:
        return await dead_letters.latest(self._connection, self._tenant, limit)

    async def resend(self, parcel: ParcelId, now: datetime) -> bool:
        again = await dead_letters.resend(self._connection, self._tenant, parcel, now)
        self.added = self.added or again
        return again

    async def receipt(self, place: Place, subject: Subject) -> Receipt | None:
        row = await _RECEIPT.first(self._connection, tenant=self._tenant, place=place.key, subject=subject)
        return Receipt(row.receipt, live=row.live) if row else None

    async def save_receipt(self, place: Place, subject: Subject, receipt: Receipt) -> None:
        row = receipt_row(self._tenant, place.key, place.lane, subject, receipt)
        await upsert.save(self._connection, receipts, [row])

    async def subject(self, place: Place, receipt: str) -> Subject | None:
        """Searched in the whole workspace: a click names its message, and not always the thread we said it in; what
        was said to a user stands in a channel of another name."""
        workspace = place.lane.removesuffix(place.channel)
        found = await _SUBJECT.scalar(
            self._connection, tenant=self._tenant, receipt=receipt, workspace=workspace, lane=place.lane
        )
        return None if found is None else Subject(found)

    async def state(self, place: Place, subject: Subject) -> Literal["waiting", "sent", "dead"] | None:
        match await _VERDICT.scalar(self._connection, tenant=self._tenant, place=place.key, subject=subject):
            case None:
                return None
            case "sent":
                return "sent"
            case "dead":
                return "dead"
            case _:
                return "waiting"

    async def said(self, place: Place, subject: Subject) -> Kept | None:
        row = await _SAID.first(self._connection, tenant=self._tenant, place=place.key, subject=subject)
        return Kept(bodies.to_reply(row.reply), row.revision) if row else None

    async def behind(self, receipt: str) -> Reply | None:
        body = await _BEHIND.scalar(self._connection, tenant=self._tenant, receipt=receipt)
        return None if body is None else bodies.to_reply(body)

    async def _put(self, drafts: Sequence[Draft], at: datetime) -> int:
        put = await self._posting.put(drafts, at)
        self.added = self.added or put > 0
        return put


_HERE = and_(receipts.c.tenant == bindparam("tenant"), receipts.c.place == bindparam("place"))
_RECEIPT = Prepared(
    select(receipts.c.receipt, receipts.c.live).where(_HERE, receipts.c.subject == bindparam("subject"))
)
_WORKSPACE = bindparam("workspace", type_=Words())
_SUBJECT = Prepared(
    select(receipts.c.subject)
    .where(
        receipts.c.tenant == bindparam("tenant"),
        receipts.c.receipt == bindparam("receipt"),
        func.substr(receipts.c.lane, 1, func.length(_WORKSPACE)) == _WORKSPACE,
    )
    .order_by((receipts.c.lane == bindparam("lane")).desc())
    .limit(1)
)
_SUBJECT_HERE = and_(
    outbox.c.tenant == bindparam("tenant"),
    outbox.c.place == bindparam("place"),
    outbox.c.subject == bindparam("subject"),
)
_VERDICT = Prepared(select(outbox.c.verdict).where(_SUBJECT_HERE).order_by(outbox.c.revision.desc()).limit(1))
_SAID = Prepared(
    select(outbox.c.reply, outbox.c.revision).where(_SUBJECT_HERE).order_by(outbox.c.revision.desc()).limit(1)
)
_BEHIND = Prepared(
    select(outbox.c.reply)
    .join_from(
        receipts,
        outbox,
        and_(
            outbox.c.tenant == receipts.c.tenant,
            outbox.c.place == receipts.c.place,
            outbox.c.subject == receipts.c.subject,
        ),
    )
    .where(receipts.c.tenant == bindparam("tenant"), receipts.c.receipt == bindparam("receipt"))
    .order_by(outbox.c.revision.desc())
    .limit(1)
)


def receipt_row(tenant: str, place: str, lane: str, subject: str, receipt: Receipt) -> dict[str, object]:
    return {
        "tenant": tenant,
        "place": place,
        "subject": subject,
        "lane": lane,
        "receipt": receipt.id,
        "live": receipt.live,
    }
