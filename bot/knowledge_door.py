"""What the terminal's knowledge command does: folders of Markdown files into the knowledge base."""

import asyncio
import uuid
from pathlib import Path

from bot.clock import SystemClock
from bot.desk import folders
from bot.desk.folders import Imported
from bot.desk.office import entry, terminal
from bot.model.errors import Misconfigured
from bot.model.tenant import DEFAULT_TENANT, TenantId
from bot.settings import Environment, read
from storage.storage import open_storage

OK, FAILED = 0, 1


async def bring_in(env: Environment, folder: Path, *, tenant: str, everyone: bool) -> int:
    """What the folder holds now takes the place of what it held before."""
    settings, clock = read(env), SystemClock()
    if tenant and everyone:
        raise Misconfigured("Pages belong to one tenant or to everyone: give --tenant or --shared.")
    found = await asyncio.to_thread(folders.read, folder, everyone=everyone)
    place, owner = folders.place_of(folder), TenantId(tenant or DEFAULT_TENANT)
    async with open_storage(settings.database_url, keys=settings.keys, clock=clock) as storage:
        if everyone:
            async with storage.library() as shelf:
                done = await folders.keep(shelf, found, place)
        else:
            if await storage.directory.tenant(owner) is None and owner != DEFAULT_TENANT:
                raise Misconfigured(f"There is no tenant {owner}.")
            async with storage.work(owner) as work:
                done = await folders.keep(work.documents, found, place)
                counts = {"added": done.added, "changed": done.changed, "removed": done.removed}
                actor = terminal(owner, f"terminal:{uuid.uuid4()}")
                await work.audit.add(entry(actor, "knowledge.import", place, clock, **counts))
    for says in done.bad:
        print(f"FAIL {says}")
    print(told(done))
    return FAILED if done.bad else OK


def told(done: Imported) -> str:
    counts = ((done.added, "added"), (done.changed, "changed"), (done.removed, "removed"), (done.same, "as before"))
    said = ", ".join(f"{count:,} {what}" for count, what in counts if count)
    return f"Pages: {said or 'none'}."
