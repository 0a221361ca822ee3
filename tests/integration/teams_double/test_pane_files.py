"""A file in the Teams pane: the card that asks, and the file that stands there afterwards."""

import pytest
from playwright.async_api import expect

from handlers.playground.doubles.bus import Event
from handlers.playground.doubles.teams.file_check import CONSENT, INFO
from tests.integration.teams_double.test_pane import Stage, browser, page, stage

__all__ = ["browser", "page", "stage"]

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_a_file_is_allowed_and_stands_there(stage: Stage) -> None:
    contexts = {"acceptContext": {"offer": "1"}, "declineContext": {"offer": "1"}}
    content = {"description": "A file of the answer above.", "sizeInBytes": 2048, **contexts}
    sent = await stage.says("personal", attachments=[{"contentType": CONSENT, "name": "a.csv", "content": content}])
    message = stage.page.locator(f"[data-message='{sent}']")
    await expect(message.get_by_role("region", name="File a.csv")).to_contain_text("2.0 KB")
    await expect(message.get_by_role("button", name="Decline")).to_be_visible()
    await message.get_by_role("button", name="Accept").click()
    await stage.bot.arrived.wait()
    info = stage.bot.heard[-1]["value"]["uploadInfo"]
    file = {"uniqueId": info["uniqueId"], "fileType": "csv"}
    card = {"contentType": INFO, "name": "a.csv", "contentUrl": info["contentUrl"], "content": file}
    activity = stage.double.world.conversations[stage.place("personal")].activities[sent]
    activity["attachments"] = [card]
    stage.events.append(Event("teams", "update", {"conversation": stage.place("personal"), "activity": activity}))
    await stage.tell()
    await expect(message.get_by_role("link", name="a.csv")).to_have_attribute("href", info["contentUrl"])
    await expect(message.get_by_role("button", name="Accept")).to_have_count(0)
