"""`make bench`: each figure beside its peer, from one run, in turns, so that a noisy machine shows in both."""

import asyncio
import contextlib
import functools
import os
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from pathlib import Path

import psutil

from tests.acceptance.rig import APP_ID, TENANT, Rig, free_port, rig
from tests.bench import (
    clicks,
    incidents,
    knowledge,
    load,
    log_events,
    model_calls,
    questions,
    reading,
    signed,
    watches,
    words,
)
from tests.bench.load import Figures

ROOT = Path(__file__).parents[2]
ROUNDS = 3
ISSUER = "https://api.botframework.com"
ACKS, TEAMS_ACKS = 4000, 1200


async def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        world = Rig(folder)  # its doubles give the keys and the addresses; its bot is started where it is needed
        await world.open()
        try:
            await slack_acknowledgements(world, folder)
            await teams_acknowledgements(world, folder)
        finally:
            await world.close()
        await whole_way(folder)
        await clicks.main(folder / "clicks")
        await incidents.main(folder / "incidents")
        await log_events.main(_made(folder / "events"))
        await reading.main(_made(folder / "reading"))
        await questions.main(_made(folder / "questions"))
        await knowledge.main(_made(folder / "knowledge"))
        await watches.main(_made(folder / "watches"))
        await model_calls.main(_made(folder / "calls"))
        await words.main(_made(folder / "words"))


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


async def slack_acknowledgements(world: Rig, folder: Path) -> None:
    for connections, count in ((64, ACKS), (1, ACKS // 4)):
        requests = functools.partial(signed.slash_commands, count=count)
        ours, bare = [], []
        for round_ in range(ROUNDS):
            bare.append(await _measured(["tests.bench.bare_bolt"], {}, requests, connections))
            database = _file(folder, f"s{connections}{round_}")
            env = {**world.env, "SLACK_SIGNING_SECRET": signed.SECRET, "DATABASE_URL": database}
            ours.append(await _measured(["tests.bench.accepting"], env, requests, connections))
        _told(f"Slack, acknowledgements, {connections} at once", "bare Bolt", ours, bare)


async def teams_acknowledgements(world: Rig, folder: Path) -> None:
    openid = f"{world.url}/teams/openid"
    service_url = f"{world.url}/teams/connector/"
    token = world.teams.channel_keys.sign({"iss": ISSUER, "aud": APP_ID, "serviceurl": service_url})

    def requests(port: int) -> Sequence[bytes]:
        return signed.activities(port, TEAMS_ACKS, token, APP_ID, TENANT, service_url)

    ours, bare = [], []
    for round_ in range(ROUNDS):
        bare.append(await _measured(["tests.bench.bare_adapter", APP_ID, openid], {}, requests, 16))
        env = {**world.env, "DATABASE_URL": _file(folder, f"t{round_}")}
        ours.append(await _measured(["tests.bench.accepting"], env, requests, 16))
    _told("Teams, acknowledgements with authentication, 16 at once", "stock adapter", ours, bare)


async def whole_way(folder: Path) -> None:
    """Question to answer on the doubles, and what the process costs while it waits."""
    began = time.perf_counter()
    async with rig(folder / "whole" if (folder / "whole").mkdir() is None else folder) as world:
        ready = time.perf_counter() - began
        ts = await world.ask_slack("@Nightdesk help")
        await world.slack_answer(ts)
        process = psutil.Process(world.process.pid if world.process else 0)
        print(f"cold start to ready                       {ready:8.2f} s")
        for name, ask, answer in (
            ("Slack", world.ask_slack, world.slack_answer),
            ("Teams", world.ask_teams, world.teams_answer),
        ):
            times = []
            channels = ("incidents", "checkout", "general") if name == "Slack" else ("Incidents", "General")
            for index in range(40):
                channel = channels[index % len(channels)]
                began = time.perf_counter()
                asked = await ask("@Nightdesk latency of checkout", channel)
                await answer(asked, channel)
                times.append((time.perf_counter() - began) * 1000)
                await asyncio.sleep(1.1)  # under the platforms' own pace, which would be what is measured
            times.sort()
            p50, p95 = statistics.median(times), times[37]
            print(f"{name}: question to posted answer, 40 asked   p50 {p50:6.0f} ms   p95 {p95:6.0f} ms")
        await asyncio.sleep(2)
        print(f"resident memory idle                      {process.memory_info().rss / 2**20:8.0f} MiB")


async def _measured(
    module: Sequence[str], env: Mapping[str, str], requests: Callable[[int], Sequence[bytes]], connections: int
) -> tuple[Figures, float]:
    """The figures, and the server's own CPU milliseconds a request."""
    port = free_port()
    async with _server(module, port, env) as process:
        warm, *_ = [requests(port)]
        await load.closed_loop(port, warm[:100], min(connections, 8))
        before = sum(process.cpu_times()[:2])
        figures = await load.closed_loop(port, warm[100:], connections)
        spent = sum(process.cpu_times()[:2]) - before
    if figures.refused:
        raise AssertionError(f"{figures.refused} of {figures.count} refused by {module[0]}")
    return figures, spent / figures.count * 1000


@contextlib.asynccontextmanager
async def _server(module: Sequence[str], port: int, env: Mapping[str, str]) -> AsyncIterator[psutil.Process]:
    name, *rest = module
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-W", "ignore", "-m", name, str(port), *rest,
        cwd=ROOT, env={**os.environ, **env}, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        async with asyncio.timeout(30):
            while b"ready" not in await process.stdout.readline():
                pass
        yield psutil.Process(process.pid)
    finally:
        process.kill()
        await process.wait()


def _told(what: str, peer: str, ours: list[tuple[Figures, float]], bare: list[tuple[Figures, float]]) -> None:
    print(what)
    for name, runs in ((peer, bare), ("Nightdesk", ours)):
        rate = statistics.median(one.rate for one, _ in runs)
        p50, p99 = (statistics.median(one.percentile(share) for one, _ in runs) for share in (0.5, 0.99))
        cpu = statistics.median(spent for _, spent in runs)
        print(f"  {name:<14} {rate:8.0f} /s   p50 {p50:7.2f} ms   p99 {p99:7.2f} ms   CPU {cpu:5.2f} ms each")
    ratios = [a.rate / b.rate for (a, _), (b, _) in zip(ours, bare, strict=True)]
    slower = [a.percentile(0.99) / b.percentile(0.99) for (a, _), (b, _) in zip(ours, bare, strict=True)]
    pairs = ", ".join(f"{ratio:.2f}" for ratio in ratios)
    print(f"  ratio: {statistics.median(ratios):.2f} of the rate ({pairs}), {statistics.median(slower):.2f} of the p99")


def _file(folder: Path, name: str) -> str:
    return f"sqlite+aiosqlite:///{folder}/{name}.sqlite3"


if __name__ == "__main__":
    asyncio.run(main())
