"""What is said to Teams, against a connector on the wire that answers as Teams does, faults included."""

import asyncio
import json
from collections.abc import Awaitable
from datetime import timedelta
from typing import Any, TypeVar
from urllib.parse import unquote

import aiohttp
import pytest

from bot.model.errors import Misconfigured, Rejected, Unavailable
from bot.model.message import Account, Place, PlaceKind
from bot.model.parcel import Receipt
from bot.model.reply import File, Files, Reply, Text
from bot.model.tenant import DEFAULT_TENANT
from bot.ports.platform import Order, Step, Stopped
from bot.ports.storage import Installation
from handlers.platform import download_key
from handlers.teams.connector import Connector
from handlers.teams.hosts import Hosts
from handlers.teams.pacing import CONVERSATION, Pacer
from handlers.teams.settings import TeamsSettings
from handlers.teams.tokens import Tokens
from tests.fakes import NOON, DrivenClock
from tests.unit.teams.stand_ins import APP, BOT, CHANNEL, TENANT, House, Scripted, house

T = TypeVar("T")
THREAD = Place("teams", TENANT, CHANNEL, "17", PlaceKind.CHANNEL)
TOP = THREAD.in_thread("")
CHAT = Place("teams", TENANT, "a:anna", "", PlaceKind.PERSONAL)
GROUP = Place("teams", TENANT, "19:g@thread.v2", "", PlaceKind.GROUP)
ANNA = Account("teams", TENANT, "anna", "Anna")
SHORT = Reply("All is well.")
CARD = Reply("Checkout is slow.", title="Checkout", tone="bad")


@pytest.fixture
async def known(bot: House) -> House:
    """A bot that knows where Teams is."""
    details = {"service_url": bot.microsoft.service_url, "bot": BOT, "bot_name": "Nightdesk"}
    for place in (TOP, CHAT, GROUP):
        bot.shelf.places.kept[place] = details
    return bot


def order(reply: Reply = SHORT, place: Place = THREAD, receipt: Receipt | None = None) -> Order:
    return Order(DEFAULT_TENANT, place, reply, "subject#1", receipt)


async def driven(clock: DrivenClock, work: Awaitable[T]) -> T:
    """Time passes until it is done."""
    task = asyncio.ensure_future(work)
    while not task.done():
        await clock.advance(0.25)
    return task.result()


def failing(code: str, status: int = 403, **more: Any) -> Scripted:
    return Scripted(status, {"error": {"code": code, "message": "words that nobody should rely on", **more}})


async def test_an_answer_stands_in_its_thread(known: House) -> None:
    receipt = await known.surface.platform.send(order())
    (call,) = known.microsoft.calls
    assert (call.method, unquote(call.path)) == ("POST", f"/v3/conversations/{CHANNEL};messageid=17/activities")
    assert ";" not in call.path  # the id travels as one segment
    assert call.body["text"] == "All is well."
    assert call.body["from"] == {"id": BOT, "name": "Nightdesk"}
    assert call.body["conversation"] == {"id": f"{CHANNEL};messageid=17", "tenantId": TENANT}
    assert receipt == Receipt(f"{CHANNEL}:a1")


async def test_news_for_a_channel_begins_a_thread(known: House) -> None:
    known.microsoft.script = [Scripted(201, {"id": f"{CHANNEL};messageid=99", "activityId": "99"})]
    receipt = await known.surface.platform.send(order(CARD, TOP))
    (call,) = known.microsoft.calls
    assert (call.method, call.path) == ("POST", "/v3/conversations")
    assert call.body["channelData"]["channel"]["id"] == CHANNEL
    assert call.body["activity"]["summary"] == "Checkout is slow."
    assert receipt == Receipt(f"{CHANNEL}:99")


async def test_the_root_is_read_from_the_conversation_where_no_activity_is_named(known: House) -> None:
    known.microsoft.script = [Scripted(201, {"id": f"{CHANNEL};messageid=99"})]
    assert await known.surface.platform.send(order(CARD, TOP)) == Receipt(f"{CHANNEL}:99")


