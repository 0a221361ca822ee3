"""The data of an answer beside the chats, in Chromium: opened from both, sorted, looked into, saved and folded."""

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp.test_utils import TestServer
from playwright.async_api import Locator, Page, expect

from bot.model.reply import Reply, Table
from handlers.catalog import PLATFORMS
from handlers.playground.doubles.bus import Bus, Faults
from handlers.playground.examples import EXAMPLES
from handlers.playground.gallery import example_link
from handlers.playground.server import create_app
from tests.acceptance.browser import DESKTOP, PHONE, screenshot
from tests.integration.playground.recording import SLACK_STATE, TEAMS_STATE, RecordingDouble

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

RENDER = {kind.name: kind.render for kind in PLATFORMS}
ROWS = (("checkout", "412 ms", "=evil()"), ("search", "2 s", "b"), ("auth", "40 ms", "c"))
ANSWER = Reply(
    "Checkout is slow.",
    (*EXAMPLES["annotated"].blocks, Table(("Service", "p95", "Note"), ROWS, "Services"), *EXAMPLES["by name"].blocks),
    footer="Read 12:00 UTC",
)
ASKED: list[str] = []


async def behind(receipt: str) -> Reply | None:
    ASKED.append(receipt)
    return None if receipt.endswith("200") else ANSWER


@pytest_asyncio.fixture(loop_scope="session")
async def url() -> AsyncIterator[str]:
    blocks = RENDER["slack"](ANSWER, example_link).payload["blocks"]
    told = [{"ts": f"1773835200.000{n}", "bot_id": "B0BOT", "blocks": blocks} for n in (100, 200)]
    told.append({"ts": "1773835200.000300", "bot_id": "B0BOT", "text": "No data here."})
    slack = RecordingDouble("slack", {**SLACK_STATE, "messages": {"C0OPS": told, "D0ANNA": []}})
    card = RENDER["teams"](ANSWER, example_link).payload
    said = {"id": "17", "conversation": "a:anna", "from": {"id": "28:nightdesk", "name": "Nightdesk"}, **card}
    activities = {**TEAMS_STATE["activities"], "a:anna": [{**said, "timestamp": "2026-03-18T12:00:00Z"}]}
    teams = RecordingDouble("teams", {**TEAMS_STATE, "activities": activities})
    ASKED.clear()
    async with TestServer(create_app(slack, teams, Bus(), Faults(), list, behind=behind)) as server:
        yield str(server.make_url("/"))


async def opened(page: Page, url: str, size: Any = DESKTOP, theme: Any = "light") -> Locator:
    await page.set_viewport_size(size)
    await page.emulate_media(color_scheme=theme)
    await page.goto(url)
    await page.wait_for_selector("body[data-ready]")
    await page.locator("#slack").get_by_role("button", name="Data", exact=True).first.click()
    panel = page.get_by_test_id("data")
    await expect(panel.get_by_role("heading", name="Checkout is slow.")).to_be_focused()
    return panel


@pytest.mark.parametrize(("size", "name"), [(DESKTOP, "desktop"), (PHONE, "phone")], ids=["desktop", "phone"])
@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_it_opens_beside_the_chats(page: Page, url: str, size: Any, name: str, theme: Any) -> None:
    panel = await opened(page, url, size, theme)
    await expect(panel.locator("svg .data-line")).to_have_count(1)
    await expect(panel).to_contain_text("deploy at")
    await screenshot(page, f"data-{name}-{theme}")
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert ASKED == ["C0OPS:1773835200.000100"]
    await page.keyboard.press("Escape")
    await expect(panel).to_be_hidden()
    await expect(page.locator("#slack").get_by_role("button", name="Data", exact=True).first).to_be_focused()
    await page.goto("about:blank")


async def test_teams_opens_it_too_and_only_data_has_a_button(page: Page, url: str) -> None:
    await opened(page, url)
    await expect(page.locator("#slack").get_by_role("button", name="Data", exact=True)).to_have_count(2)
    teams = page.locator("#teams")
    await teams.get_by_role("navigation").get_by_role("button", name="Nightdesk").click()
    await teams.get_by_role("button", name="Data", exact=True).click()
    await expect(page.get_by_test_id("data")).to_contain_text("Services")
    assert ASKED[-1] == "a:anna:17"
    await page.goto("about:blank")


