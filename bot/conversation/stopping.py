"""Whether somebody has said stop while an answer is worked on: their letter waits behind the one that is answered.

It was kept before it was acknowledged, so that any process sees it, whichever took it in.
"""

import asyncio
import logging

from bot.conversation.telling import Telling
from bot.intents.stop import says_stop
from bot.model.errors import Problem
from bot.model.parcel import Letter
from bot.ports.services import Clock
from bot.ports.storage import Storage

log = logging.getLogger(__name__)

LOOK_EVERY = 0.5


class Stopping:
    def __init__(self, storage: Storage, clock: Clock, letter: Letter, told: Telling) -> None:
        self._storage, self._clock, self._letter, self._told = storage, clock, letter, told

    async def halt(self) -> None:
        """Returns once it shall end. What waits for this can be stopped, and is told as such."""
        self._told.can_be_stopped()
        looking = asyncio.ensure_future(self._said())
        pressed = asyncio.ensure_future(self._told.stopped.wait())
        try:
            await asyncio.wait((looking, pressed), return_when=asyncio.FIRST_COMPLETED)
        finally:
            looking.cancel()
            pressed.cancel()

    async def _said(self) -> None:
        while not await self._waits():
            await self._clock.sleep(LOOK_EVERY)

    async def _waits(self) -> bool:
        try:
            async with self._storage.work(self._letter.tenant) as work:
                behind = await work.letters.behind(self._letter.id, self._letter.message.place)
        except Problem as problem:
            log.warning("stop_not_looked_for", extra={"reason": problem.says})
            return False
        return any(says_stop(one) for one in behind)
