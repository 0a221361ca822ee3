"""People: who they are, where they are reached alone, and where a line of a story goes."""

from typing import Any
from urllib.parse import unquote

import pytest

from bot.model.errors import Rejected, Unavailable
from bot.model.message import Account, Place, PlaceKind
from bot.model.parcel import Receipt
from bot.model.reply import Reply
from bot.model.tenant import DEFAULT_TENANT, TenantId
from bot.ports.platform import Order
from bot.ports.storage import Installation
from handlers.teams.people import to_account
from tests.fakes import DrivenClock
from tests.unit.teams.stand_ins import ANNA, BOT, CHANNEL, TENANT, House, Scripted, house, personal

TOP = Place("teams", TENANT, CHANNEL, "", PlaceKind.CHANNEL)
GROUP = Place("teams", TENANT, "19:g@thread.v2", "", PlaceKind.GROUP)
ANNAS = Account("teams", TENANT, ANNA)
CHAT = Place("teams", TENANT, f"user:{ANNA}", "", PlaceKind.PERSONAL)
MEMBER = {
    "id": "29:anna",
    "aadObjectId": ANNA,
    "name": "Anna Berger",
    "email": "Anna.Berger@example.com",
    "tenantId": TENANT,
}


async def say(bot: House, place: Place, **more: Any) -> Receipt:
    return await bot.surface.platform.send(Order(DEFAULT_TENANT, place, Reply("News."), "k#1", **more))


def calls(bot: House) -> list[tuple[str, str]]:
    return [(call.method, unquote(call.path)) for call in bot.microsoft.calls]


@pytest.fixture
async def known(bot: House) -> House:
    """A bot that is in a team of this tenant, and has heard nobody yet."""
    details = {"service_url": bot.microsoft.service_url, "bot": BOT}
    await bot.shelf.directory.save_installation(Installation("teams", TENANT, DEFAULT_TENANT, details=details))
    return bot


# Under


async def test_a_line_of_the_story_stands_in_the_thread_of_its_root(known: House) -> None:
    line = await say(known, TOP, under=Receipt(f"{CHANNEL}:99"))
    assert calls(known) == [("POST", f"/v3/conversations/{CHANNEL};messageid=99/activities")]
    assert known.microsoft.calls[0].body["conversation"]["id"] == f"{CHANNEL};messageid=99"
    assert line == Receipt(f"{CHANNEL}:a1")


async def test_one_that_was_deleted_comes_back_into_the_thread(known: House) -> None:
    known.microsoft.script = [Scripted(404, {"error": {"code": "ActivityNotFoundInConversation"}})]
    await say(known, TOP, under=Receipt(f"{CHANNEL}:99"), receipt=Receipt(f"{CHANNEL}:100"))
    assert [method for method, _ in calls(known)] == ["PUT", "POST"]
    assert {path.split("/")[3] for _, path in calls(known)} == {f"{CHANNEL};messageid=99"}


async def test_a_chat_has_no_threads_so_the_line_names_its_root(known: House) -> None:
    await say(known, GROUP, under=Receipt(f"{GROUP.channel}:99"))
    assert calls(known) == [("POST", f"/v3/conversations/{GROUP.channel}/activities")]
    assert known.microsoft.calls[0].body["replyToId"] == "99"


# A person who never wrote


async def test_the_chat_is_opened_once_and_found_again(known: House) -> None:
    platform = known.surface.platform
    assert platform.personal(ANNAS) == CHAT
    known.microsoft.script = [Scripted(201, {"id": "a:chat"})]
    page = await say(known, CHAT)
    assert page == Receipt("a:chat:a2")
    assert calls(known) == [("POST", "/v3/conversations"), ("POST", "/v3/conversations/a:chat/activities")]
    opening = known.microsoft.calls[0].body
    assert (opening["members"], opening["isGroup"], opening["tenantId"]) == ([{"id": ANNA}], False, TENANT)
    assert opening["bot"]["id"] == BOT
    assert await say(known, CHAT, receipt=page) == page
    await say(known, CHAT, under=page)
    await say(known, Place("teams", TENANT, "a:chat", kind=PlaceKind.PERSONAL))
    assert calls(known)[2:] == [
        ("PUT", "/v3/conversations/a:chat/activities/a2"),
        ("POST", "/v3/conversations/a:chat/activities"),
        ("POST", "/v3/conversations/a:chat/activities"),
    ]
    assert known.microsoft.calls[3].body["replyToId"] == "a2"


