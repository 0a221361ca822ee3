import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.model.errors import Unavailable
from handlers.web import application
from handlers.web.links import Links
from handlers.web.meters import Meters
from tests.fakes import DrivenClock
from tests.unit.web.kept import KeptFiles

Client = TestClient[web.Request, web.Application]
Serve = Callable[[web.Application], Awaitable[Client]]


@dataclass
class House:
    """The application with everything it was built from."""

    clock: DrivenClock = field(default_factory=DrivenClock)
    files: KeptFiles = field(default_factory=KeptFiles)
    links: Links = field(default_factory=lambda: Links("a secret", "http://bot.example"))
    meters: Meters = field(default_factory=Meters)
    parts: dict[str, bool] = field(default_factory=lambda: {"database": True})
    metrics_token: str = ""
    hangs: bool = False

    async def ready(self) -> dict[str, bool]:
        if self.hangs:
            await asyncio.Event().wait()
        return self.parts

    async def figures(self) -> dict[str, float]:
        if self.files.away:
            raise Unavailable("The database")
        return {"parcels_waiting": 3}

    def build(self) -> web.Application:
        return application.build(
            storage=self.files,  # type: ignore[arg-type]
            clock=self.clock,
            links=self.links,
            meters=self.meters,
            ready=self.ready,
            figures=self.figures,
            metrics_token=self.metrics_token,
        )


@pytest.fixture
def house() -> House:
    return House()


@pytest.fixture
def app(house: House) -> web.Application:
    """A test may add routes before it has it served."""
    return house.build()


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    async with AsyncExitStack() as stack:

        async def serve(app: web.Application) -> Client:
            return await stack.enter_async_context(TestClient(TestServer(app)))

        yield serve


@pytest.fixture
async def client(app: web.Application, serve: Serve) -> Client:
    return await serve(app)
