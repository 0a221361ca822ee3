"""What is due at an instant. Whoever removes the row does the work, so it is done once."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, Row, and_, bindparam, delete, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.tenant import TenantId
from bot.model.timer import Timer, TimerId
from bot.ports.services import Clock
from storage import upsert
from storage.database import Database
from storage.ids import new_id
from storage.incident_tables import timers
from storage.of_tenant import OfTenant
from storage.prepared import Prepared


class SqlTimerQueue:
    def __init__(self, database: Database) -> None:
        self._database = database
        self.arrived = asyncio.Event()

    async def due(
        self, now: datetime, limit: int, *, patient: bool | None = None
    ) -> Sequence[tuple[TenantId, TimerId]]:
        """The longest due first."""
        found = await self._database.look(_DUE[patient], now=now, limit=limit)
        return [(TenantId(tenant), TimerId(timer)) for tenant, timer in found]


class SqlTimers(OfTenant):
    def __init__(self, connection: AsyncConnection, tenant: TenantId, clock: Clock) -> None:
        super().__init__(connection, tenant)
        self._clock = clock
        self.added = False  # whether this unit of work set one

    async def set(self, kind: str, object: str, due_at: datetime, body: Mapping[str, Any]) -> None:  # noqa: A002
        """Under a new id: whoever has seen the earlier one can no longer take it."""
        await _SET.change(self._connection, **self._row(kind, object, due_at, body))
        self.added = True

    async def set_patient(self, kind: str, objects: Collection[str], due_at: datetime) -> None:
        """One for each of these. Nobody is woken for them: they are come upon at the next look."""
        if objects:
            await _SET.each(self._connection, [self._row(kind, one, due_at, {}, patient=True) for one in objects])

    async def stop(self, kind: str, object: str) -> bool:  # noqa: A002
        """One that is being done this moment is left alone: its handler waits for us, and then looks anew."""
        return await _STOP.change(self._connection, tenant=self._tenant, kind=kind, object=object) > 0

    async def get(self, kind: str, object: str) -> Timer | None:  # noqa: A002
        row = await _GET.first(self._connection, tenant=self._tenant, kind=kind, object=object)
        return _to_timer(row) if row else None

    async def of_kind(self, kind: str) -> Sequence[Timer]:
        """The next due first."""
        found = await _OF_KIND.all(self._connection, tenant=self._tenant, kind=kind)
        return [_to_timer(row) for row in found]

    async def take(self, timer: TimerId, now: datetime) -> Timer | None:
        row = await _TAKE.first(self._connection, tenant=self._tenant, id=timer, now=now)
        return _to_timer(row) if row else None

    def _row(
        self, kind: str, of: str, due_at: datetime, body: Mapping[str, Any], *, patient: bool = False
    ) -> Mapping[str, Any]:
        return {
            "id": new_id(self._clock.now()),
            "tenant": self._tenant,
            "kind": kind,
            "object": of,
            "due_at": due_at,
            "patient": patient,
            "body": dict(body),
        }


_COLUMNS = ("id", "tenant", "kind", "object", "due_at", "patient", "body")
_SET = upsert.either(
    timers,
    _COLUMNS,
    lambda new: new.on_conflict_do_update(
        index_elements=["tenant", "kind", "object"],
        set_={name: new.excluded[name] for name in ("id", "due_at", "patient", "body")},
    ),
)
_MINE = and_(timers.c.tenant == bindparam("tenant"), timers.c.kind == bindparam("kind"))
_IT = and_(_MINE, timers.c.object == bindparam("object"))
_FREE = select(timers.c.id).where(_IT).with_for_update(skip_locked=True)
_STOP = Prepared(delete(timers).where(timers.c.tenant == bindparam("tenant"), timers.c.id.in_(_FREE)))
_GET = Prepared(select(timers).where(_IT))
_OF_KIND = Prepared(select(timers).where(_MINE).order_by(timers.c.due_at, timers.c.id))
_DUE_NOW = timers.c.due_at <= bindparam("now")
_TAKE = Prepared(
    delete(timers)
    .where(timers.c.tenant == bindparam("tenant"), timers.c.id == bindparam("id"), _DUE_NOW)
    .returning(timers)
)
_WHOSE = {None: true(), False: timers.c.patient.is_(False), True: timers.c.patient.is_(True)}
_DUE = {
    patient: Prepared(
        select(timers.c.tenant, timers.c.id)
        .where(whose, _DUE_NOW)
        .order_by(timers.c.due_at, timers.c.id)
        .limit(bindparam("limit", type_=Integer()))
    )
    for patient, whose in _WHOSE.items()
}


def _to_timer(row: Row[Any]) -> Timer:
    return Timer(TimerId(row.id), TenantId(row.tenant), row.kind, row.object, row.due_at, row.body)
