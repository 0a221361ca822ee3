"""Times in which something shall not be heard."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Integer, bindparam, select, text

from bot.model.silence import Silence, SilenceId
from storage import bodies, upsert
from storage.columns import Instant
from storage.incident_tables import ACTIVE, silences
from storage.of_tenant import OfTenant
from storage.prepared import Prepared


class SqlSilences(OfTenant):
    async def save(self, silence: Silence) -> None:
        row = {
            "tenant": self._tenant,
            "id": silence.id,
            "state": silence.state,
            "starts_at": silence.starts_at,
            "ends_at": silence.ends_at,
            "body": bodies.silence.dump(silence),
        }
        await upsert.save(self._connection, silences, [row])

    async def get(self, silence: SilenceId) -> Silence | None:
        found = _loaded(await _ONE.scalars(self._connection, tenant=self._tenant, id=silence))
        return found[0] if found else None

    async def active(self, now: datetime) -> Sequence[Silence]:
        """Those that end first come first."""
        return _loaded(await _ACTIVE.scalars(self._connection, tenant=self._tenant, now=now))

    async def latest(self, limit: int) -> Sequence[Silence]:
        return _loaded(await _LATEST.scalars(self._connection, tenant=self._tenant, limit=limit))


def _loaded(found: Sequence[str]) -> Sequence[Silence]:
    return [bodies.silence.load(body) for body in found]


_MINE = select(silences.c.body).where(silences.c.tenant == bindparam("tenant"))
_ONE = Prepared(_MINE.where(silences.c.id == bindparam("id")))
_NOW = bindparam("now", type_=Instant())
_LASTING = _MINE.where(text(ACTIVE), silences.c.starts_at <= _NOW, silences.c.ends_at > _NOW)
_ACTIVE = Prepared(_LASTING.order_by(silences.c.ends_at, silences.c.id))
_NEWEST = _MINE.order_by(silences.c.starts_at.desc(), silences.c.id.desc())
_LATEST = Prepared(_NEWEST.limit(bindparam("limit", type_=Integer())))
