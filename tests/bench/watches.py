"""Watches: how long a sweep of two thousand takes beside its minute, what learning costs, and what a series weighs."""

import math
import time
import tracemalloc
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from bot.model.issue import By
from bot.model.signal import Signal
from bot.model.tenant import DEFAULT_TENANT, Tenant, TenantId
from bot.model.watch import WatchDraft
from bot.pipeline.watch_desk import WatchesDesk
from bot.pipeline.watching import Watching
from bot.ports.actor import Actor
from storage.storage import open_storage
from tests.builders import FakeMetrics, FixedSources, NoMeters
from tests.conftest import KEY
from tests.fakes import DrivenClock

MANY, FEW, ROUNDS = 2_000, 4, 5
SHORT, LONG = timedelta(hours=2), timedelta(days=8)


def wave(query: str, at: datetime) -> Sequence[tuple[Mapping[str, str], float]]:
    seconds = at.timestamp()
    return [({"service": query}, 10 + math.sin(seconds / 86400 * math.tau) + math.sin(seconds * 12.9898) / 10)]


async def main(folder: Path) -> None:
    learning, _, _ = await _swept(folder / "long.db", FEW, LONG)
    print(f"Watches, learning: {learning / FEW / LONG.days * 1000:.0f} ms a series and day of minutes")
    tracemalloc.start()
    await _swept(folder / "weight.db", FEW, LONG)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    print(f"Watches, memory: at most {most / FEW / 2**20:.1f} MiB a series that knows {LONG.days} days")
    _, sweeps, told = await _swept(folder / "short.db", MANY, SHORT)
    print(f"Watches, a sweep of {MANY:,}: {min(sweeps):.1f} to {max(sweeps):.1f} s of its 60 s; told {told}")


async def _swept(file: Path, count: int, learns: timedelta) -> tuple[float, Sequence[float], int]:
    """Seconds to learn, and of each sweep; from a source that answers at once."""
    clock, told = DrivenClock(), []

    async def accept(_: TenantId, signals: Sequence[Signal]) -> None:
        told.extend(signals)

    async def nothing(*_: object) -> list[object]:
        return []

    async with open_storage(f"sqlite:///{file}", keys=[KEY], clock=clock) as storage:
        await storage.directory.save_tenant(Tenant(DEFAULT_TENANT, "Default"))
        sources = FixedSources(clock, FakeMetrics(wave))
        desk = WatchesDesk(storage, clock, sources, nothing, nothing)  # type: ignore[arg-type]
        drafts = [WatchDraft(query=f"q{number}") for number in range(count)]
        await desk.make(Actor(DEFAULT_TENANT, By("bench"), "bench"), drafts)
        built = Watching(storage, clock, NoMeters(), sources, accept, learns=learns)
        began = time.perf_counter()
        await built.sweep(clock.now())
        await built.learnt()
        learning, sweeps = time.perf_counter() - began, []
        for _ in range(ROUNDS):
            await clock.advance(60)
            began = time.perf_counter()
            swept = await built.sweep(clock.now())
            sweeps.append(time.perf_counter() - began)
            assert swept.watches == count
        await built.stop()
    return learning, sweeps, len(told)
