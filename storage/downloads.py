"""Files behind signed links."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from bot.model.reply import File
from storage import upsert
from storage.of_tenant import OfTenant
from storage.tables import downloads


class SqlDownloads(OfTenant):
    async def save(self, key: str, file: File, expires_at: datetime) -> None:
        await upsert.save(self._connection, downloads, [self._row(key, file, expires_at)])

    async def add(self, key: str, file: File, expires_at: datetime, now: datetime) -> bool:
        over = delete(downloads).where(
            downloads.c.tenant == self._tenant, downloads.c.key == key, downloads.c.expires_at <= now
        )
        await self._connection.execute(over)
        return await upsert.add_if_absent(self._connection, downloads, self._row(key, file, expires_at))

    async def get(self, key: str, now: datetime) -> File | None:
        wanted = select(downloads).where(
            downloads.c.tenant == self._tenant, downloads.c.key == key, downloads.c.expires_at > now
        )
        row = (await self._connection.execute(wanted)).one_or_none()
        return File(row.name, row.media_type, row.content) if row else None

    def _row(self, key: str, file: File, expires_at: datetime) -> dict[str, Any]:
        return {
            "tenant": self._tenant,
            "key": key,
            "name": file.name,
            "media_type": file.media_type,
            "content": file.content,
            "expires_at": expires_at,
        }