async def test_an_update_replaces_the_message(known: House) -> None:
    receipt = await known.surface.platform.send(order(CARD, receipt=Receipt(f"{CHANNEL}:88")))
    (call,) = known.microsoft.calls
    assert (call.method, unquote(call.path)) == ("PUT", f"/v3/conversations/{CHANNEL};messageid=17/activities/88")
    assert call.body["id"] == "88"
    assert receipt == Receipt(f"{CHANNEL}:88")


async def test_an_update_of_a_message_that_is_gone_is_posted_anew(known: House) -> None:
    known.microsoft.script = [failing("ActivityNotFoundInConversation", 404)]
    receipt = await known.surface.platform.send(order(CARD, receipt=Receipt(f"{CHANNEL}:88")))
    assert [call.method for call in known.microsoft.calls] == ["PUT", "POST"]
    assert receipt == Receipt(f"{CHANNEL}:a2")


async def test_teams_cannot_be_searched(known: House) -> None:
    assert await known.surface.platform.find(DEFAULT_TENANT, THREAD, "subject#1", NOON) is None


async def test_files_are_kept_before_the_message_links_to_them(known: House) -> None:
    file = File("a.csv", "text/csv", b"a,b\n")
    await known.surface.platform.send(order(Reply("Ready.", blocks=(Files((file,)),))))
    assert known.shelf.downloads.kept == {download_key(file): file}
    assert f"https://bot.example/downloads/default/{download_key(file)}" in json.dumps(known.microsoft.calls[0].body)


async def test_a_tenant_we_know_lends_its_address_to_a_new_place(bot: House) -> None:
    details = {"service_url": bot.microsoft.service_url}
    await bot.shelf.directory.save_installation(Installation("teams", TENANT, DEFAULT_TENANT, details=details))
    await bot.surface.platform.send(order(CARD, TOP))
    assert len(bot.microsoft.calls) == 1


async def test_a_place_where_nobody_ever_spoke_is_rejected(bot: House) -> None:
    with pytest.raises(Rejected) as refused:
        await bot.surface.platform.send(order())
    assert refused.value.advice


async def test_a_stored_address_is_checked_again_before_the_token_goes_there(bot: House) -> None:
    bot.shelf.places.kept[TOP] = {"service_url": "https://evil.example/"}
    with pytest.raises(Rejected) as refused:
        await bot.surface.platform.send(order())
    assert refused.value.code == "ServiceUrlNotAllowed"
    assert bot.microsoft.tokens == 0


# Faults


@pytest.mark.parametrize("status", [412, 429, 502, 504])
async def test_what_helps_in_a_moment_is_tried_again_here(known: House, status: int) -> None:
    known.microsoft.script = [Scripted(status, {})]
    receipt = await driven(known.clock, known.surface.platform.send(order()))
    assert receipt == Receipt(f"{CHANNEL}:a2")


async def test_retry_after_is_kept(known: House) -> None:
    known.microsoft.script = [Scripted(429, {}, {"Retry-After": "2"})]
    before = known.clock.now()
    await driven(known.clock, known.surface.platform.send(order()))
    assert known.clock.now() - before >= timedelta(seconds=2)


@pytest.mark.parametrize("header", ["60", "Wed, 18 Mar 2026 12:01:00 GMT"])
async def test_a_long_wait_is_the_outboxs(known: House, header: str) -> None:
    known.microsoft.script = [Scripted(429, {}, {"Retry-After": header})]
    with pytest.raises(Unavailable) as away:
        await known.surface.platform.send(order())
    assert away.value.retry_after == timedelta(seconds=60)
    assert away.value.definite
    assert len(known.microsoft.calls) == 1


