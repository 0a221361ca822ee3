"""Events and logs of the demo world in both chats: the same figures, their query, and the way from one to the other."""

import re

import pytest

from tests.acceptance.test_journeys import shown, slack_button, teams_actions

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]


async def test_both_chats_count_the_same_events_and_show_how(world):
    said = "how many errors in checkout yesterday?"
    ts, root = await world.ask_slack(f"@Nightdesk {said}"), await world.ask_teams(f"@Nightdesk {said}")
    slack, teams = await world.slack_answer(ts), await world.teams_answer(root)
    summary = re.search(r"checkout in prod, yesterday: [\d,]+ errors and worse\.", slack["text"])
    assert summary
    assert summary[0] in shown(teams)
    for message in (slack, teams):
        assert "count_over_time" in shown(message)
        assert "demo logs" in shown(message)
    assert "data_visualization" in shown(slack)
    # A change marked in the chart needs the picture; the demo world had one yesterday on some days of its week.
    marked = "deploy at " in shown(teams)
    assert ("chart-1.png" if marked else "Chart.VerticalBar") in shown(teams)


async def test_from_events_to_their_lines_in_slack(world):
    ts = await world.ask_slack("@Nightdesk events payments yesterday")
    message = await world.slack_answer(ts)
    block, action, _ = slack_button(message, "Logs")
    place = {"channel": world.slack_channel("incidents"), "ts": message["ts"]}
    await world.slack.control("click", {**place, "block_id": block, "action_id": action})
    (lines,) = await world.until(lambda: _saying(world, ts, "of which the newest 1,000 are read"), "the lines")
    assert lines["text"].startswith("payments in prod, yesterday: ")
    assert await world.until(lambda: "lines.log" in _files(world, ts), "the file")
    await world.ask_slack("@Nightdesk and only errors?", thread=ts)
    assert await world.until(lambda: _saying(world, ts, "errors and worse, of which"), "errors alone")


async def test_from_events_to_their_lines_in_teams(world):
    root = await world.ask_teams("@Nightdesk events payments yesterday")
    card = await world.teams_answer(root)
    place = {"conversation": world.teams_conversation("Incidents"), "activity": card["id"]}
    await world.teams.control("execute", {**place, "action": teams_actions(card)["Logs"]})
    lines = shown(await world.teams_answer(root, count=2))
    assert "payments in prod, yesterday: " in lines
    assert "of which the newest 1,000 are read" in lines
    await world.ask_teams("@Nightdesk and only errors?", root=root)
    assert "errors and worse" in shown(await world.teams_answer(root, count=3))


def _saying(world, ts, words):
    return [one for one in world.slack_answers(ts) if words in one["text"]]


def _files(world, ts):
    return [file["name"] for one in world.slack_answers(ts) for file in one.get("files", ())]
