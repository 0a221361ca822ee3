"""What is old is forgotten in small steps; what should have happened and did not is counted and set right."""

import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Table, and_, delete, func, or_, select, tuple_, update

from storage.database import Database
from storage.tables import audit_log, downloads, inbox, lanes, outbox

log = logging.getLogger(__name__)

KEEP_LETTERS = timedelta(days=7)  # far longer than any platform delivers an event again
KEEP_SENT = timedelta(days=30)
KEEP_DEAD = timedelta(days=400)
KEEP_AUDIT = timedelta(days=400)
BATCH = 500
PAST_DUE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Findings:
    """What should have happened and did not."""

    letters_past_due: int
    parcels_past_due: int
    dead_lanes: int
    dead_letters: int  # letters whose owner's lease ran out

    @property
    def clean(self) -> bool:
        return not any(asdict(self).values())


class Upkeep:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def forget(self, now: datetime) -> Mapping[str, int]:
        """How many rows of each table went."""
        done = inbox.c.done_at < now - KEEP_LETTERS
        sent = and_(outbox.c.verdict == "sent", outbox.c.done_at < now - KEEP_SENT)
        dead = and_(outbox.c.verdict == "dead", outbox.c.done_at < now - KEEP_DEAD)
        idle = and_(lanes.c.owner.is_(None), lanes.c.free_at < now - KEEP_LETTERS)
        return {
            "inbox": await self._delete(inbox, done),
            "outbox": await self._delete(outbox, or_(sent, dead)),
            "lanes": await self._delete(lanes, idle),
            "downloads": await self._delete(downloads, downloads.c.expires_at <= now),
            "audit_log": await self._delete(audit_log, audit_log.c.at < now - KEEP_AUDIT),
        }

    async def audit(self, now: datetime) -> Findings:
        """Leases of the dead are given back, so that the next claim finds them free."""
        late = now - PAST_DUE
        async with self._database.writing() as connection:
            counted = select(
                select(func.count()).where(inbox.c.done_at.is_(None), inbox.c.due_at < late).scalar_subquery(),
                select(func.count()).where(outbox.c.done_at.is_(None), outbox.c.due_at < late).scalar_subquery(),
            )
            letters, parcels = (await connection.execute(counted)).one()
            abandoned = and_(lanes.c.owner.is_not(None), lanes.c.lease_until <= now)
            freed = await connection.execute(update(lanes).where(abandoned).values(owner=None, lease_until=None))
            orphaned = and_(inbox.c.done_at.is_(None), inbox.c.owner.is_not(None), inbox.c.lease_until <= now)
            back = await connection.execute(update(inbox).where(orphaned).values(owner=None, lease_until=None))
        findings = Findings(letters, parcels, freed.rowcount, back.rowcount)
        log.log(logging.INFO if findings.clean else logging.WARNING, "audited", extra=asdict(findings))
        return findings

    async def _delete(self, table: Table, old: ColumnElement[bool]) -> int:
        keys = tuple(table.primary_key)
        key = keys[0] if len(keys) == 1 else tuple_(*keys)
        batch = delete(table).where(key.in_(select(*keys).where(old).limit(BATCH)))
        total = 0
        while True:
            async with self._database.writing() as connection:
                gone = (await connection.execute(batch)).rowcount
            total += gone
            if gone < BATCH:
                return total
