"""The part of Teams that shows an app's tab: who looks is vouched for by the login's own keys."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from aiohttp import web

from handlers.playground.doubles.teams.keys import KeyRing
from handlers.playground.doubles.teams.login import Login
from handlers.playground.doubles.teams.world import World

FRAME = Path(__file__).parents[2] / "page" / "teams-frame.html"


class Tabs:
    def __init__(self, world: World, login: Login, keys: KeyRing, bot_url: str) -> None:
        self._world, self._login, self._keys = world, login, keys
        self.bot_url = bot_url
        self.base = ""
        self._text = FRAME.read_text(encoding="utf-8").replace("{{tab}}", f"{bot_url}/tab/log-events")

    def routes(self, app: web.Application) -> None:
        app.router.add_get("/teams/tab", self._frame)
        app.router.add_get("/teams/{tenant}/v2.0/.well-known/openid-configuration", self._openid)
        app.router.add_get("/teams/{tenant}/discovery/v2.0/keys", self._published)

    @property
    def issuer(self) -> str:
        return f"{self.base}/teams/{self._world.tenant}/v2.0"

    async def token(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """What the tab asks Teams for; `user` is who looks."""
        person = self._world.person(str(body.get("user") or self._world.me))
        if person is None:
            raise ValueError(f"There is nobody called “{body.get('user')}”.")
        return {"token": self._login.person(self.issuer, person.object_id, person.name)}

    async def _frame(self, _: web.Request) -> web.StreamResponse:
        """Teams around the page of the bot, which no other page may frame."""
        policy = f"default-src 'self'; img-src 'self' data:; frame-src {self.bot_url}; frame-ancestors 'self'"
        return web.Response(text=self._text, content_type="text/html", headers={"Content-Security-Policy": policy})

    async def _openid(self, _: web.Request) -> web.Response:
        keys = f"{self.base}/teams/{self._world.tenant}/discovery/v2.0/keys"
        return web.json_response({"issuer": self.issuer, "jwks_uri": keys})

    async def _published(self, _: web.Request) -> web.Response:
        return web.json_response(self._keys.published())
