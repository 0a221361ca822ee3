"""What many look at, read once for all of them: one reader for each tenant of whom somebody looks."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

from bot.model.errors import Problem, Unavailable
from bot.model.tenant import TenantId

LOOK_EVERY = 1.0  # seconds
MOST_VIEWERS = 500  # of one process

log = logging.getLogger(__name__)

Read = Callable[[TenantId], Awaitable[Mapping[str, Any]]]


class Feed:
    """The latest that was read, as JSON; `news` is set, and another takes its place, once there is something newer."""

    def __init__(self, tenant: TenantId, read: Read, every: float) -> None:
        self._tenant, self._read, self._every = tenant, read, every
        self.latest = ""
        self.news = asyncio.Event()
        self.viewers = 0
        self._wanted = asyncio.Event()
        self._reader: asyncio.Task[None] | None = None

    def look(self) -> None:
        """Now, and not at the next turn: something was done."""
        self._wanted.set()

    def begin(self) -> None:
        self._reader = self._reader or asyncio.create_task(self._reading(), name=f"log events of {self._tenant}")

    async def end(self) -> None:
        reader, self._reader = self._reader, None
        if reader:
            reader.cancel()
            await asyncio.gather(reader, return_exceptions=True)

    async def _reading(self) -> None:
        while True:
            self._wanted.clear()
            self._tell(await self._now())
            try:
                async with asyncio.timeout(self._every):
                    await self._wanted.wait()
            except TimeoutError:
                pass

    async def _now(self) -> str:
        try:
            return json.dumps(await self._read(self._tenant), default=str)
        except Problem as problem:
            return json.dumps({"away": problem.says})
        except Exception:  # a door: the page says that it is old, and the next look may do better
            log.exception("log_events_not_read", extra={"tenant": self._tenant})
            return json.dumps({"away": "What happens cannot be read at the moment."})

    def _tell(self, now: str) -> None:
        if now != self.latest:
            self.latest, told, self.news = now, self.news, asyncio.Event()
            told.set()


class Feeds:
    def __init__(self, read: Read, every: float = LOOK_EVERY) -> None:
        self._read, self._every = read, every
        self._feeds: dict[TenantId, Feed] = {}

    @asynccontextmanager
    async def of(self, tenant: TenantId) -> AsyncIterator[Feed]:
        """Read while somebody is inside."""
        if sum(one.viewers for one in self._feeds.values()) >= MOST_VIEWERS:
            raise Unavailable("This page", advice="Too many look at it. Try again in a minute.")
        feed = self._feeds.setdefault(tenant, Feed(tenant, self._read, self._every))
        feed.viewers += 1
        feed.begin()
        try:
            yield feed
        finally:
            feed.viewers -= 1
            if not feed.viewers:
                self._feeds.pop(tenant, None)
                await feed.end()

    def look(self, tenant: TenantId) -> None:
        if feed := self._feeds.get(tenant):
            feed.look()
