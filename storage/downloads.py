"""Files behind signed links."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.reply import File
from bot.model.tenant import TenantId
from storage import upsert
from storage.tables import downloads


class SqlDownloads:
    def __init__(self, connection: AsyncConnection, tenant: TenantId) -> None:
        self._connection = connection
        self._tenant = tenant

    async def save(self, key: str, file: File, expires_at: datetime) -> None:
        row = {
            "tenant": self._tenant,
            "key": key,
            "name": file.name,
            "media_type": file.media_type,
            "content": file.content,
            "expires_at": expires_at,
        }
        await upsert.save(self._connection, downloads, [row])

    async def get(self, key: str, now: datetime) -> File | None:
        wanted = select(downloads).where(
            downloads.c.tenant == self._tenant, downloads.c.key == key, downloads.c.expires_at > now
        )
        row = (await self._connection.execute(wanted)).one_or_none()
        return File(row.name, row.media_type, row.content) if row else None
