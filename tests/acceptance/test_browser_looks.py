"""How the page looks in Chromium: every example, every size and theme, and the pictures of the README."""

import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Page, ViewportSize, expect

from handlers.playground.examples import EXAMPLES
from tests.acceptance.browser import DESKTOP, PHONE, screenshot
from tests.acceptance.page_steps import ANSWER_MS, QUESTIONS, opened, slack_answer
from tests.acceptance.rig import ROOT, Rig, rig

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]

IMAGES = ROOT / "docs" / "images"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Rig]:
    async with rig(tmp_path_factory.mktemp("looks")) as built:
        yield built


async def test_the_gallery_shows_every_example_in_every_look(page: Page, world: Rig) -> None:
    await opened(page, world, "/gallery")
    await expect(page.locator(".look")).to_have_count(4 * len(EXAMPLES))
    await expect(page.locator(".undrawn, .slk-unknown, .ac-unknown")).to_have_count(0)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("size", "name"), [(DESKTOP, "desktop"), (PHONE, "phone")], ids=["desktop", "phone"])
async def test_answers_fit_the_window(page: Page, world: Rig, size: ViewportSize, name: str, theme: Any) -> None:
    await page.set_viewport_size(size)
    await page.emulate_media(color_scheme=theme)
    await opened(page, world)
    for question, said in (("status", QUESTIONS[0]), ("metric", QUESTIONS[1]), ("bars", QUESTIONS[3])):
        for chat in ("slack", "teams") if size == PHONE else ("both",):
            if size == PHONE:
                await page.get_by_role("tab", name=chat, exact=False).first.click()
            await ask_by_chip(page, said, ("slack", "teams") if chat == "both" else (chat,))
            await screenshot(page, f"{question}-{chat}-{name}-{theme}")
            assert await overflowing(page) == []
            assert await emoji_left_to_a_font(page) == []


async def ask_by_chip(page: Page, question: str, chats: tuple[str, ...]) -> None:
    shown = page.get_by_test_id("teams").locator("article.bot")
    before = await shown.count()
    await page.locator("#questions").get_by_role("button", name=question, exact=True).click()
    if "slack" in chats:
        thread = page.get_by_test_id("slack").get_by_role("region", name="Thread")
        await expect(thread.locator("article").first).to_contain_text(question)
        await slack_answer(thread)
    if "teams" in chats:
        await expect(shown).to_have_count(before + 1, timeout=ANSWER_MS)
    await page.mouse.move(1, 1)
    await page.evaluate("document.activeElement?.blur(), document.getElementById('questions').scrollTo(0, 0)")
    await page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


async def overflowing(page: Page) -> list[str]:
    """Cards and messages that are wider than the pane that shows them."""
    found: list[str] = await page.evaluate(
        """[...document.querySelectorAll("article, .ac-card, .ac-chart, .slk-chart, .ac-table, .slk-scroll")]
            .filter((one) => one.offsetParent)
            .filter((one) => {
                const pane = one.closest("[data-testid]").getBoundingClientRect();
                const box = one.getBoundingClientRect();
                return box.left < pane.left - 1 || box.right > pane.right + 1;
            })
            .map((one) => one.className)"""
    )
    return found


async def emoji_left_to_a_font(page: Page) -> list[str]:
    """A machine without an emoji font would show them as boxes."""
    found: list[str] = await page.evaluate(
        """[...document.querySelectorAll("article")].flatMap((one) => {
            const copy = one.cloneNode(true);
            copy.querySelectorAll(".sign").forEach((sign) => sign.remove());
            return copy.textContent.match(/\\p{Emoji_Presentation}|\\uFE0F/gu) ?? [];
        })"""
    )
    return found


@pytest.mark.parametrize(
    ("name", "size", "theme", "question"),
    [
        ("both-chats", DESKTOP, "light", QUESTIONS[1]),
        ("both-chats-dark", DESKTOP, "dark", QUESTIONS[1]),
        ("phone", PHONE, "light", QUESTIONS[0]),
    ],
    ids=["both-chats", "both-chats-dark", "phone"],
)
async def test_pictures_of_the_readme(
    page: Page, tmp_path: Path, name: str, size: ViewportSize, theme: Any, question: str
) -> None:
    """With NIGHTDESK_SCREENSHOTS=write the pictures of the README are taken anew, in a world nobody has asked yet."""
    async with rig(tmp_path) as fresh:
        await page.set_viewport_size(size)
        await page.emulate_media(color_scheme=theme)
        await opened(page, fresh)
        await ask_by_chip(page, question, ("slack", "teams") if size == DESKTOP else ("slack",))
        await expect(page.locator(":is(.slk-chart, .slk-table):visible").first).to_be_in_viewport()
        picture = await screenshot(page, f"readme-{name}")
        assert picture.stat().st_size < 400_000
        if os.environ.get("NIGHTDESK_SCREENSHOTS") == "write":
            IMAGES.mkdir(parents=True, exist_ok=True)
            (IMAGES / f"{name}.png").write_bytes(picture.read_bytes())
        await page.goto("about:blank")  # ends its stream before the server does
