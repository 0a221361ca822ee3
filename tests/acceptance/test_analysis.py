"""The analysis of each issue, end to end in both chats: said at once, found once, kept through a kill."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.model.tenant import DEFAULT_TENANT
from bot.pipeline.speaking import ANALYSIS
from tests.acceptance.hands import Hands, words
from tests.acceptance.incidents import Incidents, alert, incidents

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(180)]
WAITING, FOUND = "Analysing what moved around it.", "Next: "


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory, mood: str) -> AsyncIterator[Incidents]:
    folder: Path = tmp_path_factory.mktemp("analysis")
    async with incidents(
        folder, plan=lambda rig: {"routes": [_route(rig)]}, NIGHTDESK_ANALYSE="true", mood=mood
    ) as built:
        # So that there is evidence whatever the demo world does at this hour: without any, no model is asked.
        await built.post(alert("Payments-100", ago=300, service="payments", severity="critical"))
        await analysed(built, "Payments-100")
        yield built
        log = built.rig.log.read_text()
        assert "Traceback" not in log, log[log.index("Traceback") - 500 :][:3000]


def _route(rig: Any) -> Mapping[str, Any]:
    """The whole story in both chats."""
    return {
        "to": [
            {"platform": "slack", "channel": rig.slack_channel("incidents")},
            {"platform": "teams", "channel": rig.teams_conversation("Incidents")},
        ],
        "story": "full",
    }


async def analysed(world: Incidents, mark: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    await world.until_both(mark, FOUND)
    slack, teams = await world.both(mark)
    return slack, teams


async def of(world: Incidents, mark: str) -> Any:
    return next(one for one in await world.issues() if one.labels.get("alertname") == mark)


async def test_what_was_found_stands_on_the_message_in_both_chats_and_whole_behind_it(world: Incidents):
    await world.post(alert("Slow-101", severity="warning"))
    slack, teams = await analysed(world, "Slow-101")
    issue = await of(world, "Slow-101")
    for shown in (words(slack), words(teams)):
        assert issue.diagnosis.cause[:40] in shown
        assert WAITING not in shown
    hands = Hands(world)
    root = await hands.say_slack("@Nightdesk issue " + issue.id)
    whole = await world.rig.slack_answer(root)
    assert "Analysed once, by rules" in words(whole)
    await hands.in_slack_thread(slack, "Analysis")
    await hands.in_teams_thread(teams, "Analysis")
    assert len(await told(world, issue.id)) == 1


async def told(world: Incidents, issue: str) -> list[Any]:
    return [one for one in await world.trail() if one.act == "analysed" and one.object == issue]


async def test_killed_while_it_is_analysed_it_is_found_once(world: Incidents):
    """The last of three: its message stands long before its turn comes."""
    await world.post(alert("First-103"), alert("Second-104"), alert("Killed-102", severity="critical"))
    await world.both("Killed-102")
    issue = await of(world, "Killed-102")
    async with world.storage() as storage:

        async def in_hand() -> bool:
            async with storage.work(DEFAULT_TENANT) as work:
                timer = await work.timers.get(ANALYSIS, issue.id)
            assert timer, "it was quicker than we could look"
            return bool(timer.body.get("by"))

        while not await in_hand():
            await asyncio.sleep(0.05)  # another process works
    await world.rig.kill_bot()
    issue = await of(world, "Killed-102")
    assert issue.analysing, "it was gathering"
    assert await told(world, issue.id) == []
    await world.rig.start_bot()
    await analysed(world, "Killed-102")
    assert len(await told(world, issue.id)) == 1
    after = await of(world, "Killed-102")
    assert after.ticket.startswith("MON-")
    slack, teams = await world.both("Killed-102")
    assert f"{after.ticket} (Auto-Generated)" in words(slack)
    assert f"{after.ticket} (Auto-Generated)" in words(teams)
    assert len(world.slack_roots("Killed-102")) == len(world.teams_roots("Killed-102")) == 1
