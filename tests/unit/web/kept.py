"""Downloads in memory: the one part of storage that the web server asks."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from bot.model.errors import Unavailable
from bot.model.reply import File
from bot.model.tenant import TenantId


class KeptFiles:
    def __init__(self) -> None:
        self.files: dict[tuple[str, str], tuple[File, datetime]] = {}
        self.away = False

    @asynccontextmanager
    async def work(self, tenant: TenantId) -> AsyncIterator[Any]:
        if self.away:
            raise Unavailable("The database")

        async def get(key: str, now: datetime) -> File | None:
            file, expires_at = self.files.get((tenant, key), (None, now))
            return file if file and expires_at > now else None

        yield SimpleNamespace(tenant=tenant, downloads=SimpleNamespace(get=get))
