"""What each command does, and what it prints for the person at the terminal."""

import asyncio
import sys
import uuid
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from bot import main
from bot.model import plain
from bot.model.errors import Misconfigured, Problem
from bot.model.message import Account, Message, Place, PlaceKind
from bot.model.parcel import Subject
from bot.model.tenant import DEFAULT_TENANT
from bot.ports.tools import Turn
from bot.settings import Environment, read, section, strangers
from handlers.catalog import PLATFORMS
from storage.storage import migrate as migrate_storage
from storage.storage import rotate_keys as rotate_storage

OK, FAILED = 0, 1


async def serve(env: Environment) -> int:
    for sentence in strangers(main.KINDS, env):
        print(sentence, file=sys.stderr)
    await main.serve(env)
    return OK


async def demo(env: Environment, *, port: int, bot_port: int, fresh: bool) -> int:
    from bot import demo as demo_  # the page and the doubles are loaded by nobody else

    await demo_.run(env, port=port, bot_port=bot_port, fresh=fresh)
    return OK


async def migrate(env: Environment) -> int:
    done = await asyncio.to_thread(migrate_storage, read(env).database_url)
    print("\n".join(done) if done else "The database is up to date.")
    return OK


async def check(env: Environment) -> int:
    """Every part is tried, also after one has failed."""
    rows: list[tuple[str, str, str]] = [("-", "settings", sentence) for sentence in strangers(main.KINDS, env)]
    async with main.house(env) as built:
        rows.append(await _tried("database", built.storage.check))
        for name, part in built.parts.items():
            rows.append(await _tried(name, part.check))
    rows += [("-", name, "switched off; see .env.example") for name in built.switched_off]
    width = max(len(name) for _, name, _ in rows)
    for mark, name, told in rows:
        print(f"{mark:<4} {name:<{width}}  {told}")
    return FAILED if any(mark == "FAIL" for mark, _, _ in rows) else OK


async def _tried(name: str, ask: Callable[[], Awaitable[str]]) -> tuple[str, str, str]:
    try:
        return "ok", name, await ask()
    except Problem as problem:
        return "FAIL", name, f"{problem.says} {problem.advice}".strip()


async def ask(env: Environment, question: str) -> int:
    """The same engine as in chat; nothing is kept and nothing is sent."""
    now = datetime.now(UTC)
    place = Place("terminal", "local", "terminal", kind=PlaceKind.TERMINAL)
    message = Message(f"terminal:{uuid.uuid4()}", place, Account("terminal", "local", "you"), now, question)
    async with main.house(env) as built:
        for part in built.integrations.values():
            await part.start()
        tenant = await built.storage.directory.tenant(DEFAULT_TENANT)
        async with built.storage.work(DEFAULT_TENANT) as work:
            person = await work.people.of(message.author)
        turn = Turn(DEFAULT_TENANT, person, place, now, built.settings.zone)
        answer = await built.engine.answer(message, turn, tenant, Subject(f"terminal:{now:%H%M%S}"), _step)
        for part in built.integrations.values():
            await part.stop()
    if answer.reply:
        print(plain.render(answer.reply))
    return OK if answer.reply and answer.reply.tone != "bad" else FAILED


async def _step(text: str) -> None:
    print(f"{text} …", file=sys.stderr)


async def rotate_keys(env: Environment) -> int:
    settings = read(env)
    count = await rotate_storage(settings.database_url, keys=settings.keys)
    print(f"{count} secrets are now encrypted with the newest key. The older keys may be removed from NIGHTDESK_KEYS.")
    return OK


async def manifest(env: Environment, platform: str, out: Path | None, url: str) -> int:
    kind = next(kind for kind in PLATFORMS if kind.name == platform)
    if kind.manifest is None:
        raise Misconfigured(f"{kind.title} has no manifest.")
    settings = read(env)
    given: Mapping[str, str] = {"public_url": url or settings.public_url, "command": settings.command}
    made = await kind.manifest(given, section(kind.name, kind.settings, env))
    if out:
        await asyncio.to_thread(out.write_bytes, made)
        print(f"Written to {out}.")
    else:
        sys.stdout.buffer.write(made)
    return OK
