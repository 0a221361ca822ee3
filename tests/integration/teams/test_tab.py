"""The log events as a tab in Teams: who is let in, what they may do, and who may frame the page."""

import base64
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import jwt
import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography.hazmat.primitives.asymmetric import rsa

from bot import incidents, tab_door
from bot.conversation.roles import by_settings
from bot.incidents import NightDesk
from bot.model.errors import Unavailable
from bot.model.message import Account, Role
from bot.model.tenant import DEFAULT_TENANT, Tenant
from bot.settings import read, section
from handlers.playground.doubles.bus import Bus, Faults
from handlers.playground.doubles.teams import TeamsDouble
from handlers.teams.settings import TeamsSettings
from handlers.teams.tab import Tab
from handlers.web.meters import Meters
from integrations.demo.log_events import LogEvents
from storage.storage import SqlStorage, open_storage
from tests.conftest import KEY
from tests.fakes import DrivenClock
from tests.integration.pipeline.test_event_watch import events
from tests.sourcing import sourced

APP, OTHER = "11111111-2222-3333-4444-555555555555", "22222222-2222-3333-4444-555555555555"
DEEP = base64.urlsafe_b64encode(b"[" * 3000).decode()
TENANT = "9f0c1d5e-0000-4000-8000-000000000001"


@dataclass
class Room:
    double: TeamsDouble
    tab: Tab
    desk: NightDesk
    storage: SqlStorage
    http: aiohttp.ClientSession
    base: str

    async def token(self, user: str = "") -> str:
        return str((await self.double.control("tab_token", {"user": user}))["token"])

    def signed(self, **claims: Any) -> str:
        person = self.double.world.person(self.double.world.me)
        assert person
        usual = {
            "aud": APP, "iss": f"{self.base}/teams/{TENANT}/v2.0", "tid": TENANT, "oid": person.object_id,
            "name": person.name, "scp": "access_as_user",
        }  # fmt: skip
        moved = {name: datetime.now(UTC) + one if isinstance(one, timedelta) else one for name, one in claims.items()}
        return self.double.login_keys.sign({**usual, **moved})

    async def ask(self, method: str, path: str, token: str) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        body = {} if method == "POST" else None
        async with self.http.request(method, f"/control/log-events{path}", headers=headers, json=body) as answer:
            return answer.status, await answer.json()


@pytest_asyncio.fixture
async def room(sqlite_url) -> AsyncIterator[Room]:
    clock = DrivenClock(datetime.now(UTC))  # as of each test: tokens are made on the time of this machine
    bot_app, chat_app = web.Application(), web.Application()
    double = TeamsDouble(
        Bus(), Faults(), clock, bot_url="https://desk.example", app_id=APP, app_password="x", tenant=TENANT
    )
    double.routes(chat_app)
    async with (
        TestServer(chat_app) as chat,
        aiohttp.ClientSession() as session,
        open_storage(sqlite_url, keys=[KEY], clock=clock) as storage,
    ):
        base = str(chat.make_url("")).rstrip("/")
        settings = section("teams", TeamsSettings, double.settings(base))
        assert settings
        await storage.directory.save_tenant(Tenant(DEFAULT_TENANT, "Default"))
        desk = incidents.build(
            read({"NIGHTDESK_KEYS": KEY}), storage, clock, Meters(), {}, {}, sourced(storage, clock, None),
            maker=LogEvents(7),
        )  # fmt: skip
        tab = Tab(settings, session, clock)
        roles = by_settings(["anna.berger@example.com"], Role.VIEWER)
        tab_door.register(bot_app, tab, desk.desks, storage, roles)
        async with TestServer(bot_app) as server, aiohttp.ClientSession(server.make_url("/")) as http:
            yield Room(double, tab, desk, storage, http, base)


async def test_whom_teams_signs_in_sees_what_happens(room: Room):
    await room.desk.watch.take(DEFAULT_TENANT, events("..x"))
    status, shown = await room.ask("GET", "", await room.token())
    assert (status, shown["seen"], shown["flagged"]) == (200, 3, 1)
    headers = {"Authorization": f"Bearer {await room.token()}"}
    async with room.http.get("/control/log-events/stream", headers=headers) as stream:
        line = await stream.content.readuntil(b"\n\n")
        assert json.loads(line.removeprefix(b"data: ")) == {"may": []}, "an address in a token is no proof of a role"


