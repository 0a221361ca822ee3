"""Short-lived secrets, kept as digests."""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import delete

from bot.model.message import Account
from storage import upsert
from storage.incident_tables import codes
from storage.of_tenant import OfTenant


class SqlCodes(OfTenant):
    async def save(self, digest: str, account: Account, expires_at: datetime) -> None:
        row = {"tenant": self._tenant, "digest": digest, "account": asdict(account), "expires_at": expires_at}
        await upsert.save(self._connection, codes, [row])

    async def take(self, digest: str, now: datetime) -> Account | None:
        mine = delete(codes).where(codes.c.tenant == self._tenant, codes.c.digest == digest, codes.c.expires_at > now)
        row = (await self._connection.execute(mine.returning(codes.c.account))).one_or_none()
        return Account(**row.account) if row else None
