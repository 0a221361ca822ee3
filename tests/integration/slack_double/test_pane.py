"""The Slack pane in Chromium, over the double: what people see and press, and what becomes of it."""

import json
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qs

import pytest
import pytest_asyncio
from aiohttp import web
from playwright.async_api import Page, expect

from handlers.playground.doubles.bus import Bus, Faults
from handlers.playground.doubles.slack.double import SlackDouble
from handlers.playground.server import create_app
from tests.acceptance.browser import PHONE
from tests.integration.playground.recording import recording_doubles
from tests.integration.slack_double.conftest import Rig, running

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
INCIDENTS = "C0INCIDENTS"


def served(slack: SlackDouble, bus: Bus, faults: Faults) -> web.Application:
    _, teams = recording_doubles()
    return create_app(slack, teams, bus, faults, list)


@pytest_asyncio.fixture(loop_scope="session")
async def rig(page: Page) -> AsyncIterator[Rig]:
    async with running(served) as rig:
        yield rig
        await page.goto("about:blank")  # ends its stream before the server does


async def opened(page: Page, rig: Rig) -> Any:
    await page.goto(rig.url)
    await page.wait_for_selector("body[data-ready]")
    return page.get_by_test_id("slack")


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def pressed(rig: Rig) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(parse_qs(rig.bot.requests[-1][1].decode())["payload"][0])
    return found


BUTTON = {"type": "button", "text": plain("Refresh"), "action_id": "refresh"}
FORGET = {
    "type": "button",
    "text": plain("Forget"),
    "action_id": "forget",
    "confirm": {"title": plain("Sure?"), "text": plain("Forget it all?"), "confirm": plain("Yes"), "deny": plain("No")},
}


