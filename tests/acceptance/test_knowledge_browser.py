"""The page of knowledge in Chromium: looked up with filters, read beside the list, paged, on a phone, in the dark."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp.test_utils import TestServer
from playwright.async_api import Page, expect

from bot import incidents
from bot.clock import SystemClock
from bot.demo_knowledge import DemoKnowledge
from bot.desk.office import terminal
from bot.model.document import DocumentDraft
from bot.model.tenant import DEFAULT_TENANT, Tenant
from bot.settings import read
from handlers.playground.doubles.bus import Bus, Faults
from handlers.playground.server import create_app
from handlers.web.meters import Meters
from storage.storage import open_storage
from tests.acceptance.browser import PHONE, screenshot
from tests.conftest import KEY
from tests.integration.playground.recording import recording_doubles
from tests.sourcing import sourced

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]


@pytest_asyncio.fixture(loop_scope="session")
async def url(tmp_path: Path) -> AsyncIterator[str]:
    clock = SystemClock()
    async with open_storage(f"sqlite:///{tmp_path}/pages.db", keys=[KEY], clock=clock) as storage:
        await storage.directory.save_tenant(Tenant(DEFAULT_TENANT, "Default"))
        settings = read({"NIGHTDESK_KEYS": KEY, "NIGHTDESK_KNOWLEDGE_PAGES": "https://docs.example.com/runbooks/pool"})
        desks = incidents.build(settings, storage, clock, Meters(), {}, {}, sourced(storage, clock, None)).desks
        for number in range(7):
            content = f"# Disk {number}\n\nEmpty it with `rm`, <img src=x onerror=alert(1)>"
            draft = DocumentDraft(title=f"Disk {number} is full", content=content, category="runbooks", tags=("disk",))
            await desks.knowledge.add(terminal(DEFAULT_TENANT, "test"), draft)
        slack, teams = recording_doubles()
        app = create_app(slack, teams, Bus(), Faults(), list, knowledge=DemoKnowledge(desks))
        async with TestServer(app) as server:
            yield str(server.make_url("/knowledge"))


async def test_looked_up_and_read(page: Page, url: str) -> None:
    await page.goto(url)
    await page.get_by_role("searchbox", name="Look for").fill("disk full")
    await page.get_by_label("Category").fill("runbooks")
    await page.get_by_role("button", name="Look it up").click()
    rows = page.get_by_test_id("results").get_by_role("listitem")
    await expect(rows).to_have_count(5)
    await expect(page.get_by_role("heading", name="5 of 7")).to_be_visible()
    await page.get_by_role("button", name="More").click()
    await expect(rows).to_have_count(7)
    await expect(page.get_by_role("button", name="More")).to_be_hidden()
    await page.get_by_role("button", name="Disk 3 is full").click()
    read_one = page.get_by_role("article")
    await expect(read_one).to_be_focused()
    await expect(read_one).to_contain_text("Empty it with `rm`, <img src=x onerror=alert(1)>")
    await expect(read_one).not_to_contain_text("null")
    await screenshot(page, "knowledge-light")
    await page.get_by_label("All of these tags").fill("disk,other")
    await page.get_by_label("All of these tags").press("Enter")
    await expect(page.get_by_text("The knowledge base has nothing on “disk full”.")).to_be_visible()
    await page.get_by_text("Pages of the web").click()
    await expect(page.get_by_text("It has not been read yet.")).to_be_visible()
    await page.set_viewport_size(PHONE)
    await page.get_by_role("button", name="Dark theme").click()
    assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    await screenshot(page, "knowledge-phone")
