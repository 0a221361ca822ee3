"""What each command does, and what it prints for the person at the terminal."""

import asyncio
import sys
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from bot import main
from bot.intents.catalog import BY_COMMAND
from bot.model import plain
from bot.model.errors import Misconfigured, Problem
from bot.model.message import Account, Message, Place, PlaceKind, Role
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


async def demo(env: Environment, *, port: int, bot_port: int) -> int:
    from bot import demo as demo_  # the page and the doubles are loaded by nobody else

    await demo_.run(env, port=port, bot_port=bot_port)
    return OK


async def migrate(env: Environment) -> int:
    done = await asyncio.to_thread(migrate_storage, read(env).database_url)
    print("\n".join(done) if done else "The database is up to date.")
    return OK


async def check(env: Environment) -> int:
    """Every part is tried, also after one has failed."""
    rows = [Row("-", "settings", sentence) for sentence in strangers(main.KINDS, env)]
    whole, half_given = _only_whole(env)
    rows += half_given
    try:
        async with main.house(whole) as built:
            rows.append(await _tried("database", built.storage.check))
            for name, part in built.parts.items():
                rows.append(await _tried(name, part.check))
            untouched = [Row("-", name, "switched off; see .env.example") for name in built.switched_off]
    except Problem as problem:
        rows.append(Row("FAIL", "start", _told(problem)))
        untouched = [Row("-", name, "not tried: Nightdesk cannot start") for name in main.KINDS]
    said = {row.part for row in rows}
    rows += [row for row in untouched if row.part not in said]
    width = max(len(row.part) for row in rows)
    for row in rows:
        print(f"{row.mark:<4} {row.part:<{width}}  {row.told}")
    return FAILED if any(row.mark == "FAIL" for row in rows) else OK


@dataclass(frozen=True, slots=True)
class Row:
    mark: str
    part: str
    told: str


def _only_whole(env: Environment) -> tuple[Environment, list[Row]]:
    """The environment without the platforms and integrations that are only half set up, and a row for each of them."""
    whole, half_given = dict(env), []
    for name, model in main.KINDS.items():
        try:
            section(name, model, env)
        except Misconfigured as problem:
            half_given.append(Row("FAIL", name, _told(problem)))
            prefix = f"{name.upper()}_"
            whole = {variable: value for variable, value in whole.items() if not variable.startswith(prefix)}
    return whole, half_given


async def _tried(name: str, ask: Callable[[], Awaitable[str]]) -> Row:
    try:
        return Row("ok", name, await ask())
    except Problem as problem:
        return Row("FAIL", name, _told(problem))


def _told(problem: Problem) -> str:
    return f"{problem.says} {problem.advice}".strip()


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
            known = await work.people.of(message.author)
        person = replace(known, role=Role.ADMIN)  # whoever has this terminal has the database, too
        turn = Turn(DEFAULT_TENANT, person, place, now, built.settings.zone, cause=message.key, account=message.author)
        answer = await built.engine.answer(message, turn, tenant, Subject(f"terminal:{now:%H%M%S}"), _step)
        for part in built.integrations.values():
            await part.stop()
    if answer.reply:
        print(plain.render(answer.reply))
    return OK if answer.reply and answer.intent else FAILED  # bad news is an answer, too


async def _step(text: str) -> None:
    print(f"{text} …", file=sys.stderr)


async def rotate_keys(env: Environment) -> int:
    settings = read(env)
    count = await rotate_storage(settings.database_url, keys=settings.keys)
    print(f"{count} {'secret is' if count == 1 else 'secrets are'} encrypted with the newest key now.")
    if len(settings.keys) > 1:
        print(
            "Keep the older keys of NIGHTDESK_KEYS for a week more: links to downloads that stand in chats need them."
        )
    return OK


async def manifest(env: Environment, platform: str, out: Path | None, *, url: str = "", by_socket: bool = False) -> int:
    """Both platforms are told the same commands, those of `help`."""
    kind = next(kind for kind in PLATFORMS if kind.name == platform)
    if kind.manifest is None:
        raise Misconfigured(f"{kind.title} has no manifest.")
    settings = read(env)
    given = {
        "public_url": url or settings.public_url,
        "command": settings.command,
        **({"mode": "socket"} if by_socket else {}),
        **{f"command.{verb}": intent.help for verb, intent in BY_COMMAND.items()},
    }
    made = await kind.manifest(given, section(kind.name, kind.settings, env))
    if out is None:
        sys.stdout.buffer.write(made)
        return OK
    try:
        await asyncio.to_thread(out.write_bytes, made)
    except OSError as problem:
        raise Misconfigured(f"{out} cannot be written: {(problem.strerror or str(problem)).lower()}.") from problem
    print(f"Written to {out}.")
    return OK
