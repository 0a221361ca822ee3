"""An alert as both panes draw it: nine buttons within the width of a phone, and what owners do with its place."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from aiohttp.test_utils import TestServer
from playwright.async_api import Locator, Page, expect

from bot.model.reply import Button, Choices, Fact, Facts, Option, Reply, Text
from handlers.playground.doubles.bus import Bus, Faults
from handlers.playground.doubles.slack.double import SlackDouble
from handlers.playground.doubles.teams import TeamsDouble
from handlers.playground.server import create_app
from handlers.slack.blocks import render as slack_render
from handlers.teams.cards import render as teams_render
from tests.acceptance.browser import PHONE, browser, page
from tests.fakes import DrivenClock

__all__ = ["browser", "page"]

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
NAMES = ("Acknowledge", "Resolve", "Assign to me", "Escalate", "Silence 2 h", "Open ticket", "Runbook", "Graph", "More")
ALERT = Reply(
    "Checkout p95 latency is 1.9 s, usually 0.4 s.",
    title="Checkout is slow",
    tone="bad",
    blocks=(
        Facts(tuple(Fact(label, f"value of {label}") for label in "ABCDEFGH")),
        Text(("x" * 200,)),
        Choices("Silence for", (Option("30 minutes", "PT30M"), Option("2 hours", "PT2H")), "silence", "for"),
    ),
    buttons=(
        Button(NAMES[0], "ack", style="primary"),
        *(Button(name, "act", {"act": name}) for name in NAMES[1:3]),
        Button(NAMES[3], "escalate", style="danger", confirm="Wake the next person?"),
        *(Button(name, "act", {"act": name}) for name in NAMES[4:6]),
        *(Button(name, url=f"https://wiki.example.com/{name}") for name in NAMES[6:]),
    ),
    footer="New, and critical.",
)


class Both:
    def __init__(self) -> None:
        bus, faults, clock = Bus(), Faults(), DrivenClock()
        self.bus = bus
        nowhere = "http://127.0.0.1:1"
        self.slack = SlackDouble(
            bus, faults, clock, bot_url=nowhere, signing_secret="s", token="xoxb-d", app_token="xapp-d"
        )
        self.teams = TeamsDouble(bus, faults, clock, bot_url=nowhere, app_id="app", app_password="p", tenant="t")
        self.app = create_app(self.slack, self.teams, bus, faults, list)

    def say(self) -> None:
        """In #incidents and in the channel Incidents."""
        workspace, world = self.slack.workspace, self.teams.world
        drawn = dict(slack_render(ALERT, lambda file: file.name).payload)
        message = {"type": "message", "user": workspace.bot.user, "bot_id": workspace.bot.id, "ts": workspace.ts()}
        workspace.put(workspace.channels["C0INCIDENTS"], {**message, **drawn})
        channel = next(one for one in world.conversations.values() if one.name == "Incidents")
        world.keep(channel, {**teams_render(ALERT, lambda file: file.name).payload, "from": world.bot})


@pytest_asyncio.fixture(loop_scope="session")
async def both(page: Page) -> AsyncIterator[Both]:
    both = Both()
    both.say()
    async with TestServer(both.app, host="127.0.0.1") as server:
        url = str(server.make_url("")).rstrip("/")
        both.slack.settings(url)
        both.teams.settings(url)
        await page.goto(url)
        await page.wait_for_selector("body[data-ready]")
        yield both
        await page.goto("about:blank")  # ends its stream before the server does


async def pane_of(page: Page, chat: str) -> Locator:
    """At phone width one is seen at a time."""
    tab = page.get_by_role("tab", name=chat.capitalize())
    if await tab.is_visible():
        await tab.click()
    return page.get_by_test_id(chat)


