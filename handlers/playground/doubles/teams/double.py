"""Microsoft Teams on loopback: the Bot Connector, the keys and the login, and the people who use the chats."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from bot.ports.services import Clock
from handlers.playground.doubles.bus import Bus, Faults
from handlers.playground.doubles.teams.connector import Connector, Limits
from handlers.playground.doubles.teams.controls import Body, Controls, Scene
from handlers.playground.doubles.teams.courier import Courier
from handlers.playground.doubles.teams.door import Door
from handlers.playground.doubles.teams.drive import Drive
from handlers.playground.doubles.teams.keys import CONNECTOR, KeyRing
from handlers.playground.doubles.teams.links import Links
from handlers.playground.doubles.teams.login import SCOPE, Denied, Login
from handlers.playground.doubles.teams.message_check import MESSAGE_BYTES
from handlers.playground.doubles.teams.presses import Presses
from handlers.playground.doubles.teams.streams import Streams
from handlers.playground.doubles.teams.tabs import Tabs
from handlers.playground.doubles.teams.throttle import Throttle
from handlers.playground.doubles.teams.world import World


class TeamsDouble:
    """Serve its `routes`, and call `settings` once with the address they are served at."""

    def __init__(
        self,
        bus: Bus,
        faults: Faults,
        clock: Clock,
        *,
        bot_url: str,
        app_id: str,
        app_password: str,
        tenant: str,
        seed: int = 1,
        rate_limits: bool = True,
        message_bytes: int = MESSAGE_BYTES,
        issuer: str = CONNECTOR,
        commands: Sequence[dict[str, str]] = (),
        link_domains: Sequence[str] = (),
    ) -> None:
        self.world = World(clock, tenant=tenant, app_id=app_id, seed=seed)
        self.limits = Limits(rate_limits, message_bytes)
        self.channel_keys = KeyRing("channel")
        self.login_keys = KeyRing("login")
        self._app_id, self._app_password, self._issuer = app_id, app_password, issuer
        self._commands = list(commands)
        self._login = Login(self.login_keys, tenant=tenant, app_id=app_id, password=app_password)
        self._tabs = Tabs(self.world, self._login, self.login_keys, bot_url)
        self._door = Door(bus, faults, clock, self.login_keys, app_id=app_id)
        streams = Streams(clock)
        self._connector = Connector(self.world, bus, faults, Throttle(clock), streams, self.limits)
        self._courier = Courier(bus, clock, self.channel_keys, bot_url=bot_url, app_id=app_id, issuer=issuer)
        self._scene = Scene(self.world, bus, self._courier)
        controls = Controls(self._scene, streams, self.channel_keys, self.login_keys, self.limits)
        presses = Presses(self._scene, controls)
        self._drive = Drive(self._scene)
        self._calls: dict[str, Callable[[Body], Awaitable[dict[str, Any]]]] = {
            "message": controls.message,
            "install": controls.install,
            "uninstall": controls.uninstall,
            "delete": controls.delete,
            "restore": controls.restore,
            "react": controls.react,
            "stop": controls.stop,
            "retry": controls.retry,
            "rotate_key": controls.rotate_key,
            "revoke_tokens": controls.revoke_tokens,
            "limits": controls.limits,
            "execute": presses.execute,
            "submit_action": presses.submit_action,
            "consent": self._drive.consent,
            "paste_link": Links(self._scene, link_domains).paste,
            "dialog_submit": presses.dialog_submit,
            "dialog_close": presses.dialog_close,
            "feedback": presses.feedback,
            "suggested": presses.suggested,
            "tab_token": self._tabs.token,
        }

    def routes(self, app: web.Application) -> None:
        app.router.add_get("/teams/openid", self._door.open(self._openid))
        app.router.add_get("/teams/keys", self._door.open(self._keys))
        app.router.add_post("/teams/{tenant}/oauth2/v2.0/token", self._door.open(self._token))
        self._connector.routes(app, self._door)
        self._drive.routes(app, self._door)
        self._tabs.routes(app)
        app.on_cleanup.append(self._close)

    async def control(self, name: str, body: dict[str, Any]) -> dict[str, Any]:
        """A control call; raises ValueError with a sentence for what it will not do."""
        if name not in self._calls:
            raise ValueError(f"There is no call “{name}”; there are {', '.join(self._calls)}.")
        return await self._calls[name](body)

    def versions(self, activity: str) -> list[dict[str, Any]]:
        """A message as it was posted, and after each change; the newest last."""
        return self.world.versions(activity)

    def state(self) -> dict[str, Any]:
        return {**self.world.state(), "commands": self._commands}

    def settings(self, base_url: str) -> dict[str, str]:
        """The environment that points the bot here; also tells the double its own address."""
        base = base_url.rstrip("/")
        self._scene.service_url = f"{base}/teams/connector/"
        self._tabs.base = base
        return {
            "TEAMS_APP_ID": self._app_id,
            "TEAMS_APP_PASSWORD": self._app_password,
            "TEAMS_TENANT_ID": self.world.tenant,
            "TEAMS_OPENID_METADATA_URL": f"{base}/teams/openid",
            "TEAMS_ISSUER": self._issuer,
            "TEAMS_LOGIN_URL": f"{base}/teams",
            "TEAMS_OAUTH_SCOPE": SCOPE,
            "TEAMS_SERVICE_HOSTS": urlsplit(base).netloc,
            "TEAMS_UPLOAD_HOSTS": urlsplit(base).netloc,
            "TEAMS_TAB_URL": self._tabs.bot_url,
            "TEAMS_TAB_HOSTS": base,
        }

    async def _openid(self, request: web.Request) -> web.Response:
        return web.json_response(
            {
                "issuer": self._issuer,
                "authorization_endpoint": "https://invalid.botframework.com",
                "jwks_uri": f"{request.url.origin()}/teams/keys",
                "id_token_signing_alg_values_supported": ["RS256"],
                "token_endpoint_auth_methods_supported": ["private_key_jwt"],
            }
        )

    async def _keys(self, _: web.Request) -> web.Response:
        return web.json_response(self.channel_keys.published())

    async def _token(self, request: web.Request) -> web.Response:
        try:
            return web.json_response(self._login.token(request.match_info["tenant"], dict(await request.post())))
        except Denied as no:
            return web.json_response(no.body, status=no.status)

    async def _close(self, _: web.Application) -> None:
        await self._courier.close()