async def test_whoever_wrote_to_us_is_answered_in_that_chat(bot: House) -> None:
    await bot.tell(personal(bot.microsoft.service_url))
    await bot.tell(bot.activity(id="2"))  # heard in a channel later, which forgets nothing
    await say(bot, CHAT)
    assert calls(bot) == [("POST", "/v3/conversations/a:anna/activities")]


async def test_a_person_heard_in_a_channel_is_opened_by_teams_own_id(bot: House) -> None:
    await bot.tell(bot.activity())
    bot.microsoft.script = [Scripted(201, {"id": "a:chat"})]
    await say(bot, CHAT)
    assert bot.microsoft.calls[0].body["members"] == [{"id": "29:anna"}]


@pytest.mark.parametrize(
    "answer", [Scripted(500, {}), Scripted(201, {}), Scripted(drop=True)], ids=["away", "no id", "lost"]
)
async def test_while_the_chat_cannot_be_opened_nothing_was_said(known: House, answer: Scripted) -> None:
    known.microsoft.script = [answer]
    with pytest.raises(Unavailable) as away:
        await say(known, CHAT)
    assert away.value.definite


async def test_a_person_who_removed_the_bot_is_said_so_and_may_come_back(known: House) -> None:
    known.microsoft.script = [
        Scripted(201, {"id": "a:chat"}),
        Scripted(403, {"error": {"code": "ConversationBlockedByUser", "subCode": "MessageWritesBlocked"}}),
        Scripted(201, {"id": "a:chat"}),
    ]
    with pytest.raises(Rejected) as refused:
        await say(known, CHAT)
    assert refused.value.code == "MessageWritesBlocked"
    assert await say(known, CHAT) == Receipt("a:chat:a4")


# Who they are


async def test_a_profile_is_asked_where_the_person_was_heard(bot: House) -> None:
    await bot.tell(bot.activity())
    bot.microsoft.script = [Scripted(200, MEMBER)]
    platform = bot.surface.platform
    found = await platform.profile(DEFAULT_TENANT, Account("teams", TENANT, ANNA, "somebody"))
    assert found == Account("teams", TENANT, ANNA, "Anna Berger", "Anna.Berger@example.com")
    assert await platform.profile(DEFAULT_TENANT, ANNAS) == found
    assert calls(bot) == [("GET", f"/v3/conversations/{CHANNEL}/members/29:anna")]


async def test_somebody_unheard_is_looked_for_where_we_are(bot: House) -> None:
    await bot.tell(bot.activity())
    bot.microsoft.script = [Scripted(200, {**MEMBER, "aadObjectId": "ben", "name": "Ben Ortner"})]
    found = await bot.surface.platform.profile(DEFAULT_TENANT, Account("teams", TENANT, "ben"))
    assert found is not None
    assert found.name == "Ben Ortner"
    assert calls(bot) == [("GET", f"/v3/conversations/{CHANNEL}/members/ben")]


@pytest.mark.parametrize("answer", [Scripted(404, {}), Scripted(403, {}), Scripted(500, {}), Scripted(200, {})])
async def test_a_profile_that_is_not_to_be_had_is_none(bot: House, answer: Scripted) -> None:
    await bot.tell(bot.activity())
    bot.microsoft.script = [answer]
    assert await bot.surface.platform.profile(DEFAULT_TENANT, ANNAS) is None


async def test_of_a_tenant_that_was_never_heard_nothing_is_known(bot: House) -> None:
    assert await bot.surface.platform.profile(DEFAULT_TENANT, ANNAS) is None
    assert await bot.surface.platform.by_email(DEFAULT_TENANT, "anna.berger@example.com") is None
    assert bot.microsoft.calls == []


