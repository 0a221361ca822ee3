"""Work beside the answer to Slack: it may be lost, but it is not left behind when we stop."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

from bot.model.errors import Problem
from handlers.slack.events import SLACK

log = logging.getLogger(__name__)


class Background:
    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def run(self, work: Coroutine[Any, Any, Any]) -> None:
        task = asyncio.create_task(_watched(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def finish(self, patience: float) -> None:
        """Wait a little, then no longer."""
        if not self._tasks:
            return
        _, unfinished = await asyncio.wait(self._tasks, timeout=patience)
        for task in unfinished:
            task.cancel()
        await asyncio.gather(*unfinished, return_exceptions=True)


async def _watched(work: Coroutine[Any, Any, Any]) -> None:
    try:
        await work
    except Problem as problem:
        log.info("an errand failed", extra={"platform": SLACK, "reason": str(problem)})
    except Exception:  # a door: nobody waits for it, so nobody else would ever hear of it
        log.exception("an errand failed", extra={"platform": SLACK})
