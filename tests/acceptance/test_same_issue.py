"""Two sources that tell of the same are one issue in both chats, until somebody says that they are not; and pages of
the web are read, found and listed in both chats."""

import socket
from collections.abc import AsyncIterator, Mapping
from itertools import count
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web

from bot.clock import SystemClock
from bot.desk.office import Office, terminal
from bot.model.tenant import DEFAULT_TENANT
from tests.acceptance.doors import new_key
from tests.acceptance.hands import ANNA, BEN, MEI, Hands, words
from tests.acceptance.incidents import Incidents, alert, incidents
from tests.acceptance.rest import at_rest

NUMBERS = count(100)
ADMINS = "anna.berger@example.com,ben.ortner@example.com"
PLAN = {
    "sources": {
        "other": {
            "fingerprint": "id", "title": "title", "status": "status", "severity": "severity",
            "labels": {"service": "service", "region": "region", "env": "env"},
        }
    }
}  # fmt: skip

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(90)]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site() -> AsyncIterator[str]:
    async def page(request: web.Request) -> web.Response:
        return web.Response(text="<h1>Zebra runbook</h1><p>Count the stripes.</p>", content_type="text/html")

    app = web.Application()
    app.router.add_get("/docs/zebra", page)
    runner = web.AppRunner(app)
    await runner.setup()
    listening = socket.create_server(("127.0.0.1", 0))
    await web.SockSite(runner, listening).start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    await runner.cleanup()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory, site: str) -> AsyncIterator[Incidents]:
    """Anna and Ben may act, Mei may look."""
    settings = {
        "NIGHTDESK_ADMINS": ADMINS,
        "NIGHTDESK_DEFAULT_ROLE": "viewer",
        "NIGHTDESK_KNOWLEDGE_SITES": f"{site}/docs/",
        "NIGHTDESK_ALLOWED_NETWORKS": "127.0.0.0/8",
    }
    async with incidents(tmp_path_factory.mktemp("world"), plan=PLAN, **settings) as built:
        yield built
        log = built.rig.log.read_text()
        assert "Traceback" not in log, log[log.index("Traceback") - 500 :][:3000]


@pytest.fixture
def hands(world: Incidents) -> Hands:
    return Hands(world)


async def other_source(world: Incidents, mark: str, title: str, **labels: str) -> None:
    """The same trouble, as another system tells of it."""
    async with world.storage() as storage:
        office = Office(storage, SystemClock())
        _, key = await office.new_key(terminal(DEFAULT_TENANT, f"test {mark}"), "generic", f"test {mark}")
    body = {"id": mark, "title": title, "status": "firing", "severity": "critical", "env": "prod", **labels}
    url = f"{world.rig.bot_url}/webhooks/generic/{key}?map=other"
    async with world.session.post(url, json=body) as answer:
        assert answer.status == 200, await answer.text()


def about(name: str) -> dict[str, str]:
    return {"service": name.lower(), "region": "eu-west-1"}


