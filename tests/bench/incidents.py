"""Alerts in, messages out: Nightdesk beside a real Alertmanager, both notifying one fake Slack, one after the other."""

import asyncio
import contextlib
import json
import os
import shutil
import statistics
import sys
import time
import urllib.request
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil

from bot.clock import SystemClock
from bot.desk.office import Office, terminal
from bot.model.tenant import DEFAULT_TENANT
from storage.storage import open_storage
from tests.acceptance.rig import free_port
from tests.bench import load

ROOT = Path(__file__).parents[2]
CHANNELS = 16
PATIENCE = 240.0
BURST, BATCH = 10_000, 64
FAULTY = 300  # alerts for each fault
FAULTS = {
    "500 to 30 % of the posts": {"failing": 0.3},
    "a 429 bucket of 20 a second": {"bucket": 20.0},
    "answers lost after the message was stored, 10 %": {"lost": 0.1},
}
OUTAGE = 6.0


@dataclass(frozen=True)
class Subject:
    """Where alerts are posted, in the form that Prometheus posts them in, and what serves them."""

    name: str
    port: int
    path: str
    process: psutil.Process

    def requests(self, numbers: Sequence[int], batch: int, group: int = 0) -> list[bytes]:
        parts = [numbers[at : at + batch] for at in range(0, len(numbers), batch)]
        return [
            load.post(
                self.path, self.port, json.dumps([_alert(n, group) for n in part]).encode(), "application/json", {}
            )
            for part in parts
        ]


@dataclass(frozen=True)
class Delivered:
    """What the fake Slack saw of what was sent. Times are seconds on the machine's monotonic clock."""

    sent: Mapping[str, float]
    posts: Mapping[str, Sequence[float]]
    cpu: float

    @property
    def lost(self) -> int:
        return sum(mark not in self.posts for mark in self.sent)

    @property
    def twice(self) -> int:
        return sum(len(times) > 1 for times in self.posts.values())

    @property
    def rate(self) -> float:
        last = max(times[0] for times in self.posts.values())
        return len(self.posts) / (last - min(self.sent.values()))

    def percentile(self, share: float) -> float:
        """Milliseconds from the request's first byte to the message standing in Slack."""
        took = sorted(times[0] - self.sent[mark] for mark, times in self.posts.items() if mark in self.sent)
        return took[min(len(took) - 1, int(share * len(took)))] * 1000


def _mark(number: int) -> str:
    return f"{number:06d}"


def _alert(number: int, group: int) -> dict[str, Any]:
    labels = {
        "alertname": f"Load-{_mark(number % group if group else number)}",
        "severity": "warning",
        "service": "checkout",
        "instance": f"web-{number}",
        "channel": f"C0LOAD{(number % group if group else number) % CHANNELS:02d}",
    }
    summary = f"{labels['alertname']}: latency of checkout is high"
    annotations = {"summary": summary, "description": "p95 is 650 ms."}
    return {
        "labels": labels,
        "annotations": annotations,
        "startsAt": datetime.now(UTC).isoformat(),
        "generatorURL": "http://prometheus.example/graph?g0.expr=up",
    }


class Sink:
    """The fake Slack, in a process of its own."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.url = f"http://127.0.0.1:{port}"

    async def seen(self) -> dict[str, Any]:
        return dict(await asyncio.to_thread(_fetch, f"{self.url}/_seen", None))

    async def reset(self, **faults: float) -> None:
        await asyncio.to_thread(_fetch, f"{self.url}/_reset", {})
        await asyncio.to_thread(_fetch, f"{self.url}/_faults", faults)

    async def until(self, count: int, patience: float = PATIENCE) -> dict[str, Any]:
        """When so many marks were seen, or none has come for a while."""
        seen, last, quiet_since = {}, -1, time.monotonic()
        while time.monotonic() - quiet_since < patience:
            seen = await self.seen()
            if len(seen["posts"]) >= count:
                return seen
            if len(seen["posts"]) != last:
                last, quiet_since = len(seen["posts"]), time.monotonic()
            await asyncio.sleep(0.2)
        return seen


def _fetch(url: str, body: Mapping[str, Any] | None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(url, data), timeout=30) as answer:
        return json.load(answer)


@contextlib.asynccontextmanager
async def sink() -> AsyncIterator[Sink]:
    port = free_port()
    async with _process([sys.executable, "-m", "tests.bench.slack_sink", str(port)], dict(os.environ), "ready"):
        yield Sink(port)


def alertmanager() -> str | None:
    return shutil.which("prometheus-alertmanager") or shutil.which("alertmanager")


@contextlib.asynccontextmanager
async def peer(folder: Path, slack: Sink, *, group_by: str = "'...'", wait: str = "0s") -> AsyncIterator[Subject]:
    """Alertmanager as its documentation sets it up, grouping by alert."""
    program, port = alertmanager(), free_port()
    assert program is not None
    config = _written(
        folder / "alertmanager.yml",
        f"""
