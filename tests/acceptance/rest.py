"""When nothing is left to do: no letter unanswered, no parcel waiting, and it stays so."""

import asyncio

from bot.clock import SystemClock
from bot.model.issue import Issue
from tests.acceptance.incidents import Incidents

PATIENCE = 180.0


async def at_rest(world: Incidents) -> list[Issue]:
    """The issues, once two looks in a row found nothing waiting and nothing changed."""
    clock, before = SystemClock(), None
    async with world.storage() as storage, asyncio.timeout(PATIENCE):
        while True:
            parcels, _ = await storage.parcels.waiting(clock.now())
            letters = await storage.letters.waiting()
            issues = await world.issues()
            now = (parcels, letters, sorted((issue.id, issue.revision) for issue in issues))
            analysing = any(issue.analysing for issue in issues)
            if parcels == letters == 0 and now == before and not analysing:
                return issues
            before = now
            await asyncio.sleep(0.5)  # another process works; its database is all there is to look at