async def test_who_spoke_in_the_chat_may_do_here_what_they_may_do_there(room: Room):
    person = room.double.world.person("anna.berger@example.com")
    assert person
    async with room.storage.work(DEFAULT_TENANT) as work:
        known = await work.people.of(Account("teams", TENANT, person.object_id, person.name, person.email))
    status, shown = await room.ask("POST", "/start", await room.token("anna.berger@example.com"))
    assert (status, shown["running"]) == (200, True)
    async with room.storage.work(DEFAULT_TENANT) as work:
        [entry] = await work.audit.latest(1)
    assert (entry.act, entry.actor, entry.details["from"]) == ("events.start", known.id, "teams")
    status, told = await room.ask("POST", "/stop", await room.token("mei.tanaka@example.com"))
    assert (status, told) == (403, {"error": "This needs the role operator; yours is viewer."})


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": OTHER},  # for another application
        {"iss": "https://login.microsoftonline.com/other/v2.0"},
        {"tid": "9f0c1d5e-0000-4000-8000-00000000ffff"},  # of a tenant that may not use the bot
        {"scp": ""},  # of a sign-in, not of a tab
        {"scp": "access_as_user_more"},
        {"oid": ""},
        {"oid": None},
        {"exp": timedelta(minutes=-10)},
        {"nbf": timedelta(minutes=10)},
        {"tid": ["x"]},
    ],
)
async def test_a_token_of_anything_else_is_refused(room: Room, claims: dict[str, Any]):
    status, told = await room.ask("GET", "", room.signed(**claims))
    assert (status, told) == (403, {"error": "Teams has not signed you in for this page."})


async def test_nor_is_one_believed_that_microsoft_did_not_sign(room: Room):
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    claims = jwt.decode(room.signed(), options={"verify_signature": False})
    forged = [
        "", "x", "a.b.c", DEEP + ".e30.c2ln", "e30." + DEEP + ".c2ln",
        jwt.encode(claims, key, "RS256", headers={"kid": room.double.login_keys.kid}),
        jwt.encode(claims, key, "RS256", headers={"kid": "other"}),
        jwt.encode(claims, key, "RS256"),
        jwt.encode(claims, "x" * 32, "HS256", headers={"kid": room.double.login_keys.kid}),
        jwt.encode(claims, "", "none", headers={"kid": room.double.login_keys.kid}),
        room.double.channel_keys.sign(claims),
    ]  # fmt: skip
    for token in forged:
        for method, path in (("GET", ""), ("GET", "/stream"), ("POST", "/clear")):
            assert (await room.ask(method, path, token))[0] == 403, (token, path)
    assert (await room.ask("GET", "", room.signed()))[0] == 200


async def test_a_tenant_that_is_switched_off_is_told_so(room: Room):
    await room.storage.directory.save_tenant(Tenant(DEFAULT_TENANT, "Default", enabled=False))
    status, told = await room.ask("GET", "", await room.token())
    assert (status, told["error"]) == (403, "I am switched off for this workspace.")


async def test_while_microsoft_does_not_answer_nobody_is_let_in(room: Room, monkeypatch: pytest.MonkeyPatch):
    async def away(_: str) -> None:
        raise Unavailable("Microsoft's key directory")

    for keys in room.tab._keys.values():
        monkeypatch.setattr(keys, "key", away)
    assert (await room.ask("GET", "", await room.token()))[0] == 503


async def test_the_page_is_framed_by_teams_alone_and_says_nothing_by_itself(room: Room):
    async with room.http.get("/tab/log-events") as page:
        assert page.status == 200
        assert f"frame-ancestors {room.base};" in page.headers["Content-Security-Policy"]
        assert "X-Frame-Options" not in page.headers
        assert "checkout" not in await page.text()
    for part in ("log-events.js", "teams-tab.js", "tokens.css"):
        async with room.http.get(f"/page/{part}") as answer:
            assert answer.status == 200
    for other in ("index.html", "app.js", "../server.py", "teams-frame.js"):
        async with room.http.get(f"/page/{other}") as answer:
            assert answer.status == 404