@pytest.mark.parametrize("chat", ["slack", "teams"])
async def test_nine_buttons_on_a_phone(page: Page, both: Both, chat: str) -> None:
    await page.set_viewport_size(PHONE)
    pane = await pane_of(page, chat)
    boxes = []
    for name in NAMES:
        button = pane.locator("[data-message]").get_by_role("link" if name in NAMES[6:] else "button", name=name)
        if chat == "teams":
            button = pane.locator("[data-message] [data-action]").filter(has_text=name)
        await expect(button.first).to_be_visible()
        box = await button.first.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= PHONE["width"]
        assert box["height"] >= 28  # a thumb can meet it
        boxes.append(box)
    assert not any(overlap(one, other) for n, one in enumerate(boxes) for other in boxes[n + 1 :])
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def overlap(one: Any, other: Any) -> bool:
    apart = (
        one["x"] + one["width"] <= other["x"] + 0.5
        or other["x"] + other["width"] <= one["x"] + 0.5
        or one["y"] + one["height"] <= other["y"] + 0.5
        or other["y"] + other["height"] <= one["y"] + 0.5
    )
    return not apart


async def test_owners_of_a_slack_channel(page: Page, both: Both) -> None:
    pane = await pane_of(page, "slack")
    await pane.get_by_role("button", name="Channel settings").click()
    await pane.get_by_role("menuitem", name="Remove Nightdesk").click()
    await expect(pane.get_by_text("Nightdesk is not in this channel")).to_be_visible()
    assert both.slack.state()["channels"][0]["installed"] is False
    await pane.get_by_role("button", name="Channel settings").click()
    await pane.get_by_role("menuitem", name="Archive channel").click()
    await expect(pane.get_by_text("archived", exact=True)).to_be_visible()
    await pane.get_by_role("button", name="Channel settings").click()
    await pane.get_by_role("menuitem", name="Restore channel").click()
    await expect(pane.get_by_text("Nightdesk is not in this channel")).to_be_visible()
    await pane.get_by_role("button", name="Channel settings").click()
    await pane.get_by_role("menuitem", name="Invite Nightdesk").click()
    await expect(pane.get_by_text("Nightdesk is not in this channel")).to_be_hidden()


async def test_owners_of_a_teams_channel(page: Page, both: Both) -> None:
    pane = await pane_of(page, "teams")
    await pane.get_by_role("button", name="Delete channel").click()
    await expect(pane.get_by_text("deleted", exact=True)).to_be_visible()
    await pane.get_by_role("button", name="Restore").click()
    await pane.get_by_role("button", name="Remove Nightdesk").click()
    await expect(pane.get_by_role("button", name="Install Nightdesk")).to_be_visible()
    await pane.get_by_role("button", name="Install Nightdesk").click()
    await expect(pane.get_by_role("button", name="Remove Nightdesk")).to_be_visible()


async def test_what_can_be_done_with_a_message(page: Page, both: Both) -> None:
    pane = await pane_of(page, "slack")
    message = pane.locator("[data-message]").first
    await message.hover()
    await message.get_by_role("button", name="More actions").click()
    await expect(message.get_by_role("menuitem", name="Ask about this")).to_be_visible()
    await expect(message.get_by_role("menuitem", name="Act on this alert")).to_be_visible()


async def test_other_peoples_direct_messages_are_theirs(page: Page, both: Both) -> None:
    pane = await pane_of(page, "slack")
    workspace = both.slack.workspace
    chats = pane.locator(".slk-im")
    await expect(chats).to_have_count(1)
    bens = workspace.direct("U0BEN")
    workspace.put(
        bens, {"type": "message", "user": workspace.bot.user, "bot_id": "B", "ts": workspace.ts(), "text": "x"}
    )
    general = workspace.channels["C0GENERAL"]  # what comes after it has been seen, so that one was, too
    workspace.put(general, {"type": "message", "user": "U0BEN", "ts": workspace.ts(), "text": "later"})
    await expect(pane.locator("[data-channel='C0GENERAL'] [aria-label=unread]")).to_be_visible()
    await expect(chats).to_have_count(1)
