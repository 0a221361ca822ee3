"""What a person does with the page, in Chromium: clicks and keys only. Looked at in the page and in the doubles."""

import json
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.acceptance.browser import screenshot
from tests.acceptance.page_steps import (
    ANSWER_MS,
    QUESTIONS,
    ask_slack,
    ask_teams,
    go_slack,
    go_teams,
    opened,
    slack_answer,
    teams_answer,
    write,
)
from tests.acceptance.rig import Rig, rig

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]

SLOW_ANSWER_MS = 60_000
LATE_FRAMES = "() => void (window.requestAnimationFrame = (draw) => setTimeout(draw, 3000))"  # as on a busy machine


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Rig]:
    async with rig(tmp_path_factory.mktemp("browser")) as built:
        yield built


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def slow_world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Rig]:
    async with rig(tmp_path_factory.mktemp("slow"), DEMO_DELAY="3") as built:
        yield built


# Questions and answers


async def test_slack_answers_in_the_thread_and_follows_up(page: Page, world: Rig) -> None:
    await opened(page, world)
    thread, ts = await ask_slack(page, "@Nightdesk latency of checkout")
    answer = await slack_answer(thread)
    await expect(answer).to_contain_text("P95 latency of checkout in prod is")
    await expect(answer.locator(".slk-chart [role=img]")).to_be_visible()
    await expect(answer.get_by_text("P95 latency of checkout").first).to_be_in_viewport()
    await write(thread.get_by_role("combobox", name="Reply"), "@Nightdesk and yesterday?")
    await expect(await slack_answer(thread, 2)).to_contain_text("yesterday")
    assert len(world.slack_answers(ts)) == 2


async def test_teams_answers_in_the_thread_and_follows_up(page: Page, world: Rig) -> None:
    await opened(page, world)
    thread, root = await ask_teams(page, "@Nightdesk latency of checkout")
    answer = await teams_answer(thread)
    await expect(answer).to_contain_text("P95 latency of checkout in prod is")
    await expect(answer.locator(".ac-chart [role=img]")).to_be_visible()
    await expect(answer.get_by_text("P95 latency of checkout").first).to_be_in_viewport()
    await thread.get_by_role("button", name="Reply").click()
    await write(thread.get_by_role("combobox", name="Reply in this thread"), "@Nightdesk and yesterday?")
    await expect(await teams_answer(thread, 2)).to_contain_text("yesterday")
    assert len(world.teams_answers(root)) == 2


async def test_what_to_try_is_understood_and_seen_in_both_chats(page: Page, world: Rig) -> None:
    await opened(page, world)
    slack, teams = page.get_by_test_id("slack"), page.get_by_test_id("teams")
    for question in QUESTIONS:
        before = await teams.locator("article.bot").count()
        await page.locator("#questions").get_by_role("button", name=question, exact=True).click()
        thread = slack.get_by_role("region", name="Thread")
        await expect(thread.locator("article").first).to_contain_text(question)
        in_slack = await slack_answer(thread)
        await expect(teams.locator("article.bot")).to_have_count(before + 1, timeout=ANSWER_MS)
        in_teams = teams.locator("article.bot").last
        for answer in (in_slack, in_teams):
            await expect(answer).not_to_contain_text("did not understand")
            await expect(answer).not_to_contain_text("do not know")
            await expect(answer.locator("header, .slk-meta").first).to_be_in_viewport()
    assert await page.locator("#questions button").all_text_contents() == list(QUESTIONS)


async def test_teams_shows_an_answer_that_overtakes_the_drawing_of_its_question(page: Page, world: Rig) -> None:
    await opened(page, world)
    await teams_answer((await ask_teams(page, "@Nightdesk what can you do?"))[0])  # so that the feed has to be scrolled
    await page.evaluate(LATE_FRAMES)
    pane = page.get_by_test_id("teams")
    before = await pane.locator("article.bot").count()
    await write(pane.get_by_role("combobox", name="Start a post"), "@Nightdesk what can you do?")
    await expect(pane.locator("article.bot")).to_have_count(before + 1, timeout=2000)
    await expect(pane.locator("article.bot header").last).to_be_in_viewport()


