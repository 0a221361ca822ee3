"""The shell of the playground and the gallery in Chromium, over doubles that only write down what they are asked."""

import contextlib
import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import pytest_asyncio
from aiohttp.test_utils import TestServer
from playwright.async_api import Page, expect

from handlers.catalog import PLATFORMS
from handlers.playground.doubles.bus import Bus, Faults
from handlers.playground.examples import EXAMPLES
from handlers.playground.gallery import example_link, gallery
from handlers.playground.server import create_app
from tests.acceptance.browser import DESKTOP, PHONE, screenshot
from tests.integration.playground.recording import RecordingDouble, TwoIncidents, recording_doubles

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

SIZES = pytest.mark.parametrize(("size", "name"), [(DESKTOP, "desktop"), (PHONE, "phone")], ids=["desktop", "phone"])
THEMES = pytest.mark.parametrize("theme", ["light", "dark"])


@dataclass
class Shell:
    slack: RecordingDouble
    teams: RecordingDouble
    url: str
    port: int
    bus: Bus = field(default_factory=Bus)
    faults: Faults = field(default_factory=Faults)
    incidents: TwoIncidents = field(default_factory=TwoIncidents)

    def record(self, chat: str = "slack", path: str = "chat.postMessage", status: int = 200, **given: Any) -> None:
        self.bus.record(chat, "in", "POST", path, status=status, ms=12.5, **given)


@contextlib.asynccontextmanager
async def served(port: int | None = None, *, with_world: bool = True) -> AsyncIterator[Shell]:
    (slack, teams), bus, faults, incidents = recording_doubles(), Bus(), Faults(), TwoIncidents()
    renderers = {kind.name: kind.render for kind in PLATFORMS}
    world = incidents if with_world else None
    app = create_app(slack, teams, bus, faults, lambda: gallery(renderers), incidents=world)
    async with TestServer(app, port=port) as server:
        assert server.port is not None
        yield Shell(slack, teams, str(server.make_url("/")), server.port, bus, faults, incidents)


@pytest_asyncio.fixture(loop_scope="session")
async def shell(page: Page) -> AsyncIterator[Shell]:
    async with served() as shell:
        yield shell
        await page.goto("about:blank")  # ends its stream before the server does


async def opened(page: Page, url: str) -> None:
    await page.goto(url)
    await page.wait_for_selector("body[data-ready]")


async def open_inspector(page: Page) -> None:
    await page.get_by_role("button", name="Inspector", exact=True).click()


