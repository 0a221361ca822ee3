"""What stands around the Teams room: the desk, the storage, and Microsoft's side of the wire."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from typing import Any

import aiohttp
import jwt
from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography.hazmat.primitives.asymmetric import rsa

from bot.model.errors import Unavailable
from bot.model.message import Message, Place
from bot.model.reply import Field, File, Form, Reply
from bot.model.tenant import TenantId
from bot.ports.desks import Suggestion
from bot.ports.services import Clock
from bot.ports.storage import Installation
from handlers.platform import Means
from handlers.teams.settings import TeamsSettings
from handlers.teams.surface import TeamsSurface

APP = "00000000-0000-4000-8000-0000000000aa"
TENANT = "10000000-0000-4000-8000-000000000001"
ANNA = "20000000-0000-4000-8000-000000000002"
BOT = f"28:{APP}"
CHANNEL = "19:general@thread.tacv2"
ISSUER = "https://api.botframework.com"


class Desk:
    def __init__(self) -> None:
        self.received: list[Message] = []
        self.keys: set[str] = set()
        self.away = False
        self.wrong: dict[str, str] = {}
        self.linked: list[Message] = []
        self.previews: dict[str, Reply] = {}

    async def receive(self, message: Message) -> bool:
        if self.away:
            raise Unavailable("The database")
        if message.key in self.keys:
            return False
        self.keys.add(message.key)
        self.received.append(message)
        return True

    def form(self, intent: str, arguments: Mapping[str, Any], asks: tuple[str, ...]) -> Form:
        fields = tuple(Field(name, name.capitalize(), value=str(arguments.get(name, ""))) for name in asks)
        rest = {name: value for name, value in arguments.items() if name not in asks}
        return Form("Change range", fields, intent, rest, "Ask")

    async def given(self, place: Place, intent: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        return arguments

    def faults(self, intent: str, arguments: Mapping[str, Any]) -> Mapping[str, str]:
        return self.wrong

    async def suggestions(self, place: Place) -> Sequence[Suggestion]:
        return ()

    async def preview(self, message: Message) -> Reply | None:
        self.linked.append(message)
        return self.previews.get(str(message.click.arguments["url"])) if message.click else None

    def commands(self) -> Mapping[str, str]:
        return {"status": "How everything is.", "help": "What I can do."}


class _Directory:
    def __init__(self) -> None:
        self.kept: dict[str, Installation] = {}

    async def installation(self, platform: str, workspace: str) -> Installation | None:
        return self.kept.get(workspace)

    async def installations(self, platform: str) -> Sequence[Installation]:
        return list(self.kept.values())

    async def save_installation(self, installation: Installation) -> None:
        self.kept[installation.workspace] = installation


class _Places:
    def __init__(self) -> None:
        self.kept: dict[Place, Mapping[str, Any]] = {}
        self.writes = 0

    async def remember(self, place: Place, details: Mapping[str, Any], at: datetime) -> None:
        self.kept[place] = details
        self.writes += 1

    async def details(self, place: Place) -> Mapping[str, Any] | None:
        return self.kept.get(place)

    async def forget(self, place: Place) -> None:
        self.kept.pop(place, None)


class _Downloads:
    def __init__(self) -> None:
        self.kept: dict[str, File] = {}
        self._expire: dict[str, datetime] = {}

    async def save(self, key: str, file: File, expires_at: datetime) -> None:
        self.kept[key] = file
        self._expire[key] = expires_at

    async def add(self, key: str, file: File, expires_at: datetime, now: datetime) -> bool:
        if await self.get(key, now):
            return False
        await self.save(key, file, expires_at)
        return True

    async def get(self, key: str, now: datetime) -> File | None:
        return self.kept.get(key) if self._expire.get(key, now) > now else None


class Shelf:
    """The storage, as far as Teams uses it."""

    def __init__(self) -> None:
        self.directory = _Directory()
        self.places = _Places()
        self.downloads = _Downloads()

    @asynccontextmanager
    async def work(self, tenant: TenantId) -> AsyncIterator["Shelf"]:
        yield self


@dataclass
class Call:
    method: str
    path: str
    body: Any
    authorization: str


@dataclass
class Scripted:
    """The next answer of the connector."""

    status: int = 201
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    drop: bool = False
    hang: bool = False


class Microsoft:
    """OpenID, keys, sign-in and connector on one loopback port."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.signing: dict[str, rsa.RSAPrivateKey] = {"k1": new_key()}
        self.endorsements: list[str] = ["msteams"]
        self.tokens = 0
        self.token_answer: tuple[int, Mapping[str, Any]] | None = None
        self.openid_reads = 0
        self.openid_status = 200
        self.calls: list[Call] = []
        self.script: list[Scripted] = []
        self.released = asyncio.Event()
        app = web.Application()
        app.router.add_get("/openid", self._openid)
        app.router.add_get("/keys", self._keys)
        app.router.add_post("/{tenant}/oauth2/v2.0/token", self._token)
        app.router.add_route("*", "/connector/v3/{rest:.*}", self._connector)
        self.server = TestServer(app)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.port}"

    @property
    def service_url(self) -> str:
        return f"{self.url}/connector/"

    def token(
        self, *, kid: str = "k1", key: Any = None, alg: str = "RS256", without: Sequence[str] = (), **more: Any
    ) -> str:
        now = int(self.clock.now().timestamp())
        claims = {"iss": ISSUER, "aud": APP, "serviceurl": self.service_url, "nbf": now - 60, "exp": now + 3600, **more}
        for name in without:
            claims.pop(name)
        signer = key if key is not None else self.signing.get(kid)
        return jwt.encode(claims, None if alg == "none" else signer, algorithm=alg, headers={"kid": kid})

    async def _openid(self, request: web.Request) -> web.Response:
        self.openid_reads += 1
        return web.json_response({"issuer": ISSUER, "jwks_uri": f"{self.url}/keys"}, status=self.openid_status)

    async def _keys(self, request: web.Request) -> web.Response:
        keys = []
        for kid, key in self.signing.items():
            public = jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
            keys.append({**public, "kid": kid, "endorsements": self.endorsements})
        return web.json_response({"keys": [{"kty": "EC", "kid": "other"}, {"kty": "RSA", "kid": "broken"}, *keys]})

    async def _token(self, request: web.Request) -> web.Response:
        self.tokens += 1
        if self.token_answer:
            return web.json_response(self.token_answer[1], status=self.token_answer[0])
        form = await request.post()
        assert (form["client_id"], form["grant_type"]) == (APP, "client_credentials")
        return web.json_response({"access_token": f"out-{self.tokens}", "expires_in": 3600, "token_type": "Bearer"})

    async def _connector(self, request: web.Request) -> web.Response:
        raw = await request.read()
        path = request.raw_path.removeprefix("/connector")
        self.calls.append(
            Call(request.method, path, json.loads(raw) if raw else None, request.headers.get("Authorization", ""))
        )
        answer = self.script.pop(0) if self.script else Scripted()
        if answer.hang:
            await self.released.wait()
        if answer.drop:
            assert request.transport is not None
            request.transport.abort()
        body = answer.body if answer.body is not None else {"id": f"a{len(self.calls)}"}
        if isinstance(body, str):
            return web.Response(text=body, status=answer.status, headers=answer.headers)
        return web.json_response(body, status=answer.status, headers=answer.headers)


