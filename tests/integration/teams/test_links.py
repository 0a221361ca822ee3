"""What stands under links that people paste in Teams, against the double that refuses what Teams refuses."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.model.errors import Unavailable
from bot.model.message import PlaceKind
from bot.model.reply import Chart, Fact, Facts, File, Picture, Query, Reply
from bot.model.series import Point, Series
from bot.settings import section
from handlers.platform import Means
from handlers.playground.doubles.bus import Bus, Faults
from handlers.playground.doubles.teams.double import TeamsDouble
from handlers.teams import previews
from handlers.teams.settings import TeamsSettings
from handlers.teams.surface import TeamsSurface
from tests.fakes import NOON, DrivenClock
from tests.integration.teams.test_against_the_double import APP, SECRET, TENANT, Chat
from tests.unit.teams.stand_ins import Desk, Shelf

LINK = "https://grafana.example.com/d/shop1/shop?viewPanel=2&from=now-1h"
LINE = Series("checkout", (Point(NOON, 0.32),), unit="seconds")
REPLY = Reply(
    "Latency is 320 ms.",
    (
        Facts((Fact("<at>Anna</at> [x](https://evil.example)", "320 ms"),)),
        Chart("Latency", (LINE,)),
        Query("Mimir", "promql", "latency", NOON, NOON),
    ),
    title="Latency",
)  # fmt: skip
KINDS = pytest.mark.parametrize("kind", ["channel", "groupChat", "personal"])


@pytest.fixture
async def chat() -> AsyncIterator[Chat]:
    clock, desk = DrivenClock(datetime.now(UTC)), Desk()  # the double signs on the time of this machine
    bot_app, chat_app = web.Application(), web.Application()
    bot_server, chat_server = TestServer(bot_app), TestServer(chat_app)
    built: list[TeamsSurface] = []

    async def messages(request: web.Request) -> web.Response:
        return await built[0].adapter.process(request)

    bot_app.router.add_post("/api/messages", messages)
    async with aiohttp.ClientSession() as session, bot_server:
        double = TeamsDouble(
            Bus(), Faults(), clock, bot_url=f"http://127.0.0.1:{bot_server.port}", app_id=APP, app_password=SECRET,
            tenant=TENANT, link_domains=("grafana.example.com",),
        )  # fmt: skip
        double.routes(chat_app)
        await chat_server.start_server()
        settings = section("teams", TeamsSettings, double.settings(f"http://127.0.0.1:{chat_server.port}"))
        assert settings is not None
        means = Means(
            desk, Shelf(), clock, session, lambda t, k: f"https://bot.example/{t}/{k}", "https://bot.example", "/ops",
            None,
        )  # type: ignore[arg-type]  # fmt: skip
        built.append(TeamsSurface(settings, means))
        yield Chat(double, built[0], desk, clock)
        await chat_server.close()


async def paste(chat: Chat, url: str = LINK, kind: str = "channel") -> dict:
    return await chat.double.control("paste_link", {"conversation": chat.conversation(kind), "url": url})


@KINDS
async def test_a_link_that_the_desk_knows_gets_what_it_shows(chat: Chat, kind: str) -> None:
    chat.desk.previews[LINK] = REPLY
    shown = await paste(chat, kind=kind)
    assert (shown["status"], shown["error"]) == (200, "")
    (card,) = shown["cards"]
    written = json.dumps(card)
    assert "Latency is 320 ms." in written
    assert (card["type"], card["version"]) == ("AdaptiveCard", "1.3")
    assert "checkout: 320 ms" in written
    assert "<at>" not in written
    (asked,) = chat.desk.linked
    assert (asked.author.workspace, asked.click.arguments) == (TENANT, {"url": LINK})
    assert (asked.place.kind is PlaceKind.CHANNEL) == (kind == "channel")


async def test_a_picture_is_kept_behind_a_link_of_ours(chat: Chat) -> None:
    chat.desk.previews[LINK] = Reply("It is.", (Picture(File("panel.png", "image/png", b"png", "Latency")),))
    (card,) = (await paste(chat))["cards"]
    (image,) = [one for one in card["body"] if one["type"] == "Image"]
    kept = chat.surface.platform._means.storage.downloads.kept
    assert kept[image["url"].rpartition("/")[2]].content == b"png"


async def test_other_links_are_left_alone(chat: Chat) -> None:
    assert (await paste(chat))["cards"] == []
    assert (await paste(chat, "https://example.org/d/shop1"))["asked"] is False
    assert [message.click.arguments["url"] for message in chat.desk.linked] == [LINK]


async def test_what_cannot_be_told_in_time_is_left_alone(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    async def slow(_: object) -> None:
        await asyncio.Event().wait()

    async def away(_: object) -> None:
        raise Unavailable("The database")

    monkeypatch.setattr(previews, "PATIENCE", 0.05)
    for fault in (slow, away):
        chat.desk.preview = fault  # type: ignore[method-assign, assignment]
        shown = await paste(chat)
        assert (shown["status"], shown["cards"], shown["error"]) == (200, [], "")