@pytest.mark.parametrize(
    ("status", "definite", "calls"),
    [(412, True, 3), (429, True, 3), (502, False, 3), (504, False, 3), (500, False, 1), (503, False, 1)],
)
async def test_what_does_not_help_here_may_help_later(known: House, status: int, definite: bool, calls: int) -> None:
    known.microsoft.script = [Scripted(status, "<html>gateway</html>") for _ in range(5)]
    with pytest.raises(Unavailable) as away:
        await driven(known.clock, known.surface.platform.send(order()))
    assert away.value.definite is definite
    assert len(known.microsoft.calls) == calls


async def test_an_answer_that_was_lost_may_have_been_given(known: House) -> None:
    known.microsoft.script = [Scripted(drop=True)]
    with pytest.raises(Unavailable) as away:
        await known.surface.platform.send(order())
    assert not away.value.definite
    assert len(known.microsoft.calls) == 1


async def test_a_connector_that_does_not_answer_is_not_waited_for(known: House) -> None:
    known.microsoft.script = [Scripted(hang=True)]
    settings = _settings(known)
    tokens = Tokens(settings, known.session, known.clock)
    patience = aiohttp.ClientTimeout(total=0.2)
    connector = Connector(known.session, tokens, Hosts(settings.service_hosts), known.clock, patience)
    with pytest.raises(Unavailable) as away:
        await connector.post(known.microsoft.service_url, CHANNEL, {"type": "message"})
    assert not away.value.definite


async def test_a_connector_that_is_not_there_did_nothing(clock: DrivenClock) -> None:
    async with house(clock, service_hosts=("127.0.0.1:1",)) as bot:
        bot.shelf.places.kept[TOP] = {"service_url": "http://127.0.0.1:1/"}
        with pytest.raises(Unavailable) as away:
            await bot.surface.platform.send(order())
        assert away.value.definite


@pytest.mark.parametrize(
    ("answer", "code", "forgotten"),
    [
        (failing("ConversationBlockedByUser", subCode="MessageWritesBlocked"), "MessageWritesBlocked", True),
        (failing("BotNotInConversationRoster"), "BotNotInConversationRoster", True),
        (failing("BotDisabledByAdmin"), "BotDisabledByAdmin", False),
        (failing("ConversationNotFound", 404), "ConversationNotFound", True),
        (failing("BotNotRegistered", 401), "BotNotRegistered", False),
        (failing("SomethingNew", 400), "SomethingNew", False),
        (Scripted(403, "<html>"), "403", False),
    ],
)
async def test_a_no_is_a_sentence_with_its_code(known: House, answer: Scripted, code: str, forgotten: bool) -> None:
    known.microsoft.script = [answer]
    with pytest.raises(Rejected) as refused:
        await known.surface.platform.send(order())
    assert refused.value.code == code
    assert "words that nobody" not in refused.value.says
    assert (TOP not in known.shelf.places.kept) is forgotten
    assert len(known.microsoft.calls) == 1


async def test_a_message_that_is_too_big_is_drawn_smaller_once(known: House) -> None:
    long = Reply("Long.", blocks=tuple(Text((f"{i} " + "word " * 100,)) for i in range(30)))
    known.microsoft.script = [failing("MessageSizeTooBig", 413)]
    await known.surface.platform.send(order(long))
    first, second = (len(json.dumps(call.body)) for call in known.microsoft.calls)
    assert second < first / 2
    assert "answer.txt" in json.dumps(known.microsoft.calls[1].body)
    assert [file.name for file in known.shelf.downloads.kept.values()] == ["answer.txt"]
    known.microsoft.script = [failing("MessageSizeTooBig", 413), Scripted(413, "too big")]
    with pytest.raises(Rejected) as refused:
        await known.surface.platform.send(order(long))
    assert refused.value.code == "MessageSizeTooBig"


async def test_a_token_that_is_refused_is_fetched_anew_once(known: House) -> None:
    known.microsoft.script = [Scripted(401, {})]
    await known.surface.platform.send(order())
    assert [call.authorization for call in known.microsoft.calls] == ["Bearer out-1", "Bearer out-2"]
    known.microsoft.script = [Scripted(401, {}), Scripted(401, {})]
    with pytest.raises(Rejected):
        await known.surface.platform.send(order())


