"""Many issues that are told as one message."""

from collections.abc import Sequence

from sqlalchemy import bindparam, select, text

from bot.model.message import Place
from bot.ports.incidents import Storm
from storage import bodies, locks, upsert
from storage.incident_tables import RUNNING, storms
from storage.of_tenant import OfTenant
from storage.prepared import Prepared


class SqlStorms(OfTenant):
    async def current(self, place: Place) -> Storm | None:
        """For change: nobody else can begin or count one here meanwhile."""
        name = f"{self._tenant}/{place.key}"
        await locks.many_at_a_time(self._connection, locks.Kind.STORMS, [name])
        body = await _HERE.scalar(self._connection, tenant=self._tenant, place=place.key)
        return None if body is None else bodies.storm.load(body)

    async def running(self) -> Sequence[Storm]:
        found = await _ALL.scalars(self._connection, tenant=self._tenant)
        return [bodies.storm.load(body) for body in found]

    async def save(self, storm: Storm) -> None:
        row = {
            "tenant": self._tenant,
            "id": storm.id,
            "place": storm.place.key,
            "state": "over" if storm.over else "running",
            "last_at": storm.last_at,
            "body": bodies.storm.dump(storm),
        }
        await upsert.save(self._connection, storms, [row])


_RUNNING = select(storms.c.body).where(storms.c.tenant == bindparam("tenant"), text(RUNNING))
_ALL = Prepared(_RUNNING.order_by(storms.c.last_at, storms.c.id))
_IN_PLACE = _RUNNING.where(storms.c.place == bindparam("place"))
_HERE = Prepared(_IN_PLACE.order_by(storms.c.last_at.desc()).limit(1).with_for_update())
