"""What stands under links that people post in Slack, against the double that refuses what Slack refuses."""

import json
import logging
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.model.errors import Unavailable
from bot.model.message import PlaceKind
from bot.model.reply import Chart, Fact, Facts, File, Picture, Query, Reply
from bot.model.series import Point, Series
from handlers.playground.doubles.bus import Bus, Faults
from handlers.playground.doubles.slack.double import SlackDouble
from handlers.slack.unfurls import MOST
from tests.fakes import NOON
from tests.integration.slack.conftest import SECRET, Bench, Start
from tests.integration.slack.test_against_the_double import Chat

LINK = "https://grafana.example.com/d/shop1/shop?viewPanel=2&from=now-1h"
LINE = Series("checkout", (Point(NOON, 0.32),), unit="seconds")
REPLY = Reply(
    "Latency is 320 ms.",
    (
        Facts((Fact("<!channel> *checkout*", "320 ms"),)),
        Chart("Latency", (LINE,)),
        Query("Mimir", "promql", "latency", NOON, NOON),
    ),
    title="Latency",
)  # fmt: skip
DRAWN = Reply("Latency is 320 ms.", (Picture(File("panel.png", "image/png", b"png", "Latency")),), title="Latency")


@pytest.fixture
async def chat(start: Start) -> AsyncIterator[Chat]:
    app = web.Application()
    server = TestServer(app, host="127.0.0.1")
    first: Bench = await start(started=False)
    double = SlackDouble(
        Bus(), Faults(), first.clock, bot_url="http://127.0.0.1:1", signing_secret=SECRET, token="xoxb-d",
        app_token="x", unfurl_domains=("grafana.example.com",),
    )  # fmt: skip
    double.routes(app)
    await server.start_server()
    url = str(server.make_url("")).rstrip("/")
    double.settings(url)
    given = {"bot_token": "xoxb-d", "signing_secret": SECRET, "api_url": f"{url}/slack/api/"}
    bench = await start(**given, link_domains=("grafana.example.com",))
    double.courier.bot_url = bench.url
    yield Chat(double, bench)
    await double.settle()
    await server.close()


def shared(**changes: object) -> dict[str, object]:
    links = [{"domain": "grafana.example.com", "url": LINK}]
    plain = {"type": "link_shared", "user": "U0ANNA", "channel": "C0OPS", "message_ts": "1.1", "links": links}
    return {**plain, "source": "conversations_history", **changes}


def named(bench: Bench) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = bench.slack.named("chat.unfurl")
    return found


async def post(chat: Chat, text: str, **more: str) -> list[dict[str, object]]:
    """What stands under a person's message, once the bot is done with it."""
    said = await chat.slack.control("message", {"channel": "C0INCIDENTS", "text": text, **more})
    await chat.slack.settle()
    await chat.bench.settled()
    found = next(one for one in chat.slack.state()["messages"]["C0INCIDENTS"] if one["ts"] == said["ts"])
    return list(found.get("attachments", ()))


async def test_a_link_that_the_desk_knows_gets_what_it_shows(chat: Chat) -> None:
    chat.bench.desk.previews[LINK] = REPLY
    (under,) = await post(chat, f"is it this one? {LINK}")
    assert under["from_url"] == LINK
    written = json.dumps(under["blocks"], ensure_ascii=False)
    assert "Latency is 320 ms." in written
    fields = [field for block in under["blocks"] for field in block.get("fields", ())]
    assert [field["type"] for field in fields if "<!channel>" in field["text"]] == ["plain_text"]
    (asked,) = chat.bench.desk.linked
    assert (asked.place.channel, asked.place.kind) == ("C0INCIDENTS", PlaceKind.CHANNEL)
    assert (asked.author.workspace, asked.click.arguments) == ("T0NIGHT", {"url": LINK})


async def test_other_links_are_left_alone(chat: Chat) -> None:
    assert await post(chat, f"see {LINK} and https://example.org/d/shop1") == []
    assert [message.click.arguments["url"] for message in chat.bench.desk.linked] == [LINK]
    assert not [one for one in chat.said() if one.get("text")]


async def test_a_picture_is_shown_from_an_address_of_ours(chat: Chat) -> None:
    chat.bench.desk.previews[LINK] = DRAWN
    (under,) = await post(chat, LINK)
    (image,) = [block for block in under["blocks"] if block["type"] == "image"]
    key = image["image_url"].removeprefix("https://n.example/")
    assert image["alt_text"] == "Latency"
    async with chat.bench.storage.work("default") as work:
        kept = await work.downloads.get(key, chat.bench.clock.now())
    assert kept is not None
    assert kept.content == b"png"


async def test_a_picture_that_slack_cannot_fetch_leaves_the_words(start: Start) -> None:
    bench: Bench = await start(bot_token="xoxb-one", signing_secret=SECRET, link_domains=("grafana.example.com",))
    bench.desk.previews[LINK] = DRAWN
    bench.slack.fail("chat.unfurl", "cannot_parse_attachment")
    await bench.event(shared())
    await bench.settled()
    first, second = ([one["type"] for one in call["unfurls"][LINK]["blocks"]] for call in named(bench))
    assert ("image" in first, "image" in second) == (True, False)


async def test_only_the_first_links_of_a_message_are_looked_at(chat: Chat) -> None:
    links = [f"{LINK}&n={number}" for number in range(MOST + 2)]
    chat.bench.desk.previews.update(dict.fromkeys(links, REPLY))
    assert len(await post(chat, " ".join(links))) == MOST


async def test_a_desk_that_is_away_leaves_the_link_alone(chat: Chat, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)

    async def away(_: object) -> None:
        raise Unavailable("The database")

    chat.bench.desk.preview = away  # type: ignore[method-assign]
    assert await post(chat, LINK) == []
    assert "an errand failed" in caplog.messages


@pytest.mark.parametrize(
    ("event", "envelope"),
    [
        ({}, {"is_ext_shared_channel": True}),
        ({"source": "composer"}, {}),
        ({"user": "U0BOT"}, {}),
        ({"message_ts": ""}, {}),
        ({"links": []}, {}),
    ],
)
async def test_what_is_not_posted_among_ourselves_is_told_nothing(start: Start, event, envelope) -> None:
    bench: Bench = await start(bot_token="xoxb-one", signing_secret=SECRET, link_domains=("grafana.example.com",))
    bench.desk.previews[LINK] = REPLY
    assert (await bench.event(shared(**event), **envelope))[0] == 200
    await bench.settled()
    assert named(bench) == []
    assert bench.desk.linked == []
