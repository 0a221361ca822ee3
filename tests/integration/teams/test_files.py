"""The whole way of a file in Teams: offered in a personal chat, saved once its reader says so, else behind its link."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.model.message import Place
from bot.model.parcel import Receipt
from bot.model.reply import File, Files, Reply
from bot.model.tenant import DEFAULT_TENANT
from bot.ports.platform import Order
from bot.settings import section
from handlers.platform import Means, download_key
from handlers.playground.doubles.bus import Bus, Fault, Faults
from handlers.playground.doubles.teams import TeamsDouble
from handlers.teams.settings import TeamsSettings
from handlers.teams.surface import TeamsSurface
from storage.storage import SqlStorage, open_storage
from tests.conftest import KEY
from tests.fakes import DrivenClock
from tests.integration.teams.test_against_the_double import APP, SECRET, TENANT
from tests.unit.teams.stand_ins import Desk

CONSENT, INFO = (f"application/vnd.microsoft.teams.card.file.{kind}" for kind in ("consent", "info"))
CSV = File("latency.csv", "text/csv", b"time,p95\n12:00,0.412\n")
PDF = File("latency.pdf", "application/pdf", b"%PDF-1.7 \xff\xfe")
EXPORT = Reply("CSV of \u201clatency\u201d: 1 series with 1 value.", (Files((CSV,)),))


@dataclass
class Chat:
    double: TeamsDouble
    bus: Bus
    faults: Faults
    desk: Desk
    clock: DrivenClock
    storage: SqlStorage
    session: aiohttp.ClientSession
    build: Callable[..., TeamsSurface]
    surface: TeamsSurface

    def restart(self, **more: str) -> None:
        """Another process on the same database."""
        self.surface = self.build(**more)

    async def ask(self, kind: str = "personal") -> Place:
        where = next(one["id"] for one in self.double.state()["conversations"] if one["kind"] == kind)
        text = "export csv" if kind == "personal" else "@Nightdesk export csv"
        before = len(self.desk.received)
        await self.double.control("message", {"conversation": where, "text": text})
        assert len(self.desk.received) == before + 1
        return self.desk.received[-1].place

    async def answer(self, place: Place, reply: Reply = EXPORT, key: str = "s#1", **more: Any) -> None:
        await self.surface.platform.send(Order(DEFAULT_TENANT, place, reply, key, **more))

    def uploads(self) -> list[Any]:
        """What was saved."""
        log = [one for one in self.bus.log if "/teams/onedrive/sessions" in one["path"]]
        return [one for one in log if one["status"] == 201]

    def shown(self, place: Place) -> list[dict[str, Any]]:
        """What the bot said there."""
        said = self.double.state()["activities"][place.channel]
        return [one for one in said if one["from"]["id"].startswith("28:")]

    async def press(self, place: Place, activity: dict[str, Any], action: str = "accept") -> int:
        where = {"conversation": place.channel, "activity": activity["id"], "action": action}
        return int((await self.double.control("consent", where))["status"])

    async def offered(self) -> tuple[Place, dict[str, Any]]:
        place = await self.ask()
        await self.answer(place)
        return place, self.shown(place)[-1]

    async def fetch(self, url: str) -> bytes:
        async with self.session.get(url) as response:
            return await response.read()


@pytest.fixture
async def chat(sqlite_url: str) -> AsyncIterator[Chat]:
    clock, desk, bus, faults = DrivenClock(datetime.now(UTC)), Desk(), Bus(), Faults()
    bot_app, chat_app = web.Application(), web.Application()
    bot_server, chat_server = TestServer(bot_app), TestServer(chat_app)
    chats: list[Chat] = []

    async def messages(request: web.Request) -> web.Response:
        return await chats[0].surface.adapter.process(request)

    bot_app.router.add_post("/api/messages", messages)
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(aiohttp.ClientSession())
        storage = await stack.enter_async_context(open_storage(sqlite_url, keys=[KEY], clock=clock))
        await stack.enter_async_context(bot_server)
        double = TeamsDouble(
            bus, faults, clock, bot_url=f"http://127.0.0.1:{bot_server.port}", app_id=APP, app_password=SECRET,
            tenant=TENANT,
        )  # fmt: skip
        double.routes(chat_app)
        await stack.enter_async_context(chat_server)
        env = double.settings(f"http://127.0.0.1:{chat_server.port}")
        means = Means(
            desk, storage, clock, session, lambda t, k: f"https://bot.example/{t}/{k}", "https://bot.example", "/ops"
        )

        def build(**more: str) -> TeamsSurface:
            settings = section("teams", TeamsSettings, {**env, **more})
            assert settings is not None
            return TeamsSurface(settings, means)

        chats.append(Chat(double, bus, faults, desk, clock, storage, session, build, build()))
        yield chats[0]


async def test_a_file_is_offered_allowed_and_stands_there(chat: Chat) -> None:
    place = await chat.ask()
    await chat.answer(place, Reply("Both.", (Files((CSV, PDF)),)))
    answer, first, second = chat.shown(place)
    assert "Download latency.csv" in json.dumps(answer)
    cards = [one["attachments"][0] for one in (first, second)]
    assert [(card["contentType"], card["name"]) for card in cards] == [(CONSENT, CSV.name), (CONSENT, PDF.name)]
    assert cards[0]["content"]["sizeInBytes"] == len(CSV.content)
    for file, message in ((CSV, first), (PDF, second)):
        assert await chat.press(place, message) == 200
        (card,) = message["attachments"]
        assert (card["contentType"], card["name"]) == (INFO, file.name)
        assert await chat.fetch(card["contentUrl"]) == file.content
    assert len(chat.shown(place)) == 3  # each stands where it was offered


async def test_it_is_pressed_after_a_restart_and_twice_is_once(chat: Chat) -> None:
    place, message = await chat.offered()
    before = message["attachments"]
    chat.restart()
    assert await chat.press(place, message) == 200
    saved = message["attachments"]
    chat.restart()
    message["attachments"] = before  # a client that has not heard of it yet
    assert await chat.press(place, message, "decline") == 200
    assert message["attachments"] == saved
    assert (len(chat.uploads()), len(chat.shown(place))) == (1, 2)


async def test_two_presses_at_once_are_one(chat: Chat) -> None:
    place, message = await chat.offered()
    assert await asyncio.gather(chat.press(place, message), chat.press(place, message)) == [200, 200]
    assert len(chat.uploads()) == 1
    assert message["attachments"][0]["contentType"] == INFO


async def test_no_is_taken_calmly(chat: Chat) -> None:
    place, message = await chat.offered()
    assert await chat.press(place, message, "decline") == 200
    assert message["text"] == "latency.csv was not saved. The answer has a link to it."
    assert not message.get("attachments")
    assert chat.uploads() == []


async def test_what_is_no_longer_kept_is_said(chat: Chat) -> None:
    place, message = await chat.offered()
    assert (await chat.storage.upkeep.forget(chat.clock.now() + timedelta(days=8)))["downloads"]
    assert await chat.press(place, message) == 200
    assert message["text"] == "This file is no longer kept. Ask again in the chat for a fresh one."
    assert chat.uploads() == []


@pytest.mark.parametrize("fault", ["429", "503"])
async def test_an_upload_that_may_work_later_is_pressed_again(chat: Chat, fault: Any) -> None:
    place, message = await chat.offered()
    chat.faults.add(Fault(fault, "teams", "/teams/onedrive"))
    assert await chat.press(place, message) == 503
    assert message["attachments"][0]["contentType"] == CONSENT
    assert await chat.press(place, message) == 200
    assert message["attachments"][0]["contentType"] == INFO


async def test_a_card_that_could_not_be_changed_is_changed_by_the_next_press(chat: Chat) -> None:
    place, message = await chat.offered()
    chat.faults.add(Fault("429", "teams", "PUT /teams/connector", seconds=600))
    assert await chat.press(place, message) == 200
    assert message["attachments"][0]["contentType"] == CONSENT
    assert await chat.press(place, message) == 200
    assert message["attachments"][0]["contentType"] == INFO
    assert len(chat.uploads()) == 1


async def test_nothing_is_sent_where_it_was_not_allowed(chat: Chat) -> None:
    place, message = await chat.offered()
    chat.restart(TEAMS_UPLOAD_HOSTS="*.sharepoint.com")
    assert await chat.press(place, message) == 200
    assert message["text"] == "latency.csv could not be saved in your OneDrive. The answer has a link to it."
    assert chat.uploads() == []


async def test_an_offer_takes_nothing_from_the_link(chat: Chat) -> None:
    await chat.offered()
    async with chat.storage.work(DEFAULT_TENANT) as work:
        assert await work.downloads.get(download_key(CSV), chat.clock.now() + timedelta(days=29)) == CSV


async def test_the_same_order_offers_once(chat: Chat) -> None:
    """After a crash between saying and booking, the outbox says it again."""
    place = await chat.ask()
    for _ in range(2):
        await chat.answer(place)
        chat.restart()
    await chat.answer(place, key="s#2")
    assert [one["attachments"][0]["contentType"] for one in chat.shown(place)].count(CONSENT) == 2


async def test_a_live_answer_offers_its_files_and_an_update_does_not(chat: Chat) -> None:
    place = await chat.ask()
    live = await chat.surface.platform.begin(DEFAULT_TENANT, place, chat.desk.received[-1].author)
    assert live
    await chat.answer(place, receipt=live)
    answer, offer = chat.shown(place)
    stands = Receipt(f"{place.channel}:{answer['id']}")
    await chat.answer(place, Reply("New.", (Files((PDF,)),)), "s#2", receipt=stands)
    assert chat.shown(place) == [answer, offer]


@pytest.mark.parametrize("kind", ["channel", "groupChat"])
async def test_elsewhere_the_link_stays(chat: Chat, kind: str) -> None:
    place = await chat.ask(kind)
    await chat.answer(place)
    (answer,) = chat.shown(place)
    assert "Download latency.csv" in json.dumps(answer)


async def test_it_can_be_switched_off(chat: Chat) -> None:
    chat.restart(TEAMS_OFFER_FILES="false")
    place = await chat.ask()
    await chat.answer(place)
    assert len(chat.shown(place)) == 1


async def test_an_empty_file_is_not_offered(chat: Chat) -> None:
    place = await chat.ask()
    await chat.answer(place, Reply("Empty.", (Files((File("a.csv", "text/csv", b""),)),)))
    assert len(chat.shown(place)) == 1
