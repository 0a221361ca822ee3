"""Reports by the clock in both chats: made in words, said at their time in the channel, once over a kill, as a PDF."""

from datetime import timedelta

import pytest

from bot.clock import SystemClock
from bot.desk.reports import KIND
from bot.model.tenant import DEFAULT_TENANT
from storage.storage import open_storage
from tests.acceptance.rig import rig
from tests.acceptance.test_journeys import shown, slack_button, teams_actions

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]


async def let_it_be_due(world, *reports: str) -> None:
    """Nine o'clock is now."""
    clock, env = SystemClock(), world.env
    async with (
        open_storage(env["DATABASE_URL"], keys=[env["NIGHTDESK_KEYS"]], clock=clock) as storage,
        storage.work(DEFAULT_TENANT) as work,
    ):
        for report in reports:
            timer = await work.timers.get(KIND, report)
            assert timer
            assert timer.due_at > clock.now()
            await work.timers.set(KIND, report, clock.now() - timedelta(seconds=1), timer.body)


def slack_roots(world, words):
    messages = world.slack.state()["messages"].get(world.slack_channel("incidents"), [])
    return [
        one for one in messages
        if one.get("bot_id") and one.get("thread_ts") in (None, one["ts"]) and words in one["text"]
    ]  # fmt: skip


def teams_roots(world, words):
    state = world.teams.state()
    said = state["activities"].get(world.teams_conversation("Incidents"), [])
    return [
        one for one in said
        if one["from"]["id"] == state["bot"]["id"] and one["root"] == one["id"] and words in shown(one)
    ]  # fmt: skip


async def test_a_report_is_made_in_words_and_comes_at_its_time_in_both_chats(tmp_path):
    async with rig(tmp_path) as world:
        ts = await world.ask_slack("@Nightdesk send the daily summary here every morning at 9")
        assert "R1: “daily summary” here, every day at 09:00" in (await world.slack_answer(ts))["text"]
        root = await world.ask_teams("@Nightdesk post the slo compliance every weekday at 8:30")
        assert "R2: “slo compliance” here, Monday to Friday at 08:30" in shown(await world.teams_answer(root))
        await let_it_be_due(world, "R1", "R2")
        (summary,) = await world.until(lambda: slack_roots(world, "keep all their objectives"), "the summary in Slack")
        (objectives,) = await world.until(lambda: teams_roots(world, "keep all their objectives"), "SLOs in Teams")
        assert "services keep all their objectives" in shown(summary)
        assert "Request rate" in shown(summary)
        assert "costs nothing" in shown(summary)

        block, action, _ = slack_button(summary, "PDF")
        press = {"channel": world.slack_channel("incidents"), "ts": summary["ts"]}
        await world.slack.control("click", {**press, "block_id": block, "action_id": action})
        answers = lambda: [one["text"] for one in world.slack_answers(summary["ts"])]  # noqa: E731
        await world.until(
            lambda: any("PDF of “Summary, the last 24 h”" in text for text in answers()), "the PDF in Slack"
        )
        card = {"conversation": world.teams_conversation("Incidents"), "activity": objectives["id"]}
        await world.teams.control("execute", {**card, "action": teams_actions(objectives)["PDF"]})
        assert "PDF of “SLO compliance”" in shown(await world.teams_answer(objectives["id"], count=2))


async def test_nothing_acts_by_the_clock_and_a_kill_says_nothing_twice(tmp_path):
    async with rig(tmp_path) as world:
        ts = await world.ask_slack("@Nightdesk report every day at 9 maintenance checkout 2h")
        await world.slack_answer(ts)
        ts = await world.ask_slack("@Nightdesk report every day at 9 summary")
        await world.slack_answer(ts)
        await world.kill_bot()
        await let_it_be_due(world, "R1", "R2")
        await world.start_bot()
        await world.until(lambda: slack_roots(world, "nothing that I do by the clock"), "it refuses")
        await world.until(lambda: slack_roots(world, "keep all their objectives"), "the summary")
        await world.kill_bot()
        await world.start_bot()
        ts = await world.ask_slack("@Nightdesk report")
        listed = await world.slack_answer(ts)
        assert "2 reports by the clock" in listed["text"]
        assert (
            len(slack_roots(world, "keep all their objectives"))
            == len(slack_roots(world, "nothing that I do by the clock"))
            == 1
        )
