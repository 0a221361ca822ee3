"""The Teams pane in a browser: what the double keeps is seen, and what is pressed reaches the bot."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import Page, expect

from handlers.playground.doubles.bus import Bus, Event, Faults
from handlers.playground.doubles.teams import TeamsDouble
from tests.acceptance.browser import PHONE, browser, page
from tests.fakes import DrivenClock
from tests.integration.teams_double.conftest import APP, SECRET, TENANT, Bot

__all__ = ["browser", "page"]

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
ADAPTIVE = "application/vnd.microsoft.card.adaptive"
FILES = Path(__file__).parents[3] / "handlers" / "playground" / "page"
INDEX = """<!doctype html><html lang="en" data-theme="light"><head><title>Teams</title><link rel="icon" href="data:,">
<link rel="stylesheet" href="/page/tokens.css"><link rel="stylesheet" href="/page/app.css">
<link rel="stylesheet" href="/page/teams.css"><script type="module" src="/start.js"></script></head>
<body><main id="teams" data-testid="teams"></main></body></html>"""
START = """import * as teams from "/page/teams.js";
const post = async (path, body) => (await fetch(path, { method: "POST", body: JSON.stringify(body) })).json();
window.shown = [];
window.host = {
  state: await post("/state", {}),
  call: (name, body) => post("/call", { name, body }),
  inspect: (title, json) => window.shown.push(json),
  announce: () => {},
};
window.teams = teams;
window.pane = teams.mount(document.getElementById("teams"), window.host);
document.body.dataset.ready = "true";"""


class Stage:
    """The pane on a page of its own; events are handed in by the test, so that nothing is waited for."""

    def __init__(self, page: Page, double: TeamsDouble, bot: Bot, events: list[Event]) -> None:
        self.page, self.double, self.bot, self.events = page, double, bot, events

    def place(self, kind: str) -> str:
        return next(one["id"] for one in self.double.state()["conversations"] if one["kind"] == kind)

    async def open(self, kind: str) -> None:
        await self.page.locator(f"[data-conversation='{self.place(kind)}']").click()

    async def tell(self) -> None:
        """Hands the page what happened since it was last told."""
        for event in self.events:
            if event.type != "request":
                await self.page.evaluate("event => window.pane.update(event)", {"type": event.type, "data": event.data})
        self.events.clear()

    async def says(self, kind: str, **activity: Any) -> str:
        """The bot has said this."""
        world = self.double.world
        conversation = world.conversations[self.place(kind)]
        stored = world.keep(conversation, {"type": "message", "text": "", "from": world.bot, **activity})
        self.events.append(Event("teams", "message", {"conversation": conversation.id, "activity": stored}))
        await self.tell()
        return str(stored["id"])

    async def shows(self, *body: dict[str, Any], actions: tuple[dict[str, Any], ...] = ()) -> str:
        content = {"type": "AdaptiveCard", "version": "1.5", "body": list(body), "actions": list(actions)}
        return await self.says("personal", attachments=[{"contentType": ADAPTIVE, "content": content}])


class Listening(Bus):
    """Keeps the events at once, so that a test need not wait for a stream of them."""

    def __init__(self) -> None:
        super().__init__()
        self.events: list[Event] = []

    def publish(self, chat: str, type: str, /, **data: Any) -> None:  # noqa: A002
        self.events.append(Event(chat, type, data))


@pytest_asyncio.fixture(loop_scope="session")
async def stage(page: Page) -> AsyncIterator[Stage]:
    bot, bus = Bot(), Listening()
    bot_app = web.Application()
    bot_app.router.add_post("/api/messages", bot.handle)
    bot_server = TestServer(bot_app)
    await bot_server.start_server()
    double = TeamsDouble(
        bus,
        Faults(),
        DrivenClock(),
        bot_url=str(bot_server.make_url("")),
        app_id=APP,
        app_password=SECRET,
        tenant=TENANT,
        commands=[{"title": "status", "description": "How everything is"}],
    )

    async def call(request: web.Request) -> web.Response:
        asked = json.loads(await request.text())
        return web.json_response(await double.control(asked["name"], asked["body"]))

    async def state(_: web.Request) -> web.Response:
        return web.json_response(double.state())

    async def text(request: web.Request) -> web.Response:
        script = request.path.endswith(".js")
        return web.Response(text=START if script else INDEX, content_type="text/javascript" if script else "text/html")

    app = web.Application()
    app.router.add_get("/", text)
    app.router.add_get("/start.js", text)
    app.router.add_post("/call", call)
    app.router.add_post("/state", state)
    app.router.add_static("/page", FILES)
    double.routes(app)
    server = TestServer(app)
    await server.start_server()
    double.settings(str(server.make_url("")))
    await page.goto(str(server.make_url("/")))
    await page.wait_for_selector("body[data-ready]")
    stage = Stage(page, double, bot, bus.events)
    await stage.open("personal")
    yield stage
    await server.close()
    await bot_server.close()


async def test_writing_and_threads(stage: Stage) -> None:
    await stage.open("channel")
    composer = stage.page.locator("[data-composer]")
    await composer.fill("@Nightdesk how is checkout?")
    await composer.press("Enter")
    await expect(composer).to_have_value("")
    await stage.tell()
    thread = stage.page.locator("[data-thread]")
    await expect(thread.locator(".tm-mention")).to_have_text("Nightdesk")
    await thread.get_by_role("button", name="Reply").click()
    await thread.get_by_role("combobox").fill("and now @Nightdesk?")
    await thread.get_by_role("combobox").press("Enter")
    await expect(thread.get_by_role("combobox")).to_have_value("")
    await stage.tell()
    await expect(thread.locator("[data-message]")).to_have_count(2)
    assert stage.bot.heard[-1]["conversation"]["id"].endswith(f";messageid={await thread.get_attribute('data-thread')}")


async def test_commands_are_offered(stage: Stage) -> None:
    composer = stage.page.locator("[data-composer]")
    await composer.press_sequentially("/st")
    option = stage.page.get_by_role("option", name="status")
    await expect(option).to_be_visible()
    await composer.press("Tab")
    await expect(composer).to_have_value("status ")
    await composer.fill("")
    await composer.press_sequentially("hi @Nigh")
    await composer.press("Enter")
    await expect(composer).to_have_value("hi @Nightdesk ")


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("**b** and _i_", "<p><strong>b</strong> and <em>i</em></p>"),
        (r"\*\*b\*\* \_i\_ \[x\]\(y\)", "<p>**b** _i_ [x](y)</p>"),
        ("snake_case_name 2*3*4", "<p>snake_case_name 2<em>3</em>4</p>"),
        ("- a\n- b", "<ul><li>a</li><li>b</li></ul>"),
        ("1. a\n2. b", "<ol><li>a</li><li>b</li></ol>"),
        ("one\ntwo\n\nthree", "<p>one two</p><p>three</p>"),
        ("# no heading `no code` ~~no~~ <b>no</b>", "<p># no heading `no code` ~~no~~ &lt;b&gt;no&lt;/b&gt;</p>"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>"),
        ("&lt;b&gt; &amp; &#42;", "<p>&lt;b&gt; &amp; *</p>"),
        ("<at>Anna</at>", "<p>&lt;at&gt;Anna&lt;/at&gt;</p>"),
        ("{{DATE(2026)}}", "<p>{{DATE(2026)}}</p>"),
    ],
)
async def test_markdown_of_cards(stage: Stage, text: str, html: str) -> None:
    await stage.shows({"type": "TextBlock", "text": text, "wrap": True})
    assert await stage.page.locator(".ac-text").inner_html() == html


async def test_markdown_of_messages(stage: Stage) -> None:
    await stage.says("personal", text="# Head\n`c` ~~s~~ [x](https://a.example) <b>b</b>\n\n```\n**raw**\n```\n> q")
    text = stage.page.locator(".tm-text")
    for tag, words in (("code >> nth=0", "c"), ("s", "s"), ("a", "x"), ("strong", "b"), ("pre", "**raw**\n")):
        expected = words if tag == "pre" else words.strip()
        assert (await text.locator(tag).first.text_content() or "").strip() == expected.strip()
    await expect(text.get_by_role("heading", name="Head")).to_be_visible()
    await stage.says("personal", text="**plain**", textFormat="plain")
    await expect(stage.page.locator(".tm-plain")).to_have_text("**plain**")


async def test_dates_are_the_readers_own(stage: Stage) -> None:
    await stage.shows(
        {"type": "TextBlock", "text": "{{DATE(2026-03-18T12:00:00Z, SHORT)}} {{TIME(2026-03-18T12:00:00Z)}}"}
    )
    shown = await stage.page.locator(".ac-text").inner_text()
    assert "{{" not in shown
    assert "Mar 18, 2026" in shown


async def test_execute_sends_the_inputs_and_shows_the_toast(stage: Stage) -> None:
    stage.bot.answers["adaptiveCard/action"] = {
        "statusCode": 200,
        "type": "application/vnd.microsoft.activity.message",
        "value": "Noted.",
    }
    go = {"type": "Action.Execute", "title": "Note it", "verb": "note", "data": {"issue": "i1"}}
    show = {"type": "Action.ShowCard", "title": "Write", "card": {"type": "AdaptiveCard", "body": []}}
    inner = {"type": "Input.Text", "id": "note", "label": "Note", "isRequired": True, "errorMessage": "Say why."}
    show["card"] = {"type": "AdaptiveCard", "body": [inner], "actions": [go]}
    days = {"type": "Input.ChoiceSet", "id": "for", "label": "For", "choices": [{"title": "1 day", "value": "P1D"}]}
    await stage.shows(days, {"type": "Input.Toggle", "id": "all", "title": "All"}, actions=(show,))
    await stage.page.get_by_role("button", name="Write").click()
    await stage.page.get_by_role("button", name="Note it").click()
    await expect(stage.page.get_by_text("Say why.")).to_be_visible()
    assert stage.bot.heard == []
    await stage.page.get_by_label("Note").fill("deploy")
    await stage.page.get_by_label("For").select_option("P1D")
    await stage.page.locator("[data-action='Note it']").click()
    await expect(stage.page.locator("[data-action='Note it']")).not_to_have_attribute("aria-busy", "true")
    await stage.tell()
    await expect(stage.page.get_by_role("status").filter(has_text="Noted.")).to_be_visible()
    data = stage.bot.heard[-1]["value"]["action"]["data"]
    assert data == {"issue": "i1", "for": "P1D", "all": "false", "note": "deploy"}


async def test_six_actions_then_a_menu(stage: Stage) -> None:
    actions = tuple({"type": "Action.Execute", "title": f"Do {n}", "verb": str(n)} for n in range(8))
    await stage.shows(actions=actions)
    card = stage.page.locator(".ac-card")
    await expect(card.get_by_role("button", name="Do 5")).to_be_visible()
    await expect(card.get_by_role("button", name="Do 6")).to_be_hidden()
    await card.get_by_role("button", name="More actions").click()
    await expect(card.get_by_role("button", name="Do 7")).to_be_visible()


async def test_elements(stage: Stage) -> None:
    cells = [{"type": "TableCell", "items": [{"type": "TextBlock", "text": text}]} for text in ("Service", "p95")]
    series = [{"legend": "checkout", "values": [{"x": f"2026-03-{day:02}", "y": day} for day in range(1, 9)]}]
    charts = [{"type": f"Chart.{kind}", "title": kind, "data": series} for kind in ("Line", "VerticalBar.Grouped")]
    charts.append(
        {"type": "Chart.Pie", "title": "Pie", "data": [{"legend": "a", "value": 1}, {"legend": "b", "value": 3}]}
    )
    charts.append({"type": "Chart.Gauge", "title": "Gauge", "value": 40, "max": 100})
    await stage.shows(
        {"type": "Table", "columns": [{"width": 1}] * 2, "rows": [{"type": "TableRow", "cells": cells}] * 2},
        {"type": "FactSet", "facts": [{"title": "Now", "value": "412 ms"}]},
        {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": "**as is**"}]},
        {"type": "CodeBlock", "codeSnippet": "up == 0"},
        {"type": "TextBlock", "text": "hidden", "id": "more", "isVisible": False},
        {"type": "Hologram", "fallback": {"type": "TextBlock", "text": "instead"}},
        {"type": "Hologram"},
        *charts,
        actions=({"type": "Action.ToggleVisibility", "title": "More", "targetElements": ["more"]},),
    )
    card = stage.page.locator(".ac-card")
    await expect(card.get_by_role("columnheader")).to_have_text(["Service", "p95"])
    for text in ("412 ms", "**as is**", "up == 0", "instead", "not drawn here: Hologram"):
        await expect(card.get_by_text(text)).to_be_visible()
    for name in (
        "Line: line chart; checkout from 1 to 8",
        "VerticalBar.Grouped: bar chart",
        "b 3 (75 %)",
        "gauge at 40",
    ):
        await expect(card.get_by_role("img", name=name)).to_be_visible()
    await expect(card.get_by_text("hidden")).to_be_hidden()
    await card.get_by_role("button", name="More").click()
    await expect(card.get_by_text("hidden")).to_be_visible()


async def test_a_dialog_from_press_to_answer(stage: Stage) -> None:
    form = {
        "type": "AdaptiveCard",
        "version": "1.5",
        "body": [{"type": "Input.Text", "id": "why", "label": "Why"}],
        "actions": [{"type": "Action.Submit", "title": "Send", "data": {"issue": "i1"}}],
    }
    value = {"title": "Escalate", "card": {"contentType": ADAPTIVE, "content": form}}
    stage.bot.answers["task/fetch"] = {"task": {"type": "continue", "value": value}}
    stage.bot.answers["task/submit"] = {"task": {"type": "message", "value": "Escalated."}}
    await stage.shows(
        actions=({"type": "Action.Submit", "title": "Open", "data": {"msteams": {"type": "task/fetch"}}},),
    )
    opener = stage.page.get_by_role("button", name="Open")
    await opener.click()
    await expect(opener).not_to_have_attribute("aria-busy", "true")
    await stage.tell()
    dialog = stage.page.get_by_role("dialog", name="Escalate")
    await dialog.get_by_label("Why").fill("it burns")
    await dialog.get_by_role("button", name="Send").click()
    await expect(dialog.get_by_role("button", name="Send")).not_to_have_attribute("aria-busy", "true")
    await stage.tell()
    await expect(dialog).to_be_hidden()
    await expect(stage.page.get_by_text("Escalated.")).to_be_visible()
    assert stage.bot.heard[-1]["value"]["data"] == {"issue": "i1", "why": "it burns"}


async def test_signs_of_confidence(stage: Stage) -> None:
    appearance = {"name": "Deploys", "abstract": "Deploy log", "url": "https://grafana.example"}
    root = {"type": "https://schema.org/Message", "additionalType": ["AIGeneratedContent"]}
    root |= {"citation": [{"position": 1, "appearance": appearance}]}
    stage.bot.answers["message/submitAction"] = 200
    data = {"feedbackLoop": {"type": "default"}}
    sent = await stage.says("personal", text="A deploy did it. [1]", entities=[root], channelData=data)
    message = stage.page.locator(f"[data-message='{sent}']")
    await expect(message.get_by_text("AI generated")).to_be_visible()
    await message.get_by_role("button", name="Source 1: Deploys").click()
    await expect(message.locator("[data-citation='1']")).to_be_focused()
    await message.get_by_role("button", name="Not helpful").click()
    await message.get_by_role("textbox", name="Comment").fill("too short")
    await message.get_by_role("button", name="Send feedback").click()
    await expect(message.get_by_role("textbox", name="Comment")).to_have_count(0)
    await stage.page.wait_for_load_state("networkidle")
    await stage.tell()
    await expect(message.get_by_role("button", name="Not helpful")).to_have_attribute("aria-pressed", "true")
    await message.get_by_role("button", name="JSON of the message from Nightdesk").click()
    assert await stage.page.evaluate("window.shown[0].id") == sent


async def test_updates_streams_and_deletes(stage: Stage) -> None:
    chat = stage.place("personal")
    sent = await stage.says("personal", text="Reading", streaming=True, streamType="informative")
    message = stage.page.locator(f"[data-message='{sent}']")
    await expect(message.get_by_role("button", name="Stop")).to_be_visible()
    final = stage.double.world.conversations[chat].activities[sent] | {
        "text": "Done",
        "streaming": False,
        "edited": True,
    }
    for kind, data in (("update", {"activity": final}), ("delete", {"id": sent})):
        stage.events.append(Event("teams", kind, {"conversation": chat, **data}))
        await stage.tell()
        if kind == "update":
            await expect(message.get_by_text("Edited")).to_be_visible()
            await expect(message.get_by_role("button", name="Stop")).to_have_count(0)
    await expect(message).to_have_count(0)


async def test_news_elsewhere_is_marked(stage: Stage) -> None:
    await stage.says("channel", text="Checkout is slow")
    place = stage.page.locator(f"[data-conversation='{stage.place('channel')}']")
    await expect(place.get_by_role("img", name="new messages")).to_be_visible()
    await place.click()
    await expect(stage.page.get_by_text("Checkout is slow").first).to_be_visible()
    await expect(place.get_by_role("img", name="new messages")).to_have_count(0)


async def test_phone_width_needs_no_sideways_scrolling(stage: Stage) -> None:
    await stage.page.set_viewport_size(PHONE)
    await stage.shows(
        {"type": "TextBlock", "text": "word" * 60, "wrap": True},
        {"type": "CodeBlock", "codeSnippet": "x" * 300},
        {"type": "FactSet", "facts": [{"title": "a" * 60, "value": "b" * 90}]},
    )
    width = await stage.page.evaluate(
        "document.querySelector('.tm-feed').scrollWidth - document.querySelector('.tm-feed').clientWidth"
    )
    assert width <= 0


async def test_the_gallery_draws_without_a_double(stage: Stage) -> None:
    drawn = await stage.page.evaluate(
        """() => {
          const content = { type: "AdaptiveCard", version: "1.5", body: [{ type: "TextBlock", text: "alone" }],
            actions: [{ type: "Action.Execute", title: "Press", verb: "x" }] };
          const activity = { id: "1", from: window.host.state.bot,
            attachments: [{ contentType: "application/vnd.microsoft.card.adaptive", content }] };
          const element = window.teams.drawMessage(activity, { state: window.host.state });
          element.querySelector("[data-action='Press']").click();
          return element.textContent;
        }"""
    )
    assert "alone" in drawn
