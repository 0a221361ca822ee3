"""What is known, in both chats: looked up, learnt from an issue, shown on the next one that is like it, corrected."""

import re
from collections.abc import AsyncIterator, Mapping
from itertools import count
from typing import Any

import pytest
import pytest_asyncio

from tests.acceptance.doors import new_key
from tests.acceptance.hands import ANNA, BEN, MEI, Hands, words
from tests.acceptance.incidents import Incidents, alert, incidents, teams_actions
from tests.acceptance.rest import at_rest

NUMBERS = count(100)
ADMINS = "anna.berger@example.com,ben.ortner@example.com"

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(90)]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory, mood: str) -> AsyncIterator[Incidents]:
    """Anna and Ben may act, Mei may look."""
    folder = tmp_path_factory.mktemp("world")
    pages = folder / "pages"
    pages.mkdir()
    (pages / "oauth.md").write_text(
        "---\ntitle: Google Ads integration setup\ncategory: integration_guides\ntags: [google_ads, oauth]\n"
        "url: https://help.example.com/google-ads\n---\nConnect the account by OAuth, then choose the campaigns.\n"
    )
    (pages / "stale.md").write_text("# Zebra runbook\n\nAsk for `zebra_stripes_total` by herd.\n")
    settings = {
        "NIGHTDESK_ADMINS": ADMINS,
        "NIGHTDESK_DEFAULT_ROLE": "viewer",
        "NIGHTDESK_KNOWLEDGE_FOLDERS": str(pages),
    }
    async with incidents(folder, mood=mood, **settings) as built:
        yield built
        log = built.rig.log.read_text()
        assert "Traceback" not in log, log[log.index("Traceback") - 500 :][:3000]


@pytest.fixture
def hands(world: Incidents) -> Hands:
    return Hands(world)


