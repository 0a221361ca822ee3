"""What a press on the card of a file does, over HTTP, against a place for uploads that answers as OneDrive does."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.model.message import Place, PlaceKind
from bot.model.reply import File, Files, Reply
from bot.model.tenant import DEFAULT_TENANT
from bot.ports.platform import Order
from handlers.teams.references import Reference
from tests.fakes import DrivenClock
from tests.unit.teams.stand_ins import BOT, TENANT, House, Scripted, house, personal

CHAT = Place("teams", TENANT, "a:anna", "", PlaceKind.PERSONAL)
FILE = File("a.csv", "text/csv", b"a,b\n")
INFO = "application/vnd.microsoft.teams.card.file.info"


@dataclass
class Drive:
    status: int = 201
    asked: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)

    async def put(self, request: web.Request) -> web.Response:
        self.asked.append((request.path, dict(request.headers), await request.read()))
        return web.Response(status=self.status, headers={"Location": "/elsewhere"})


@dataclass
class Rig:
    bot: House
    drive: Drive
    url: str

    async def offered(self) -> list[Any]:
        address = self.bot.microsoft.service_url
        self.bot.shelf.places.kept[CHAT] = {"service_url": address, "bot": BOT, "bot_name": "Nightdesk"}
        order = Order(DEFAULT_TENANT, CHAT, Reply("Ready.", (Files((FILE,)),)), "s#1")
        await self.bot.surface.platform.send(order)
        return [call.body["attachments"][0] for call in self.bot.microsoft.calls[1:]]

    async def press(self, context: Any, where: str = CHAT.channel, **more: Any) -> int:
        kind = {"conversationType": "personal", "tenantId": TENANT, "id": where}
        info = {
            "contentUrl": f"{self.url}/a.csv",
            "uploadUrl": f"{self.url}/up?s=1",
            "uniqueId": "1",
            "fileType": "csv",
        }
        value = {"type": "fileUpload", "action": "accept", "context": context, "uploadInfo": {**info, **more}}
        sent = personal(
            self.bot.microsoft.service_url, type="invoke", name="fileConsent/invoke", value=value, replyToId="9",
            conversation=kind,
        )  # fmt: skip
        status, _ = await self.bot.tell(sent)
        return status

    @property
    def last(self) -> Any:
        return self.bot.microsoft.calls[-1]


@pytest.fixture
async def rig(clock: DrivenClock) -> AsyncIterator[Rig]:
    drive, app = Drive(), web.Application()
    app.router.add_route("*", "/{rest:.*}", drive.put)
    async with (
        TestServer(app, host="127.0.0.1") as server,
        house(clock, upload_hosts=(f"127.0.0.1:{server.port}",)) as bot,
    ):
        yield Rig(bot, drive, f"http://127.0.0.1:{server.port}")


async def test_the_bytes_go_where_teams_says_without_our_token(rig: Rig) -> None:
    (card,) = await rig.offered()
    assert await rig.press(card["content"]["acceptContext"]) == 200
    ((path, headers, content),) = rig.drive.asked
    assert (path, content) == ("/up", FILE.content)
    assert headers["Content-Range"] == "bytes 0-3/4"
    assert headers["Content-Length"] == "4"
    assert "Authorization" not in headers
    assert (rig.last.method, rig.last.path) == ("PUT", "/v3/conversations/a%3Aanna/activities/9")
    assert rig.last.body["attachments"][0]["contentType"] == INFO


@pytest.mark.parametrize(
    ("status", "answer", "tried_again"),
    [(200, 200, 1), (201, 200, 1), (202, 200, 1), (307, 200, 1), (404, 200, 1), (416, 200, 1), (429, 503, 2),
     (500, 503, 2), (507, 503, 2)],
)  # fmt: skip
async def test_what_onedrive_answers(rig: Rig, status: int, answer: int, tried_again: int) -> None:
    (card,) = await rig.offered()
    rig.drive.status = status
    assert [await rig.press(card["content"]["acceptContext"]) for _ in range(2)] == [answer] * 2
    assert len(rig.drive.asked) == tried_again
    if answer == 200:
        assert ("text" in rig.last.body) is (status not in (200, 201))


async def test_an_offer_counts_only_where_it_was_made(rig: Rig) -> None:
    (card,) = await rig.offered()
    assert await rig.press(card["content"]["acceptContext"], where="a:ben") == 200
    assert rig.drive.asked == []
    assert rig.last.body["text"] == "This file is no longer kept. Ask again in the chat for a fresh one."


@pytest.mark.parametrize("more", [{"uploadUrl": "https://evil.example/up"}, {"uploadUrl": ""}])
async def test_no_other_address_is_written_to(rig: Rig, more: dict[str, str]) -> None:
    (card,) = await rig.offered()
    assert await rig.press(card["content"]["acceptContext"], **more) == 200
    assert rig.drive.asked == []
    assert "could not be saved" in rig.last.body["text"]


async def test_a_link_to_elsewhere_is_not_shown(rig: Rig) -> None:
    (card,) = await rig.offered()
    assert await rig.press(card["content"]["acceptContext"], contentUrl="https://evil.example/a.csv") == 200
    assert rig.last.body["text"] == "a.csv is saved in your OneDrive."
    assert "attachments" not in rig.last.body


@pytest.mark.parametrize("context", [None, {}, {"offer": ["x"]}])
async def test_a_press_that_is_none_of_ours(rig: Rig, context: Any) -> None:
    assert await rig.press(context) == 400
    assert rig.bot.microsoft.calls == []


@pytest.mark.parametrize(
    "refusal", [Scripted(400, {"error": {"code": "BadSyntax"}}), Scripted(500), Scripted(drop=True)]
)
async def test_an_answer_stands_without_its_offer(
    rig: Rig, refusal: Scripted, caplog: pytest.LogCaptureFixture
) -> None:
    rig.bot.microsoft.script = [Scripted(), refusal]
    for calls in (2, 3):  # said again, it is not offered again: it may have arrived
        await rig.offered()
        assert len(rig.bot.microsoft.calls) == calls
    assert "a file was not offered" in caplog.text


async def test_where_bots_send_no_files_none_is_offered(rig: Rig) -> None:
    order = Order(DEFAULT_TENANT, CHAT, Reply("Ready.", (Files((FILE,)),)), "s#1")
    for url, offers in (("https://smba.infra.gov.teams.microsoft.us/gcch/", 0), (rig.bot.microsoft.service_url, 1)):
        await rig.bot.surface.platform._consents.offer(order, Reference(url))
        assert len(rig.bot.microsoft.calls) == offers
