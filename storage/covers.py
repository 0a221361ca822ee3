"""Who is on duty instead of whom."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select

from bot.ports.incidents import Cover
from storage import bodies, upsert
from storage.incident_tables import covers
from storage.of_tenant import OfTenant


class SqlCovers(OfTenant):
    async def add(self, cover: Cover) -> None:
        row = {
            "tenant": self._tenant,
            "id": cover.id,
            "rota": cover.rota,
            "starts_at": cover.starts_at,
            "ends_at": cover.ends_at,
            "body": bodies.cover.dump(cover),
        }
        await upsert.save(self._connection, covers, [row])

    async def remove(self, cover: str) -> bool:
        mine = delete(covers).where(covers.c.tenant == self._tenant, covers.c.id == cover)
        return (await self._connection.execute(mine)).rowcount > 0

    async def between(self, rota: str, start: datetime, end: datetime) -> Sequence[Cover]:
        """Those that hold at some time in this span, in the order in which they begin."""
        within = select(covers.c.body).where(
            covers.c.tenant == self._tenant,
            covers.c.rota == rota,
            covers.c.starts_at < end,
            covers.c.ends_at > start,
        )
        found = await self._connection.execute(within.order_by(covers.c.starts_at, covers.c.id))
        return [bodies.cover.load(body) for body in found.scalars()]