async def test_a_question_is_answered_in_its_thread(page: Page, rig: Rig) -> None:
    slack = await opened(page, rig)
    composer = slack.get_by_role("combobox", name="Message #incidents")
    await composer.fill("@night")
    await composer.press("Enter")
    await composer.press_sequentially("how is checkout?")
    await composer.press("Enter")
    thread = slack.locator("[data-thread]")  # opens with the question
    await expect(thread.get_by_role("article").get_by_text("how is checkout?")).to_be_visible()
    ts = rig.messages(INCIDENTS)[0]["ts"]
    await rig.client.assistant_threads_setStatus(channel_id=INCIDENTS, thread_ts=ts, status="is reading…")
    await expect(thread.get_by_text("Nightdesk is reading…")).to_be_visible()
    await rig.client.chat_postMessage(channel=INCIDENTS, thread_ts=ts, text="It is *slow*.")
    await expect(thread.get_by_text("It is slow.")).to_be_visible()
    await expect(slack.get_by_text("is reading…")).to_have_count(0)
    await rig.client.chat_update(channel=INCIDENTS, ts=rig.messages(INCIDENTS)[1]["ts"], text="It is well.")
    await expect(thread.get_by_text("It is well.")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(thread).to_have_count(0)


async def test_a_press_is_asked_about_and_then_sent(page: Page, rig: Rig) -> None:
    await rig.client.chat_postMessage(
        channel=INCIDENTS, text="x", blocks=[{"type": "actions", "block_id": "row", "elements": [BUTTON, FORGET]}]
    )
    slack = await opened(page, rig)
    await slack.get_by_role("button", name="Refresh").click()
    await slack.get_by_role("button", name="Forget").click()
    await slack.get_by_role("dialog").get_by_role("button", name="No").click()
    await slack.get_by_role("button", name="Forget").click()
    await slack.get_by_role("dialog").get_by_role("button", name="Yes").click()
    await expect(slack.locator("[aria-busy]")).to_have_count(0)
    assert [
        json.loads(parse_qs(body.decode())["payload"][0])["actions"][0]["action_id"] for _, body in rig.bot.requests
    ] == [
        "refresh",
        "forget",
    ]


async def test_a_form_is_filled_refused_and_taken(page: Page, rig: Rig) -> None:
    slack = await opened(page, rig)
    blocks = [
        {
            "type": "input",
            "block_id": "metric",
            "label": plain("Metric"),
            "element": {"type": "plain_text_input", "action_id": "v"},
        },
        {
            "type": "input",
            "block_id": "over",
            "label": plain("Over"),
            "element": {
                "type": "static_select",
                "action_id": "v",
                "options": [{"text": plain("1 hour"), "value": "PT1H"}, {"text": plain("1 day"), "value": "P1D"}],
            },
        },
    ]
    view = {"type": "modal", "title": plain("Ask"), "submit": plain("Send it"), "blocks": blocks}
    await rig.client.views_open(trigger_id=rig.slack.views.trigger("U0ANNA"), view=view)
    dialog = slack.get_by_role("dialog", name="Ask")
    metric = dialog.get_by_role("textbox", name="Metric")
    await expect(metric).to_be_focused()
    await dialog.get_by_role("button", name="Send it").click()
    await expect(dialog.get_by_role("alert").first).to_have_text("Please complete this required field.")
    await metric.fill("latency")
    await dialog.get_by_role("combobox", name="Over").select_option("P1D")
    await dialog.get_by_role("button", name="Send it").click()
    await expect(dialog).to_have_count(0)
    values = pressed(rig)["view"]["state"]["values"]
    assert values["metric"]["v"]["value"] == "latency"
    assert values["over"]["v"]["selected_option"]["value"] == "P1D"


async def test_what_nobody_escaped_shows_as_formatting_and_the_rest_as_text(page: Page, rig: Rig) -> None:
    await rig.client.chat_postMessage(
        channel=INCIDENTS, text="*bold* <https://evil.example|click> <!channel> <b>raw</b>"
    )
    hostile = "*bold* <https://evil.example|click> <img src=x onerror=alert(1)>"
    await rig.client.chat_postMessage(channel=INCIDENTS, text="x", blocks=[{"type": "section", "text": plain(hostile)}])
    slack = await opened(page, rig)
    first, second = slack.get_by_role("article").nth(0), slack.get_by_role("article").nth(1)
    await expect(first.locator("strong")).to_have_text("bold")
    await expect(first.get_by_role("link", name="click")).to_have_attribute("href", "https://evil.example")
    await expect(first.get_by_text("@channel")).to_be_visible()
    await expect(first.get_by_text("<b>raw</b>")).to_be_visible()
    await expect(second.get_by_text(hostile)).to_be_visible()
    await expect(second.locator("strong, img, a")).to_have_count(0)


async def test_a_block_that_is_not_known_is_seen(page: Page, rig: Rig) -> None:
    posted = await rig.client.chat_postMessage(channel=INCIDENTS, text="x")
    rig.slack.workspace.messages[INCIDENTS][0]["blocks"] = [{"type": "sparkline"}, {"type": "section"}]
    slack = await opened(page, rig)
    message = slack.locator(f"[data-message='{posted['ts']}']")
    await expect(message.get_by_text("This page cannot draw “sparkline” yet.")).to_be_visible()


async def test_a_stream_can_be_stopped(page: Page, rig: Rig) -> None:
    ts = (await rig.slack.control("message", {"channel": INCIDENTS, "text": "@Nightdesk why?"}))["ts"]
    who = {"recipient_team_id": "T0NIGHT", "recipient_user_id": "U0ANNA"}
    stream = await rig.client.chat_startStream(channel=INCIDENTS, thread_ts=ts, markdown_text="Looking", **who)
    slack = await opened(page, rig)
    await slack.get_by_role("button", name="1 reply").click()
    await rig.client.chat_appendStream(channel=INCIDENTS, ts=stream["ts"], markdown_text=" **around**")
    thread = slack.locator("[data-thread]")
    await expect(thread.get_by_text("Looking around")).to_be_visible()
    await thread.get_by_role("button", name="Stop").click()
    await expect(thread.get_by_role("button", name="Stop")).to_have_count(0)


async def test_home_prompts_and_shortcuts(page: Page, rig: Rig) -> None:
    home = {"type": "home", "blocks": [{"type": "header", "text": plain("Good morning")}]}
    await rig.client.views_publish(user_id="U0ANNA", view=home)
    prompts = [{"title": "What is broken?", "message": "What is broken right now?"}]
    call = {"channel_id": "D0ANNA", "prompts": prompts}
    await rig.client.api_call("assistant.threads.setSuggestedPrompts", json=call)
    slack = await opened(page, rig)
    await slack.get_by_role("navigation").get_by_role("button", name="Nightdesk").click()
    await slack.get_by_role("button", name="What is broken?").click()
    article = slack.get_by_role("article")
    await expect(article).to_contain_text("What is broken right now?")
    await article.hover()
    await article.get_by_role("button", name="More actions").click()
    await article.get_by_role("menuitem", name="Ask about this").click()
    await page.keyboard.press("Escape")  # the thread, which lies over the channel at this width
    await slack.get_by_role("tab", name="Home").click()
    await expect(slack.get_by_role("heading", name="Good morning")).to_be_visible()


async def test_at_phone_width_the_thread_covers_the_timeline(page: Page, rig: Rig) -> None:
    ts = (await rig.client.chat_postMessage(channel=INCIDENTS, text="root"))["ts"]
    await rig.client.chat_postMessage(channel=INCIDENTS, thread_ts=ts, text="reply")
    await page.set_viewport_size(PHONE)
    slack = await opened(page, rig)
    await slack.get_by_role("button", name="1 reply").click()
    await expect(slack.get_by_role("log", name="Messages")).to_be_hidden()
    await expect(slack.locator("[data-thread]").get_by_text("reply", exact=True)).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await slack.get_by_role("button", name="Close thread").click()
    await expect(slack.get_by_role("log", name="Messages")).to_be_visible()
