"""Questions like those of the first teams, about what exists, in both chats: the same answer, with its source.

Their own, word by word, are in test_all_sample_questions.py.

Figures of a day that is over are counted once more from what the demo world exposed and wrote, sample by sample.
"""

import asyncio
import re
import sys
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.model.lines import nanoseconds
from integrations.demo.log_streams import streams
from integrations.demo.world import HISTORY, DemoWorld, milliseconds
from tests.acceptance.incidents import FAST
from tests.acceptance.rig import ROOT, Rig, rig
from tests.acceptance.test_journeys import shown
from tests.unit.demo.truth import DAY, grown

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]

SEED = 7
WORLD = DemoWorld(SEED)
APPLICATIONS = """
applications:
- name: abc-app
  service_mappings: {checkout: {log_label: service=checkout}}
"""
SOURCES = re.compile(r"Show queries|demo world")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Rig]:
    folder = tmp_path_factory.mktemp("asked")
    (folder / "apps.yaml").write_text(APPLICATIONS)
    async with rig(folder, rate_limits=False, **FAST, DEMO_SEED=str(SEED)) as built:
        await applied(built, folder / "apps.yaml")
        yield built


async def applied(world: Rig, file: Path) -> None:
    command = (sys.executable, "-m", "bot", "sources", "apply", str(file))
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=world.env)
    assert await process.wait() == 0


def said_in(world: Rig, ts: str, after: int) -> list[Mapping[str, Any]]:
    """Without the files beside answers, which are messages of their own."""
    return [one for one in world.slack_answers(ts) if not one.get("upload")][after:]


async def both(world: Rig, *questions: str) -> tuple[str, str]:
    """What is said to the last one, asked after the others in one thread."""
    ts, root = None, None
    slack, teams = {}, {}
    for question in questions:
        text = f"@Nightdesk {question}"
        before_slack = len(said_in(world, ts, 0)) if ts else 0
        before_teams = len(world.teams_answers(root)) if root else 0
        asked_slack, asked_teams = await world.ask_slack(text, thread=ts), await world.ask_teams(text, root=root)
        ts, root = ts or asked_slack, root or asked_teams
        slack = (await world.until(partial(said_in, world, ts, before_slack), f"an answer to {question}"))[-1]
        teams = await world.teams_answer(root, count=before_teams + 1)
    return shown(slack), shown(teams)


@pytest.mark.parametrize(
    ("questions", "told"),
    [
        (["Why is checkout slow today?"], ["checkout in prod", "usually"]),
        (["What's causing the high error rate?"], ["the last 2 h"]),
        (["When do we typically have peak usage?"], ["Most between", "least between"]),
        (["Was abc app healthy yesterday?", "what were the logs then?"], ["checkout", "yesterday", "lines"]),
        (["Show me CPU usage trends for service checkout"], ["CPU in use of checkout in prod", "Most between"]),
        (["CPU usage for app abc in last hour", "and yesterday?"], ["CPU in use of abc-app in prod was", "yesterday"]),
        (["What's the average response time for service checkout?"], ["Mean latency of checkout in prod is"]),
        (["Errors in logs for service checkout"], ["checkout in prod", "errors and worse"]),
        (["Show me the last 100 log entries for pod checkout-0"], ["checkout-0 in prod", "lines"]),
        (["Is service checkout healthy right now?"], ["checkout in prod is", "p95 latency"]),
        (["What's the uptime for app checkout this month?"], ["checkout in prod", "this month"]),
    ],
    ids=lambda given: given[-1] if given and " " in given[-1] else None,
)
async def test_both_chats_answer_alike(world: Rig, questions: list[str], told: list[str]) -> None:
    slack, teams = await both(world, *questions)
    for part in told:
        assert part in slack
        assert part in teams
    assert SOURCES.search(slack)
    assert SOURCES.search(teams)


def yesterday() -> tuple[datetime, datetime]:
    midnight = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight - DAY, midnight


def figure(text: str, pattern: str) -> float:
    found = re.search(pattern, text)
    assert found, f"{pattern} is not in: {text[:3000]}"
    return float(found[1].replace(",", ""))


def requests(where: str = "") -> float:
    return grown(f"http_requests_total{{{where}}}", *yesterday(), WORLD)


async def test_the_share_of_errors_is_that_of_the_requests(world: Rig) -> None:
    slack, teams = await both(world, "Compare error rates between production and staging yesterday")
    for env, pattern in (("prod", r"error rate ([\d.,]+) %"), ("staging", r"error rate [\d.,]+ % against ([\d.,]+) %")):
        share = 100 * requests(f'env="{env}",status=~"5.."') / requests(f'env="{env}"')
        assert figure(slack, pattern) == figure(teams, pattern) == pytest.approx(share, rel=0.02)


async def test_requests_and_failures_of_a_day_are_those_of_its_counters(world: Rig) -> None:
    slack, teams = await both(world, "Was abc app healthy yesterday?")
    where = 'env="prod",service="checkout"'
    for said, truth in (("Requests", requests(where)), ("Failed", requests(f'{where},status=~"5.."'))):
        pattern = rf"{said}\W[^0-9]*?(\d[\d,]*)"
        assert figure(slack, pattern) == pytest.approx(truth, rel=0.01)
        assert figure(teams, pattern) == pytest.approx(truth, rel=0.01)


async def test_events_of_a_day_are_the_lines_that_were_written(world: Rig) -> None:
    start, end = yesterday()
    now = milliseconds(end + timedelta(minutes=1))
    wanted = {"service": "checkout", "env": "prod"}
    written: dict[str, int] = {}
    for one in streams(SEED, now - HISTORY, now, ()):
        if wanted.items() <= one.labels.items():
            level = one.labels["level"]
            lines = sum(1 for _ in one.between(nanoseconds(start) + 1, nanoseconds(end) + 1))
            written[level] = written.get(level, 0) + lines
    slack, teams = await both(world, "How many events were created for checkout yesterday?")
    for said in (slack, teams):
        assert figure(said, r"yesterday: ([\d,]+) events") == sum(written.values())
        for level, count in written.items():
            assert not count or f"{count:,} {level} (" in said


async def test_money_of_a_day_is_what_its_counters_grew_by(world: Rig) -> None:
    slack, teams = await both(world, "AI spend yesterday")
    truth = grown("ai_cost_usd_total", *yesterday(), WORLD)
    assert figure(slack, r"yesterday: \$ ([\d.]+)") == pytest.approx(truth, rel=0.01)
    assert figure(teams, r"yesterday: \$ ([\d.]+)") == pytest.approx(truth, rel=0.01)
