"""Tells the bot what the AI tools of the demo use, as any program would: by its API, with a key."""

import logging
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import aiohttp

from bot.ports.services import Clock
from integrations.demo.ai_usage import AiUsage

log = logging.getLogger(__name__)

FIRST, ROUND = timedelta(seconds=2), timedelta(seconds=20)
BREATH = timedelta(milliseconds=100)  # between two batches: whoever asks meanwhile need not wait for them
LATER = timedelta(seconds=3)
PATIENCE = aiohttp.ClientTimeout(total=20)
AT_ONCE = 100


class AiTeller:
    def __init__(self, seed: int, clock: Clock, session: aiohttp.ClientSession, url: str, key: str) -> None:
        self._seed, self._clock, self._session, self._url = seed, clock, session, url
        self._headers = {"Authorization": f"Bearer {key}"}

    async def run(self) -> None:
        """What was, the newest first; then what is. A batch that was not heard is told again."""
        reached = self._clock.now()
        usage = AiUsage(self._seed, reached)
        await self._clock.sleep(FIRST.total_seconds())
        for day in usage.history():
            await self._tell(day)
        while True:
            now = self._clock.now()
            await self._tell(usage.between(reached, now))
            reached = now
            await self._clock.sleep(ROUND.total_seconds())

    async def _tell(self, records: Sequence[Mapping[str, Any]]) -> None:
        for start in range(0, len(records), AT_ONCE):
            while not await self._heard(records[start : start + AT_ONCE]):
                await self._clock.sleep(LATER.total_seconds())
            await self._clock.sleep(BREATH.total_seconds())

    async def _heard(self, records: Sequence[Mapping[str, Any]]) -> bool:
        try:
            async with self._session.post(
                self._url, json={"records": records}, headers=self._headers, timeout=PATIENCE
            ) as answer:
                if answer.status == 202:
                    return True
                reason = f"answered {answer.status}"
        except (TimeoutError, aiohttp.ClientError, OSError) as problem:
            reason = type(problem).__name__
        log.warning("demo_usage_not_heard", extra={"reason": reason})
        return False
