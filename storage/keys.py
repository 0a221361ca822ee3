"""What lets a source in. Looks over all tenants, for the key is what says whose it is."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, bindparam, insert, select, update

from bot.model.tenant import TenantId
from bot.ports.storage import Key
from storage.database import Database
from storage.incident_tables import keys
from storage.prepared import Prepared

NOTED_EVERY = timedelta(minutes=1)


class SqlKeys:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._noted: dict[str, datetime] = {}  # so that a burst of calls notes their key once

    async def of(self, source: str, digest: str, now: datetime) -> Key | None:
        found = await self._database.look(_OF_DIGEST, digest=digest)
        row = found[0] if found else None
        if row is None or row.source != source or row.revoked_at is not None:
            return None
        await self._note(row, now)
        return _to_key(row)

    async def add(self, key: Key, digest: str) -> None:
        row = {
            "tenant": key.tenant,
            "id": key.id,
            "digest": digest,
            "source": key.source,
            "name": key.name,
            "role": key.role,
            "created_at": key.created_at,
            "used_at": key.used_at,
            "revoked_at": key.revoked_at,
        }
        async with self._database.writing(key.tenant) as connection:
            await connection.execute(insert(keys), row)

    async def every(self, tenant: TenantId) -> Sequence[Key]:
        """Oldest first, the revoked ones, too."""
        mine = select(keys).where(keys.c.tenant == tenant).order_by(keys.c.created_at, keys.c.id)
        async with self._database.reading(tenant) as connection:
            return [_to_key(row) for row in await connection.execute(mine)]

    async def revoke(self, tenant: TenantId, key: str, at: datetime) -> bool:
        valid = update(keys).where(keys.c.tenant == tenant, keys.c.id == key, keys.c.revoked_at.is_(None))
        async with self._database.writing(tenant) as connection:
            return (await connection.execute(valid.values(revoked_at=at))).rowcount == 1

    async def _note(self, row: Row[Any], now: datetime) -> None:
        noted_at = max(filter(None, (row.used_at, self._noted.get(row.digest))), default=None)
        if noted_at is not None and now - noted_at < NOTED_EVERY:
            return
        self._noted[row.digest] = now
        async with self._database.writing(TenantId(row.tenant)) as connection:
            await _NOTE.change(connection, tenant_=row.tenant, id_=row.id, now=now)


_OF_DIGEST = Prepared(select(keys).where(keys.c.digest == bindparam("digest")))
_NOTE = Prepared(
    update(keys)
    .where(keys.c.tenant == bindparam("tenant_"), keys.c.id == bindparam("id_"))
    .values(used_at=bindparam("now"))
)


def _to_key(row: Row[Any]) -> Key:
    return Key(
        id=row.id,
        tenant=TenantId(row.tenant),
        source=row.source,
        name=row.name,
        created_at=row.created_at,
        role=row.role,
        used_at=row.used_at,
        revoked_at=row.revoked_at,
    )
