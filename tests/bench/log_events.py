"""Log events into the real process on SQLite: 5,000 a second for a minute, every one of them there afterwards."""

import asyncio
import json
import sqlite3
import statistics
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import psutil

from bot.clock import SystemClock
from bot.desk.office import Office, terminal
from bot.model.tenant import DEFAULT_TENANT
from storage.storage import open_storage
from tests.acceptance.rig import Rig

RATE, SECONDS, BATCH, SERVICES = 5000, 60, 500, 20
PATIENCE = 30.0


async def main(folder: Path, seconds: int = SECONDS) -> None:
    world = Rig(folder)
    async with open_storage(world.env["DATABASE_URL"], keys=[world.env["NIGHTDESK_KEYS"]], clock=SystemClock()) as kept:
        _, key = await Office(kept, SystemClock()).new_key(terminal(DEFAULT_TENANT, "bench"), "events", "bench")
    await world.open()
    try:
        await world.start_bot()
        await _pushed(world, key, seconds)
    finally:
        await world.close()


async def _pushed(world: Rig, key: str, seconds: int) -> None:
    process = psutil.Process(world.process.pid if world.process else 0)
    began, cpu = datetime.now(UTC) - timedelta(hours=1), sum(process.cpu_times()[:2])
    memory: list[float] = []
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    url = f"{world.bot_url}/api/monitoring/ingest"
    async with aiohttp.ClientSession(headers=headers) as session:
        start, sending = time.monotonic(), []
        for number in range(RATE * seconds // BATCH):
            await asyncio.sleep(max(0.0, start + number * BATCH / RATE - time.monotonic()))
            sending.append(asyncio.create_task(_sent(session, url, _batch(number, began))))
            if number % (RATE // BATCH) == 0:
                memory.append(process.memory_info().rss / 2**20)
        answers = await asyncio.gather(*sending)
        took = time.monotonic() - start
    spent = sum(process.cpu_times()[:2]) - cpu
    times = sorted(time for _, time in answers)
    print(f"Log events, {RATE:,} a second for {seconds} s in batches of {BATCH}, {SERVICES} services, SQLite")
    print(
        f"  sent {RATE * seconds:,}, all taken after {took:.1f} s, in the database {_kept(world):,}, "
        f"told to come again {sum(refused for refused, _ in answers)} times\n"
        f"  p50 {statistics.median(times) * 1000:.0f} ms   p99 {times[int(len(times) * 0.99)] * 1000:.0f} ms   "
        f"CPU {spent / (RATE * seconds) * 1e6:.0f} µs an event   "
        f"memory {memory[len(memory) // 3]:.0f} MiB after a third, {memory[-1]:.0f} MiB at the end"
    )


def _batch(number: int, began: datetime) -> bytes:
    events: list[dict[str, Any]] = []
    for n in range(number * BATCH, (number + 1) * BATCH):
        slow = n % 7 == 0
        events.append(
            {
                "event_id": f"EVT-{n}-bench", "timestamp": (began + timedelta(milliseconds=n)).isoformat(),
                "event_type": "api", "service_name": f"service-{n % SERVICES}", "region": "us-east-1",
                "severity": "warning" if slow else "info", "message": "request served",
                "metrics": {"latency_ms": 650 if slow else 100 + n % 50, "status_code": 200},
            }
        )  # fmt: skip
    return json.dumps({"events": events}).encode()


async def _sent(session: aiohttp.ClientSession, url: str, body: bytes) -> tuple[int, float]:
    """Until it is taken, as a sender does that is told to come again: how often that was, and how long it took."""
    began, refused = time.monotonic(), 0
    while True:
        async with session.post(url, data=body, timeout=aiohttp.ClientTimeout(total=PATIENCE)) as answer:
            await answer.read()
            if answer.status == 202:
                return refused, time.monotonic() - began
            if answer.status != 503:
                raise AssertionError(f"answered {answer.status}")
            refused += 1
            await asyncio.sleep(float(answer.headers["Retry-After"]))


def _kept(world: Rig) -> int:
    """Counted in the database itself."""
    with sqlite3.connect(world.env["DATABASE_URL"].removeprefix("sqlite+aiosqlite:///")) as connection:
        return int(connection.execute("SELECT count(*) FROM events").fetchone()[0])