async def opened(world: Incidents, name: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    one = alert(f"{name}Slow", **about(name))
    one["annotations"]["summary"] = f"p95 latency of {name.lower()} is high"
    assert await world.post(one) == 200
    return await Hands(world).until(lambda: here(world, name), f"{name} in both chats")


def here(world: Incidents, name: str) -> tuple[Mapping[str, Any], Mapping[str, Any]] | None:
    """Its message in each chat, as it stands; there may be no second one."""
    mark = f"p95 latency of {name.lower()} is high"
    slack = [one for one in world.slack_messages() if mark in words(one)]
    teams = [one for one in world.teams_messages() if mark in words(one)]
    return (slack[0], teams[0]) if slack and teams else None


async def both_say(world: Incidents, name: str, *said: str) -> tuple[Any, Any]:
    def both() -> tuple[Any, Any] | None:
        found = here(world, name)
        return found if found and all(word in words(one) for one in found for word in said) else None

    return await Hands(world).until(both, f"both say {said}")


async def test_two_sources_are_one_issue_in_both_chats_and_one_click_parts_them(world: Incidents, hands: Hands) -> None:
    name = f"Shop{next(NUMBERS)}"
    slack, teams = await opened(world, name)
    await other_source(world, name, f"{name.lower()} takes too long to answer", **about(name))
    slack, teams = await both_say(world, name, "Critical", "2 of 2 firing", "Also seen by generic", "alike")
    await hands.in_slack_thread(slack, "Also seen by generic", "Not the same")
    line = await hands.in_teams_thread(teams, "Also seen by generic")
    await at_rest(world)
    for messages in (world.slack_messages(), world.teams_messages()):
        assert len([one for one in messages if f"-{name.lower()}" in words(one)]) == 1

    await hands.press_slack(slack, "Not the same", MEI)
    assert [one.joined != () for one in await world.issues() if one.service == name.lower()] == [True]
    await hands.press_teams(line, "Not the same", BEN)
    await both_say(world, name, "1 of 1 firing", "Medium")
    await hands.in_slack_thread(slack, "Ben Ortner from Teams: not the same")
    (other,) = [one for one in await world.issues() if one.service == name.lower() and not one.title.startswith("p95")]
    for messages in (lambda: world.slack_messages(), lambda: world.teams_messages()):
        await hands.until(lambda of=messages: [one for one in of() if other.id in words(one)], "a message of its own")
    assert [one.details["name"] for one in await world.trail() if one.act == "issue.separate"] == ["Ben Ortner"]


async def test_what_differs_stays_two_messages(world: Incidents, hands: Hands) -> None:
    name = f"Shop{next(NUMBERS)}"
    await opened(world, name)
    await other_source(world, f"{name}-r", f"p95 latency of {name.lower()}", **{**about(name), "region": "us-east-1"})
    await other_source(world, f"{name}-e", f"error rate of {name.lower()}", **about(name))
    found = await hands.until(
        lambda: len([one for one in world.slack_messages() if f"-{name.lower()}" in words(one)]) == 3, "three messages"
    )
    assert found
    assert [one.joined for one in await world.issues() if one.service == name.lower()] == [(), (), ()]


async def test_killed_between_them_it_is_still_one(world: Incidents, hands: Hands) -> None:
    name = f"Shop{next(NUMBERS)}"
    await opened(world, name)
    await other_source(world, name, f"p95 latency of {name.lower()}", **about(name))
    await world.rig.kill_bot()
    await world.rig.start_bot()
    await other_source(world, name, f"p95 latency of {name.lower()}", **about(name))
    slack, _ = await both_say(world, name, "2 of 2 firing")
    await at_rest(world)
    for messages in (world.slack_messages(), world.teams_messages()):
        assert len([one for one in messages if f"-{name.lower()}" in words(one)]) == 1
    assert len([one for one in world.slack_thread(slack) if "Also seen by" in words(one)]) == 1


async def test_a_page_of_the_web_in_both_chats_and_by_the_api(world: Incidents, hands: Hands, site: str) -> None:
    slack, teams = await opened(world, f"Shop{next(NUMBERS)}")
    await hands.say_slack(f"@Nightdesk kb read <{site}/docs/zebra> category:runbooks", slack, MEI)
    await hands.in_slack_thread(slack, "This needs the role admin; yours is viewer.")
    await hands.say_slack(f"@Nightdesk kb read <{site}/docs/zebra> category:runbooks", slack, ANNA)
    await hands.in_slack_thread(slack, "“Zebra runbook” is in the knowledge base.")
    await hands.say_teams(f"@Nightdesk kb read {site}/secret", teams, BEN)
    await hands.in_teams_thread(teams, "are not allowed here")
    await hands.say_teams("@Nightdesk kb zebra stripes category:runbooks", teams, MEI)
    await hands.in_teams_thread(teams, "Count the stripes")
    for say, look, root in (
        (hands.say_slack, hands.in_slack_thread, slack),
        (hands.say_teams, hands.in_teams_thread, teams),
    ):
        await say("@Nightdesk kb pages", root, MEI)
        await look(root, "1 page read from addresses, each as it stands there")
    _, secret = await new_key(world, "api")
    url, headers = f"{world.rig.bot_url}/api/knowledge/pages", {"Authorization": f"Bearer {secret}"}
    async with world.session.get(url, headers=headers) as answer:
        (page,) = (await answer.json())["pages"]
    assert (page["address"], page["title"], page["problem"]) == (f"{site}/docs/zebra", "Zebra runbook", "")
    async with world.session.post(url, json={"address": f"{site}/docs/zebra"}, headers=headers) as answer:
        assert answer.status == 403
