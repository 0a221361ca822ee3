"""Which tenant a workspace belongs to, and with which secrets one speaks there. Looks over all tenants."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import Row, and_, bindparam, delete, select, text

from bot.model.tenant import Tenant, TenantId
from bot.ports.storage import Installation
from storage import upsert
from storage.credentials import Credentials
from storage.database import Database
from storage.prepared import Prepared
from storage.tables import installations, tenants


class SqlDirectory:
    def __init__(self, database: Database, credentials: Credentials) -> None:
        self._database = database
        self._credentials = credentials
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def tenant(self, tenant: TenantId) -> Tenant | None:
        found = await self._database.look(_TENANT, id=tenant)
        return next((Tenant(TenantId(row.id), row.name, row.zone, row.enabled) for row in found), None)

    async def tenants(self) -> Sequence[TenantId]:
        return [TenantId(tenant) for (tenant,) in await self._database.look(_TENANTS)]

    async def save_tenant(self, tenant: Tenant) -> None:
        row = {"id": tenant.id, "name": tenant.name, "zone": tenant.zone, "enabled": tenant.enabled}
        async with self._database.writing() as connection:
            await upsert.save(connection, tenants, [row])

    async def installation(self, platform: str, workspace: str) -> Installation | None:
        found = await self._database.look(_INSTALLATION, platform=platform, workspace=workspace)
        return next(map(self._to_installation, found), None)

    async def installations(self, platform: str) -> Sequence[Installation]:
        return [self._to_installation(row) for row in await self._database.look(_INSTALLATIONS, platform=platform)]

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
            await _REMOVE.change(connection, platform=platform, workspace=workspace)

    @asynccontextmanager
    async def refreshing(self, platform: str, workspace: str) -> AsyncIterator[Installation | None]:
        name = f"refreshing {platform}/{workspace}"
        async with self._turns[name]:  # this process first, so that its tasks wait with one connection
            if not self._database.on_postgres:
                yield await self.installation(platform, workspace)
                return
            async with self._database.own_connection() as connection:
                await _LOCK.change(connection, name=name)
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


_LOCK = Prepared(text("SELECT pg_advisory_lock(hashtextextended(:name, 11))"))
_TENANT = Prepared(select(tenants).where(tenants.c.id == bindparam("id")))
_TENANTS = Prepared(select(tenants.c.id).order_by(tenants.c.id))
_ITS = installations.c.platform == bindparam("platform")
_IT = and_(_ITS, installations.c.workspace == bindparam("workspace"))
_INSTALLATION = Prepared(select(installations).where(_IT))
_INSTALLATIONS = Prepared(select(installations).where(_ITS).order_by(installations.c.workspace))
_REMOVE = Prepared(delete(installations).where(_IT))
