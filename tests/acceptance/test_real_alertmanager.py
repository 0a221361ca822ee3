"""Prometheus, Alertmanager and the bot, all real: a rule fires, both chats tell it, a button silences it for real."""

import asyncio
import contextlib
import json
import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.incidents import Incidents, incidents, slack_buttons
from tests.acceptance.rig import free_port

MARK, TITLE = "CheckoutIsSlow", "Latency-001"
PATIENCE = 60.0

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]


def program(*names: str) -> str:
    found = next((path for name in names if (path := shutil.which(name))), None)
    if found is None:
        reason = f"{names[0]} is not installed on this machine"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return found


def rules(value: int) -> str:
    return f"""
groups:
  - name: night
    interval: 1s
    rules:
      - alert: {MARK}
        expr: vector({value}) > 500
        labels: {{severity: warning, service: checkout}}
        annotations: {{summary: "{TITLE} of checkout is high", value: "{{{{ $value }}}} ms", threshold: "above 500 ms"}}
"""


class Stack:
    """Prometheus with one rule, and Alertmanager that notifies the bot."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.prometheus, self.alertmanager = free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.alertmanager}"

    @contextlib.asynccontextmanager
    async def running(self, webhook: str) -> AsyncIterator[None]:
        folder = self._folder
        (folder / "rules.yml").write_text(rules(650))
        (folder / "prometheus.yml").write_text(f"""
global: {{evaluation_interval: 1s, scrape_interval: 1s}}
rule_files: [{folder}/rules.yml]
alerting: {{alertmanagers: [{{static_configs: [{{targets: ["127.0.0.1:{self.alertmanager}"]}}]}}]}}
""")
        (folder / "alertmanager.yml").write_text(f"""
route: {{receiver: night, group_by: [alertname], group_wait: 0s, group_interval: 1s, repeat_interval: 4h}}
receivers: [{{name: night, webhook_configs: [{{url: "{webhook}", send_resolved: true}}]}}]
""")
        async with contextlib.AsyncExitStack() as stack:
            await stack.enter_async_context(
                _process(
                    folder / "alertmanager.log",
                    program("prometheus-alertmanager", "alertmanager"),
                    f"--config.file={folder}/alertmanager.yml",
                    f"--storage.path={folder}/am",
                    f"--web.listen-address=127.0.0.1:{self.alertmanager}",
                    "--cluster.listen-address=",
                )
            )
            await stack.enter_async_context(
                _process(
                    folder / "prometheus.log",
                    program("prometheus"),
                    f"--config.file={folder}/prometheus.yml",
                    f"--storage.tsdb.path={folder}/tsdb",
                    f"--web.listen-address=127.0.0.1:{self.prometheus}",
                    "--web.enable-lifecycle",
                    "--rules.alert.resend-delay=2s",
                )
            )
            yield

    def calm(self) -> None:
        (self._folder / "rules.yml").write_text(rules(100))


@contextlib.asynccontextmanager
async def _process(log: Path, *words: str) -> AsyncIterator[None]:
    with log.open("wb") as out:
        process = await asyncio.create_subprocess_exec(*words, stdout=out, stderr=out)
    try:
        yield
    finally:
        process.kill()
        await process.wait()


async def test_a_rule_fires_is_silenced_by_button_and_resolves(tmp_path):
    program("prometheus-alertmanager", "alertmanager")
    stack = Stack(tmp_path)
    async with (
        incidents(tmp_path, ALERTMANAGER_URL=stack.url) as world,
        stack.running(f"{world.rig.bot_url}/webhooks/alertmanager/{world.key}"),
    ):
        slack, _ = await world.both(TITLE)
        assert "650 ms" in slack["text"]
        await world.until_both(TITLE, "Acknowledge")

        await _silence_for_two_hours(world, slack)
        await world.until_both(TITLE, "ilenced until")
        standing = await _silences(world, stack, "active")
        assert [one["status"]["state"] for one in standing] == ["active"]
        assert {matcher["name"]: matcher["value"] for matcher in standing[0]["matchers"]}["alertname"] == MARK
        assert await _state(world, stack) == "suppressed"

        await world.press_slack(world.slack_roots(TITLE)[0], "Undo silence")
        await _until(lambda: _silences(world, stack, "expired"), "the silence to end in Alertmanager")
        await _until_state(world, stack, "active")

        stack.calm()
        async with world.session.post(f"http://127.0.0.1:{stack.prometheus}/-/reload") as answer:
            assert answer.status == 200
        await world.until_both(TITLE, "Resolved")
        assert len(world.slack_roots(TITLE)) == 1
        assert len(world.teams_roots(TITLE)) == 1


async def _silence_for_two_hours(world: Incidents, root: Any) -> None:
    """As a person does it: press Silence…, choose how long, read what it would hide, confirm."""
    await world.press_slack(root, "Silence…")
    asked, label = await _in_thread(world, root, "2 h")
    await world.press_slack(asked, label)
    shown, label = await _in_thread(world, root, "Silence until")
    assert TITLE in json.dumps(shown)
    await world.press_slack(shown, label)


async def _in_thread(world: Incidents, root: Any, button: str) -> tuple[Any, str]:
    """The message under the root that offers this button, and the whole of its label."""

    def found() -> Any:
        shown = [(message, label) for message in world.slack_thread(root) for label in slack_buttons(message)]
        return next((one for one in shown if one[1].startswith(button)), None)

    message, label = await world.rig.until(found, button)
    return message, str(label)


async def _silences(world: Incidents, stack: Stack, state: str) -> list[dict[str, Any]]:
    async with world.session.get(f"{stack.url}/api/v2/silences") as answer:
        return [one for one in await answer.json() if one["status"]["state"] == state]


async def _state(world: Incidents, stack: Stack) -> str:
    async with world.session.get(f"{stack.url}/api/v2/alerts") as answer:
        alerts = await answer.json()
    return str(alerts[0]["status"]["state"]) if alerts else ""


async def _until_state(world: Incidents, stack: Stack, state: str) -> None:
    async def reached() -> bool:
        return await _state(world, stack) == state

    await _until(reached, f"the alert to be {state}")


async def _until(found: Any, what: str) -> None:
    """Alertmanager tells nobody when it changes its mind, so it is asked again and again."""
    try:
        async with asyncio.timeout(PATIENCE):
            while not await found():
                await asyncio.sleep(0.1)
    except TimeoutError:
        raise AssertionError(f"waited in vain for {what}") from None
