"""The Teams room against the double of Teams, both on real ports: what goes out is taken, what comes in arrives."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.model.errors import Rejected
from bot.model.message import Account, Place, PlaceKind
from bot.model.parcel import Receipt
from bot.model.reply import Button, Fact, Facts, Reply
from bot.model.tenant import DEFAULT_TENANT
from bot.ports.platform import Order, Step
from bot.settings import section
from handlers.platform import Means
from handlers.playground.doubles.bus import Bus, Faults
from handlers.playground.doubles.teams import TeamsDouble
from handlers.playground.examples import EXAMPLES
from handlers.press.press import MatplotlibPress
from handlers.teams.settings import TeamsSettings
from handlers.teams.surface import TeamsSurface
from tests.fakes import DrivenClock
from tests.unit.teams.stand_ins import Desk, Shelf

ALERT = Reply(
    "Checkout is slow.",
    title="Checkout",
    tone="bad",
    blocks=(Facts(tuple(Fact(f"Label {n}", f"value {n}") for n in range(8))),),
    buttons=(
        *(Button(name, "act", {"act": name}) for name in ("Acknowledge", "Resolve", "Assign to me", "Escalate")),
        Button("Silence 2 h", "act", {"act": "silence"}, confirm="Hide it for two hours?"),
        Button("Ticket", "act"),
        *(Button(name, url=f"https://wiki.example.com/{name}") for name in ("Runbook", "Graph", "Dashboard")),
    ),
)
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
            desk, Shelf(), clock, session, lambda t, k: f"https://bot.example/{t}/{k}", "https://bot.example", "/ops",
            MatplotlibPress(),
        )  # type: ignore[arg-type]  # fmt: skip
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


async def test_a_chart_that_is_too_rich_is_a_picture_in_the_card(chat: Chat) -> None:
    place = await chat.ask("channel")
    await chat.answer(place, EXAMPLES["annotated"])
    card = json.dumps(chat.said(place.channel)[-1]["attachments"][0]["content"])
    (image,) = [one for one in json.loads(card)["body"] if one["type"] == "Image"]
    assert image["url"].startswith("https://bot.example/")
    assert image["themedUrls"][0]["url"] != image["url"]
    assert "least 110 ms, most 409 ms" in image["altText"]
    assert "Chart.Line" not in card
    assert "least 110 ms, most 409 ms" in card.replace(image["altText"], "")


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


async def say(chat: Chat, place: Place, reply: Reply = EXAMPLES["short"], **more: Any) -> Receipt:
    return await chat.surface.platform.send(Order(DEFAULT_TENANT, place, reply, "k#1", **more))


@pytest.mark.parametrize("kind", ["channel", "groupChat", "personal"])
async def test_a_story_stands_under_its_root(chat: Chat, kind: str) -> None:
    place = (await chat.ask(kind)).in_thread("")
    root = await say(chat, place, ALERT)
    line = await say(chat, place, under=root)
    assert await say(chat, place, Reply("Ben has it."), under=root, receipt=line) == line
    message, below = (chat.double.versions(one.id.rpartition(":")[2])[-1] for one in (root, line))
    assert below["text"] == "Ben has it."
    if kind == "channel":
        assert (message["root"], below["root"]) == (message["id"], message["id"])
    else:
        assert below["replyToId"] == message["id"]


async def test_a_page_reaches_a_person_who_never_wrote(chat: Chat) -> None:
    await chat.ask("channel")
    platform = chat.surface.platform
    ben = await platform.by_email(DEFAULT_TENANT, "ben.ortner@example.com")
    assert ben is not None
    assert ben.name == "Ben Ortner"
    assert await platform.profile(DEFAULT_TENANT, ben) == ben
    place = platform.personal(ben)
    page = await say(chat, place, ALERT)
    conversation, _, activity = page.id.rpartition(":")
    assert await say(chat, place, Reply("Taken by Anna."), receipt=page) == page
    assert [one["text"] for one in chat.double.versions(activity)] == ["", "Taken by Anna."]
    again = await say(chat, place, ALERT)
    where = {"conversation": conversation, "user": ben.user, "activity": again.id.rpartition(":")[2]}
    await chat.double.control("execute", {**where, "action": "Acknowledge"})
    message = chat.desk.received[-1]
    assert message.click is not None
    assert (message.click.message, message.author.user) == (again.id, ben.user)
    await say(chat, message.place)  # what is pressed there is answered there
    assert len(chat.said(conversation)) == 3


async def test_a_press_is_answered_shortly_for_the_card_shows_the_rest(chat: Chat) -> None:
    place = (await chat.ask("channel")).in_thread("")
    root = await say(chat, place, ALERT)
    where = {"conversation": place.channel, "activity": root.id.rpartition(":")[2]}
    answer = await chat.double.control("execute", {**where, "action": "Acknowledge"})
    assert answer["shown"] == {"kind": "toast", "text": "Got it."}
    click = chat.desk.received[-1].click
    assert click is not None
    assert (click.intent, click.message) == ("act", root.id)


async def test_nine_buttons_are_all_to_be_seen(chat: Chat) -> None:
    place = await chat.ask("channel")
    await say(chat, place, ALERT)
    card = chat.said(place.channel)[-1]["attachments"][0]["content"]
    sets = [len(one["actions"]) for one in card["body"] if one["type"] == "ActionSet"]
    assert sets == [6, 3]  # Teams hides the seventh of one set


@pytest.mark.parametrize(
    ("deed", "code", "advice"),
    [
        ("uninstall", "BotNotInConversationRoster", "Add the Nightdesk app"),
        ("delete", "ConversationNotFound", "Choose another place"),
    ],
)
async def test_why_it_cannot_be_said_and_what_helps(chat: Chat, deed: str, code: str, advice: str) -> None:
    place = (await chat.ask("channel")).in_thread("")
    where = next(
        one["id"] for one in chat.double.state()["conversations"] if one.get("team") and one["name"] == "Incidents"
    )
    await chat.double.control(deed, {"conversation": where})
    with pytest.raises(Rejected) as refused:
        await say(chat, Place("teams", place.workspace, where), ALERT)
    assert refused.value.code == code
    assert advice in refused.value.advice
    await chat.double.control("install" if deed == "uninstall" else "restore", {"conversation": where})
    await say(chat, Place("teams", place.workspace, where), ALERT)


async def test_check(chat: Chat) -> None:
    assert "Signed in with Microsoft" in await chat.surface.check()
