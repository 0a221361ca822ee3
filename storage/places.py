"""How to reach a place unasked."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, delete, select

from bot.model.message import Place
from storage import upsert
from storage.of_tenant import OfTenant
from storage.prepared import Prepared
from storage.tables import places


class SqlPlaces(OfTenant):
    async def remember(self, place: Place, details: Mapping[str, Any], at: datetime) -> None:
        row = {"tenant": self._tenant, "place": place.key, "details": details, "updated_at": at}
        await upsert.save(self._connection, places, [row])

    async def details(self, place: Place) -> Mapping[str, Any] | None:
        details = await _DETAILS.scalar(self._connection, tenant=self._tenant, place=place.key)
        return None if details is None else dict(details)

    async def forget(self, place: Place) -> None:
        await _FORGET.change(self._connection, tenant=self._tenant, place=place.key)


_IT = and_(places.c.tenant == bindparam("tenant"), places.c.place == bindparam("place"))
_DETAILS = Prepared(select(places.c.details).where(_IT))
_FORGET = Prepared(delete(places).where(_IT))
