"""A question in one's own words, in Chromium, in both chats: chart, query, file, follow-up and edit."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page, expect

from tests.acceptance.browser import screenshot
from tests.acceptance.page_steps import ANSWER_MS, ask_slack, ask_teams, opened, write
from tests.acceptance.rig import Rig, rig

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]

QUESTION = "@Nightdesk graph waiting jobs per queue over the last 6 hours"
QUERY = "sum by (queue) (queue_depth)"
NARROWED = 'sum by (queue) (queue_depth{queue="emails"})'
EDITED = 'max(queue_depth{queue=~"emails|orders"})'


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Rig]:
    async with rig(tmp_path_factory.mktemp("asking")) as built:
        yield built


async def told(answers: Locator, text: str) -> Locator:
    """The answer that says so, once it is there."""
    answer = answers.filter(has_text=text).last
    await expect(answer).to_be_visible(timeout=ANSWER_MS)
    return answer


async def walk(answers: Locator, dialogs: Locator, follow: Callable[[str], Awaitable[None]], drawn: str) -> None:
    first = await told(answers, "3 series, the last 6 h; the highest at the end is")
    await expect(first).to_contain_text(QUERY)
    await expect(first.locator(drawn)).to_be_visible()
    await first.get_by_role("button", name="CSV").click()
    await told(answers, ".csv")
    await follow("@Nightdesk only emails")
    narrowed = await told(answers, "queue = emails")
    await narrowed.get_by_role("button", name="Edit query").click()
    field = dialogs.get_by_role("textbox", name="Query")
    await expect(field).to_have_value(NARROWED)
    await field.fill(EDITED)
    await dialogs.get_by_role("button", name="Run").click()
    await expect(dialogs).to_have_count(0)
    await told(answers, EDITED)
    await follow("@Nightdesk show queries")
    await expect(await told(answers, "This query gave the figures")).to_contain_text(EDITED)


async def test_in_slack(page: Page, world: Rig) -> None:
    await opened(page, world)
    thread, _ = await ask_slack(page, QUESTION)
    answers = thread.locator("article:not(.slk-streaming)", has=page.locator(".slk-app"))
    dialogs = page.get_by_test_id("slack").get_by_role("dialog")

    async def follow(text: str) -> None:
        await write(thread.get_by_role("combobox", name="Reply"), text)

    await walk(answers, dialogs, follow, ".slk-chart [role=img]")
    await screenshot(page, "slack-asking-desktop-light")


async def test_in_teams(page: Page, world: Rig) -> None:
    await opened(page, world)
    thread, _ = await ask_teams(page, QUESTION)
    dialogs = page.get_by_test_id("teams").get_by_role("dialog")

    async def follow(text: str) -> None:
        field = thread.get_by_role("combobox", name="Reply in this thread")
        if not await field.is_visible():
            await thread.get_by_role("button", name="Reply").click()
        await write(field, text)

    await walk(thread.locator("article.bot"), dialogs, follow, ".ac-chart [role=img]")
    await screenshot(page, "teams-asking-desktop-light")
