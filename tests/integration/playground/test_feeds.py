"""What many look at is read once for all of them, and only while somebody looks."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from typing import Any

import pytest
import pytest_asyncio

from bot.model.errors import Unavailable
from bot.model.tenant import TenantId
from handlers.playground import feeds as feeds_
from handlers.playground.feeds import Feed, Feeds

NORTH, SOUTH = TenantId("north"), TenantId("south")
PATIENCE = 5


class Source:
    def __init__(self) -> None:
        self.value: object = 1
        self.reads: Counter[TenantId] = Counter()

    async def read(self, tenant: TenantId) -> Mapping[str, Any]:
        self.reads[tenant] += 1
        if isinstance(self.value, Exception):
            raise self.value
        return {"tenant": tenant, "value": self.value}


@pytest.fixture
def source() -> Source:
    return Source()


@pytest_asyncio.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as stack:
        yield stack


async def until(feed: Feed, wanted: object) -> Any:
    async with asyncio.timeout(PATIENCE):
        while True:
            news = feed.news
            if feed.latest and wanted in (shown := json.loads(feed.latest)).values():
                return shown
            await news.wait()


async def test_one_reader_for_all_viewers_of_a_tenant(source: Source, stack: AsyncExitStack):
    feeds = Feeds(source.read, every=3600)
    viewers = [await stack.enter_async_context(feeds.of(NORTH)) for _ in range(20)]
    south = await stack.enter_async_context(feeds.of(SOUTH))
    for one in viewers:
        assert await until(one, 1) == {"tenant": NORTH, "value": 1}
    assert await until(south, 1) == {"tenant": SOUTH, "value": 1}
    assert source.reads == {NORTH: 1, SOUTH: 1}
    source.value = 2
    feeds.look(NORTH)
    for one in viewers:
        await until(one, 2)
    assert source.reads == {NORTH: 2, SOUTH: 1}


async def test_nobody_looks_and_nothing_is_read(source: Source):
    feeds = Feeds(source.read, every=3600)
    async with feeds.of(NORTH) as first:
        await until(first, 1)
    feeds.look(NORTH)
    assert source.reads == {NORTH: 1}
    source.value = 2
    async with feeds.of(NORTH) as again:
        assert again is not first
        await until(again, 2)


@pytest.mark.parametrize("problem", [Unavailable("The database"), RuntimeError("boom")])
async def test_what_cannot_be_read_is_said_and_read_again(source: Source, problem: Exception):
    feeds = Feeds(source.read, every=0.01)
    source.value = problem
    async with feeds.of(NORTH) as feed:
        says = problem.says if isinstance(problem, Unavailable) else "What happens cannot be read at the moment."
        assert await until(feed, says) == {"away": says}
        source.value = 3
        await until(feed, 3)


async def test_there_is_an_end_to_viewers(source: Source, stack: AsyncExitStack, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(feeds_, "MOST_VIEWERS", 2)
    feeds = Feeds(source.read)
    await stack.enter_async_context(feeds.of(NORTH))
    await stack.enter_async_context(feeds.of(SOUTH))
    with pytest.raises(Unavailable):
        await stack.enter_async_context(feeds.of(NORTH))
