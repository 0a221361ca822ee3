"""What tests of the page do again and again: clicks and keys only."""

from playwright.async_api import Locator, Page, expect

from tests.acceptance.rig import Rig

QUESTIONS = (
    "How is everything?",
    "Latency of checkout over the last 24 hours",
    "Errors by service, last 6 hours",
    "AI spend by model, last 7 days",
    "What can you do?",
)
ANSWER_MS = 20_000


async def opened(page: Page, world: Rig, path: str = "/") -> None:
    await page.goto(world.url + path)
    await page.wait_for_selector("body[data-ready]")


async def write(field: Locator, text: str) -> None:
    """As a person does: typed into the field, sent by its button."""
    await field.fill(text)
    await field.locator("xpath=ancestor::form").get_by_role("button", name="Send").click()


# Slack


async def go_slack(page: Page, channel: str) -> Locator:
    pane = page.get_by_test_id("slack")
    await pane.get_by_role("navigation").get_by_role("button", name=channel).click()
    return pane


async def ask_slack(page: Page, text: str, channel: str = "incidents") -> tuple[Locator, str]:
    """The open thread, and the `ts` it begins with."""
    pane = await go_slack(page, channel)
    await write(pane.get_by_role("combobox", name="Message"), text)
    thread = pane.get_by_role("region", name="Thread")
    await expect(thread).to_be_visible()
    ts = await thread.get_attribute("data-thread")
    assert ts
    return thread, ts


async def slack_answer(thread: Locator, count: int = 1, timeout: int = ANSWER_MS) -> Locator:
    answers = thread.locator("article:not(.slk-streaming)", has=thread.page.locator(".slk-app"))
    await expect(answers).to_have_count(count, timeout=timeout)
    return answers.last


# Teams


async def go_teams(page: Page, place: str) -> Locator:
    pane = page.get_by_test_id("teams")
    await pane.get_by_role("navigation").get_by_role("button", name=place).click()
    return pane


async def ask_teams(page: Page, text: str, place: str = "Incidents") -> tuple[Locator, str]:
    """The thread of a new post, and the activity it begins with."""
    pane = await go_teams(page, place)
    before = await pane.locator("[data-thread]").count()
    await write(pane.get_by_role("combobox", name="Start a post"), text)
    await expect(pane.locator("[data-thread]")).to_have_count(before + 1)
    root = await pane.locator("[data-thread]").last.get_attribute("data-thread")
    assert root
    return pane.locator(f'[data-thread="{root}"]'), root


async def teams_answer(thread: Locator, count: int = 1, timeout: int = ANSWER_MS) -> Locator:
    answers = thread.locator("article.bot")
    await expect(answers).to_have_count(count, timeout=timeout)
    return answers.last
