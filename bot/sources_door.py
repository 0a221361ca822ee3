"""What `nightdesk sources` does: datasources and applications shown, checked and kept from a YAML file."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from pathlib import Path

from bot import sourcing
from bot.clock import SystemClock
from bot.desk import source_files
from bot.desk.office import terminal
from bot.desk.source_making import make
from bot.model.errors import Misconfigured, Problem
from bot.model.profile import Profile, ProfileDraft, spelt
from bot.model.source import SECRET_OF, Datasource, SourceDraft, SourceId
from bot.model.tenant import DEFAULT_TENANT
from bot.ports.actor import Actor
from bot.settings import Environment, Settings, read
from bot.sourcing import Sourcing
from integrations.catalog import SOURCES
from integrations.networks import Networks
from integrations.opener import Opener
from storage.storage import open_storage

OK, FAILED = 0, 1


async def show(env: Environment) -> int:
    async with _desks(env) as desks:
        sources, profiles = await desks.desk.every(DEFAULT_TENANT), await desks.profiles.every(DEFAULT_TENANT)
    print(source_files.write(sources, profiles), end="")
    return OK


async def check(env: Environment, file: Path) -> int:
    """What can be seen without asking anything."""
    found = await asyncio.to_thread(source_files.read, file, env)
    clock = SystemClock()
    async with _opener(read(env), clock) as opener:
        for draft in found.datasources:
            made, secrets = make(SourceId("draft"), draft, clock.now())
            needs = SECRET_OF.get(made.auth)
            kept = {str(needs): "kept"} if needs else {}  # one that is left out may be kept already
            try:
                await opener.open(made, {**kept, **secrets}).close()
            except Problem as problem:
                raise Misconfigured(f"{file}, {draft.name}: {problem.says}", advice=problem.advice) from None
    counts = {"datasource": len(found.datasources), "application": len(found.applications)}
    told = [f"{count} {name}{'' if count == 1 else 's'}" for name, count in counts.items() if count]
    print(f"The file is good: {', '.join(told) or 'it holds nothing'}.")
    return OK


async def apply(env: Environment, file: Path) -> int:
    """Each is tried by itself, and one that fails does not keep the others; what the file does not name is left."""
    found = await asyncio.to_thread(source_files.read, file, env)
    actor = terminal(DEFAULT_TENANT, f"terminal:{uuid.uuid4()}")
    async with _desks(env) as desks:
        fine = [await _told(f"datasource {one.name}", _keep_source(desks, actor, one)) for one in found.datasources]
        fine += [await _told(f"application {one.name}", _keep_profile(desks, actor, one)) for one in found.applications]
    return OK if all(fine) else FAILED


async def _keep_source(desks: Sourcing, actor: Actor, draft: SourceDraft) -> Datasource:
    standing = await desks.desk.every(actor.tenant)
    if any(one.name.casefold() == draft.name.casefold() for one in standing):
        return await desks.desk.edit(actor, draft.name, draft)
    return await desks.desk.add(actor, draft)


async def _keep_profile(desks: Sourcing, actor: Actor, draft: ProfileDraft) -> Profile:
    standing = await desks.profiles.every(actor.tenant)
    same = next((one for one in standing if spelt(one.name) == spelt(draft.name)), None)
    return await (desks.profiles.edit(actor, same.id, draft) if same else desks.profiles.add(actor, draft))


async def _told(name: str, keeping: Awaitable[Datasource | Profile]) -> bool:
    try:
        kept = await keeping
    except Problem as problem:
        print(f"FAIL {name}: {problem.says} {problem.advice}".strip())
        return False
    health = kept.health if isinstance(kept, Datasource) else None
    print(f"ok   {name}{f': {health.says}' if health else ''}")
    return True


def _opener(settings: Settings, clock: SystemClock) -> Opener:
    return Opener(SOURCES, Networks.of(settings.allowed_networks), clock)


@asynccontextmanager
async def _desks(env: Environment) -> AsyncIterator[Sourcing]:
    settings, clock = read(env), SystemClock()
    async with (
        open_storage(settings.database_url, keys=settings.keys, clock=clock) as storage,
        _opener(settings, clock) as opener,
    ):
        desks = sourcing.build(storage, clock, opener)
        yield desks
        await desks.registry.close()
