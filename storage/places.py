"""How to reach a place unasked."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import and_, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.message import Place
from bot.model.tenant import TenantId
from storage import upsert
from storage.tables import places


class SqlPlaces:
    def __init__(self, connection: AsyncConnection, tenant: TenantId) -> None:
        self._connection = connection
        self._tenant = tenant

    async def remember(self, place: Place, details: Mapping[str, Any], at: datetime) -> None:
        row = {"tenant": self._tenant, "place": place.key, "details": details, "updated_at": at}
        await upsert.save(self._connection, places, [row])

    async def details(self, place: Place) -> Mapping[str, Any] | None:
        mine = and_(places.c.tenant == self._tenant, places.c.place == place.key)
        row = (await self._connection.execute(select(places.c.details).where(mine))).one_or_none()
        return dict(row.details) if row else None

    async def forget(self, place: Place) -> None:
        mine = and_(places.c.tenant == self._tenant, places.c.place == place.key)
        await self._connection.execute(delete(places).where(mine))
