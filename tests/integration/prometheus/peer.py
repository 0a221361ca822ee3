"""A real Prometheus on loopback, filled with samples of the demo world."""

import json
import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import promql_parser as syntax
import pytest

from integrations.demo.promql.source import Batch, Source


def needed() -> tuple[str, str]:
    """The two programs; skips where they are not installed, which must not happen unnoticed in CI."""
    programs = shutil.which("prometheus"), shutil.which("promtool")
    if programs[0] is None or programs[1] is None:
        reason = "prometheus and promtool are not installed on this machine"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return programs[0], programs[1]


@dataclass(frozen=True)
class Excerpt:
    """A source of which only the samples between two instants are known, and series end without a mark."""

    source: Source
    start: int
    end: int

    def select(self, name: str | None, matchers: Sequence[syntax.Matcher], start: int, end: int) -> Sequence[Batch]:
        return [self._cut(batch) for batch in self.source.select(name, matchers, start, end)]

    def _cut(self, batch: Batch) -> Batch:
        first = -((batch.phase - self.start) // batch.interval)
        last = (self.end - batch.phase) // batch.interval
        return replace(
            batch,
            first=np.maximum(batch.first, first),
            last=np.minimum(batch.last, last),
            ended=(False,) * len(batch.ended),
        )


def open_metrics(batches: Sequence[Batch]) -> Iterator[str]:
    for batch in batches:
        for row, labels in enumerate(batch.labels):
            ticks = np.arange(batch.first[row], batch.last[row] + 1)
            if not len(ticks):
                continue
            given = dict(labels)
            name = given.pop("__name__")
            series = name + "{" + ",".join(f"{key}={json.dumps(value)}" for key, value in given.items()) + "}"
            values = batch.read([row], ticks)[0]
            for tick, value in zip(ticks, values, strict=True):
                # promtool cuts off what is behind the milliseconds; a little more keeps rounding from losing one.
                yield f"{series} {float(value)!r} {(batch.phase + tick * batch.interval) / 1000:.3f}4"
    yield "# EOF"


@contextmanager
def serving(folder: Path, batches: Sequence[Batch]) -> Iterator[str]:
    """The address of a Prometheus that holds these samples."""
    with loaded(folder, open_metrics(batches)) as address:
        yield address


@contextmanager
def loaded(folder: Path, lines: Iterable[str]) -> Iterator[str]:
    """The address of one that holds what stands in these lines of OpenMetrics."""
    prometheus, promtool = needed()
    text, data = folder / "samples.txt", folder / "data"
    text.write_text("\n".join(lines) + "\n")
    # In blocks of a day: a block of two hours each, as is usual, would read the whole text for every one of them.
    load = [promtool, "tsdb", "create-blocks-from", "--max-block-duration=24h", "openmetrics", str(text), str(data)]
    subprocess.run(load, check=True, capture_output=True)
    (folder / "prometheus.yml").write_text("global: {evaluation_interval: 1m}\n")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    command = [
        prometheus,
        f"--config.file={folder / 'prometheus.yml'}",
        f"--storage.tsdb.path={data}",
        "--storage.tsdb.retention.time=100y",
        f"--web.listen-address={address}",
    ]
    with (folder / "log").open("w") as log, subprocess.Popen(command, stdout=log, stderr=log) as process:
        try:
            _wait(f"http://{address}/-/ready", folder / "log")
            yield f"http://{address}"
        finally:
            process.terminate()
            process.wait(20)


def _wait(url: str, log: Path) -> None:
    for _ in range(300):
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, ConnectionError):
            pass
        time.sleep(0.1)
    pytest.fail("Prometheus did not start:\n" + log.read_text()[-2000:])


def ask(url: str, path: str, **params: Any) -> dict[str, Any]:
    """Prometheus's own answer, errors included."""
    address = f"{url}/api/v1/{path}?" + urllib.parse.urlencode(params)
    try:
        with urllib.request.urlopen(address, timeout=30) as answer:
            return json.load(answer)  # type: ignore[no-any-return]
    except urllib.error.HTTPError as problem:
        with problem:
            return json.load(problem)  # type: ignore[no-any-return]
