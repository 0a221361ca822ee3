"""Limits of the language model in both chats: used up and told, asked for, changed by a form."""

from pathlib import Path

import pytest

from tests.acceptance.hands import ANNA, EMAIL, MEI, Hands, words
from tests.acceptance.incidents import alert, incidents
from tests.acceptance.rig import rig
from tests.acceptance.test_journeys import slack_button, teams_actions
from tests.acceptance.test_model import BY_RULES, CAUSE, honest
from tests.model_double.server import KEY, serving

pytestmark = pytest.mark.slow


async def test_used_up_told_and_asked_for(tmp_path: Path) -> None:
    plan = {"tickets_for_critical": False, "owner": EMAIL[ANNA], "model": {"background_usd": "0.00001"}}
    async with serving(answer=honest) as double:
        given = {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": double.url, "NIGHTDESK_ANALYSE": "true"}
        async with incidents(tmp_path, plan=plan, **given) as world:
            hands = Hands(world)
            assert "$ 0.00 of $ 2.00 used today; gpt-4o-mini answers." in words(await hands.command("budget"))
            await world.post(alert("Payments-001", ago=300, service="payments", severity="critical"))
            await world.until_both("Payments-001", "Analysis")
            await world.post(alert("First-001", ago=30, severity="critical"))
            await world.until_both("First-001", "Analysis")
            asked = len(double.requests)
            await world.post(alert("Rules-001", ago=30, severity="critical"))
            await world.until_both("Rules-001", BY_RULES)
            assert all(CAUSE not in words(one) for one in await world.both("Rules-001"))
            assert len(double.requests) == asked == 1  # which took more than there is
            off = "what it may use in the background is used up"
            await hands.until(lambda: [one for one in hands.slack_chat() if off in words(one)] or None, "Anna is told")

            shown = words(await hands.command("budget"))
            for said in ("Work in the background, a day", "$ 0.00001", "last ", "kept in a file", "Request more"):
                assert said in shown
            assert "Change limits" not in shown
            await hands.command("budget more for the migration", MEI)
            wish = "Mei Tanaka asks for more of the language model."
            await hands.until(lambda: [one for one in hands.slack_chat() if wish in words(one)] or None, "the wish")


async def test_changed_by_a_form_in_slack_and_seen_in_teams(tmp_path: Path) -> None:
    async with serving(answer=honest) as double:
        given = {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": double.url, "NIGHTDESK_ADMINS": EMAIL[ANNA]}
        async with rig(tmp_path, **given) as world:
            ts = await world.ask_slack("@Nightdesk budget")
            message = await world.slack_answer(ts)
            block, action, _ = slack_button(message, "Change limits…")
            press = {"channel": world.slack_channel("incidents"), "ts": message["ts"], "user": ANNA}
            await world.slack.control("click", {**press, "block_id": block, "action_id": action})
            view = (await world.until(lambda: world.slack.state()["views"], "the form"))[-1]
            inputs = [one for one in view["blocks"] if one["type"] == "input"]
            assert [one["element"].get("initial_value") for one in inputs] == ["2.0", "1.0", "0.0", "1.0"]
            values = {
                one["block_id"]: {one["element"]["action_id"]: {"type": one["element"]["type"], "value": value}}
                for one, value in zip(inputs, ("5", "1.0", "0.0", "1.0"), strict=True)
            }
            assert (await world.slack.control("submit", {"view_id": view["id"], "values": values}))["ok"]
            assert "the whole team, a day: $ 5.00" in words(await world.slack_answer(ts, count=2))

            root = await world.ask_teams("@Nightdesk budget")
            listed = await world.teams_answer(root)
            assert "$ 0.00 of $ 5.00 used today; gpt-4o-mini answers." in words(listed)
            assert {"Change limits…", "Request more"} <= set(teams_actions(listed))
            ts = await world.ask_slack("@Nightdesk audit")
            assert "budget.change" in words(await world.slack_answer(ts))
