"""The Slack room against the double of Slack, both on real ports: an alert's life as Slack would see it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.model.errors import Rejected
from bot.model.message import Account, Place
from bot.model.parcel import Receipt
from bot.model.reply import Button, Fact, Facts, File, Files, Reply
from bot.model.tenant import DEFAULT_TENANT
from bot.ports.platform import Order
from handlers.playground.doubles.bus import Bus, Fault, Faults
from handlers.playground.doubles.slack.double import SlackDouble
from handlers.playground.examples import EXAMPLES
from tests.fakes import NOON
from tests.integration.slack.conftest import SECRET, Bench, Start

ROOT = Place("slack", "T0NIGHT", "C0INCIDENTS")
ACTS = tuple(
    Button(name, "act", {"act": name.lower()}) for name in ("Acknowledge", "Resolve", "Assign to me", "Escalate")
)
LINKS = tuple(Button(name, url=f"https://wiki.example.com/{name}") for name in ("Runbook", "Graph", "Dashboard"))
CLOSE = (Button("Silence 2 h", "act", {"act": "silence"}, confirm="Hide it for two hours?"), Button("Ticket", "act"))
ALERT = Reply(
    "Checkout is slow.",
    title="Checkout",
    tone="bad",
    blocks=(Facts(tuple(Fact(f"Label {n}", f"value {n}") for n in range(8))),),
    buttons=(*ACTS, *CLOSE, *LINKS),
)


@dataclass
class Chat:
    slack: SlackDouble
    bench: Bench
    faults: Faults = field(default_factory=Faults)

    async def say(self, reply: Reply, place: Place = ROOT, key: str = "k#1", **more: Any) -> Receipt:
        return await self.bench.surface.platform.send(Order(DEFAULT_TENANT, place, reply, key, **more))

    def said(self, channel: str = ROOT.channel) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.slack.state()["messages"][channel]
        return [one for one in found if one.get("bot_id")]


@pytest.fixture
async def chat(start: Start) -> AsyncIterator[Chat]:
    app = web.Application()
    server = TestServer(app, host="127.0.0.1")
    bench: Bench = await start(started=False)
    faults = Faults()
    double = SlackDouble(
        Bus(), faults, bench.clock, bot_url="http://127.0.0.1:1", signing_secret=SECRET, token="xoxb-d", app_token="x"
    )
    double.routes(app)
    await server.start_server()
    url = str(server.make_url("")).rstrip("/")
    double.settings(url)
    bench = await start(bot_token="xoxb-d", signing_secret=SECRET, api_url=f"{url}/slack/api/")
    double.courier.bot_url = bench.url
    yield Chat(double, bench, faults)
    await double.settle()
    await server.close()


async def test_one_message_an_issue_and_its_story_below(chat: Chat) -> None:
    root = await chat.say(ALERT)
    line = await chat.say(Reply("Anna has it."), key="story#1", under=root)
    assert await chat.say(Reply("Checkout is well.", tone="good"), key="k#2", receipt=root) == root
    assert await chat.say(Reply("Anna had it."), key="story#2", under=root, receipt=line) == line
    (message, below) = chat.said()
    assert below["thread_ts"] == message["ts"]
    texts = [one["text"] for one in chat.slack.versions(ROOT.channel, message["ts"])]
    assert (texts[0], texts[-1]) == ("🔴 Checkout is slow.", "✅ Checkout is well.")
    assert below["text"] == "Anna had it."


async def test_a_chart_that_is_too_rich_is_a_picture_below_it(chat: Chat) -> None:
    await chat.say(EXAMPLES["annotated"])
    message, below = chat.said()
    assert [one["type"] for one in message["blocks"]].count("data_visualization") == 1
    (file,) = below["files"]
    assert below["thread_ts"] == message["ts"]
    assert (file["name"], file["mimetype"]) == ("chart-1.png", "image/png")
    assert "least 110 ms, most 409 ms" in file["alt_txt"]


@pytest.mark.parametrize("fault", [None, "drop", "500"])
async def test_the_files_of_an_answer_are_one_message(chat: Chat, fault: Any) -> None:
    """Also where the answer of the last step was lost, and where it was never done."""
    if fault:
        chat.faults.add(Fault(fault, "slack", "files.completeUploadExternal"))
    files = tuple(File(name, "text/csv", b"a,b\n") for name in ("latency.csv", "latency-table.csv"))
    await chat.say(Reply("CSV.", (Files(files),)))
    message, below = chat.said()
    assert below["thread_ts"] == message["ts"]
    assert [file["name"] for file in below["files"]] == ["latency.csv", "latency-table.csv"]


async def test_what_was_said_below_is_found_again(chat: Chat) -> None:
    root = await chat.say(ALERT)
    line = await chat.say(Reply("Anna has it."), key="story#1", under=root)
    find = chat.bench.surface.platform.find
    assert await find(DEFAULT_TENANT, ROOT.in_thread(root.id.partition(":")[2]), "story#1", NOON) == line
    assert await find(DEFAULT_TENANT, ROOT, "k#1", NOON) == root


async def test_a_page_reaches_a_person_who_never_wrote(chat: Chat) -> None:
    platform = chat.bench.surface.platform
    ben = await platform.by_email(DEFAULT_TENANT, "ben.ortner@example.com")
    assert ben == Account("slack", "T0NIGHT", "U0BEN", "Ben Ortner", "ben.ortner@example.com", "UTC")
    assert await platform.profile(DEFAULT_TENANT, ben) == ben
    place = platform.personal(ben)
    page = await chat.say(ALERT, place)
    assert page.id.startswith("D0BEN:")
    assert await platform.find(DEFAULT_TENANT, place, "k#1", NOON) == page
    assert await chat.say(Reply("Taken by Anna."), place, receipt=page) == page
    assert [one["text"] for one in chat.said("D0BEN")] == ["Taken by Anna."]


@pytest.mark.parametrize(
    ("deed", "code", "advice"),
    [("remove", "not_in_channel", "/invite @Nightdesk"), ("archive", "is_archived", "Choose another channel")],
)
async def test_why_it_cannot_be_said_and_what_helps(chat: Chat, deed: str, code: str, advice: str) -> None:
    await chat.slack.control(deed, {"channel": ROOT.channel})
    with pytest.raises(Rejected) as refused:
        await chat.say(ALERT)
    assert refused.value.code == code
    assert advice in refused.value.advice


async def test_an_archived_channel_keeps_its_message_and_says_why(chat: Chat) -> None:
    root = await chat.say(ALERT)
    await chat.slack.control("archive", {"channel": ROOT.channel})
    with pytest.raises(Rejected) as refused:
        await chat.say(ALERT, key="k#2", receipt=root)
    assert refused.value.code == "is_inactive"


async def test_nine_buttons_are_pressed_weeks_later(chat: Chat) -> None:
    root = await chat.say(ALERT)
    (message,) = chat.said()
    rows = [block["elements"] for block in message["blocks"] if block["type"] == "actions"]
    assert [len(row) for row in rows] == [9]
    await chat.bench.clock.advance(40 * 86_400)
    where = {"channel": ROOT.channel, "ts": message["ts"]}
    answer = await chat.slack.control("click", {**where, "action_id": rows[0][0]["action_id"]})
    assert answer["status"] == 200
    click = chat.bench.desk.messages[-1].click
    assert click is not None
    assert (click.intent, click.arguments, click.message) == ("act", {"act": "acknowledge"}, root.id)


async def test_acting_on_an_alert_from_its_menu(chat: Chat) -> None:
    root = await chat.say(ALERT)
    where = {"channel": ROOT.channel, "ts": root.id.partition(":")[2]}
    await chat.slack.control("shortcut", {**where, "callback_id": "act_on_alert"})
    (view,) = chat.slack.state()["views"]
    await chat.slack.control("submit", {"view_id": view["id"]})
    (message,) = chat.bench.desk.messages
    assert message.click is not None
    assert (message.click.intent, message.click.arguments["of"]) == ("act_on_issue", root.id)
    assert message.place.opener == root.id
