"""Applications on the loopback address."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

Client = TestClient[web.Request, web.Application]


@pytest.fixture
async def aiohttp_client_of() -> AsyncIterator[Callable[[web.Application], Awaitable[Client]]]:
    async with AsyncExitStack() as stack:

        async def client(app: web.Application) -> Client:
            return await stack.enter_async_context(TestClient(TestServer(app)))

        yield client
