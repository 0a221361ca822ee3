"""Log events of a tenant, what is remembered of their services, and notes of how they are watched."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Integer, Text, bindparam, delete, or_, select

from bot.model.log_event import EventId, LogEvent, Standing
from bot.ports.events import WantedEvents
from storage import bodies, locks, upsert
from storage.among import among
from storage.event_tables import event_notes, event_services, events
from storage.of_tenant import OfTenant
from storage.prepared import Prepared

_LATEST = datetime(9999, 1, 1, tzinfo=UTC)


class SqlEvents(OfTenant):
    async def standings(self) -> Mapping[str, Standing]:
        await self.turn("standings")
        return await self.look()

    async def save_standings(self, standings: Mapping[str, Standing]) -> None:
        rows = [
            {"tenant": self._tenant, "service": service, "body": bodies.service_standing.dump(standing)}
            for service, standing in standings.items()
        ]
        await upsert.save(self._connection, event_services, rows)

    async def look(self) -> Mapping[str, Standing]:
        rows = await _STANDINGS.all(self._connection, tenant=self._tenant)
        return {row.service: bodies.service_standing.load(row.body) for row in rows}

    async def taken(self, ids: Collection[EventId]) -> Collection[EventId]:
        return {EventId(one) for one in await _TAKEN.scalars(self._connection, tenant=self._tenant, ids=ids)}

    async def add(self, new: Sequence[LogEvent]) -> None:
        rows = [
            {
                "tenant": self._tenant,
                "id": one.id,
                "at": one.at,
                "service": one.service,
                "region": one.region,
                "flagged": one.flagged,
                "critical": one.critical,
                "body": bodies.event.dump(one),
            }
            for one in new
        ]
        await upsert.add_absent(self._connection, events, rows)

    async def get(self, event: EventId) -> LogEvent | None:
        body = await _ONE.scalar(self._connection, tenant=self._tenant, id=event)
        return None if body is None else bodies.event.load(body)

    async def find(self, wanted: WantedEvents) -> Sequence[LogEvent]:
        found = await (_FLAGGED if wanted.flagged else _NEWEST).scalars(
            self._connection,
            tenant=self._tenant,
            service=wanted.service,
            region=wanted.region,
            until=wanted.until or _LATEST,
            limit=wanted.limit,
        )
        return [bodies.event.load(body) for body in found]

    async def clear(self) -> int:
        await self.turn("standings")
        await _FORGET.change(self._connection, tenant=self._tenant)
        return await _CLEAR.change(self._connection, tenant=self._tenant)

    async def note(self, name: str) -> Mapping[str, Any]:
        found = await _NOTE.scalar(self._connection, tenant=self._tenant, name=name)
        return found or {}

    async def save_note(self, name: str, body: Mapping[str, Any]) -> None:
        row = {"tenant": self._tenant, "name": name, "body": dict(body)}
        await upsert.save(self._connection, event_notes, [row])

    async def turn(self, name: str) -> None:
        await locks.one_at_a_time(self._connection, f"events {name} of {self._tenant}")


_MINE = events.c.tenant == bindparam("tenant")
_TAKEN = Prepared(select(events.c.id).where(_MINE, among(events.c.id, "ids")))
_ONE = Prepared(select(events.c.body).where(_MINE, events.c.id == bindparam("id")))
_CLEAR = Prepared(delete(events).where(_MINE))
_SERVICE, _REGION = bindparam("service", type_=Text()), bindparam("region", type_=Text())
_FOUND = (
    select(events.c.body)
    .where(
        _MINE,
        events.c.at <= bindparam("until"),
        or_(_SERVICE == "", events.c.service == _SERVICE),
        or_(_REGION == "", events.c.region == _REGION),
    )
    .order_by(events.c.at.desc(), events.c.id.desc())
    .limit(bindparam("limit", type_=Integer()))
)
_NEWEST, _FLAGGED = Prepared(_FOUND), Prepared(_FOUND.where(events.c.flagged))
_STANDINGS = Prepared(select(event_services).where(event_services.c.tenant == bindparam("tenant")))
_FORGET = Prepared(delete(event_services).where(event_services.c.tenant == bindparam("tenant")))
_NOTE = Prepared(
    select(event_notes.c.body).where(
        event_notes.c.tenant == bindparam("tenant"), event_notes.c.name == bindparam("name")
    )
)
