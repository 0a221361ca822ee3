"""The trail of who did what. Nothing in it is ever changed; retention removes what is old."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, select

from bot.model.message import PersonId
from bot.ports.storage import Entry, Trail
from storage import upsert
from storage.ids import new_id
from storage.of_tenant import OfTenant
from storage.tables import audit_log


class SqlAudit(OfTenant):
    async def add(self, entry: Entry) -> None:
        await self.add_all([entry])

    async def add_all(self, entries: Sequence[Entry]) -> None:
        await upsert.add_all(self._connection, audit_log, [self._row(entry) for entry in entries])

    async def latest(self, limit: int) -> Sequence[Entry]:
        return await self.find(Trail(limit=limit))

    async def find(self, trail: Trail) -> Sequence[Entry]:
        """From `since` on, before `until`."""
        newest = select(audit_log).where(audit_log.c.tenant == self._tenant, *_asked(trail))
        found = await self._connection.execute(newest.order_by(audit_log.c.id.desc()).limit(trail.limit))
        return [_to_entry(row) for row in found]

    def _row(self, entry: Entry) -> dict[str, Any]:
        return {
            "id": new_id(entry.at),
            "tenant": self._tenant,
            "act": entry.act,
            "object": entry.object,
            "at": entry.at,
            "actor": entry.actor,
            "place": entry.place,
            "details": entry.details,
        }


def _asked(trail: Trail) -> Iterator[ColumnElement[bool]]:
    if trail.act:
        yield audit_log.c.act == trail.act
    if trail.object:
        yield audit_log.c.object == trail.object
    if trail.actor is not None:
        yield audit_log.c.actor == trail.actor
    if trail.since is not None:
        yield audit_log.c.at >= trail.since
    if trail.until is not None:
        yield audit_log.c.at < trail.until


def _to_entry(row: Row[Any]) -> Entry:
    actor = None if row.actor is None else PersonId(row.actor)
    return Entry(row.act, row.object, row.at, actor, row.place, row.details)
