"""Socket Mode: Slack's events over a connection that we open, where nothing can reach us."""

import asyncio
import logging

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp

from bot.model.errors import Misconfigured, Rejected, Unavailable
from handlers.slack.api import LIBRARY_LOG, WebApi
from handlers.slack.events import SLACK

log = logging.getLogger(__name__)


class Socket:
    """The library connects, and connects again, for as long as it takes; whether the token is right, we ask first."""

    def __init__(self, app: AsyncApp, api: WebApi, app_token: str) -> None:
        self._app, self._api, self._token = app, api, app_token
        self._handler: AsyncSocketModeHandler | None = None
        self._connecting: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Raises Misconfigured where the token is wrong; Slack being away is no reason not to start."""
        url = await self._address()
        # Made here and not before: it opens a session and a task of its own.
        self._handler = AsyncSocketModeHandler(self._app, self._token, logger=LIBRARY_LOG, web_client=self._api.client)
        self._handler.client.wss_uri = url
        if self._api.is_local:
            self._handler.client.proxy = None
        self._connecting = asyncio.create_task(self._handler.client.connect())  # type: ignore[no-untyped-call]

    async def stop(self) -> None:
        if self._handler is None or self._connecting is None:
            return
        self._connecting.cancel()
        await asyncio.gather(self._connecting, return_exceptions=True)
        await self._handler.client.close()  # type: ignore[no-untyped-call]
        self._handler = self._connecting = None

    async def _address(self) -> str | None:
        try:
            return str((await self._api.call("apps.connections.open", self._token))["url"])
        except Rejected as no:
            raise Misconfigured(f"SLACK_APP_TOKEN is not usable. {no.says}", advice=no.advice) from no
        except Unavailable:
            log.warning("not connected yet", extra={"platform": SLACK})
            return None
