"""What will be asked is read before anybody asks: what exists, at the start; what linked channels usually ask, since.

Nothing waits for it, and it is the first to give way: one question at a time, so many queries a round, none of a source
that is away.
"""

import asyncio
import logging
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.conversation.engine import Engine
from bot.model.errors import Problem, Unavailable
from bot.model.message import Place
from bot.model.profile import Profile
from bot.model.tenant import TenantId
from bot.ports.services import Meters
from bot.ports.storage import Storage

log = logging.getLogger(__name__)

MOST = 60  # queries of one tenant in a round
ROUND = timedelta(minutes=3)  # then it is given up; the next one begins before what was read grows old
USUAL: tuple[tuple[str, Mapping[str, Any]], ...] = (
    ("health", {}),
    ("ask_metric", {"metric": "latency"}),
    ("ask_metric", {"metric": "errors"}),
)


class Warmer:
    def __init__(self, storage: Storage, engine: Engine, meters: Meters, *, on: bool = True) -> None:
        self._storage, self._engine, self._meters, self._on = storage, engine, meters, on
        self._busy = asyncio.Lock()

    async def begin(self) -> None:
        """What exists in the sources of every tenant, so that the first question does not wait for it."""
        if not self._on:
            return
        try:
            for tenant in await self._storage.directory.tenants():
                await self._engine.learn(tenant)
        except Problem as problem:
            log.warning("not_warmed_up", extra={"reason": problem.says})
        except Exception:  # a door: a start that is cold is a start
            log.exception("not_warmed_up")

    async def prefetch(self, now: datetime) -> None:
        """A round that lasts too long is given up, and none begins beside another."""
        if not self._on or self._busy.locked():
            return
        async with self._busy:
            try:
                async with asyncio.timeout(ROUND.total_seconds()):
                    for tenant in await self._storage.directory.tenants():
                        await self._of(tenant, now)
            except TimeoutError:
                self._meters.count("prefetches", result="given_up")

    async def _of(self, tenant: TenantId, now: datetime) -> None:
        async with self._storage.work(tenant) as work:
            linked = [one for one in await work.profiles.every() if one.channels]
        if linked:
            await self._engine.learn(tenant)
        room = MOST
        for profile in linked:
            for intent, arguments in _usual(profile):
                if room <= 0:
                    self._meters.count("prefetches", result="left_out")
                    return
                try:
                    room -= await self._engine.rehearse(tenant, _place(profile), intent, arguments, now)
                except Unavailable:
                    self._meters.count("prefetches", result="unavailable")
                    return  # it is left alone until the next round
                except Problem:
                    self._meters.count("prefetches", result="rejected")
                else:
                    self._meters.count("prefetches", result="done")


def _usual(profile: Profile) -> Iterator[tuple[str, Mapping[str, Any]]]:
    yield from USUAL
    if profile.default_metrics:
        yield "app_metrics", {"app": profile.id}


def _place(profile: Profile) -> Place:
    """One of its channels: they all ask about the same."""
    platform, workspace, channel = profile.channels[0].split("/", 2)
    return Place(platform, workspace, channel)
