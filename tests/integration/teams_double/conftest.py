"""A Teams double on a free port, with a tiny bot behind it that answers what a test tells it to."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from handlers.playground.doubles.bus import Bus, Faults
from handlers.playground.doubles.teams import TeamsDouble
from tests.fakes import DrivenClock

APP, SECRET, TENANT = "11111111-2222-3333-4444-555555555555", "local secret", "9f0c1d5e-0000-4000-8000-000000000001"
Json = dict[str, Any]


@dataclass
class Bot:
    """Keeps what it hears; `answers` says what comes back by activity type or invoke name."""

    heard: list[Json] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    answers: dict[str, Any] = field(default_factory=dict)
    hold: asyncio.Event | None = None  # to wait for before answering
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    async def handle(self, request: web.Request) -> web.Response:
        activity = await request.json()
        self.heard.append(activity)
        self.arrived.set()
        self.tokens.append(request.headers["Authorization"].removeprefix("Bearer "))
        if self.hold:
            await self.hold.wait()
        answer = self.answers.get(activity.get("name") or activity["type"], 202)
        return web.Response(status=answer) if isinstance(answer, int) else web.json_response(answer)


@dataclass
class Teams:
    double: TeamsDouble
    bus: Bus
    faults: Faults
    clock: DrivenClock
    bot: Bot
    base: str
    session: aiohttp.ClientSession
    token: str = ""

    def place(self, kind: str) -> str:
        return next(one["id"] for one in self.double.state()["conversations"] if one["kind"] == kind)

    def said(self, conversation: str) -> list[Json]:
        return list(self.double.state()["activities"][conversation])

    async def call(self, name: str, **body: Any) -> Json:
        return await self.double.control(name, body)

    async def log_in(self) -> None:
        form = {
            "grant_type": "client_credentials",
            "client_id": APP,
            "client_secret": SECRET,
            "scope": "https://api.botframework.com/.default",
        }
        async with self.session.post(f"{self.base}/teams/{TENANT}/oauth2/v2.0/token", data=form) as answer:
            self.token = (await answer.json())["access_token"]

    async def rest(self, method: str, path: str, body: Any = None, *, token: str | None = None) -> tuple[int, Any, Any]:
        """Status, body and headers of a call of the connector; path segments are quoted by `at`."""
        headers = {"Authorization": f"Bearer {self.token if token is None else token}"}
        url = f"{self.base}/teams/connector/v3/conversations{path}"
        async with self.session.request(method, url, json=body, headers=headers) as answer:
            text = await answer.text()
            return answer.status, (await answer.json()) if text else None, answer.headers

    async def send(self, conversation: str, activity: Json) -> tuple[int, Any]:
        status, body, _ = await self.rest("POST", at(conversation, "activities"), activity)
        return status, body

    async def post(self, conversation: str, text: str = "hello", **more: Any) -> str:
        status, body = await self.send(conversation, {"type": "message", "text": text, **more})
        assert status == 201, body
        return str(body["id"])


def at(*parts: str) -> str:
    return "".join(f"/{quote(part, safe='')}" for part in parts)


def card_message(*actions: Json, body: list[Json] | None = None, **more: Any) -> Json:
    content = {"type": "AdaptiveCard", "version": "1.5", "body": body or [{"type": "TextBlock", "text": "Issue"}]}
    content |= {"actions": list(actions), **more}
    return {
        "type": "message",
        "attachments": [{"contentType": "application/vnd.microsoft.card.adaptive", "content": content}],
    }


@pytest.fixture
async def teams() -> AsyncIterator[Teams]:
    bot, bus, faults, clock = Bot(), Bus(), Faults(), DrivenClock()
    bot_app = web.Application()
    bot_app.router.add_post("/api/messages", bot.handle)
    bot_server = TestServer(bot_app)
    await bot_server.start_server()
    double = TeamsDouble(
        bus, faults, clock, bot_url=str(bot_server.make_url("")), app_id=APP, app_password=SECRET, tenant=TENANT,
        link_domains=("*.example.com",),
    )  # fmt: skip
    app = web.Application()
    double.routes(app)
    server = TestServer(app)
    await server.start_server()
    base = str(server.make_url("")).rstrip("/")
    double.settings(base)
    async with aiohttp.ClientSession() as session:
        teams = Teams(double, bus, faults, clock, bot, base, session)
        await teams.log_in()
        yield teams
    await server.close()
    await bot_server.close()
