"""What happens to documents by the clock: folders are read anew, and pages are held against what the sources have."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from bot.desk import folders
from bot.model.document import Document
from bot.model.errors import Problem
from bot.model.source import LOKI
from bot.model.tenant import DEFAULT_TENANT, TenantId
from bot.ports.desks import SourceDesk
from bot.ports.storage import Storage
from bot.ports.tools import Sources

log = logging.getLogger(__name__)


class Library:
    def __init__(self, storage: Storage, desk: SourceDesk, sources: Sources, paths: Sequence[Path] = ()) -> None:
        self._storage, self._desk, self._sources, self._paths = storage, desk, sources, paths

    async def read_folders(self, now: datetime) -> None:  # noqa: ARG002
        """One that cannot be read keeps what it had."""
        for path in self._paths:
            try:
                read = await asyncio.to_thread(folders.read, path)
                async with self._storage.work(DEFAULT_TENANT) as work:
                    done = await folders.keep(work.documents, read, folders.place_of(path))
            except Problem as problem:
                log.warning("folder_not_read", extra={"folder": str(path), "reason": problem.says})
                continue
            for says in done.bad:
                log.warning("page_not_read", extra={"folder": str(path), "reason": says})
            if done.added or done.changed or done.removed:
                counts = {"added_pages": done.added, "changed_pages": done.changed, "removed_pages": done.removed}
                log.info("folder_read", extra={"folder": str(path), **counts})

    async def look_over(self, now: datetime) -> None:  # noqa: ARG002
        """Which pages name metrics that no source has. Where one source does not answer, nobody can say."""
        for tenant in await self._storage.directory.tenants():
            async with self._storage.work(tenant) as work:
                pages = await work.documents.naming()
            if not pages:
                continue
            try:
                there = await self._metrics(tenant)
            except Problem as problem:
                log.warning("pages_not_checked", extra={"tenant": tenant, "reason": problem.says})
                continue
            if there is not None:
                await self._mark(tenant, pages, there)

    async def _metrics(self, tenant: TenantId) -> frozenset[str] | None:
        """Of every source that is switched on; None where there is none."""
        named = [one.name for one in await self._desk.every(tenant) if one.type != LOKI and one.is_enabled]
        found = [source for name in named if (source := await self._sources.metrics(tenant, name))]
        if not found:
            return None
        values = await asyncio.gather(*(source.values("__name__") for source in found))
        return frozenset(name for names in values for name in names)

    async def _mark(self, tenant: TenantId, pages: Sequence[Document], there: frozenset[str]) -> None:
        marked = []
        for one in pages:
            unknown = tuple(name for name in one.metrics if name not in there)
            if unknown != one.unknown:
                marked.append(replace(one, unknown=unknown))
        if marked:
            async with self._storage.work(tenant) as work:
                await work.documents.save(marked)