async def test_what_is_no_longer_kept_is_said(page: Page, url: str) -> None:
    panel = await opened(page, url)
    await page.locator("#slack").get_by_role("button", name="Data", exact=True).nth(1).click()
    await expect(page.locator(".toast")).to_contain_text("no longer has the data")
    await expect(panel).to_contain_text("Services")
    await page.goto("about:blank")


async def test_tables_are_sorted_by_worth(page: Page, url: str) -> None:
    panel = await opened(page, url)
    table = panel.locator(".data-table", has_text="Services")
    head = table.get_by_role("columnheader", name=re.compile("p95"))
    await head.get_by_role("button").click()
    await expect(head).to_have_attribute("aria-sort", "descending")
    assert await table.locator("tbody tr td:first-child").all_inner_texts() == ["search", "checkout", "auth"]
    await page.keyboard.press("Enter")
    await expect(head).to_have_attribute("aria-sort", "ascending")
    assert await table.locator("tbody tr td:first-child").all_inner_texts() == ["auth", "checkout", "search"]
    await page.goto("about:blank")


async def test_a_chart_is_looked_into_by_keyboard_and_by_mouse(page: Page, url: str) -> None:
    panel = await opened(page, url)
    picture, range_ = panel.locator(".data-picture").first, panel.locator(".data-range").first
    whole = await range_.inner_text()
    words = await panel.locator(".data-words").first.inner_text()
    await picture.focus()
    await page.keyboard.press("+")
    await expect(range_).to_contain_text("zoomed in")
    near = await range_.inner_text()
    await page.keyboard.press("ArrowRight")
    assert await range_.inner_text() != near
    assert await panel.locator(".data-words").first.inner_text() != words
    await page.keyboard.press("0")
    await expect(range_).to_have_text(whole)
    box = await picture.bounding_box()
    assert box is not None
    await page.mouse.move(box["x"] + 150, box["y"] + 80)
    await page.mouse.down()
    await page.mouse.move(box["x"] + 260, box["y"] + 80, steps=4)
    await page.mouse.up()
    await expect(range_).to_contain_text("zoomed in")
    await expect(panel.locator(".data-point").first).to_contain_text("checkout")
    await screenshot(page, "data-zoomed")
    await panel.get_by_role("button", name="Show all").click()
    await expect(range_).to_have_text(whole)
    await page.goto("about:blank")


async def test_it_is_saved_as_a_file_that_runs_nothing(page: Page, url: str, tmp_path: Path) -> None:
    panel = await opened(page, url)
    for kind in ("CSV", "JSON"):
        async with page.expect_download() as waiting:
            await panel.get_by_role("button", name=kind, exact=True).click()
        await (await waiting.value).save_as(tmp_path / kind)
    written = (tmp_path / "CSV").read_text("utf-8-sig")
    assert written.splitlines()[0] == "time,checkout (seconds)"
    assert "checkout,412 ms,'=evil()" in written
    told = json.loads((tmp_path / "JSON").read_text())
    assert [block["kind"] for block in told["blocks"]] == [block.kind for block in ANSWER.blocks]
    await page.goto("about:blank")


async def test_its_width_is_chosen_and_it_folds(page: Page, url: str) -> None:
    panel = await opened(page, url)
    splitter = panel.get_by_role("separator", name="Width of the data")
    await splitter.focus()
    await page.keyboard.press("ArrowLeft")
    await expect(splitter).to_have_attribute("aria-valuenow", "484")
    width = (await panel.bounding_box() or {})["width"]
    assert width == pytest.approx(484, abs=1)
    await panel.get_by_role("button", name="Fold the data").click()
    await expect(panel.locator(".data-body")).to_be_hidden()
    assert (await panel.bounding_box() or {})["width"] < 60
    await panel.get_by_role("button", name="Unfold the data").click()
    await expect(panel.locator(".data-body")).to_be_visible()
    await page.goto("about:blank")
