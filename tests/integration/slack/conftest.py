"""A real server, our Slack surface on it, real storage, and a small Slack that it talks to."""

import hmac
import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.model.errors import Unavailable
from bot.model.message import Message, Place
from bot.model.reply import Field, Form, Reply
from bot.ports.desks import Suggestion
from handlers.platform import Means
from handlers.press.press import MatplotlibPress
from handlers.slack.settings import SlackSettings
from handlers.slack.surface import SlackSurface
from storage.storage import SqlStorage, open_storage
from tests.conftest import KEY
from tests.fakes import DrivenClock
from tests.integration.slack.fake import FakeSlack

SECRET = "signing-secret-of-a-test"
ONE = {"bot_token": "xoxb-one", "signing_secret": SECRET}


@dataclass
class Desk:
    """Fills FrontDesk: keeps each key once, as the inbox does."""

    received: dict[str, Message] = field(default_factory=dict)
    away: bool = False
    worth_asking: Sequence[Suggestion] = ()
    linked: list[Message] = field(default_factory=list)
    previews: dict[str, Reply] = field(default_factory=dict)
    asked_at: list[Place] = field(default_factory=list)
    wrong: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=lambda: {"status": "System status"})

    async def receive(self, message: Message) -> bool:
        if self.away:
            raise Unavailable("The database")
        fresh = message.key not in self.received
        self.received.setdefault(message.key, message)
        return fresh

    def form(self, intent: str, arguments: Mapping[str, Any], asks: tuple[str, ...]) -> Form:
        if intent == "gone":
            raise KeyError(intent)
        return Form("Ask about a metric", tuple(Field(name, name.capitalize()) for name in asks), intent, arguments)

    async def given(self, place: Place, intent: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        return arguments

    def faults(self, intent: str, arguments: Mapping[str, Any]) -> Mapping[str, str]:
        return self.wrong

    async def suggestions(self, place: Place) -> Sequence[Suggestion]:
        if self.away:
            raise Unavailable("The database")
        self.asked_at.append(place)
        return self.worth_asking

    async def preview(self, message: Message) -> Reply | None:
        self.linked.append(message)
        return self.previews.get(str(message.click.arguments["url"])) if message.click else None

    def commands(self) -> Mapping[str, str]:
        return self.words

    @property
    def messages(self) -> list[Message]:
        return list(self.received.values())


@dataclass
class Bench:
    surface: SlackSurface
    slack: FakeSlack
    desk: Desk
    clock: DrivenClock
    storage: SqlStorage
    session: aiohttp.ClientSession
    url: str

    async def post(self, body: bytes, headers: Mapping[str, str]) -> tuple[int, str]:
        async with self.session.post(f"{self.url}/slack/events", data=body, headers=headers) as answer:
            return answer.status, await answer.text()

    async def event(self, event: Mapping[str, Any], **envelope: Any) -> tuple[int, str]:
        whole = {"type": "event_callback", "team_id": "T0NIGHT", "event_id": "Ev1", "event": event, **envelope}
        return await self.signed(json.dumps(whole).encode(), "application/json")

    async def interact(self, payload: Mapping[str, Any]) -> tuple[int, str]:
        whole = {"team": {"id": "T0NIGHT"}, "user": {"id": "U0ANNA"}, "trigger_id": "1.2.x", **payload}
        return await self.form({"payload": json.dumps(whole)})

    async def form(self, fields: Mapping[str, str]) -> tuple[int, str]:
        return await self.signed(urlencode(fields).encode(), "application/x-www-form-urlencoded")

    async def signed(self, body: bytes, content_type: str) -> tuple[int, str]:
        return await self.post(body, {"Content-Type": content_type, **sign(body, self.clock)})

    async def settled(self) -> None:
        """What runs beside the answers has ended."""
        await self.surface._errands.finish(5)


def sign(body: bytes, clock: DrivenClock, *, at: Any = None, secret: str = SECRET) -> dict[str, str]:
    timestamp = str(int(clock.now().timestamp()) if at is None else at)
    signature = hmac.new(secret.encode(), f"v0:{timestamp}:".encode() + body, sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": f"v0={signature}"}


Start = Callable[..., Any]


@pytest.fixture
async def start(sqlite_url: str, clock: DrivenClock) -> AsyncIterator[Start]:
    """Builds benches; each is stopped at the end."""
    slack, built = FakeSlack(), []
    async with (
        TestServer(slack.app(), host="127.0.0.1") as outside,
        aiohttp.ClientSession() as session,
        open_storage(sqlite_url, keys=[KEY], clock=clock) as storage,
    ):
        slack.url = str(outside.make_url("")).rstrip("/")

        async def build(*, started: bool = True, **settings: str) -> Bench:
            desk = Desk()
            means = Means(
                desk,
                storage,
                clock,
                session,
                lambda tenant, key: f"https://n.example/{key}",
                "https://n.example",
                "/ops",
                MatplotlibPress(),
            )
            given = SlackSettings(**{**(settings or ONE), "api_url": settings.get("api_url", f"{slack.url}/api/")})
            surface = SlackSurface(given, means)
            app = web.Application()
            surface.routes(app)
            server = TestServer(app, host="127.0.0.1")
            await server.start_server()
            built.append((surface, server))
            if started:
                await surface.start()
            return Bench(surface, slack, desk, clock, storage, session, str(server.make_url("")).rstrip("/"))

        yield build
        for surface, server in built:
            await surface.stop()
            await server.close()


@pytest.fixture
async def bench(start: Start) -> Bench:
    made: Bench = await start()
    return made
