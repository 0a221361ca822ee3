"""Questions about health, causes and comparisons, asked of the real process in both chats: the same answer in each."""

import re

import pytest

from tests.acceptance.test_journeys import shown

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("was checkout app healthy yesterday?", ("checkout in prod", "yesterday", "at least 99.9 %")),
        ("slo yesterday", ("services in prod", "p95 ms")),
        ("compare error rates between production and staging yesterday", ("prod and staging, yesterday: error rate",)),
        ("trends of checkout yesterday", ("Request rate of checkout in prod, yesterday", "Most between")),
        ("why was checkout slow yesterday?", ("checkout in prod", "Sign", "Usual is the median of")),
        ("investigate checkout", ("checkout in prod", "health checkout", "Next steps", "Immediate: ", "Long-term: ")),
        ("impact checkout yesterday", ("checkout in prod", "People affected: not measurable")),
    ],
)
async def test_both_chats_tell_the_same(world, question, told):
    ts, root = await world.ask_slack(f"@Nightdesk {question}"), await world.ask_teams(f"@Nightdesk {question}")
    slack, teams = await world.slack_answer(ts), await world.teams_answer(root)
    for part in told:
        assert part in shown(slack), part
        assert part in shown(teams), part
    assert "Show queries" in shown(slack)
    assert "Show queries" in shown(teams)
    sentence = re.search(rf'{re.escape(told[0])}[^"\\]*\.', shown(slack))
    assert sentence
    assert sentence[0] in shown(teams)


async def test_a_thread_goes_on_about_the_same(world):
    ts, root = await world.ask_slack("@Nightdesk health checkout yesterday"), None
    await world.slack_answer(ts)
    await world.ask_slack("@Nightdesk only eu", thread=ts)
    narrowed = await world.slack_answer(ts, count=2)
    assert "checkout in eu-west-1 in prod" in narrowed["text"]
    await world.ask_slack("@Nightdesk compare with last week", thread=ts)
    compared = await world.slack_answer(ts, count=3)
    assert "last week" in compared["text"]
    root = await world.ask_teams("@Nightdesk health checkout yesterday")
    await world.teams_answer(root)
    await world.ask_teams("@Nightdesk for search", root=root)
    other = await world.teams_answer(root, count=2)
    assert "search in prod" in shown(other)


async def test_without_an_incident_both_say_what_to_ask(world):
    ts = await world.ask_slack("@Nightdesk impact ISS-1-nothing")
    assert "There is no issue ISS-1-nothing." in (await world.slack_answer(ts))["text"]
    root = await world.ask_teams("@Nightdesk was salzburg healthy?")
    assert "I do not know “salzburg”." in shown(await world.teams_answer(root))