@dataclass
class House:
    """A bot's Teams room on a port, with everything around it."""

    microsoft: Microsoft
    desk: Desk
    shelf: Shelf
    surface: TeamsSurface
    server: TestServer
    session: aiohttp.ClientSession
    clock: Any

    async def tell(self, activity: Any, token: str | None = None, **more: Any) -> tuple[int, Any]:
        """What Teams does with an activity: signs it and posts it."""
        headers = {"Authorization": f"Bearer {token or self.microsoft.token()}", "Content-Type": "application/json"}
        return await self.post(json.dumps(activity), {**headers, **more})

    async def post(self, body: str | bytes, headers: Mapping[str, str]) -> tuple[int, Any]:
        content = BytesIO(body.encode() if isinstance(body, str) else body)
        url = self.server.make_url("/api/messages")
        async with self.session.post(url, data=content, headers=headers, skip_auto_headers=("Content-Type",)) as answer:
            raw = await answer.read()
            return answer.status, json.loads(raw) if raw and answer.content_type == "application/json" else raw.decode()

    def activity(self, **more: Any) -> dict[str, Any]:
        return activity(self.microsoft.service_url, **more)


def activity(service_url: str = "https://smba.trafficmanager.net/emea/", **more: Any) -> dict[str, Any]:
    """A message in a channel thread, as Teams sends it."""
    return {
        "type": "message",
        "id": "1760000000001",
        "timestamp": "2026-03-18T12:00:00.1234567Z",
        "serviceUrl": service_url,
        "channelId": "msteams",
        "from": {"id": "29:anna", "name": "Anna Berger", "aadObjectId": ANNA},
        "recipient": {"id": BOT, "name": "Nightdesk"},
        "conversation": {
            "id": f"{CHANNEL};messageid=1760000000000",
            "conversationType": "channel",
            "isGroup": True,
            "tenantId": TENANT,
        },
        "channelData": {"tenant": {"id": TENANT}, "channel": {"id": CHANNEL}, "team": {"id": CHANNEL}},
        "text": "<at>Nightdesk</at> status",
        "textFormat": "plain",
        "entities": [
            {"type": "mention", "mentioned": {"id": BOT, "name": "Nightdesk"}, "text": "<at>Nightdesk</at>"},
            {"type": "clientInfo", "locale": "en-GB", "country": "GB", "platform": "Web"},
        ],
        "locale": "en-GB",
        **more,
    }


def personal(service_url: str, **more: Any) -> dict[str, Any]:
    conversation = {"id": "a:anna", "conversationType": "personal", "tenantId": TENANT}
    return activity(service_url, **{"conversation": conversation, "text": "status", "entities": [], **more})


@asynccontextmanager
async def house(clock: Any, **settings: Any) -> AsyncIterator[House]:
    microsoft = Microsoft(clock)
    await microsoft.server.start_server()
    chosen = {
        "app_id": APP,
        "app_password": "a secret of the app",
        "tenant_id": (TENANT, "30000000-0000-4000-8000-000000000003"),
        "openid_metadata_url": f"{microsoft.url}/openid",
        "login_url": microsoft.url,
        "service_hosts": (f"127.0.0.1:{microsoft.server.port}",),
        **settings,
    }
    desk, shelf = Desk(), Shelf()
    async with aiohttp.ClientSession() as session:
        means: Any = Means(desk, shelf, clock, session, _link, "https://bot.example", "/ops")  # type: ignore[arg-type]
        surface = TeamsSurface(TeamsSettings(**chosen), means)
        app = web.Application()
        surface.routes(app)
        server = TestServer(app)
        await server.start_server()
        try:
            yield House(microsoft, desk, shelf, surface, server, session, clock)
        finally:
            microsoft.released.set()
            await server.close()
            await microsoft.server.close()


def _link(tenant: str, key: str) -> str:
    return f"https://bot.example/downloads/{tenant}/{key}"


def new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)
