"""A real Alertmanager on loopback, and what is asked of it directly."""

import json
import os
import shutil
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.postgres import free_port

CONFIG = "route: {receiver: none, group_wait: 1s}\nreceivers: [{name: none}]\n"
NAMES = ("prometheus-alertmanager", "alertmanager")


def needed() -> str:
    """The program; skips where it is not installed, which must not happen unnoticed in CI."""
    program = next((found for name in NAMES if (found := shutil.which(name))), None)
    if program is None:
        reason = "Alertmanager is not installed on this machine"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return program


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """The address of an Alertmanager that tells nobody."""
    program, address = needed(), f"127.0.0.1:{free_port()}"
    (folder / "alertmanager.yml").write_text(CONFIG)
    command = [
        program,
        f"--config.file={folder / 'alertmanager.yml'}",
        f"--storage.path={folder / 'data'}",
        f"--web.listen-address={address}",
        "--cluster.listen-address=",
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
    pytest.fail("Alertmanager did not start:\n" + log.read_text()[-2000:])


def fire(url: str, alerts: Sequence[Mapping[str, str]]) -> None:
    """Alerts with these labels begin now, and last for as long as Alertmanager thinks fit."""
    body = [{"labels": labels, "startsAt": datetime.now(UTC).isoformat()} for labels in alerts]
    request = urllib.request.Request(
        f"{url}/api/v2/alerts", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert answer.status == 200


def ask(url: str, path: str, *parameters: tuple[str, str]) -> Any:
    """Alertmanager's own answer; a ValueError with its words where it refuses."""
    address = f"{url}/api/v2/{path}?" + urllib.parse.urlencode(parameters)
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as problem:
        with problem:
            raise ValueError(problem.read().decode()) from None
