"""Log events from outside and from the demo, through the real process: told in both chats, walked from both."""

import json
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
import pytest_asyncio

from bot.model.tenant import DEFAULT_TENANT
from bot.ports.storage import Trail
from tests.acceptance.doors import Answer, new_key, send
from tests.acceptance.hands import EMAIL, MEI, Hands, words
from tests.acceptance.incidents import Incidents, incidents, slack_buttons, teams_actions
from tests.acceptance.rest import at_rest

NUMBERS = count(100)
SECONDS = count(1)
ADMINS = "anna.berger@example.com,ben.ortner@example.com"

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(90)]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory, mood: str) -> AsyncIterator[Incidents]:
    """Anna and Ben are administrators, Mei may look."""
    settings = {"NIGHTDESK_ADMINS": ADMINS, "NIGHTDESK_DEFAULT_ROLE": "viewer"}
    async with incidents(tmp_path_factory.mktemp("world"), mood=mood, **settings) as built:
        yield built
        log = built.rig.log.read_text()
        assert "Traceback" not in log, log[log.index("Traceback") - 500 :][:3000]


@pytest.fixture
def hands(world: Incidents) -> Hands:
    return Hands(world)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def key(world: Incidents) -> str:
    return (await new_key(world, "events"))[1]


async def post(world: Incidents, key: str, service: str, said: str, **given: Any) -> list[str]:
    """`x` breaks the threshold of latency, `.` does not; the ids of these events."""
    began = datetime.now(UTC) - timedelta(minutes=10)
    events = []
    for sign in said:
        second = next(SECONDS)
        events.append(
            {
                "event_id": f"EVT-{second}-{service.replace('-', '')}",
                "timestamp": (began + timedelta(seconds=second)).isoformat(),
                "event_type": "api", "service_name": service, "region": "us-east-1",
                "message": "number <!channel> *one*", "metrics": {"latency_ms": 650 if sign == "x" else 120}, **given,
            }
        )  # fmt: skip
    answer = await sent(world, key, {"events": events})
    assert (answer.status, answer.told) == (202, {"accepted": len(events), "new": len(events)})
    return [one["event_id"] for one in events]


async def sent(world: Incidents, key: str, body: object) -> Answer:
    return await send(world, "/api/monitoring/ingest", body, headers={"Authorization": f"Bearer {key}"})


async def in_teams(world: Incidents, text: str, said: str) -> Mapping[str, Any]:
    root = await world.rig.ask_teams(f"@Nightdesk {text}")
    card = await world.rig.teams_answer(root)
    assert said in words(card), words(card)
    return card


def marked_up(node: Any) -> Iterator[str]:
    """Every text of a message in Slack that is read as markup."""
    if isinstance(node, Mapping):
        if node.get("type") in ("mrkdwn", "message"):
            yield str(node.get("text"))
        node = list(node.values())
    if isinstance(node, list):
        for one in node:
            yield from marked_up(one)


async def test_seen_flagged_and_critical_in_both_chats_and_over_again(world: Incidents, hands: Hands, key: str) -> None:
    """The flow, the flagging and the critical path of row TEST-02: two are flagged, the third is an issue."""
    service = f"Checkout-{next(NUMBERS)}"
    flagged = await post(world, key, service, ".....xx")
    shown = words(await hands.command(f"flagged {service}"))
    assert "2 events" in shown
    assert flagged[-1] in shown
    page = await in_teams(world, f"event {flagged[-1]}", "+441 %")
    assert "above 500 ms" in words(page)
    assert not [one for one in await world.issues() if service in one.title]
    await post(world, key, service, "x")
    await world.until_both(service, "Critical", "650 ms, +441 %", "above 500 ms")
    await world.until_both(service, "MON-")
    slack, teams = await world.both(service)
    assert "number <!channel> *one*" in words(slack), "as it was written"
    assert not [text for text in marked_up(slack) if "<!channel>" in text], "and where nothing reads it"
    await hands.press_slack(slack, "Acknowledge")
    await world.until_both(service, "Anna Berger has it")
    await post(world, key, service, ".....")
    await world.until_both(service, "Resolved")
    assert (len(world.slack_roots(service)), len(world.teams_roots(service))) == (1, 1)
    assert teams["id"] == world.teams_roots(service)[0]["id"]