async def test_a_secret_that_ran_out_loses_nothing_and_check_says_what_to_do(known: House) -> None:
    known.microsoft.token_answer = (401, {"error": "invalid_client", "error_codes": [7000222]})
    with pytest.raises(Unavailable) as away:
        await known.surface.platform.send(order())
    assert away.value.definite
    with pytest.raises(Misconfigured) as wrong:
        await known.surface.check()
    assert "TEAMS_APP_PASSWORD has run out" in wrong.value.advice


async def test_a_sign_in_that_is_away_may_be_back_later(known: House) -> None:
    known.microsoft.token_answer = (503, {})
    with pytest.raises(Unavailable) as away:
        await known.surface.platform.send(order())
    assert away.value.definite


async def test_the_token_is_renewed_early(known: House) -> None:
    await known.surface.platform.send(order())
    await known.clock.advance(54 * 60)
    await known.surface.platform.send(order())
    assert known.microsoft.tokens == 1
    await known.clock.advance(2 * 60)
    await known.surface.platform.send(order())
    assert known.microsoft.tokens == 2


async def test_one_conversation_is_spoken_to_at_the_published_pace(known: House) -> None:
    before = known.clock.now()
    sends = asyncio.gather(*(known.surface.platform.send(order()) for _ in range(9)))
    await driven(known.clock, sends)
    assert known.clock.now() - before >= timedelta(seconds=2)  # 7 in one second, 8 in two
    assert len(known.microsoft.calls) == 9


def test_whoever_asks_for_too_much_waits_as_long_as_the_widest_window(clock: DrivenClock) -> None:
    pacer = Pacer(clock)
    waits = [pacer.wait("a", CONVERSATION).total_seconds() for _ in range(121)]
    assert waits[:9] == [0.0] * 7 + [1.0, 2.0]
    assert waits[60] >= 30
    assert waits[120] >= 60
    assert pacer.wait("b", CONVERSATION).total_seconds() == 0


async def test_a_wait_that_is_long_is_the_outboxs(known: House) -> None:
    sends = (known.surface.platform.send(order()) for _ in range(70))
    answers = await driven(known.clock, asyncio.gather(*sends, return_exceptions=True))
    away = [one for one in answers if isinstance(one, Unavailable)]
    assert away
    assert all(one.definite and one.retry_after for one in away)
    assert len(away) + len(known.microsoft.calls) == 70


# Live messages


async def test_a_live_message_is_opened_told_and_finished(known: House) -> None:
    platform = known.surface.platform
    live = await platform.begin(DEFAULT_TENANT, CHAT, ANNA)
    assert live == Receipt("a:anna:a1", live=True)
    await platform.progress(DEFAULT_TENANT, CHAT, Step("too early"), live)
    await known.clock.advance(2)
    await platform.progress(DEFAULT_TENANT, CHAT, Step("Reading the latency…" + "x" * 2000), live)
    receipt = await platform.send(order(CARD, CHAT, live))
    first, second, last = (call.body for call in known.microsoft.calls)
    assert first["entities"] == [{"type": "streaminfo", "streamType": "informative", "streamSequence": 1}]
    assert second["channelData"] == {"streamType": "informative", "streamSequence": 2, "streamId": "a1"}
    assert len(second["text"]) == 1000
    assert {one["type"] for one in (first, second)} == {"typing"}
    assert last["type"] == "message"
    assert last["entities"][-1] == {"type": "streaminfo", "streamType": "final", "streamId": "a1"}
    assert last["channelData"]["streamId"] == "a1"
    assert "attachments" in last
    assert receipt.live is False


