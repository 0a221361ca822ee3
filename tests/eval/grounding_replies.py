"""Real replies of every intent that reads, over the demo world: asked of a house of our own, and kept in a file so that
an evaluation is the same on every day. `python -m tests.eval.grounding_replies` asks anew."""

import asyncio
import base64
import gzip
import json
import secrets
import tempfile
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from bot import main
from bot.model.message import Account, Message, Place, PlaceKind, Role
from bot.model.parcel import Subject
from bot.model.reply import Bars, Block, Chart, Facts, Files, Picture, Pie, Query, Reply, Table, Text, dump, load
from bot.model.tenant import DEFAULT_TENANT
from bot.ports.tools import Turn
from storage.storage import migrate

FILE = Path(__file__).parent / "grounding_replies.json.gz"
SERVICES = ("checkout", "payments", "search", "shipping", "catalog", "auth", "frontend")
QUESTIONS = (
    "status", "summary", "p95 latency by service", "error rate by service", "cost by tool this week",
    "cost by tool today", "tokens by tool today", "calls by tool today", "memory usage for the last week",
    "cpu by service last 24 hours", "request rate by region", "slo", "slo last 7 days",
    "compare checkout and payments", "compare search and shipping",
    "compare error rates between production and staging",
    "how does this week compare to last week?", "when do we typically have peak usage?",
    "trends latency search last 14 days", "how many events were created in the last 24 hours?",
    "AI spend this week", "AI spend last 24 hours", "anomalies", "free disk space", "issues", "alerts", "datasources",
    "how many requests per second does checkout have by region?", "number of pod restarts",
    *(f"{asked} {one}" for one in SERVICES for asked in (
        "error rate of", "p95 latency of", "health", "requests of", "memory of", "why is latency high in",
        "errors in logs for", "events of",
    )),
    "was checkout healthy yesterday?", "uptime of shipping this month", "error budget of checkout",
    "errors of payments in the last 3 hours by region", "latency of search yesterday",
)  # fmt: skip


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
    with tempfile.TemporaryDirectory() as folder:
        env = {
            "DATABASE_URL": f"sqlite+aiosqlite:///{folder}/nightdesk.sqlite3",
            "NIGHTDESK_KEYS": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
            "NIGHTDESK_QUESTIONS_PER_MINUTE": "10000",
            "DEMO_SEED": "7",
        }
        await asyncio.to_thread(migrate, env["DATABASE_URL"])
        async with main.house(env) as built:
            for part in built.integrations.values():
                await part.start()
            found = [await _ask(built, question) for question in QUESTIONS]
            rows = [one for one in found if one]
            for part in built.integrations.values():
                await part.stop()
    FILE.write_bytes(gzip.compress(json.dumps(rows).encode(), mtime=0))
    print(f"{len(rows)} replies of {len({row['intent'] for row in rows})} intents, {FILE.stat().st_size:,} bytes")


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
