"""Reading: how often a question of a replayed day finds its figures already read, and what the catalogue costs."""

import random
import shutil
import time
import tracemalloc
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from bot.conversation.grounding import Trace, TracedMetrics
from bot.desk.catalogs import read_metrics
from bot.desk.reader import Asker, Reader, Readership
from bot.intents import ask_metric, status_overview
from bot.intents.ask_metric import AskMetric
from bot.intents.status_overview import StatusOverview
from bot.ports.tools import Tools
from bot.query.measures import BY_NAME
from integrations.prometheus.connection import Access, Connection
from integrations.prometheus.metrics import PrometheusMetrics
from tests.builders import FakeMetrics, NoMeters, turn
from tests.desks import desks
from tests.fakes import NOON, DrivenClock
from tests.integration.prometheus.peer import loaded
from tests.integration.prometheus.test_real_catalog import samples

DAY = timedelta(days=1)
INCIDENTS, QUIET, IN_TROUBLE = 3, 40, 60  # in a day: troubles, questions between them, questions around each
SERVICES = ("checkout", "payments", "search", "catalog", "auth", "shipping", "frontend")


@dataclass(frozen=True, slots=True)
class Asked:
    at: datetime
    ask: AskMetric | StatusOverview


def day(seed: int) -> list[Asked]:
    """Few questions while all is well, and many about one thing when it breaks: several people look at once."""
    rng = random.Random(seed)
    begin = NOON - DAY
    asked = [Asked(begin + rng.random() * DAY, _any(rng)) for _ in range(QUIET)]
    for _ in range(INCIDENTS):
        at = begin + rng.random() * DAY
        service, alerting = rng.choice(SERVICES), rng.choice(("latency", "errors"))
        for _ in range(IN_TROUBLE):
            after = timedelta(minutes=min(90, rng.expovariate(1 / 15)))
            asked.append(Asked(at + after, _troubled(rng, service, alerting)))
    return sorted(asked, key=lambda one: one.at)


def _any(rng: random.Random) -> AskMetric | StatusOverview:
    if rng.random() < 0.3:
        return StatusOverview()
    measure = rng.choice(tuple(BY_NAME.values()))
    where = {"service": rng.choice(SERVICES)} if "service" in measure.labels else {}
    return AskMetric(metric=measure.name, window=rng.choice(("last hour", "last 24 hours", "today")), **where)


def _troubled(rng: random.Random, service: str, alerting: str) -> AskMetric | StatusOverview:
    """A third wants to know how everything is; of the others, most ask for what the alert is about."""
    if rng.random() < 0.33:
        return StatusOverview()
    metric = alerting if rng.random() < 0.7 else rng.choice(("latency", "errors", "traffic", "memory"))
    return AskMetric(metric=metric, service=service, window="last hour" if rng.random() < 0.8 else "last 24 hours")


async def hit_rate(seed: int = 7) -> float:
    meters, clock = NoMeters(), DrivenClock(NOON - DAY)
    source = FakeMetrics(lambda query, at: [({"service": "checkout"}, 0.36)])
    reader = Reader(source, "bench", Readership(clock, meters))
    for one in day(seed):
        await clock.advance((one.at - clock.now()).total_seconds())
        await _answered(one, reader, clock)
    found = Counter(labels["result"] for name, labels in meters.counted if name == "query_cache")
    return (found["kept"] + found["shared"]) / found.total()


async def _answered(one: Asked, reader: Reader, clock: DrivenClock) -> None:
    metrics = TracedMetrics(Trace(clock), reader, Asker())
    tools = Tools(turn(at=one.at), clock, metrics, None, _silent, desks())  # type: ignore[arg-type]
    if isinstance(one.ask, AskMetric):
        await ask_metric.answer(one.ask, tools)
    else:
        await status_overview.answer(one.ask, tools)


async def _silent(_: str) -> None: ...


async def main(folder: Path) -> None:
    rates = [await hit_rate(seed) for seed in range(10)]
    questions = sum(len(day(seed)) for seed in range(10))
    mean = sum(rates) / len(rates)
    days = f"{len(rates)} days of {questions // len(rates)} questions, {min(rates):.0%} in the worst"
    print(f"figures found already read                {mean:8.0%}, the mean of {days}")
    if shutil.which("prometheus") and shutil.which("promtool"):
        with loaded(folder, samples()) as url:
            await _catalogue(url)


async def _catalogue(url: str) -> None:
    clock = DrivenClock(NOON)
    connection = Connection(Access(url), clock)
    source = PrometheusMetrics(connection, clock, url)
    try:
        began = time.perf_counter()
        found = await read_metrics(source)
        took = time.perf_counter() - began
        tracemalloc.start()
        await read_metrics(source)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    finally:
        connection.close()
    print(f"catalogue of {len(found):,} metrics renewed       {took:8.2f} s, {most / 2**20:.0f} MiB at most")
