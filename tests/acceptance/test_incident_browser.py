"""An issue's life in Chromium, by clicks only: what one chat does, the other shows."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page, expect

from tests.acceptance.browser import DESKTOP, PHONE, screenshot
from tests.acceptance.incidents import Incidents, alert, incidents

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]

SHOWN_MS = 15_000


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Incidents]:
    async with incidents(tmp_path_factory.mktemp("incidents"), rate_limits=True) as built:
        yield built


class Both:
    """The message of one issue in both panes."""

    def __init__(self, page: Page, slack: str, teams: str) -> None:
        self.page = page
        self.slack = page.get_by_test_id("slack").locator(f'[data-message="{slack}"]:visible').first
        self.teams = page.get_by_test_id("teams").locator(f'[data-message="{teams}"]:visible').first

    async def say(self, *words: str) -> None:
        for one in (self.slack, self.teams):
            for word in words:
                await expect(one).to_contain_text(word, timeout=SHOWN_MS)

    async def press(self, where: Locator, label: str) -> None:
        await where.get_by_role("button", name=label, exact=True).click()


async def opened(page: Page, world: Incidents, mark: str, **given: str) -> Both:
    assert await world.post(alert(mark, **given)) == 200
    slack, teams = await world.both(mark)
    await page.goto(world.rig.url)
    await page.wait_for_selector("body[data-ready]")
    for pane, place in (("slack", "incidents"), ("teams", "Incidents")):
        await page.get_by_test_id(pane).get_by_role("navigation").get_by_role("button", name=place).click()
    both = Both(page, slack["ts"], teams["id"])
    await both.say(mark, "Investigating")
    return both


async def test_an_issue_from_its_alert_to_its_end(page: Page, world: Incidents) -> None:
    both = await opened(page, world, "Life-001")
    await both.say("nobody has it")
    await screenshot(page, "incident-1-new")

    await both.press(both.slack, "Acknowledge")
    await both.say("acknowledged", "Anna Berger from Slack")
    await screenshot(page, "incident-2-acknowledged")
    await both.press(both.teams, "Undo acknowledge")
    await both.say("nobody has it")
    await both.press(both.teams, "Assign to me")
    await both.say("assigned to Anna Berger")

    await both.press(both.slack, "Silence…")
    thread = page.get_by_test_id("slack").get_by_role("region", name="Thread")
    if not await thread.is_visible():
        await both.slack.get_by_role("button", name="repl").first.click()
    await thread.get_by_role("button", name="2 h", exact=True).last.click()
    confirm = thread.get_by_role("button", name="Silence until")
    await expect(confirm.last).to_be_visible(timeout=SHOWN_MS)
    await screenshot(page, "incident-3-what-a-silence-would-hide")
    await confirm.last.click()
    await both.say("silenced until")
    await both.press(both.teams, "Undo silence")
    await expect(both.slack).not_to_contain_text("silenced until", timeout=SHOWN_MS)

    await both.press(both.teams, "Resolve")
    await both.say("Resolved")
    await screenshot(page, "incident-4-resolved")
    await both.press(both.slack, "Reopen")
    await both.say("Investigating")
    assert await world.post(alert("Life-001", firing=False)) == 200
    assert len(world.slack_roots("Life-001")) == len(world.teams_roots("Life-001")) == 1


async def test_on_a_phone_and_in_the_dark(page: Page, world: Incidents) -> None:
    both = await opened(page, world, "Phone-001", severity="critical")
    await page.emulate_media(color_scheme="dark")
    await screenshot(page, "incident-critical-dark")
    await page.set_viewport_size(PHONE)
    shown = both.slack if await both.slack.is_visible() else both.teams
    await expect(shown).to_be_visible()
    await shown.scroll_into_view_if_needed()
    await screenshot(page, "incident-phone-dark")
    box = await shown.bounding_box()
    assert box is not None
    assert box["width"] <= PHONE["width"], "nothing is wider than the phone"
    await page.emulate_media(color_scheme="light")
    await screenshot(page, "incident-phone")
    await page.set_viewport_size(DESKTOP)
