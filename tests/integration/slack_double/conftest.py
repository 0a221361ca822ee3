"""A double on a real port, with a driven clock, an independent client of Slack's own, and a bot that writes down."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from handlers.playground.doubles.bus import Bus, Faults
from handlers.playground.doubles.slack.double import SlackDouble
from tests.acceptance.browser import browser, page
from tests.fakes import DrivenClock

__all__ = ["browser", "page"]

SECRET = "shh"
TOKEN = "xoxb-demo"
APP_TOKEN = "xapp-demo"


@dataclass
class Listener:
    """The other end of the wire: keeps each request, and answers what the test laid out."""

    requests: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    answers: list[web.Response | Callable[[], Awaitable[web.Response]]] = field(default_factory=list)
    url: str = ""

    async def handle(self, request: web.Request) -> web.Response:
        self.requests.append((dict(request.headers), await request.read()))
        answer = self.answers.pop(0) if self.answers else web.Response()
        return answer if isinstance(answer, web.Response) else await answer()


@dataclass
class Rig:
    slack: SlackDouble
    bus: Bus
    faults: Faults
    clock: DrivenClock
    bot: Listener
    url: str
    session: aiohttp.ClientSession

    @property
    def client(self) -> AsyncWebClient:
        return self.client_of(TOKEN)

    def client_of(self, token: str | None) -> AsyncWebClient:
        return AsyncWebClient(token=token, base_url=f"{self.url}/slack/api/", session=self.session, retry_handlers=[])

    def messages(self, channel: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.slack.state()["messages"][channel]
        return found


async def error_of(call: Awaitable[Any]) -> str:
    with pytest.raises(SlackApiError) as caught:
        await call
    return str(caught.value.response["error"])


Build = Callable[..., Awaitable[Rig]]


@asynccontextmanager
async def running(page: Callable[[SlackDouble, Bus, Faults], web.Application] | None = None, **options: Any) -> Any:
    """The double and a listening bot; with `page`, inside the application that it makes."""
    bot, clock, bus, faults = Listener(), DrivenClock(), Bus(), Faults()
    app = web.Application()
    app.router.add_post("/slack/events", bot.handle)
    async with TestServer(app) as listening:
        bot.url = str(listening.make_url("")).rstrip("/")
        secrets = {"signing_secret": SECRET, "token": TOKEN, "app_token": APP_TOKEN}
        slack = SlackDouble(bus, faults, clock, bot_url=bot.url, **secrets, **{"rate_limits": False, **options})
        served = page(slack, bus, faults) if page else web.Application()
        if page is None:
            slack.routes(served)
        async with TestServer(served) as server, aiohttp.ClientSession() as session:
            url = str(server.make_url("")).rstrip("/")
            slack.settings(url)
            yield Rig(slack, bus, faults, clock, bot, url, session)


@pytest.fixture
async def build() -> AsyncIterator[Build]:
    async with AsyncExitStack() as stack:

        async def start(**options: Any) -> Rig:
            rig: Rig = await stack.enter_async_context(running(**options))
            return rig

        yield start


@pytest.fixture
async def rig(build: Build) -> Rig:
    return await build()
