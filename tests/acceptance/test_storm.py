"""10,000 alerts in a minute: taken or clearly refused, told at the platforms' pace, and counted exactly."""

import asyncio
import json
import re
import time

import psutil
import pytest

from tests.acceptance.incidents import alert, incidents
from tests.acceptance.rest import at_rest

ALERTS, BATCH, SECONDS = 10_000, 64, 60.0
CRITICAL_EVERY = 1000
MOST_MEMORY = 400  # MiB

pytestmark = [pytest.mark.slow, pytest.mark.timeout(500)]


async def test_a_storm_is_one_message_that_counts(tmp_path):
    plan = {"group_by": ["..."], "storm": {"from_issues": 20, "within": "1m"}}
    async with incidents(tmp_path, plan=plan, rate_limits=True) as world:
        process = psutil.Process(world.rig.process.pid)
        began, memory, refused = time.monotonic(), 0.0, 0
        for at in range(0, ALERTS, BATCH):
            alerts = [
                alert(
                    f"Gust-{n:05d}",
                    severity="critical" if n % CRITICAL_EVERY == 0 else "warning",
                    service=f"service-{n % 40}",
                    cluster="eu-1",
                )
                for n in range(at, min(at + BATCH, ALERTS))
            ]
            while (status := await world.post(*alerts)) != 200:
                assert status == 503, "a refusal before accepting is a 503"
                refused += 1
                await asyncio.sleep(1)  # as long as it was told to wait
            memory = max(memory, process.memory_info().rss / 2**20)
            await asyncio.sleep(max(0.0, began + SECONDS * (at + BATCH) / ALERTS - time.monotonic()))
        sent = time.monotonic() - began
        issues = await at_rest(world)
        visible = time.monotonic() - began - sent
        memory = max(memory, process.memory_info().rss / 2**20)
        assert len(issues) == ALERTS
        storms = [one for one in world.slack_messages() if "storm" in one["text"].lower()]
        assert len(storms) == 1, [one["text"] for one in storms]
        own = [one for one in world.slack_messages() if re.search(r"Gust-\d{5}", one["text"])]
        inside = [issue for issue in issues if any(told.storm for told in issue.told)]
        assert len(inside) + len(_told_alone(issues)) == ALERTS
        assert f"{len(inside):,}" in json.dumps(storms[0], ensure_ascii=False)
        critical = [issue for issue in issues if issue.severity == "critical"]
        for issue in critical:
            assert any(issue.title in one["text"] for one in own), f"{issue.title} has a message of its own"
        assert world.watch.statuses["in", 429] == 0, "the platforms' pace is never exceeded"
        assert memory < MOST_MEMORY
        print(
            f"{ALERTS} alerts in {sent:.1f} s, refused and repeated {refused}; all visible {visible:.1f} s later; "
            f"{len(own)} messages of their own and one digest; {memory:.0f} MiB at most"
        )


def _told_alone(issues):
    return [issue for issue in issues if issue.told and not any(told.storm for told in issue.told)]