route: {{receiver: slack, group_by: [{group_by}], group_wait: {wait}, group_interval: 5m, repeat_interval: 4h}}
receivers:
  - name: slack
    slack_configs:
      - api_url: {slack.url}/api/chat.postMessage
        channel: '#{{{{ .CommonLabels.channel }}}}'
""",
    )
    words = [
        program, f"--config.file={config}", f"--storage.path={folder}/am", f"--web.listen-address=127.0.0.1:{port}",
        "--cluster.listen-address=", "--log.level=error",
    ]  # fmt: skip
    async with _process(words, dict(os.environ), None) as process:
        await _until_open(port)
        yield Subject("Alertmanager", port, "/api/v2/alerts", process)


@contextlib.asynccontextmanager
async def nightdesk(
    folder: Path, slack: Sink, *, group_by: Sequence[str] = ("...",), database: str = "", storm: int = 0
) -> AsyncIterator[Subject]:
    url = database or f"sqlite+aiosqlite:///{folder}/nightdesk.sqlite3"
    plan = {
        "group_by": list(group_by),
        "storm": {"from_issues": storm},
        "routes": [
            {
                "match": [f'channel="C0LOAD{n:02d}"'],
                "to": [{"platform": "slack", "channel": f"C0LOAD{n:02d}"}],
                "story": "quiet",
            }
            for n in range(CHANNELS)
        ],
    }
    file = _written(folder / "plan.yaml", json.dumps(plan))
    key = await _new_key(url)
    port = free_port()
    env = {
        **{
            name: value for name, value in os.environ.items() if not name.startswith(("SLACK_", "TEAMS_", "NIGHTDESK_"))
        },
        "DATABASE_URL": url,
        "NIGHTDESK_HOST": "127.0.0.1",
        "NIGHTDESK_PORT": str(port),
        "NIGHTDESK_PLAN": str(file),
        "SLACK_BOT_TOKEN": "xoxb-load",
        "SLACK_SIGNING_SECRET": "load-load-load",
        "SLACK_API_URL": f"{slack.url}/api/",
        "SLACK_MESSAGES_PER_SECOND": "1000",
        "LOG_LEVEL": "WARNING",
    }
    async with _process([sys.executable, "-m", "bot", "serve"], env, None) as process:
        await _until_open(port)
        yield Subject("Nightdesk", port, f"/webhooks/ruler/{key}/api/v2/alerts", process)


def _written(file: Path, text: str) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


async def _new_key(url: str) -> str:
    clock = SystemClock()
    async with open_storage(url, keys=(), clock=clock) as storage:
        _, secret = await Office(storage, clock).new_key(terminal(DEFAULT_TENANT, "bench"), "ruler", "bench")
    return secret


async def delivered(subject: Subject, slack: Sink, requests: Sequence[bytes], numbers: Sequence[int],
                    batch: int, *, connections: int = 8, group: int = 0, every: float = 0.0) -> Delivered:  # fmt: skip
    """`every` seconds between requests, 0 for as fast as they are taken."""
    before = sum(subject.process.cpu_times()[:2])
    sent = {_mark(n % group if group else n): 0.0 for n in numbers}
    began = time.monotonic()
    if every:
        for index, request in enumerate(requests):
            await asyncio.sleep(max(0.0, began + index * every - time.monotonic()))
            sent[_mark(numbers[index])] = time.monotonic()
            await load.closed_loop(subject.port, [request], 1)
    else:
        figures = await load.closed_loop(subject.port, requests, connections)
        if figures.refused:
            raise AssertionError(f"{subject.name} refused {figures.refused} requests")
        for mark in sent:  # a burst is sent as one; what waits to be taken waits for the subject
            sent[mark] = began
    seen = await slack.until(len(sent), 75)  # what failed six times in a row comes again after a minute
    return Delivered(sent, seen["posts"], sum(subject.process.cpu_times()[:2]) - before)


async def _until_open(port: int) -> None:
    async with asyncio.timeout(30):
        while True:
            with contextlib.suppress(OSError):
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.write(b"GET / HTTP/1.0\r\n\r\n")
                await reader.read(1)
                writer.close()
                return
            await asyncio.sleep(0.05)


@contextlib.asynccontextmanager
async def _process(words: Sequence[str], env: Mapping[str, str], ready: str | None) -> AsyncIterator[psutil.Process]:
    out = asyncio.subprocess.PIPE if ready else asyncio.subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec(
        *words, cwd=ROOT, env=dict(env), stdout=out, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        if ready and process.stdout:
            async with asyncio.timeout(30):
                while ready.encode() not in await process.stdout.readline():
                    pass
        yield psutil.Process(process.pid)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


def told(what: str, runs: Mapping[str, Delivered]) -> None:
    print(what)
    for name, one in runs.items():
        print(
            f"  {name:<14} {one.rate:8.0f} /s delivered   p50 {one.percentile(0.5):8.1f} ms   "
            f"p99 {one.percentile(0.99):8.1f} ms   CPU {one.cpu / max(1, len(one.sent)) * 1000:5.2f} ms each   "
            f"lost {one.lost}, twice {one.twice}"
        )
    if len(runs) == 2:
        theirs, ours = runs.values()
        print(
            f"  ratio: {ours.rate / theirs.rate:.2f} of the rate, "
            f"{ours.percentile(0.5) / theirs.percentile(0.5):.2f} of the p50, "
            f"{ours.percentile(0.99) / theirs.percentile(0.99):.2f} of the p99"
        )


async def main(folder: Path) -> None:
    async with sink() as slack:
        await _scenario("Burst of 10,000 alerts in batches of 64", folder / "burst", slack, BURST, BATCH)
        await _scenario("One by one, 2,000 alerts", folder / "single", slack, 2_000, 1)
        await _scenario("Steady 100 a second for 15 s", folder / "steady", slack, 1_500, 1, every=0.01)
        await _storm(folder / "storm", slack)
        for name, faults in FAULTS.items():
            await _faulty(name, folder / name, slack, faults)
        await _outage(folder / "outage", slack)


async def _scenario(what: str, folder: Path, slack: Sink, count: int, batch: int, *, every: float = 0.0) -> None:
    runs = {}
    for make in _subjects():
        await slack.reset()
        async with make(folder / make.__name__, slack) as subject:
            numbers = list(range(count))
            requests = subject.requests(numbers, batch)
            runs[subject.name] = await delivered(subject, slack, requests, numbers, batch, every=every)
    told(what, runs)


async def _storm(folder: Path, slack: Sink) -> None:
    """20,000 alerts in 100 groups: how fast they are taken, and one message a group."""
    groups, count = 100, 20_000
    await slack.reset()
    async with nightdesk(folder, slack, group_by=("alertname",)) as subject:
        numbers = list(range(count))
        requests = subject.requests(numbers, BATCH, groups)
        figures = await load.closed_loop(subject.port, requests, 8)
        seen = await slack.until(groups, 30)
        last = max(times[0] for times in seen["posts"].values())
        memory = subject.process.memory_info().rss / 2**20
        counts = [len(times) for times in seen["posts"].values()]
    print("Storm of 20,000 alerts in 100 groups")
    print(
        f"  Nightdesk      {count / figures.seconds:8.0f} /s accepted   {len(counts)} groups, "
        f"messages a group: {statistics.mean(counts):.2f}, refused {figures.refused}, {memory:.0f} MiB"
    )
    print(f"  last group visible {max(0.0, last - time.monotonic()):.2f} s from now, {seen['updates']} updates so far")


async def _faulty(what: str, folder: Path, slack: Sink, faults: Mapping[str, float]) -> None:
    print(f"Slack with {what}, {FAULTY} alerts")
    numbers = list(range(FAULTY))
    for make in _subjects():
        await slack.reset(**faults)
        async with make(folder / make.__name__, slack) as subject:
            one = await delivered(subject, slack, subject.requests(numbers, BATCH), numbers, BATCH)
            print(f"  {subject.name:<14} delivered {len(one.posts)}, lost {one.lost}, twice {one.twice}")


async def _outage(folder: Path, slack: Sink) -> None:
    """Slack is away for six seconds, and the subject is killed in them; nobody repeats the alerts."""
    print(f"Slack away for {OUTAGE:g} s with kill -9 in it, {FAULTY} alerts")
    numbers = list(range(FAULTY))
    for make in _subjects():
        await slack.reset(away_until=time.monotonic() + OUTAGE)
        async with make(folder / make.__name__, slack) as subject:
            figures = await load.closed_loop(subject.port, subject.requests(numbers, BATCH), 8)
            assert not figures.refused
            await asyncio.sleep(1)  # it has begun to try; leaving this block is the kill
        async with make(folder / make.__name__, slack) as subject:
            seen = await slack.until(FAULTY, 30)
        posts = seen["posts"].values()
        lost, twice = FAULTY - len(posts), sum(len(times) > 1 for times in posts)
        print(f"  {subject.name:<14} delivered {len(posts)}, lost {lost}, twice {twice}")


def _subjects() -> Sequence[Any]:
    return (peer, nightdesk) if alertmanager() else (nightdesk,)