async def test_a_question_goes_to_the_one_chat_that_is_chosen(page: Page, world: Rig) -> None:
    await opened(page, world)
    before = json.dumps(world.slack.state()["messages"])
    await page.get_by_role("radio", name="Teams").check(force=True)
    asked = page.get_by_test_id("teams").locator("article.mine", has_text="What can you do?")
    count = await asked.count()
    await page.locator("#questions").get_by_role("button", name="What can you do?", exact=True).click()
    await expect(asked).to_have_count(count + 1)
    assert json.dumps(world.slack.state()["messages"]) == before


async def test_the_offers_of_the_direct_chat_are_understood(page: Page, world: Rig) -> None:
    await opened(page, world)
    pane = await go_slack(page, "Nightdesk")
    prompts = pane.locator(".slk-prompt")
    await expect(prompts).not_to_have_count(0)
    for title in await prompts.all_text_contents():
        await pane.get_by_role("button", name=title, exact=True).click()
        thread = pane.get_by_role("region", name="Thread")
        answer = await slack_answer(thread)
        await expect(answer).not_to_contain_text("did not understand")
        await pane.get_by_role("button", name="Close thread").click()


# Buttons, forms, commands


async def test_a_button_in_slack(page: Page, world: Rig) -> None:
    await opened(page, world)
    thread, ts = await ask_slack(page, "@Nightdesk status", "checkout")
    await (await slack_answer(thread)).get_by_role("button", name="Refresh").click()
    await expect(await slack_answer(thread, 2)).to_contain_text("services")
    assert len(world.slack_answers(ts, "checkout")) == 2


async def test_a_button_in_teams(page: Page, world: Rig) -> None:
    await opened(page, world)
    thread, root = await ask_teams(page, "@Nightdesk status", "General")
    await (await teams_answer(thread)).get_by_role("button", name="Refresh").click()
    await expect(await teams_answer(thread, 2)).to_contain_text("services")
    assert len(world.teams_answers(root, "General")) == 2


async def test_a_modal_in_slack(page: Page, world: Rig) -> None:
    await opened(page, world)
    thread, _ = await ask_slack(page, "@Nightdesk latency of checkout")
    await (await slack_answer(thread)).get_by_role("button", name="Change range").click()
    modal = page.get_by_test_id("slack").get_by_role("dialog")
    await expect(modal).to_be_visible()
    await screenshot(page, "slack-modal-desktop-light")
    await modal.get_by_role("combobox", name="Over").select_option(label="yesterday")
    await modal.get_by_role("button", name="Ask").click()
    await expect(modal).to_have_count(0)
    await expect(await slack_answer(thread, 2)).to_contain_text("yesterday")
    assert world.slack.state()["views"] == []


async def test_a_dialog_in_teams(page: Page, world: Rig) -> None:
    await opened(page, world)
    thread, root = await ask_teams(page, "@Nightdesk latency of checkout")
    await (await teams_answer(thread)).get_by_role("button", name="Change range").click()
    dialog = page.get_by_test_id("teams").get_by_role("dialog")
    await expect(dialog).to_be_visible()
    await screenshot(page, "teams-dialog-desktop-light")
    await dialog.get_by_role("combobox", name="Over").select_option(label="yesterday")
    await dialog.get_by_role("button", name="Ask").click()
    await expect(dialog).to_have_count(0)
    await expect(await teams_answer(thread, 2)).to_contain_text("yesterday")
    assert len(world.teams_answers(root)) == 2


async def test_the_home_tab(page: Page, world: Rig) -> None:
    await opened(page, world)
    pane = await go_slack(page, "Nightdesk")
    await pane.get_by_role("tab", name="Home").click()
    home = pane.get_by_role("tabpanel", name="Home")
    await expect(home.get_by_role("heading", name="Nightdesk")).to_be_visible()
    await expect(home.get_by_role("button", name="All issues")).to_be_visible()
    await screenshot(page, "slack-home-desktop-light")
    assert world.slack.state()["home"]


