"""Watches in both chats: proposed and adopted in one, listed in the other, made from own words, limited, deleted."""

import re

import pytest

from tests.acceptance.test_journeys import shown, slack_button, teams_actions

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]


async def test_proposed_in_slack_and_listed_in_teams(world):
    ts = await world.ask_slack("@Nightdesk watch propose")
    offer = await world.slack_answer(ts)
    assert "I would make" in offer["text"]
    for name in ("p95 latency", "requests counted", ", silence"):
        assert name in shown(offer)
    block, action, _ = slack_button(offer, "Watch all of it")
    press = {"channel": world.slack_channel("incidents"), "ts": offer["ts"]}
    await world.slack.control("click", {**press, "block_id": block, "action_id": action})
    named = re.search(r"(W\d+) p95 latency", (await world.slack_answer(ts, count=2))["text"])
    assert named

    root = await world.ask_teams("@Nightdesk watches")
    listed = shown(await world.teams_answer(root))
    for said in ("It learns what is usual.", "error rate", "Pause", "Delete", "nothing is known at the moment"):
        assert said in listed
    root = await world.ask_teams(f"@Nightdesk watch limit {named[1]} above 800ms")
    assert f"{named[1]} tells above 800 ms" in shown(await world.teams_answer(root))
    root = await world.ask_teams("@Nightdesk anomalies")
    assert "nothing is known at the moment" in shown(await world.teams_answer(root)), "not quiet: nobody knows yet"


async def test_own_words_become_a_watch_that_was_tried(world):
    root = await world.ask_teams("@Nightdesk watch jobs waiting per queue")
    tried = await world.teams_answer(root)
    assert "it would have told" in shown(tried)
    assert "queue_depth" in shown(tried)
    card = {"conversation": world.teams_conversation("Incidents"), "activity": tried["id"]}
    await world.teams.control("execute", {**card, "action": teams_actions(tried)["Watch it"]})
    said = shown(await world.teams_answer(root, count=2))
    assert "from now on." in said
    ts = await world.ask_slack("@Nightdesk watch the mood of the team")
    assert "I know nothing called “mood” here." in (await world.slack_answer(ts))["text"]
    ts = await world.ask_slack("@Nightdesk watch sum(rate(http_requests_totl[5m]))")
    assert "http_requests_total" in shown(await world.slack_answer(ts)), "checked as any query that somebody writes"