async def test_a_threshold_is_changed_by_form_in_each_chat(world: Incidents, hands: Hands, key: str) -> None:
    ts = await world.rig.ask_slack("@Nightdesk thresholds")
    message = await world.rig.slack_answer(ts)
    await hands.press_slack(message, "Change one…")
    view = (await hands.until(lambda: world.rig.slack.state()["views"], "the form"))[-1]
    values = {}
    for block in view["blocks"]:
        element = block.get("element", {})
        if block.get("type") != "input":
            continue
        if "options" in element:
            named = [one for one in element["options"] if one["text"]["text"] == "latency_ms"]
            chosen = (named or element["options"])[0]
            given = {"type": element["type"], "selected_option": chosen}
        else:
            given = {"type": element["type"], "value": "700"}
        values[block["block_id"]] = {element["action_id"]: given}
    assert (await world.rig.slack.control("submit", {"view_id": view["id"], "values": values}))["ok"]
    assert "flagged from now on when above 700 ms" in words(await world.rig.slack_answer(ts, count=2))
    service = f"Limit-{next(NUMBERS)}"
    await post(world, key, service, "xxx")
    assert "No event" in words(await hands.command(f"flagged {service}"))

    root = await world.rig.ask_teams("@Nightdesk thresholds")
    card = await world.rig.teams_answer(root)
    where = {"conversation": world.teams_channel, "activity": card["id"], "user": EMAIL["U0BEN"]}
    opened = await world.rig.teams.control("submit_action", {**where, "action": teams_actions(card)["Change one…"]})
    submit = next(iter(teams_actions({"attachments": [opened]}).values()))
    names = {name: re.search(rf'"id": "([^"]*{name})"', json.dumps(opened))[1] for name in ("metric", "use")}
    data = {**submit.get("data", {}), names["metric"]: "latency_ms", names["use"]: "the default"}
    answer = await world.rig.teams.control("dialog_submit", {"dialog": opened["dialog"]["id"], "data": data})
    assert answer["ok"]
    assert "as by default" in words(await world.rig.teams_answer(root, count=2))
    async with world.storage() as storage, storage.work(DEFAULT_TENANT) as work:
        trail = await work.audit.find(Trail(act="threshold.change"))
    assert [(one.details["name"], one.details["after"]) for one in trail] == [("Ben Ortner", 500), ("Anna Berger", 700)]
    assert "needs the role admin" in words(await hands.command("threshold latency_ms 900", MEI))


async def test_the_demo_is_begun_forced_and_ended_by_hand(world: Incidents, hands: Hands) -> None:
    ts = await world.rig.ask_slack("@Nightdesk pipeline")
    card = await world.rig.slack_answer(ts)
    assert "Start" in slack_buttons(card)
    for _ in range(4):  # an impatient finger is heard once
        await hands.press_slack(card, "Start")
    await at_rest(world)
    answers = [words(one) for one in world.rig.slack_answers(ts)]
    assert len([one for one in answers if "Started." in one]) == 1
    running = await in_teams(world, "pipeline", "running, 30 a minute")
    assert "Stop" in teams_actions(running)
    assert "running already" in words(await in_teams(world, "pipeline start", "already"))
    made = words(await hands.command("pipeline force database critical"))
    assert "so an issue tells of it" in made
    service = re.search(r"3 events of ([\w-]+) broke", made)[1]
    await hands.until(
        lambda: (
            any(service in words(one) for one in world.slack_messages())
            and any(service in words(one) for one in world.teams_messages())
        ),
        f"the issue of {service} in both chats",
    )
    await hands.press_teams(running, "Stop")
    await hands.until(lambda: "Stopped." in words({"all": world.rig.teams.state()["activities"]}), "it is ended")
    assert "is not running" in words(await hands.command("pipeline stop"))
    assert "needs the role admin" in words(await hands.command("pipeline force", MEI))


async def test_clearing_empties_the_watch_and_ends_its_issues(world: Incidents, hands: Hands, key: str) -> None:
    service = f"Clear-{next(NUMBERS)}"
    await post(world, key, service, "xxx")
    await world.until_both(service, "Critical")
    assert "needs the role admin" in words(await hands.command("pipeline clear", MEI))
    card = await in_teams(world, "pipeline clear", "Forget every log event?")
    await hands.press_teams(card, "Clear")
    await world.until_both(service, "Resolved")
    assert "No log events came in since the clearing" in words(await hands.command("pipeline"))
    assert "no log events came in" in words(await in_teams(world, "flagged", "No event broke a threshold"))
    (issue,) = [one for one in await world.issues() if service in one.title]
    async with world.storage() as storage, storage.work(DEFAULT_TENANT) as work:
        assert await work.issues.history(issue.id, 10), "what happened is not forgotten"
        assert [one.details["name"] for one in await work.audit.find(Trail(act="events.clear"))] == ["Anna Berger"]
