"""Which tenant a workspace belongs to, and with which secrets one speaks there. Looks over all tenants."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, delete, select, text

from bot.model.tenant import Tenant, TenantId
from bot.ports.storage import Installation
from storage import upsert
from storage.credentials import Credentials
from storage.database import Database
from storage.tables import installations, tenants


class SqlDirectory:
    def __init__(self, database: Database, credentials: Credentials) -> None:
        self._database = database
        self._credentials = credentials
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def tenant(self, tenant: TenantId) -> Tenant | None:
        async with self._database.reading() as connection:
            row = (await connection.execute(select(tenants).where(tenants.c.id == tenant))).one_or_none()
        return Tenant(TenantId(row.id), row.name, row.zone, row.enabled) if row else None

    async def tenants(self) -> Sequence[TenantId]:
        async with self._database.reading() as connection:
            found = (await connection.execute(select(tenants.c.id).order_by(tenants.c.id))).scalars()
            return [TenantId(one) for one in found]

    async def save_tenant(self, tenant: Tenant) -> None:
        row = {"id": tenant.id, "name": tenant.name, "zone": tenant.zone, "enabled": tenant.enabled}
        async with self._database.writing() as connection:
            await upsert.save(connection, tenants, [row])

    async def installation(self, platform: str, workspace: str) -> Installation | None:
        async with self._database.reading() as connection:
            found = await connection.execute(select(installations).where(_is(platform, workspace)))
            row = found.one_or_none()
        return self._to_installation(row) if row else None

    async def installations(self, platform: str) -> Sequence[Installation]:
        async with self._database.reading() as connection:
            all_of_it = select(installations).where(installations.c.platform == platform)
            rows = (await connection.execute(all_of_it.order_by(installations.c.workspace))).all()
        return [self._to_installation(row) for row in rows]

    async def save_installation(self, installation: Installation) -> None:
        row = {
            "platform": installation.platform,
            "workspace": installation.workspace,
            "tenant": installation.tenant,
            "name": installation.name,
            "secrets": self._credentials.sealed(installation.secrets),
            "details": installation.details,
            "expires_at": installation.expires_at,
        }
        async with self._database.writing() as connection:
            await upsert.save(connection, installations, [row])

    async def remove_installation(self, platform: str, workspace: str) -> None:
        async with self._database.writing() as connection:
            await connection.execute(delete(installations).where(_is(platform, workspace)))

    @asynccontextmanager
    async def refreshing(self, platform: str, workspace: str) -> AsyncIterator[Installation | None]:
        name = f"refreshing {platform}/{workspace}"
        async with self._turns[name]:  # this process first, so that its tasks wait with one connection
            if not self._database.on_postgres:
                yield await self.installation(platform, workspace)
                return
            async with self._database.own_connection() as connection:
                await connection.execute(_LOCK, {"name": name})
                # Closing the connection, for whatever reason, lets go of the lock.
                yield await self.installation(platform, workspace)

    def _to_installation(self, row: Row[Any]) -> Installation:
        return Installation(
            platform=row.platform,
            workspace=row.workspace,
            tenant=TenantId(row.tenant),
            name=row.name,
            secrets=self._credentials.opened(row.secrets),
            details=row.details,
            expires_at=row.expires_at,
        )


_LOCK = text("SELECT pg_advisory_lock(hashtextextended(:name, 11))")


def _is(platform: str, workspace: str) -> ColumnElement[bool]:
    return and_(installations.c.platform == platform, installations.c.workspace == workspace)
