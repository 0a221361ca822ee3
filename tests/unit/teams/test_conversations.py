"""Where the bot is, who it belongs to, and how it gets back there."""

from typing import Any

import pytest

from bot.model.message import Place, PlaceKind
from bot.model.tenant import DEFAULT_TENANT, TenantId
from bot.ports.storage import Installation
from tests.unit.teams.stand_ins import BOT, CHANNEL, TENANT, House, personal

JOINED: dict[str, Any] = {"type": "conversationUpdate", "membersAdded": [{"id": BOT}], "text": None}
WHOLE = Place("teams", TENANT, CHANNEL, "", PlaceKind.CHANNEL)


async def test_a_conversation_is_written_down_once_and_again_after_a_day(bot: House) -> None:
    await bot.tell(bot.activity(id="0"))
    written = bot.shelf.places.writes
    for n in range(1, 5):
        await bot.tell(bot.activity(id=str(n)))
    assert bot.shelf.places.writes == written
    assert bot.shelf.places.kept[WHOLE]["service_url"] == bot.microsoft.service_url
    await bot.clock.advance(24 * 3600)
    await bot.tell(bot.activity(id="later"))
    assert bot.shelf.places.writes == 2 * written


async def test_a_changed_address_is_written_at_once(bot: House) -> None:
    await bot.tell(bot.activity())
    other = f"{bot.microsoft.url}/elsewhere/"
    await bot.tell(bot.activity(id="2", serviceUrl=other), bot.microsoft.token(serviceurl=other))
    assert bot.shelf.places.kept[WHOLE]["service_url"] == other


async def test_an_allowed_tenant_is_made_at_home_at_first_sight(bot: House) -> None:
    await bot.tell(bot.activity())
    assert bot.shelf.directory.kept[TENANT].tenant == DEFAULT_TENANT


async def test_a_known_installation_says_whose_it_is(bot: House) -> None:
    mine = Installation("teams", TENANT, TenantId("mine"))
    await bot.shelf.directory.save_installation(mine)
    await bot.tell(bot.activity())
    assert bot.shelf.directory.kept[TENANT] is mine


async def test_joining_a_team_is_greeted_with_help_once(bot: House) -> None:
    for _ in range(2):
        await bot.tell(bot.activity(**JOINED))
    (message,) = bot.desk.received
    assert message.click is not None
    assert message.click.intent == "help"


async def test_in_a_personal_chat_teams_itself_shows_what_can_be_asked(bot: House) -> None:
    await bot.tell(personal(bot.microsoft.service_url, **JOINED))
    assert bot.desk.received == []
    assert [place.kind for place in bot.shelf.places.kept] == [PlaceKind.PERSONAL]


async def test_someone_else_joining_is_no_reason_to_speak(bot: House) -> None:
    await bot.tell(bot.activity(**{**JOINED, "membersAdded": [{"id": "29:bo"}]}))
    assert bot.desk.received == []


async def test_being_installed_is_noted_and_being_removed_forgets(bot: House) -> None:
    await bot.tell(bot.activity(type="installationUpdate", action="add", text=None))
    assert WHOLE in bot.shelf.places.kept
    await bot.tell(bot.activity(type="installationUpdate", action="remove", text=None, id="2"))
    assert WHOLE not in bot.shelf.places.kept
    assert bot.desk.received == []


@pytest.mark.parametrize("kind", ["typing", "messageReaction", "messageUpdate", "messageDelete", "event", "unheard"])
async def test_other_activities_are_acknowledged_quietly(bot: House, kind: str) -> None:
    assert (await bot.tell(bot.activity(type=kind)))[0] == 202
    assert bot.desk.received == []


async def test_the_bot_does_not_listen_to_itself(bot: House) -> None:
    await bot.tell(bot.activity(**{"from": {"id": BOT}}))
    assert bot.desk.received == []
