"""The trail of who did what. Nothing in it is ever changed; retention removes what is old."""

from collections.abc import Sequence

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.message import PersonId
from bot.model.tenant import TenantId
from bot.ports.storage import Entry
from storage.ids import new_id
from storage.tables import audit_log


class SqlAudit:
    def __init__(self, connection: AsyncConnection, tenant: TenantId) -> None:
        self._connection = connection
        self._tenant = tenant

    async def add(self, entry: Entry) -> None:
        row = {
            "id": new_id(entry.at),
            "tenant": self._tenant,
            "act": entry.act,
            "object": entry.object,
            "at": entry.at,
            "actor": entry.actor,
            "place": entry.place,
            "details": entry.details,
        }
        await self._connection.execute(insert(audit_log), row)

    async def latest(self, limit: int) -> Sequence[Entry]:
        """Newest first."""
        newest = select(audit_log).where(audit_log.c.tenant == self._tenant).order_by(audit_log.c.id.desc())
        return [
            Entry(
                row.act, row.object, row.at, None if row.actor is None else PersonId(row.actor), row.place, row.details
            )
            for row in await self._connection.execute(newest.limit(limit))
        ]
