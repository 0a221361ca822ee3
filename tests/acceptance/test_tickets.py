"""Tickets through the whole process: asked for in Teams, worked on in Slack, told to a Jira that fails and returns."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from bot.clock import SystemClock
from tests.acceptance.incidents import Incidents, alert, incidents
from tests.integration.jira.server import TOKEN, FakeJira, says, serving

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]


async def _started(world: Incidents, jira: FakeJira) -> None:
    """With a department in Slack, and with Jira."""
    jira.after = lambda: world.rig.bus.publish("jira", "asked")  # so that waiting for Jira looks again
    _add_department(Path(world.rig.env["NIGHTDESK_PLAN"]), world.slack_channel)
    world.rig.env.update(JIRA_URL=jira.url, JIRA_PROJECT="OPS", JIRA_TOKEN=TOKEN)
    await world.rig.start_bot()
    await world.rig.teams.control("install", {"conversation": world.teams_channel})


def _add_department(plan: Path, channel: str) -> None:
    departments = {"general": {"to": [{"platform": "slack", "channel": channel}]}}
    plan.write_text(json.dumps({**json.loads(plan.read_text()), "departments": departments}))


async def _card(world: Incidents, *words: str) -> Mapping[str, Any]:
    """The one message of the department's channel that says all of this."""

    def found() -> list[Mapping[str, Any]]:
        messages = [(one, json.dumps(one, ensure_ascii=False)) for one in world.slack_messages()]
        return [one for one, text in messages if all(word in text for word in words)]

    (card,) = await world.rig.until(found, ", ".join(words), patience=40)
    return card


async def test_asked_for_in_teams_answered_from_slack_and_kept_in_jira(tmp_path):
    jira = FakeJira(SystemClock(), cloud=False)
    async with serving(jira), incidents(tmp_path, start=False) as world:
        await _started(world, jira)
        root = await world.rig.ask_teams("@Nightdesk human My invoice is wrong", "Incidents")
        card = await _card(world, "TICKET-", "My invoice is wrong", "OPS-1", f"{jira.url}/browse/OPS-1")
        await world.press_slack(card, "Claim", times=3)
        card = await _card(world, "TICKET-", "claimed by")
        await world.rig.ask_slack("@Nightdesk ticket reply We look into it.", thread=str(card["ts"]))

        def relayed() -> bool:
            return "We look into it." in json.dumps(world.rig.teams_answers(root, "Incidents"), ensure_ascii=False)

        await world.rig.until(relayed, "the answer in Teams")
        await world.press_slack(card, "Resolve")
        await _card(world, "TICKET-", "resolved", "OPS-1")
        await world.rig.until(lambda: jira.issues["OPS-1"].status == "Done", "closed in Jira")
        assert len(jira.issues) == 1
        acts = [entry.act for entry in reversed(await world.trail()) if entry.act.startswith("ticket.")]
    assert sorted(acts) == ["ticket.claim", "ticket.open", "ticket.outside", "ticket.reply", "ticket.resolve"]


async def test_a_critical_issue_is_told_to_jira_once_over_faults_and_a_kill(tmp_path):
    jira = FakeJira(SystemClock(), cloud=False, faults=[says(503), says(503)])
    async with serving(jira), incidents(tmp_path, start=False) as world:
        await _started(world, jira)
        assert await world.post(alert("Case-0001", severity="critical")) == 200
        await _card(world, "MON-", "Case-0001", "Claim")
        await world.rig.until(lambda: "POST 2/issue" in jira.asked, "Jira was tried")
        await world.rig.kill_bot()
        jira.faults.clear()
        await world.rig.start_bot()
        await _card(world, "MON-", "Case-0001", "OPS-1")
        assert len(jira.issues) == 1
        assert jira.issues["OPS-1"].fields["priority"] == {"name": "Highest"}
        (issue,) = await world.issues()
    assert issue.ticket.startswith("MON-")
    assert issue.ticket in jira.issues["OPS-1"].fields["summary"]
