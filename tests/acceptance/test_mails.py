"""E-mails about issues, whole: drafted into both chats, edited, approved, taken back, sent once to a mail server."""

import re
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.clock import SystemClock
from bot.model.tenant import DEFAULT_TENANT
from bot.pipeline.mails.sending import SEND
from tests.acceptance.hands import BEN, EMAIL, Hands, words
from tests.acceptance.incidents import Incidents, alert, incidents, slack_buttons, teams_actions
from tests.integration.mail.server import Box, serving

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(120)]
OPS, EVE = "ops@example.com", "eve@evil.example"
PLAN: Mapping[str, Any] = {
    "tickets_for_critical": False,
    "mails": {
        "engineering": {"to": [OPS, "second@example.com"], "automatic": ["critical"]},
        "customer": {"automatic": ["critical"]},
        "services": [{"match": ['service="shop-api"'], "name": "the shop", "customer": ["status@example.com"]}],
    },
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def box() -> AsyncIterator[Box]:
    async with serving() as built:
        yield built


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(box: Box, tmp_path_factory: pytest.TempPathFactory, mood: str) -> AsyncIterator[Incidents]:
    folder: Path = tmp_path_factory.mktemp("mails")
    settings = {"MAIL_SMTP_URL": box.url, "MAIL_FROM": "Nightdesk <night@example.com>", "MAIL_STARTTLS": "false"}
    async with incidents(folder, plan=PLAN, NIGHTDESK_MAIL_ALLOWED="example.com", mood=mood, **settings) as built:
        yield built
        log = built.rig.log.read_text()
        assert "Traceback" not in log, log[log.index("Traceback") - 500 :][:3000]


@pytest.fixture
def hands(world: Incidents, box: Box) -> Hands:
    box.letters.clear()
    return Hands(world)


async def cards(hands: Hands, name: str, *said: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """The draft's card in each chat, once both say all this."""
    slack, teams = await hands.world.both(name)

    def found(thread: list[Mapping[str, Any]]) -> Mapping[str, Any] | None:
        return next((one for one in thread if all(word in words(one) for word in said)), None)

    await hands.until(lambda: found(hands.world.slack_thread(slack)), f"in Slack: {said}")
    await hands.until(lambda: found(hands.world.teams_thread(teams)), f"in Teams: {said}")
    in_slack, in_teams = found(hands.world.slack_thread(slack)), found(hands.world.teams_thread(teams))
    assert in_slack
    assert in_teams
    return in_slack, in_teams


async def form_in_slack(hands: Hands, card: Mapping[str, Any]) -> Mapping[str, Any]:
    await hands.press_slack(card, "Edit…")
    views: list[Mapping[str, Any]] = await hands.until(lambda: hands.rig.slack.state()["views"], "the form")
    return views[-1]


async def filled_in_slack(hands: Hands, view: Mapping[str, Any], **fields: str) -> Mapping[str, Any]:
    values = {}
    for block in view["blocks"]:
        given = fields.get(block["block_id"], block["element"].get("initial_value", ""))
        values[block["block_id"]] = {block["element"]["action_id"]: {"type": "plain_text_input", "value": given}}
    answer: Mapping[str, Any] = await hands.rig.slack.control("submit", {"view_id": view["id"], "values": values})
    return answer


async def edit_in_teams(hands: Hands, card: Mapping[str, Any], **fields: str) -> str:
    press = {"conversation": hands.world.teams_channel, "activity": card["id"], "user": EMAIL[BEN]}
    opened = await hands.rig.teams.control("submit_action", {**press, "action": teams_actions(card)["Edit…"]})
    shown = words(opened)
    submit = next(iter(teams_actions({"attachments": [opened]}).values()))
    given = {}
    for name, value in fields.items():
        field = re.search(rf'"id": "([^"]*{name})"', shown)
        assert field
        given[field[1]] = value
    inputs = {one["id"]: one.get("value", "") for one in _inputs(opened)}
    data = {**submit.get("data", {}), **inputs, **given}
    assert (await hands.rig.teams.control("dialog_submit", {"dialog": opened["dialog"]["id"], "data": data}))["ok"]
    return shown


def _inputs(node: Any) -> list[dict[str, Any]]:
    if isinstance(node, list):
        return [one for part in node for one in _inputs(part)]
    if not isinstance(node, dict):
        return []
    own = [node] if str(node.get("type", "")).startswith("Input.") else []
    return own + [one for part in node.values() for one in _inputs(part)]


async def confirmed_in_teams(hands: Hands, card: Mapping[str, Any], label: str) -> None:
    """What asks first shows the question on the card, and the same words below it."""
    (action,) = teams_actions(card)[label]["card"]["actions"]
    press = {"conversation": hands.world.teams_channel, "activity": card["id"], "action": action, "user": EMAIL[BEN]}
    await hands.rig.teams.control("execute", press)


async def the_minute_is_over(world: Incidents) -> None:
    async with world.storage() as storage, storage.work(DEFAULT_TENANT) as work:
        (timer,) = await work.timers.of_kind(SEND)
        await work.timers.set(SEND, timer.object, SystemClock().now(), timer.body)


async def opened(hands: Hands, name: str, **labels: str) -> None:
    assert await hands.world.post(alert(name, fingerprint=name, severity="critical", **labels)) == 200
    await hands.world.both(name)


async def test_a_draft_is_walked_through_in_both_chats(world: Incidents, hands: Hands, box: Box) -> None:
    await opened(hands, "Mail-101", service="shop-api")
    slack, teams = await cards(hands, "Mail-101", "Engineering alert: Critical: Mail-101", "Nothing is sent yet.", OPS)
    await cards(hands, "Mail-101", "Customer notice: The shop is disturbed", "status@example.com")

    form = await form_in_slack(hands, slack)
    shown = {one["block_id"]: one["element"].get("initial_value", "") for one in form["blocks"]}
    assert "Measured: 650 ms (limit: above 500 ms), +30 %" in shown["body"]
    refused = await filled_in_slack(hands, form, recipients="nobody")
    assert refused["errors"] == {"recipients": "“nobody” is not an e-mail address."}
    assert (await filled_in_slack(hands, form, recipients=EVE))["ok"]
    root, _ = await world.both("Mail-101")
    await hands.in_slack_thread(root, f"Not on the list of allowed recipients: {EVE}")

    await filled_in_slack(hands, await form_in_slack(hands, slack), body="It takes 812 ms, not 500 ms.")
    await hands.in_slack_thread(root, "812 ms is no figure of this issue.", "Send with these figures")
    slack, teams = await cards(hands, "Mail-101", "It takes 812 ms", "812 ms is no figure of this issue.", "Edited")
    assert "Approve and send" not in slack_buttons(slack)

    dialog = await edit_in_teams(hands, teams, body="It takes 650 ms, not 500 ms.")
    assert "It takes 812 ms, not 500 ms." in dialog, "the text as it stands is in the form"
    slack, teams = await cards(hands, "Mail-101", "It takes 650 ms", "Edited", "Ben Ortner")
    await hands.press_slack(slack, "Approve and send")
    slack, teams = await cards(hands, "Mail-101", "Approved by Anna Berger from Slack", "Undo")
    await hands.press_teams(teams, "Undo", BEN)
    slack, teams = await cards(hands, "Mail-101", "Draft e-mail", "It takes 650 ms", "Nothing is sent yet.")
    await confirmed_in_teams(hands, teams, "Approve and send")
    slack, teams = await cards(hands, "Mail-101", "Approved by Ben Ortner from Teams")
    assert box.letters == []

    await the_minute_is_over(world)
    await cards(hands, "Mail-101", "Engineering alert sent to 2 addresses")
    await cards(hands, "Mail-101", "Sent e-mail", "It takes 650 ms")
    assert sorted(str(one["To"]) for one in box.letters) == [OPS, "second@example.com"]
    text = box.letters[0].get_body(("plain",))
    assert text
    assert "It takes 650 ms, not 500 ms." in text.get_content()

    shown = words(await hands.command("drafts"))
    assert "Sent" in shown
    assert "The shop is disturbed at the moment" in shown
    (issue,) = [one for one in await world.issues() if "Mail-101" in one.title]
    about_it = [entry for entry in reversed(await world.trail()) if entry.details.get("issue") == issue.id]
    acts = [entry.act for entry in about_it if entry.act.startswith("mail.")]
    assert acts == ["mail.drafted", "mail.drafted", "mail.edited", "mail.edited", "mail.approved", "mail.undone",
                    "mail.approved", "mail.sent"]  # fmt: skip


async def test_asked_for_in_the_thread_and_sent_once_over_a_kill(world: Incidents, hands: Hands, box: Box) -> None:
    assert await world.post(alert("Mail-202", fingerprint="Mail-202", severity="warning")) == 200
    slack, teams = await world.both("Mail-202")
    await hands.say_teams("@Nightdesk draft an e-mail for this", teams)
    card, _ = await cards(hands, "Mail-202", "Engineering alert: Medium: Mail-202", "Nothing is sent yet.")
    await hands.say_slack("@Nightdesk draft a customer notice", slack)
    await hands.in_slack_thread(slack, "Customers are written to about critical issues only.")
    await hands.press_slack(card, "Approve and send")
    await cards(hands, "Mail-202", "Approved by Anna Berger from Slack")
    await world.rig.kill_bot()
    await the_minute_is_over(world)
    await world.rig.start_bot()
    await cards(hands, "Mail-202", "Engineering alert sent to 2 addresses")
    assert sorted(str(one["To"]) for one in box.letters) == [OPS, "second@example.com"]