async def test_a_slash_command(page: Page, world: Rig) -> None:
    await opened(page, world)
    pane = await go_slack(page, "general")
    answers = pane.get_by_role("region", name="Channel").locator("article", has=page.locator(".slk-app"))
    await write(pane.get_by_role("combobox", name="Message"), "/ops status")
    await expect(answers).to_have_count(1, timeout=ANSWER_MS)
    await expect(answers).to_contain_text("services")
    assert not [one for one in world.slack.state()["messages"][world.slack_channel("general")] if "/ops" in one["text"]]


async def test_commands_are_offered_in_teams(page: Page, world: Rig) -> None:
    await opened(page, world)
    pane = await go_teams(page, "Nightdesk")
    await pane.get_by_role("combobox", name="Message Nightdesk").fill("/sta")
    await pane.get_by_role("option", name="status").click()
    await pane.get_by_role("button", name="Send").click()
    answer = pane.locator("article.bot:not(:has(.tm-stop))").last
    await expect(answer).to_contain_text("services", timeout=ANSWER_MS)


async def test_a_rating_in_slack(page: Page, world: Rig) -> None:
    await opened(page, world)
    thread, ts = await ask_slack(page, "@Nightdesk status")
    good = (await slack_answer(thread)).get_by_role("button", name="Helpful", exact=True)
    async with page.expect_response("**/sim/slack/click") as told:
        await good.click()
    assert (await told.value).ok
    await expect(good).to_have_attribute("aria-pressed", "true")
    assert len(world.slack_answers(ts)) == 1


async def test_a_rating_in_teams(page: Page, world: Rig) -> None:
    await opened(page, world)
    thread, root = await ask_teams(page, "@Nightdesk status")
    await teams_answer(thread)
    answer = thread.locator("article.bot").first  # behind it comes the question what was wrong
    await answer.get_by_role("button", name="Not helpful").click()
    if await answer.get_by_role("button", name="Send feedback").count():
        await answer.get_by_role("textbox", name="Comment").fill("too long")
        await answer.get_by_role("button", name="Send feedback").click()
    await expect(answer).to_contain_text("Thank you for the feedback.")
    kept, *_ = world.teams_answers(root)
    assert list(kept["feedback"].values()) == ["dislike"]


# A slow source


async def test_slack_says_what_takes_so_long(page: Page, slow_world: Rig) -> None:
    await opened(page, slow_world)
    thread, ts = await ask_slack(page, "@Nightdesk latency of checkout")
    await expect(thread.locator(".slk-status")).to_contain_text("Nightdesk")
    writing = thread.locator("article.slk-streaming")
    await expect(writing).to_contain_text("Reading p95 latency of checkout", timeout=SLOW_ANSWER_MS)
    await screenshot(page, "slack-streaming-desktop-light")
    answer = await slack_answer(thread, timeout=SLOW_ANSWER_MS)
    await expect(answer).to_contain_text("P95 latency of checkout in prod is")
    await expect(thread.locator(".slk-status")).to_have_count(0)
    assert len(slow_world.slack_answers(ts)) == 1


async def test_teams_says_what_takes_so_long(page: Page, slow_world: Rig) -> None:
    await opened(page, slow_world)
    pane = await go_teams(page, "Nightdesk")
    # The latency of checkout may be known by now: Slack was asked for it.
    await write(pane.get_by_role("combobox", name="Message Nightdesk"), "latency of payments")
    await expect(pane.locator(".tm-typing")).to_contain_text("Nightdesk is typing")
    await expect(pane.get_by_role("button", name="Stop")).to_be_visible(timeout=SLOW_ANSWER_MS)
    await screenshot(page, "teams-streaming-desktop-light")
    answers = pane.locator("article.bot")
    await expect(answers).to_contain_text("P95 latency of payments in prod is", timeout=SLOW_ANSWER_MS)
    await expect(pane.get_by_role("button", name="Stop")).to_have_count(0)
    await expect(answers).to_have_count(1)
