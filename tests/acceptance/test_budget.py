"""A limit in both chats: the model's words until it is used up, then the rules'; seen, asked for, and allowed again."""

from pathlib import Path

import pytest

from tests.acceptance.hands import ANNA, MEI, Hands, words
from tests.acceptance.incidents import alert, teams_actions
from tests.acceptance.test_journeys import slack_button
from tests.acceptance.test_model import BY_MODEL, BY_RULES, a_night

pytestmark = pytest.mark.slow
TINY = "0.00001"
OFF = "The language model is off until tomorrow"


async def test_used_up_told_and_allowed_again(tmp_path: Path) -> None:
    async with a_night(tmp_path, OPENAI_BACKGROUND_USD=TINY) as (world, _):
        hands = Hands(world)
        assert "$ 0.00 of $ 2.00 used today; gpt-4o-mini answers." in words(await hands.command("budget"))
        await world.post(alert("First-001", ago=30, severity="critical"))
        await world.until_both("First-001", "Analysis")  # one call is more than there is
        await world.post(alert("Rules-001", ago=30, severity="critical"))
        await world.until_both("Rules-001", BY_RULES)
        await hands.until(lambda: [one for one in hands.slack_chat() if OFF in words(one)] or None, "the admin is told")

        shown = await hands.command("budget")
        for said in ("Work in the background, a day", "$ 0.00001", "Change limits", "Request more", "last "):
            assert said in words(shown)
        await hands.command("budget more for the migration", MEI)
        asked = "Mei Tanaka asks for more of the language model."
        await hands.until(lambda: [one for one in hands.slack_chat() if asked in words(one)] or None, "the wish")
        assert "needs the role admin" in words(await hands.command("budget limit day 5", MEI))

        block, action, _ = slack_button(shown, "Change limits…")
        press = {"channel": world.rig.slack_channel("general"), "ts": shown["ts"], "user": ANNA}
        await world.rig.slack.control("click", {**press, "block_id": block, "action_id": action})
        view = (await hands.until(lambda: world.rig.slack.state()["views"], "the form"))[-1]
        values = {
            one["block_id"]: {one["element"]["action_id"]: {"type": one["element"]["type"], "value": "2"}}
            for one in view["blocks"]
            if one["type"] == "input" and "background" in words(one)
        }
        await world.rig.slack.control("submit", {"view_id": view["id"], "values": values})

        root = await world.rig.ask_teams("@Nightdesk budget")
        listed = await world.rig.teams_answer(root)
        assert "$ 2.00" in words(listed)
        assert {"Change limits…", "Request more"} <= set(teams_actions(listed))
        await world.post(alert("Model-001", ago=30, severity="critical"))
        await world.until_both("Model-001", BY_MODEL)
        trail = [one for one in await world.trail() if one.act.startswith("budget.")]
        assert [one.act for one in trail] == ["budget.change", "budget.request"]
        assert trail[0].details["background_usd"]["to"] == "2.0"