async def test_an_address_is_found_on_a_later_page_and_read_once_a_day(bot: House) -> None:
    await bot.tell(bot.activity())
    ben = {**MEMBER, "aadObjectId": "ben", "name": "Ben Ortner", "email": "ben.ortner@example.com"}
    pages = [Scripted(200, {"members": [ben], "continuationToken": "n/1"}), Scripted(200, {"members": [MEMBER]})]
    bot.microsoft.script = [*pages, *pages]
    by_email = bot.surface.platform.by_email
    for _ in range(3):
        found = await by_email(DEFAULT_TENANT, "anna.berger@EXAMPLE.com")
        assert found is not None
        assert (found.user, found.name) == (ANNA, "Anna Berger")
    assert calls(bot) == [
        ("GET", f"/v3/conversations/{CHANNEL}/pagedmembers?pageSize=500"),
        ("GET", f"/v3/conversations/{CHANNEL}/pagedmembers?pageSize=500&continuationToken=n/1"),
    ]
    assert await by_email(DEFAULT_TENANT, "nobody@example.com") is None
    assert len(bot.microsoft.calls) == 2  # just read: they are not in it
    await bot.clock.advance(2 * 3600)
    assert await by_email(DEFAULT_TENANT, "nobody@example.com") is None
    assert len(bot.microsoft.calls) == 4
    assert await by_email(TenantId("another"), "anna.berger@example.com") is None


async def test_who_was_not_found_is_looked_for_again_once_there_is_more_to_read(bot: House) -> None:
    await bot.tell(bot.activity())
    bot.microsoft.script = [Scripted(200, {"members": []})]
    by_email = bot.surface.platform.by_email
    assert await by_email(DEFAULT_TENANT, "anna.berger@example.com") is None
    chat = {"id": GROUP.channel, "conversationType": "groupChat", "tenantId": TENANT}
    await bot.tell(bot.activity(id="2", conversation=chat, channelData={"tenant": {"id": TENANT}}))
    bot.microsoft.script = [Scripted(200, {"members": []}), Scripted(200, {"members": [MEMBER]})]
    found = await by_email(DEFAULT_TENANT, "anna.berger@example.com")
    assert found is not None
    assert found.user == ANNA


async def test_a_team_that_we_left_does_not_hide_the_others(bot: House) -> None:
    await bot.tell(bot.activity())
    chat = {"id": GROUP.channel, "conversationType": "groupChat", "tenantId": TENANT}
    data = {"tenant": {"id": TENANT}}
    await bot.tell(bot.activity(id="2", conversation=chat, channelData=data))
    bot.microsoft.script = [
        Scripted(403, {"error": {"code": "BotNotInConversationRoster"}}),
        Scripted(200, {"members": [MEMBER]}),
    ]
    found = await bot.surface.platform.by_email(DEFAULT_TENANT, "anna.berger@example.com")
    assert found is not None
    assert found.user == ANNA


@pytest.mark.parametrize(
    ("member", "email"),
    [
        (MEMBER, "Anna.Berger@example.com"),
        ({**MEMBER, "email": None, "userPrincipalName": "anna@example.com"}, "anna@example.com"),
        ({**MEMBER, "email": "", "userPrincipalName": "anna_x.com#EXT#@home.onmicrosoft.com"}, ""),
        ({**MEMBER, "tenantId": "another"}, ""),
        ({**MEMBER, "userRole": "anonymous"}, ""),
    ],
)
def test_only_our_own_tenant_vouches_for_an_address(member: dict[str, Any], email: str) -> None:
    account = to_account(member, TENANT)
    assert account is not None
    assert account.email == email


def test_nobody_is_no_account() -> None:
    assert to_account({}, TENANT) is None


# The workspace, the pace


async def test_one_tenant_is_the_workspace_and_of_several_none(bot: House, clock: DrivenClock) -> None:
    assert await bot.surface.platform.workspace() == ""
    async with house(clock, tenant_id=(TENANT,)) as alone:
        assert await alone.surface.platform.workspace() == TENANT


async def test_the_pace_can_be_set(clock: DrivenClock) -> None:
    async with house(clock) as usual:
        assert (usual.surface.platform.pace.burst, usual.surface.platform.pace.every) == (6, 2.0)
    async with house(clock, messages_per_second=20, requests_per_second=500) as fast:
        assert (fast.surface.platform.pace.burst, fast.surface.platform.pace.every) == (20, 0.05)
        fast.shelf.places.kept[TOP] = {"service_url": fast.microsoft.service_url}
        for _ in range(100):
            await say(fast, TOP.in_thread("17"))  # would wait, by the published numbers
        assert len(fast.microsoft.calls) == 100
