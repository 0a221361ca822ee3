"""The Teams room against the double of Teams, both on real ports: what goes out is taken, what comes in arrives."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.model.message import Account, Place, PlaceKind
from bot.model.parcel import Receipt
from bot.model.reply import Reply
from bot.model.tenant import DEFAULT_TENANT
from bot.ports.platform import Order, Step
from bot.settings import section
from handlers.platform import Means
from handlers.playground.doubles.bus import Bus, Faults
from handlers.playground.doubles.teams import TeamsDouble
from handlers.playground.examples import EXAMPLES
from handlers.teams.settings import TeamsSettings
from handlers.teams.surface import TeamsSurface
from tests.fakes import DrivenClock
from tests.unit.teams.stand_ins import Desk, Shelf

APP, SECRET, TENANT = "11111111-2222-3333-4444-555555555555", "local secret", "9f0c1d5e-0000-4000-8000-000000000001"


@dataclass
class Chat:
    double: TeamsDouble
    surface: TeamsSurface
    desk: Desk
    clock: DrivenClock

    def conversation(self, kind: str) -> str:
        return next(str(one["id"]) for one in self.double.state()["conversations"] if one["kind"] == kind)

    def said(self, conversation: str) -> list[dict[str, Any]]:
        return list(self.double.state()["activities"][conversation])

    async def ask(self, kind: str, text: str = "status") -> Place:
        """A person writes; where the bot would answer."""
        before = len(self.desk.received)
        mention = "" if kind == "personal" else "@Nightdesk "
        await self.double.control("message", {"conversation": self.conversation(kind), "text": mention + text})
        while len(self.desk.received) == before:
            await asyncio.sleep(0.01)
        return self.desk.received[-1].place

    async def answer(self, place: Place, reply: Reply, receipt: Receipt | None = None) -> Receipt:
        order = Order(DEFAULT_TENANT, place, reply, "s#1", receipt)
        return await self.surface.platform.send(order)


@pytest.fixture
async def chat() -> AsyncIterator[Chat]:
    clock, desk = DrivenClock(datetime.now(UTC)), Desk()  # the double signs on the time of this machine
    bot_app, chat_app = web.Application(), web.Application()
    bot_server, chat_server = TestServer(bot_app), TestServer(chat_app)
    async with aiohttp.ClientSession() as session:
        # The two have to know each other's address before either starts.
        built: list[TeamsSurface] = []

        async def messages(request: web.Request) -> web.Response:
            return await built[0].adapter.process(request)

        bot_app.router.add_post("/api/messages", messages)
        await bot_server.start_server()
        double = TeamsDouble(
            Bus(),
            Faults(),
            clock,
            bot_url=f"http://127.0.0.1:{bot_server.port}",
            app_id=APP,
            app_password=SECRET,
            tenant=TENANT,
        )
        double.routes(chat_app)
        await chat_server.start_server()
        settings = section("teams", TeamsSettings, double.settings(f"http://127.0.0.1:{chat_server.port}"))
        assert settings is not None
        means = Means(
            desk, Shelf(), clock, session, lambda t, k: f"https://bot.example/{t}/{k}", "https://bot.example", "/ops"
        )  # type: ignore[arg-type]
        built.append(TeamsSurface(settings, means))
        yield Chat(double, built[0], desk, clock)
        await bot_server.close()
        await chat_server.close()


@pytest.mark.parametrize("kind", ["channel", "groupChat", "personal"])
async def test_a_question_arrives_and_its_answer_stands_below_it(chat: Chat, kind: str) -> None:
    place = await chat.ask(kind)
    assert chat.desk.received[-1].text == "status"
    assert bool(place.thread) == (kind == "channel")
    receipt = await chat.answer(place, EXAMPLES["status"])
    await chat.answer(place, EXAMPLES["short"], receipt)
    last = chat.said(place.channel)[-1]
    assert receipt.id == f"{place.channel}:{last['id']}"
    assert last["text"] == EXAMPLES["short"].summary


@pytest.mark.parametrize("name", EXAMPLES)
async def test_the_double_takes_every_example(chat: Chat, name: str) -> None:
    place = await chat.ask("channel")
    await chat.answer(place, EXAMPLES[name])
    await chat.answer(place.in_thread(""), EXAMPLES[name])
    assert len([one for one in chat.said(place.channel) if one["from"]["id"].startswith("28:")]) == 2


async def test_a_press_and_a_dialog_come_back(chat: Chat) -> None:
    place = await chat.ask("channel")
    receipt = await chat.answer(place, EXAMPLES["metric"])
    activity = receipt.id.removeprefix(f"{place.channel}:")
    where = {"conversation": place.channel, "activity": activity}
    pressed = await chat.double.control("execute", {**where, "action": "Last 24 h"})
    click = chat.desk.received[-1].click
    assert pressed
    assert click is not None
    assert (click.intent, click.arguments["window"], click.message) == ("ask_metric", "PT24H", receipt.id)
    opened = await chat.double.control("submit_action", {**where, "action": "Change range"})
    assert opened


async def test_a_live_message_is_finished_in_a_personal_chat(chat: Chat) -> None:
    place = await chat.ask("personal")
    assert place.kind is PlaceKind.PERSONAL
    platform = chat.surface.platform
    anna = Account("teams", TENANT, "anna")
    live = await platform.begin(DEFAULT_TENANT, place, anna)
    assert live is not None
    await chat.clock.advance(2)
    await platform.progress(DEFAULT_TENANT, place, Step("Reading…"), live)
    await chat.clock.advance(2)
    await chat.answer(place, EXAMPLES["metric"], live)
    last = chat.said(place.channel)[-1]
    assert last["attachments"]
    assert not last.get("streaming")


async def test_check(chat: Chat) -> None:
    assert "Signed in with Microsoft" in await chat.surface.check()
