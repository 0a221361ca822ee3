"""Questions in plain words over a real Prometheus of 5,000 metrics: from the question to the answer in the thread."""

import asyncio
import random
import shutil
import statistics
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.acceptance.rig import Rig, rig
from tests.integration.prometheus.peer import loaded

AREAS = """billing orders cart stock parcels returns refunds gifts coupons ledger invoices tax wallet loyalty reviews
wishlist images uploads mailing newsletter sessions accounts fraud pricing ranking""".split()
THINGS = """cache queue worker pool buffer index journal batch stream socket replica shard cursor lease token snapshot
export import ticket session""".split()
AMOUNTS = (
    ("hits_total", "counter"), ("misses_total", "counter"), ("retries_total", "counter"), ("drops_total", "counter"),
    ("writes_total", "counter"), ("size_bytes", "gauge"), ("length", "gauge"), ("age_seconds", "gauge"),
    ("open", "gauge"), ("limit", "gauge"),
)  # fmt: skip
SAID = (
    "rate of {area} {thing} hits",
    "{area} {thing} size in bytes",
    "{area} {thing} age by service",
    "how many {area} {thing} retries in the last hour",
)
MINUTE, DAY = 60, 86_400
STEP = 150  # seconds between samples of the long series
SERIES, ASKED, LONG_ASKED = 200, 30, 10
PACE = 3.1  # seconds: a person has 20 data queries a minute, and a channel its messages a second
CHANNELS = ("incidents", "checkout", "general")
WEEK_LONG = "graph the rate of checkins by pod, last {hours} hours"


def samples(now: int) -> Iterator[str]:
    """Every metric over ten minutes, and one of 200 series over a week."""
    for area in AREAS:
        for thing in THINGS:
            for amount, kind in AMOUNTS:
                name = f"{area}_{thing}_{amount}"
                yield f"# TYPE {name.removesuffix('_total')} {kind}"
                yield f"# HELP {name.removesuffix('_total')} The {thing} of {area}."
                for service in ("web", "api"):
                    for step in range(10, -1, -1):
                        yield f'{name}{{service="{service}",env="prod"}} {1000 - step} {now - step * MINUTE}'
    yield "# TYPE checkins counter"
    for series in range(SERIES):
        for step in range(7 * DAY // STEP, -1, -1):
            labels = f'pod="pod-{series:03}",zone="zone-{series % 10}"'
            yield f"checkins_total{{{labels}}} {100_000 - step * (series + 1) % 90_000} {now - step * STEP}"
    yield "# EOF"


async def main(folder: Path) -> None:
    """`folder` is there, and empty."""
    if not (shutil.which("prometheus") and shutil.which("promtool")):
        print("questions over 5,000 metrics: not measured, Prometheus is not on this machine")
        return
    with loaded(folder, samples(int(time.time()) // MINUTE * MINUTE)) as url:
        async with rig(folder, rate_limits=False, PROMETHEUS_URL=url, NIGHTDESK_DEMO="off") as world:
            await _timed(world, [_question(0)])  # the catalogue is read before the first question, or by it
            times, understood = await _timed(world, [_question(seed) for seed in range(1, ASKED + 1)])
            _told(f"question over 5,000 metrics to answer, {ASKED} asked, {understood} answered with figures", times)
            long = [WEEK_LONG.format(hours=168 - n) for n in range(LONG_ASKED)]
            times, understood = await _timed(world, long)
            _told(f"7 days of {SERIES} series, {LONG_ASKED} asked, {understood} answered with figures", times)


def _question(seed: int) -> str:
    rng = random.Random(seed)
    return rng.choice(SAID).format(area=rng.choice(AREAS), thing=rng.choice(THINGS))


async def _timed(world: Rig, questions: Sequence[str]) -> tuple[list[float], int]:
    times, understood = [], 0
    for number, question in enumerate(questions):
        channel = CHANNELS[number % len(CHANNELS)]
        began = time.perf_counter()
        answer = await world.slack_answer(await world.ask_slack(f"@Nightdesk {question}", channel), channel)
        times.append((time.perf_counter() - began) * 1000)
        understood += "⚠️" not in answer["text"] and "Did you mean" not in answer["text"]
        await asyncio.sleep(PACE)
    return sorted(times), understood


def _told(what: str, times: Sequence[float]) -> None:
    p95 = times[min(len(times) - 1, round(len(times) * 0.95))]
    print(f"{what}   p50 {statistics.median(times):6.0f} ms   p95 {p95:6.0f} ms")
