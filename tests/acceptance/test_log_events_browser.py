"""The live page of log events in Chromium: pushed, scrolled in peace, begun, forced and cleared by clicks."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp.test_utils import TestServer
from playwright.async_api import Page, expect

from bot import incidents
from bot.clock import SystemClock
from bot.event_page import EventPage
from bot.model.tenant import DEFAULT_TENANT, Tenant
from bot.pipeline.event_watch import Watch
from bot.settings import read
from handlers.playground.doubles.bus import Bus, Faults
from handlers.playground.server import create_app
from handlers.web.meters import Meters
from integrations.demo.log_events import LogEvents
from storage.storage import open_storage
from tests.acceptance.browser import PHONE, screenshot
from tests.conftest import KEY
from tests.integration.pipeline.test_event_watch import events
from tests.integration.playground.recording import recording_doubles
from tests.sourcing import sourced

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]


@dataclass(frozen=True)
class Shown:
    watch: Watch
    url: str


@pytest_asyncio.fixture(loop_scope="session")
async def desk(tmp_path: Path) -> AsyncIterator[Shown]:
    clock = SystemClock()
    async with open_storage(f"sqlite:///{tmp_path}/events.db", keys=[KEY], clock=clock) as storage:
        await storage.directory.save_tenant(Tenant(DEFAULT_TENANT, "Default"))
        built = incidents.build(
            read({"NIGHTDESK_KEYS": KEY}), storage, clock, Meters(), {}, {}, sourced(storage, clock, None),
            maker=LogEvents(7),
        )  # fmt: skip
        slack, teams = recording_doubles()
        app = create_app(slack, teams, Bus(), Faults(), list, log_events=EventPage(built.desks))
        async with TestServer(app) as server:
            yield Shown(built.watch, str(server.make_url("/log-events")))


async def test_an_evening_at_the_page(page: Page, desk: Shown) -> None:
    await page.goto(desk.url)
    await expect(page.get_by_text("No events yet.")).to_be_visible()
    await expect(page.get_by_text("No issues.")).to_be_visible()
    await page.get_by_role("button", name="Start").click()
    await expect(page.get_by_text("Running, 30 a minute")).to_be_visible()

    await desk.watch.take(DEFAULT_TENANT, events("." * 60))
    rows = page.get_by_test_id("events").get_by_role("listitem")
    await expect(rows).to_have_count(50)
    await page.locator("#stream").evaluate("one => (one.scrollTop = 400)")
    await desk.watch.take(DEFAULT_TENANT, events("xxx", 60))
    await expect(page.get_by_test_id("events").get_by_text("CRITICAL")).to_have_count(1)
    assert await page.locator("#stream").evaluate("one => one.scrollTop") > 100, "whoever reads is left in peace"
    await page.locator("#stream").evaluate("one => (one.scrollTop = 0)")
    await desk.watch.take(DEFAULT_TENANT, events(".", 63))
    await expect(rows.first).to_have_attribute("data-event", "EVT-63-checkout")
    assert await page.locator("#stream").evaluate("one => one.scrollTop") == 0

    issue = page.get_by_test_id("issues").get_by_role("listitem")
    await expect(issue).to_contain_text("650 ms, +441 % against the normal 120 ms")
    await issue.get_by_text("Details").click()
    await expect(issue).to_contain_text("ISS-")
    await page.get_by_text("Thresholds", exact=True).click()
    await expect(page.get_by_role("cell", name="above 500 ms").first).to_be_visible()
    await page.get_by_text("Thresholds", exact=True).click()
    await page.get_by_role("tab", name="Drafts").click()
    await expect(page.get_by_text("No e-mails are drafted")).to_be_visible()
    await page.get_by_role("tab", name="Issues").click()
    await screenshot(page, "log-events-light")
    await page.get_by_role("button", name="Dark theme").click()
    await screenshot(page, "log-events-dark")

    await page.get_by_role("button", name="Stop").click()
    await expect(page.get_by_text("Stopped")).to_be_visible()
    await page.get_by_role("button", name="Clear logs").click()
    await page.get_by_role("button", name="Keep").click()
    await expect(issue).to_have_count(1)
    await page.get_by_role("button", name="Clear logs").click()
    await page.get_by_role("button", name="Clear", exact=True).click()
    await expect(page.get_by_text("No events yet.")).to_be_visible()
    await expect(page.get_by_text("No issues.")).to_be_visible()


async def test_on_a_phone_nothing_is_wider_than_the_screen(page: Page, desk: Shown) -> None:
    await desk.watch.take(DEFAULT_TENANT, events("..xxx"))
    await page.set_viewport_size(PHONE)
    await page.goto(desk.url)
    await expect(page.get_by_test_id("events").get_by_text("CRITICAL")).to_be_visible()
    await screenshot(page, "log-events-phone")
    wide = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide == 0
