"""Datasources of a tenant; their secrets are encrypted and come out only when asked for."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.source import Auth, Datasource, Health, SourceId, Tls
from bot.model.tenant import TenantId
from storage import upsert
from storage.credentials import Credentials
from storage.of_tenant import OfTenant
from storage.prepared import Prepared
from storage.source_tables import datasources

_HEALTH: TypeAdapter[Health] = TypeAdapter(Health)
_TLS: TypeAdapter[Tls] = TypeAdapter(Tls)


class SqlSources(OfTenant):
    def __init__(self, connection: AsyncConnection, tenant: TenantId, credentials: Credentials) -> None:
        super().__init__(connection, tenant)
        self._credentials = credentials

    async def every(self) -> Sequence[Datasource]:
        return [_to_source(row) for row in await _EVERY.all(self._connection, tenant=self._tenant)]

    async def get(self, source: SourceId) -> Datasource | None:
        row = await _ONE.first(self._connection, tenant=self._tenant, id=source)
        return None if row is None else _to_source(row)

    async def save(self, source: Datasource, secrets: Mapping[str, str] | None = None) -> None:
        if source.is_default:
            await _NO_DEFAULT.change(self._connection, tenant=self._tenant, type=source.type, id=source.id)
        row = {**_to_row(source), "tenant": self._tenant}
        if secrets is None:
            secrets = await self.secrets(source.id)
        row |= {"secrets": self._credentials.sealed(secrets), "kept": sorted(secrets)}
        await upsert.save(self._connection, datasources, [row])

    async def secrets(self, source: SourceId) -> Mapping[str, str]:
        return self._credentials.opened(await _SECRETS.scalar(self._connection, tenant=self._tenant, id=source))

    async def note(self, source: SourceId, health: Health) -> None:
        told = _HEALTH.dump_python(health, mode="json")
        await _NOTE.change(self._connection, tenant=self._tenant, id=source, health_=told)

    async def remove(self, source: SourceId) -> bool:
        return await _REMOVE.change(self._connection, tenant=self._tenant, id=source) == 1


def _to_row(source: Datasource) -> dict[str, Any]:
    return {
        "id": source.id,
        "key": source.name.casefold(),
        "name": source.name,
        "type": source.type,
        "url": source.url,
        "auth": source.auth.value,
        "username": source.user,
        "org": source.org,
        "tls": _TLS.dump_python(source.tls, mode="json"),
        "is_default": source.is_default,
        "is_enabled": source.is_enabled,
        "config": dict(source.config),
        "health": _HEALTH.dump_python(source.health, mode="json") if source.health else {},
        "created_at": source.created_at,
        "updated_at": source.updated_at,
    }


def _to_source(row: Any) -> Datasource:
    return Datasource(
        SourceId(row.id),
        row.name,
        row.type,
        row.url,
        row.created_at,
        row.updated_at,
        Auth(row.auth),
        row.username,
        row.org,
        _TLS.validate_python(row.tls),
        bool(row.is_default),
        bool(row.is_enabled),
        row.config,
        tuple(row.kept),
        _HEALTH.validate_python(row.health) if row.health else None,
    )


_MINE = datasources.c.tenant == bindparam("tenant")
_IT = _MINE & (datasources.c.id == bindparam("id"))
_EVERY = Prepared(select(datasources).where(_MINE).order_by(datasources.c.key))
_ONE = Prepared(select(datasources).where(_IT))
_SECRETS = Prepared(select(datasources.c.secrets).where(_IT))
_NOTE = Prepared(update(datasources).where(_IT).values(health=bindparam("health_", type_=datasources.c.health.type)))
_OTHERS = _MINE & (datasources.c.type == bindparam("type")) & (datasources.c.id != bindparam("id"))
_NO_DEFAULT = Prepared(update(datasources).where(_OTHERS, datasources.c.is_default).values(is_default=False))
_REMOVE = Prepared(delete(datasources).where(_IT))
