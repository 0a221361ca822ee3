"""Real replies of every intent that tells something, over the demo world: asked of a house of our own with its alerts,
its log events and its use of AI, and kept in a file so that an evaluation is the same on every day.
`python -m tests.eval.grounding_replies` asks anew."""

import asyncio
import base64
import contextlib
import gzip
import json
import re
import secrets
import tempfile
import uuid
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot import demo, main
from bot.clock import SystemClock
from bot.demo_plan import ADMIN, PLACE, plan
from bot.desk.office import terminal
from bot.model.message import Account, Message, Place, PlaceKind, Role
from bot.model.parcel import Subject
from bot.model.reply import Bars, Block, Chart, Facts, Files, Picture, Pie, Query, Reply, Table, Text, dump, load
from bot.model.tenant import DEFAULT_TENANT
from bot.ports.tools import Turn
from handlers.web import server
from integrations.demo.incidents import PREPARED
from integrations.demo.integration import DemoIntegration
from storage.storage import migrate
from tests.eval.grounding_questions import ABOUT, QUESTIONS, SHAPES
from tests.postgres import free_port

FILE = Path(__file__).parent / "grounding_replies.json.gz"
LIVED = 75.0  # seconds until its incidents are told and its use of AI is booked


@dataclass(frozen=True, slots=True)
class Asked:
    intent: str
    question: str
    at: datetime
    reply: Reply


def asked() -> Sequence[Asked]:
    rows = json.loads(gzip.decompress(FILE.read_bytes()))
    return [
        Asked(row["intent"], row["question"], datetime.fromisoformat(row["at"]), load(row["reply"])) for row in rows
    ]


async def record() -> None:
    found: list[dict[str, str]] = []
    with tempfile.TemporaryDirectory() as folder:
        async with _living(folder) as built:
            for question in (*QUESTIONS, *ABOUT):
                if text := _filled(question, found):
                    found += filter(None, [await _ask(built, text)])
    FILE.write_bytes(gzip.compress(json.dumps(found).encode(), mtime=0))
    print(f"{len(found)} replies of {len({row['intent'] for row in found})} intents, {FILE.stat().st_size:,} bytes")


@contextlib.asynccontextmanager
async def _living(folder: str) -> AsyncIterator[main.House]:
    """The demo without its chats: its alerts, its log events and its use of AI come in as they do there."""
    clock, port = SystemClock(), free_port()
    url = f"http://{demo.LOOPBACK}:{port}"
    env = {
        "DATABASE_URL": f"sqlite+aiosqlite:///{folder}/nightdesk.sqlite3",
        "NIGHTDESK_KEYS": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "NIGHTDESK_QUESTIONS_PER_MINUTE": "10000",
        "NIGHTDESK_ADMINS": ADMIN,
        "DEMO_SEED": demo.SEED,
    }
    await asyncio.to_thread(migrate, env["DATABASE_URL"])
    slack = {"channels": [{"id": "C1", "name": "incidents"}, {"id": "C2", "name": "checkout"}]}
    teams = {"conversations": [{"id": "19:1", "name": PLACE}]}
    keys = await demo.prepare(env, plan(slack, teams, clock.now()))
    env["DEMO_ALERTS_URL"] = f"{url}/webhooks/alertmanager/{keys['alertmanager']}"
    env |= {"DEMO_USAGE_URL": f"{url}/api/ai/usage", "DEMO_USAGE_KEY": keys["usage"]}
    async with main.house(env) as built:
        serving = await server.serve(built.app, demo.LOOPBACK, port)
        for part in built.integrations.values():
            await part.start()
        await built.desk.start()
        await built.desk.watch.start(terminal(DEFAULT_TENANT, "demo"))
        await demo.watch(built.desk, clock)
        world = built.integrations["demo"]
        assert isinstance(world, DemoIntegration)
        for one in PREPARED[:3]:
            world.incidents.start(one.id)
        await clock.sleep(LIVED)
        yield built
        for part in built.integrations.values():
            await part.stop()
        await built.desk.stop()
        await serving.drain(timedelta(0))


def _filled(question: str, found: Sequence[Mapping[str, str]]) -> str:
    """With the names of what earlier answers showed; empty where none did."""
    said = " ".join(row["reply"] for row in found)
    for mark, shape in SHAPES.items():
        if mark in question:
            names = list(dict.fromkeys(re.findall(shape, said)))
            if not names:
                return ""
            question = question.replace(mark, names[0])
    return question


async def _ask(built: main.House, question: str) -> dict[str, str] | None:
    now = datetime.now(UTC)
    place = Place("terminal", "local", "terminal", kind=PlaceKind.TERMINAL)
    message = Message(f"terminal:{uuid.uuid4()}", place, Account("terminal", "local", "you"), now, question)
    tenant = await built.storage.directory.tenant(DEFAULT_TENANT)
    assert tenant
    async with built.storage.work(DEFAULT_TENANT) as work:
        person = replace(await work.people.of(message.author), role=Role.ADMIN)
    turn = Turn(DEFAULT_TENANT, person, place, now, "UTC", cause=message.key, account=message.author)
    answer = await built.engine.answer(message, turn, tenant, Subject(f"terminal:{now:%H%M%S%f}"), _step)
    if not answer.reply or not answer.intent:
        return None
    slim = replace(answer.reply, blocks=tuple(_slim(one) for one in answer.reply.blocks if _tells(one)), buttons=())
    return {"intent": answer.intent.name, "question": question, "at": now.isoformat(), "reply": dump(slim).decode()}


def _tells(block: Block) -> bool:
    return isinstance(block, Text | Facts | Table | Chart | Bars | Pie | Query) and not isinstance(
        block, Files | Picture
    )


def _slim(block: Block) -> Block:
    if isinstance(block, Chart):
        thin = tuple(replace(one, points=one.points[:: max(1, len(one.points) // 12)]) for one in block.series)
        return replace(block, series=thin)
    return replace(block, rows=block.rows[:12], most=0) if isinstance(block, Table) else block


async def _step(*_: object) -> None: ...


if __name__ == "__main__":
    asyncio.run(record())