async def opened(world: Incidents, name: str, case: str, **labels: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Of the same rule and service, in a namespace of its own: another issue that is like the earlier ones."""
    before = {one["ts"] for one in world.slack_roots(name)}, {one["id"] for one in world.teams_roots(name)}
    assert await world.post(alert(name, fingerprint=case, service=name.lower(), **labels)) == 200
    return await Hands(world).until(
        lambda: next(
            (
                (slack, teams)
                for slack in world.slack_roots(name)
                for teams in world.teams_roots(name)
                if slack["ts"] not in before[0] and teams["id"] not in before[1]
            ),
            None,
        ),
        f"{case} in both chats",
    )


def now_of(world: Incidents, name: str, slack: Mapping[str, Any], teams: Mapping[str, Any]) -> tuple[Any, Any]:
    """The same two messages as they stand."""
    return (
        next(one for one in world.slack_roots(name) if one["ts"] == slack["ts"]),
        next(one for one in world.teams_roots(name) if one["id"] == teams["id"]),
    )


async def until_both_say(world: Incidents, name: str, roots: tuple[Any, Any], *said: str) -> tuple[Any, Any]:
    def both() -> tuple[Any, Any] | None:
        found = now_of(world, name, *roots)
        return found if all(word in words(one) for one in found for word in said) else None

    return await Hands(world).until(both, f"both say {said}")


async def test_a_correction_changes_what_the_next_issue_says(world: Incidents, hands: Hands) -> None:
    name = f"Pool-{next(NUMBERS)}"
    slack, teams = await opened(world, name, f"{name}-1")
    await hands.say_slack("@Nightdesk workaround restart the pool", slack)
    await world.until_both(name, "restart the pool")
    await hands.press_slack(now_of(world, name, slack, teams)[0], "Resolve")
    await until_both_say(world, name, (slack, teams), "Resolved")

    second = await opened(world, name, f"{name}-2", namespace="shop")
    second = await until_both_say(world, name, second, "Seen before: ISS-", "What helped: restart the pool")
    await hands.press_teams(second[1], "What was learnt", BEN)
    entry = await hands.in_teams_thread(second[1], "Correct this entry")
    press = {"conversation": world.teams_channel, "activity": entry["id"]}
    action = teams_actions(entry)["Correct this entry…"]
    email = "ben.ortner@example.com"
    form = await world.rig.teams.control("submit_action", {**press, "action": action, "user": email})
    submit = next(iter(teams_actions({"attachments": [form]}).values()))
    field = re.search(r'"id": "([^"]*helped)"', words(form))
    assert field
    given = {**submit.get("data", {}), field[1]: "Grow the pool to 40 <!channel> *now*"}
    sent = await world.rig.teams.control("dialog_submit", {"dialog": form["dialog"]["id"], "data": given})
    assert sent["ok"]
    await hands.in_teams_thread(second[1], "Corrected. When something like")

    third = await opened(world, name, f"{name}-3", namespace="blog")
    shown = await until_both_say(world, name, third, "What helped: Grow the pool to 40")
    assert "restart the pool" not in words(shown[0])
    assert "restart the pool" not in words(shown[1])
    await hands.press_slack(shown[0], "What was learnt", MEI)
    page = await hands.in_slack_thread(shown[0], "Corrections")
    assert "Ben Ortner" in words(page)
    assert "restart the pool" not in words(page).partition("What helped")[2].partition("What was done")[0]
    (found,) = [one for one in await world.trail() if one.act == "knowledge.correct"]
    assert found.details["before"] == "restart the pool"


async def test_an_entry_is_written_once_and_follows_its_issue(world: Incidents, hands: Hands) -> None:
    name = f"Once-{next(NUMBERS)}"
    roots = await opened(world, name, f"{name}-1")
    await hands.press_slack(roots[0], "Resolve")
    await until_both_say(world, name, roots, "Resolved")
    await hands.press_teams(now_of(world, name, *roots)[1], "Reopen", BEN)
    await until_both_say(world, name, roots, "Medium")
    await hands.say_slack("@Nightdesk workaround drain it", roots[0])
    await until_both_say(world, name, roots, "drain it")
    await hands.press_teams(now_of(world, name, *roots)[1], "Resolve", BEN)
    await until_both_say(world, name, roots, "Resolved")
    await at_rest(world)
    answer = await hands.command(f"kb {name} source:issues")
    assert "1 of 1 in the knowledge base" in words(answer)
    assert name in words(answer)


async def test_looked_up_in_both_chats_with_filters_and_in_ones_own_words(world: Incidents, hands: Hands) -> None:
    slack, teams = await opened(world, f"Look-{next(NUMBERS)}", "look")
    for said, shown in (
        ("kb google ads setup category:technical tag:oauth", "Google Ads integration setup"),
        ("kb google ads setup category:billing", "nothing on"),
        ("how do I set up the google ads integration?", "The knowledge base has a page on this"),
        ("kb zebra runbook", "names zebra_stripes_total, which no source has today"),
    ):
        await hands.say_slack(f"@Nightdesk {said}", slack, MEI)
        await hands.say_teams(f"@Nightdesk {said}", teams, MEI)
        await hands.in_slack_thread(slack, shown)
        await hands.in_teams_thread(teams, shown)


async def test_a_page_is_written_in_slack_and_found_in_teams(world: Incidents, hands: Hands) -> None:
    slack, teams = await opened(world, f"Write-{next(NUMBERS)}", "write")
    await hands.say_slack("@Nightdesk kb add", slack, MEI)
    await hands.in_slack_thread(slack, "This needs the role admin; yours is viewer.")
    await hands.say_slack("@Nightdesk kb add", slack, ANNA)
    offer = await hands.in_slack_thread(slack, "A page has a title")
    await hands.press_slack(offer, "Write a page")
    view = (await hands.until(lambda: world.rig.slack.state()["views"], "the form"))[-1]
    texts = iter(("Blue kettle", "Descale the kettle with vinegar.", "troubleshooting", "kitchen", ""))
    values = {
        block["block_id"]: {block["element"]["action_id"]: {"type": "plain_text_input", "value": next(texts)}}
        for block in view["blocks"]
        if block["type"] == "input"
    }
    assert (await world.rig.slack.control("submit", {"view_id": view["id"], "values": values}))["ok"]
    await hands.in_slack_thread(slack, "is in the knowledge base")
    await hands.say_teams("@Nightdesk kb kettle tag:kitchen", teams, MEI)
    await hands.in_teams_thread(teams, "Descale the kettle")


async def test_the_envelope_of_the_api(world: Incidents) -> None:
    _, secret = await new_key(world, "api")
    headers = {"Authorization": f"Bearer {secret}"}
    body = {"query": "google ads setup", "context": ["oauth"], "filters": {"category": "technical", "tags": ["oauth"]}}
    url = f"{world.rig.bot_url}/ai/knowledge-base/search"
    async with world.session.post(url, json=body, headers=headers) as answer:
        told = await answer.json()
    assert answer.status == 200
    assert told["totalCount"] == 1
    assert 0 <= told["searchTime"] < 5
    (found,) = told["results"]
    assert found["title"] == "Google Ads integration setup"
    assert 0.8 < found["relevanceScore"] <= 1
    assert {"id", "content", "category", "tags", "lastUpdated", "url"} <= found.keys()
    page = f"{world.rig.bot_url}/api/knowledge/{found['id']}"
    async with world.session.get(page, headers=headers) as answer:
        whole = await answer.json()
    assert (answer.status, whole["content"]) == (200, "Connect the account by OAuth, then choose the campaigns.")
    for refused in (
        world.session.post(f"{page}/correct", json={"helped": "x"}, headers=headers),
        world.session.delete(page, headers=headers),
        world.session.post(f"{world.rig.bot_url}/api/knowledge", json={"title": "x", "content": "y"}, headers=headers),
    ):
        async with refused as answer:
            assert (answer.status, "role" in await answer.text()) == (403, True)