async def fits_in_width(page: Page) -> bool:
    return bool(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


@SIZES
@THEMES
async def test_the_shell_stands(page: Page, shell: Shell, size: Any, name: str, theme: Any) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await page.set_viewport_size(size)
    await page.emulate_media(color_scheme=theme)
    await opened(page, shell.url)
    await expect(page.locator("html")).to_have_attribute("data-theme", theme)
    await expect(page.get_by_role("heading", name="Nightdesk", level=1)).to_be_visible()
    await expect(page.get_by_text("Simulation.")).to_be_visible()
    await expect(page.get_by_test_id("slack").locator("*").first).to_be_visible()
    await expect(page.get_by_test_id("teams").locator("*").first).to_be_visible(visible=size is DESKTOP)
    assert await fits_in_width(page)
    assert all(url.startswith((shell.url, "data:")) for url in asked), "the page asks nobody else"
    await screenshot(page, f"shell-{name}-{theme}")


async def test_the_theme_that_was_chosen_stays(page: Page, shell: Shell) -> None:
    await opened(page, shell.url)
    switch = page.get_by_role("button", name="Dark theme")
    await expect(switch).to_have_attribute("aria-pressed", "false")
    await switch.click()
    await expect(switch).to_have_attribute("aria-pressed", "true")
    await page.reload()
    await expect(page.locator("html")).to_have_attribute("data-theme", "dark")


async def test_requests_appear_as_they_happen_and_open(page: Page, shell: Shell) -> None:
    shell.record(path="auth.test")
    await opened(page, shell.url)
    await open_inspector(page)
    inspector = page.get_by_test_id("inspector")
    rows = inspector.locator("tr[data-request]:visible")
    await expect(rows).to_have_count(1)
    shell.record(status=429, request={"channel": "C0OPS"}, response={"ok": False, "error": "ratelimited"})
    shell.record("teams", "/v3/conversations")
    await expect(rows).to_have_count(3)
    await expect(rows.nth(1)).to_contain_text(re.compile("2.*Slack.*from the bot.*POST chat.postMessage.*429.*12.5"))

    await rows.nth(1).get_by_role("button").click()
    await expect(inspector.get_by_text('"ratelimited"')).to_be_visible()
    await screenshot(page, "inspector-desktop-light")
    await inspector.get_by_role("combobox").select_option("teams")
    await expect(rows).to_have_count(1)
    await inspector.get_by_role("combobox").select_option("")
    await inspector.get_by_label("Only problems").check()
    await expect(rows).to_have_count(1)
    await inspector.get_by_label("Only problems").uncheck()
    await inspector.get_by_role("searchbox").fill("auth")
    await expect(rows).to_have_count(1)
    await expect(rows).to_contain_text("auth.test")
    await inspector.get_by_role("searchbox").fill("nothing like it")
    await expect(inspector.get_by_text("No requests to show.")).to_be_visible()


async def test_escape_closes_and_gives_the_focus_back(page: Page, shell: Shell) -> None:
    await opened(page, shell.url)
    for name, panel in (("Inspector", "inspector"), ("Faults", "faults")):
        toggle = page.get_by_role("navigation").get_by_role("button", name=name)
        await toggle.press("Enter")
        await expect(page.get_by_test_id(panel)).to_be_visible()
        await expect(toggle).to_have_attribute("aria-expanded", "true")
        await page.keyboard.press("Escape")
        await expect(page.get_by_test_id(panel)).to_be_hidden()
        await expect(toggle).to_be_focused()


async def test_the_keyboard_reaches_the_chats_first(page: Page, shell: Shell) -> None:
    await opened(page, shell.url)
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Skip to Slack")).to_be_focused()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.get_by_test_id("teams")).to_be_focused()


async def test_faults_are_set_in_words(page: Page, shell: Shell) -> None:
    await opened(page, shell.url)
    await page.get_by_role("button", name="Faults").click()
    panel = page.get_by_test_id("faults")
    await panel.get_by_label("In", exact=True).select_option("slack")
    await panel.get_by_label("Only calls that contain").fill("chat.postMessage")
    await panel.get_by_label("Times", exact=True).fill("2")
    await panel.get_by_role("button", name="Add").click()
    said = "Slack: refuse with 429 and ask to wait 3 s at “chat.postMessage”, 2 more times"
    await expect(panel.get_by_role("listitem")).to_have_text(said)
    await screenshot(page, "faults-desktop-light")

    assert shell.faults.next("slack", "chat.postMessage") is not None
    shell.record(status=429)
    await expect(panel.get_by_role("listitem")).to_contain_text("once more")
    await panel.get_by_role("button", name="Clear all").click()
    await expect(panel.get_by_text("Nothing. Everything works.")).to_be_visible()
    assert shell.faults.state() == []


@SIZES
@THEMES
async def test_incidents_are_started_and_stopped(page: Page, shell: Shell, size: Any, name: str, theme: Any) -> None:
    await page.set_viewport_size(size)
    await page.emulate_media(color_scheme=theme)
    await opened(page, shell.url)
    toggle, panel = page.get_by_role("button", name=re.compile("^Incidents")), page.get_by_test_id("incidents")
    await toggle.click()
    await expect(panel.get_by_role("listitem")).to_have_count(2)

    await panel.get_by_role("button", name="Start: Fire").click()
    await expect(panel).to_be_hidden()  # for now the chats are what one wants to see
    await expect(toggle).to_be_focused()
    await expect(page.locator("#incident-count")).to_have_text("1")
    assert shell.incidents.running == {"fire": True, "flood": False}

    await toggle.click()
    await expect(panel.get_by_role("listitem").first).to_contain_text("running")
    await screenshot(page, f"incidents-{name}-{theme}")
    assert await fits_in_width(page)
    await panel.get_by_role("button", name="Stop: Fire").click()
    await expect(panel.get_by_role("button", name="Start: Fire")).to_be_focused()
    await expect(panel.get_by_role("button", name="Stop all of it")).to_be_disabled()
    assert shell.incidents.running == {"fire": False, "flood": False}


async def test_where_nothing_can_fail_the_panel_says_so(page: Page) -> None:
    async with served(with_world=False) as shell:
        await opened(page, shell.url)
        await page.get_by_role("button", name=re.compile("^Incidents")).click()
        panel = page.get_by_test_id("incidents")
        await expect(panel).to_contain_text("Nothing behind these chats can be made to fail here.")
        await expect(panel.get_by_role("button", name="Stop all of it")).to_be_hidden()
        await page.goto("about:blank")


async def test_a_refused_call_is_told_in_a_note(page: Page, shell: Shell) -> None:
    await opened(page, shell.url)
    answer = await page.evaluate("import('/page/api.js').then((api) => api.request('/sim/slack/refuse', {}))")
    assert answer == {"error": "There is no channel C0NONE."}
    note = page.locator(".toast")
    await expect(note).to_have_text(re.compile("There is no channel C0NONE."))
    await note.get_by_role("button", name="Dismiss").click()
    await expect(note).to_have_count(0)


async def test_after_a_gap_everything_is_read_anew(page: Page) -> None:
    async with served() as first:
        first.record(path="auth.test")
        await opened(page, first.url)
        await open_inspector(page)
        rows = page.get_by_test_id("inspector").locator("tr[data-request]")
        await expect(rows).to_contain_text(["auth.test"])
    await expect(page.locator("#connection")).to_be_visible()
    async with served(first.port) as second:
        second.record(path="users.info")
        second.record(path="chat.update")
        await expect(page.locator("#connection")).to_be_hidden()
        await expect(rows).to_contain_text(["users.info", "chat.update"])
        await page.goto("about:blank")


async def test_the_splitter_moves_by_keyboard_and_mouse(page: Page, shell: Shell) -> None:
    await opened(page, shell.url)
    splitter = page.get_by_role("separator", name="Width of the Slack pane")
    await splitter.focus()
    await page.keyboard.press("ArrowRight")
    await expect(splitter).to_have_attribute("aria-valuenow", "52")
    await page.keyboard.press("End")
    await expect(splitter).to_have_attribute("aria-valuenow", "75")
    await splitter.dblclick()
    await expect(splitter).to_have_attribute("aria-valuenow", "50")
    box = await splitter.bounding_box()
    assert box is not None
    await page.mouse.move(box["x"] + 8, box["y"] + 200)
    await page.mouse.down()
    await page.mouse.move(432, box["y"] + 200)
    await page.mouse.up()
    await expect(splitter).to_have_attribute("aria-valuenow", "30")
    await page.reload()
    await expect(splitter).to_have_attribute("aria-valuenow", "30")


async def test_a_phone_shows_one_chat_at_a_time(page: Page, shell: Shell) -> None:
    await page.set_viewport_size(PHONE)
    await opened(page, shell.url)
    slack, teams = page.get_by_test_id("slack"), page.get_by_test_id("teams")
    await expect(teams).to_be_hidden()
    await page.get_by_role("tab", name="Teams").click()
    await expect(teams).to_be_visible()
    await expect(slack).to_be_hidden()
    await page.keyboard.press("ArrowRight")
    await expect(page.get_by_role("tab", name="Slack")).to_be_focused()
    await expect(slack).to_be_visible()


@pytest.mark.parametrize("chosen", ["Both", "Slack", "Teams"])
async def test_a_question_to_begin_with_is_asked_where_it_was_chosen(page: Page, shell: Shell, chosen: str) -> None:
    await opened(page, shell.url)
    await expect(page.get_by_role("radio", name="Both")).to_be_checked()
    await page.get_by_role("radio", name=chosen).check(force=True)
    chats = {"Both": {"slack", "teams"}}.get(chosen, {chosen.lower()})
    async with contextlib.AsyncExitStack() as answers:
        for chat in chats:
            await answers.enter_async_context(page.expect_response(f"**/sim/{chat}/message"))
        await page.get_by_role("button", name="How is everything?").click()
    for double in (shell.slack, shell.teams):
        texts = [body["text"] for name, body in double.calls if name == "message"]
        assert texts == (["@Nightdesk How is everything?"] if double.chat in chats else [])


@SIZES
@THEMES
async def test_the_gallery_shows_every_example_in_every_look(
    page: Page, shell: Shell, size: Any, name: str, theme: Any
) -> None:
    await page.set_viewport_size(size)
    await page.emulate_media(color_scheme=theme)
    await opened(page, f"{shell.url}gallery")
    for example in EXAMPLES:
        section = page.locator(f'[data-example="{example}"]')
        await expect(section.locator(".look")).to_have_count(4)
    await expect(page.locator(".undrawn")).to_have_count(0)
    assert await fits_in_width(page)
    await screenshot(page, f"gallery-{name}-{theme}", whole=True)


async def test_looks_are_switched_off_and_on(page: Page, shell: Shell) -> None:
    await opened(page, f"{shell.url}gallery")
    looks = page.locator(".look:visible")
    await expect(looks).to_have_count(4 * len(EXAMPLES))
    await page.get_by_label("Plain text", exact=True).uncheck(force=True)
    await expect(looks).to_have_count(3 * len(EXAMPLES))
    await page.get_by_label("Plain text", exact=True).check(force=True)
    await expect(looks).to_have_count(4 * len(EXAMPLES))


async def test_raw_json_is_shown_and_copied(page: Page, shell: Shell) -> None:
    await opened(page, f"{shell.url}gallery")
    button = page.get_by_role("button", name="JSON of status, Slack")
    await button.click()
    drawer = page.get_by_test_id("drawer")
    await expect(drawer.get_by_role("heading")).to_have_text("status, Slack")
    await drawer.get_by_role("button", name="Copy").click()
    await expect(drawer.get_by_role("button", name="Copied")).to_be_visible()
    copied = json.loads(await page.evaluate("navigator.clipboard.readText()"))
    render = {kind.name: kind.render for kind in PLATFORMS}["slack"]
    assert copied == json.loads(json.dumps(render(EXAMPLES["status"], example_link).payload))
    await page.keyboard.press("Escape")
    await expect(drawer).to_be_hidden()
    await expect(button).to_be_focused()


async def test_the_web_look_says_what_a_press_would_do(page: Page, shell: Shell) -> None:
    await opened(page, f"{shell.url}gallery")
    drawer = page.get_by_test_id("drawer")
    await page.get_by_test_id("status/html").get_by_role("button", name="Refresh").click()
    await expect(drawer).to_contain_text('"status_overview"')
    await page.keyboard.press("Escape")
    form = page.get_by_test_id("form/html")
    await form.get_by_label("Metric").fill("latency")
    await form.get_by_role("button", name="Ask").click()
    await expect(drawer).to_contain_text('"window": "PT1H"')