async def test_the_final_keeps_its_other_signs(known: House) -> None:
    reply = Reply("Said by a model.", by_model=True, rateable=True)
    await known.surface.platform.send(order(reply, CHAT, Receipt("a:anna:s1", live=True)))
    (call,) = known.microsoft.calls
    assert [entity["type"] for entity in call.body["entities"]] == ["https://schema.org/Message", "streaminfo"]
    assert call.body["channelData"] == {"feedbackLoop": {"type": "default"}, "streamType": "final", "streamId": "s1"}


async def test_a_stream_that_ended_becomes_an_ordinary_message(known: House) -> None:
    known.microsoft.script = [failing("ContentStreamNotAllowed")]
    receipt = await known.surface.platform.send(order(SHORT, CHAT, Receipt("a:anna:s1", live=True)))
    assert [call.method for call in known.microsoft.calls] == ["POST", "PUT"]
    assert "entities" not in known.microsoft.calls[1].body
    assert receipt == Receipt("a:anna:s1")


@pytest.mark.parametrize("second", [failing("ContentStreamNotAllowed"), failing("ActivityNotFoundInConversation", 404)])
async def test_a_stream_that_was_never_seen_is_said_plainly(known: House, second: Scripted) -> None:
    known.microsoft.script = [failing("ContentStreamNotAllowed"), second]
    receipt = await known.surface.platform.send(order(SHORT, CHAT, Receipt("a:anna:s1", live=True)))
    assert [call.method for call in known.microsoft.calls] == ["POST", "PUT", "POST"]
    assert receipt == Receipt("a:anna:a3")


@pytest.mark.parametrize("place", [THREAD, GROUP])
async def test_elsewhere_there_are_no_live_messages_but_typing(known: House, place: Place) -> None:
    platform = known.surface.platform
    assert await platform.begin(DEFAULT_TENANT, place, ANNA) is None
    for _ in range(3):
        await platform.progress(DEFAULT_TENANT, place, Step("Reading…"), None)
    assert [call.body["type"] for call in known.microsoft.calls] == ["typing"]
    await known.clock.advance(2)
    await platform.progress(DEFAULT_TENANT, place, Step("Reading…"), None)
    assert len(known.microsoft.calls) == 2


async def test_telling_what_is_done_never_fails(known: House) -> None:
    platform = known.surface.platform
    known.microsoft.script = [failing("ContentStreamNotAllowed"), Scripted(500, {})]
    assert await platform.begin(DEFAULT_TENANT, CHAT, ANNA) is None
    await platform.progress(DEFAULT_TENANT, CHAT, Step("x"), None)
    nowhere = Place("teams", TENANT, "a:nobody", "", PlaceKind.PERSONAL)
    assert await platform.begin(DEFAULT_TENANT, nowhere, ANNA) is None
    await platform.progress(DEFAULT_TENANT, nowhere, Step("x"), None)


async def test_a_stopped_stream_is_not_told_on(known: House) -> None:
    platform = known.surface.platform
    live = await platform.begin(DEFAULT_TENANT, CHAT, ANNA)
    await known.clock.advance(2)
    known.microsoft.script = [failing("ContentStreamNotAllowed")]
    with pytest.raises(Stopped):
        await platform.progress(DEFAULT_TENANT, CHAT, Step("x"), live)
    await known.clock.advance(2)
    await platform.progress(DEFAULT_TENANT, CHAT, Step("y"), live)
    assert len(known.microsoft.calls) == 2


async def test_check_signs_in_and_reads_the_keys(known: House) -> None:
    assert await known.surface.check() == "Signed in with Microsoft; 1 signing keys of Teams are known."


async def test_check_fails_where_the_keys_cannot_be_read(clock: DrivenClock) -> None:
    async with house(clock) as bot:
        bot.microsoft.openid_status = 404
        with pytest.raises(Unavailable):
            await bot.surface.check()


def _settings(bot: House) -> TeamsSettings:
    return TeamsSettings(
        app_id=APP,
        app_password="secret",
        tenant_id=(TENANT,),
        login_url=bot.microsoft.url,
        service_hosts=(f"127.0.0.1:{bot.microsoft.server.port}",),
    )
