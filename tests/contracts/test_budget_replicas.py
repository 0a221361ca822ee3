"""500 questions at once from two processes on one PostgreSQL, against a budget for 50."""

import asyncio
import sys
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from bot.model.budget import day_of, limits
from bot.model.tenant import DEFAULT_TENANT
from bot.model.usage import Allowance
from storage.storage import open_storage
from tests.conftest import KEY
from tests.contracts.budget_replica import BRIEF, consulting
from tests.fakes import DrivenClock
from tests.model_double.server import serving

pytestmark = pytest.mark.peers

ROOT = Path(__file__).parents[2]
A_CALL = Decimal("0.00018")
LIMIT, EACH = 50 * A_CALL, 250
TOGETHER = 5  # calls that are under way at the same time, so that their reserves are


async def replica(database: str, model_url: str) -> int:
    arguments = (database, model_url, str(LIMIT), str(EACH))
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.contracts.budget_replica", *arguments, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    printed, _ = await process.communicate()
    assert process.returncode == 0
    return int(printed)


async def test_together_they_spend_no_more_than_there_is(postgres_url: str, clock: DrivenClock):
    async with serving(answer=lambda _: {"cause": "It is slow."}) as double, asyncio.timeout(150):
        double.trouble, double.left = "hang", TOGETHER
        replicas = [asyncio.create_task(replica(postgres_url, double.url)) for _ in range(2)]
        while double.under_way < TOGETHER and not all(one.done() for one in replicas):
            await asyncio.wait(replicas, timeout=0.05)
        double.released.set()
        answered = sum(await asyncio.gather(*replicas))
        before = await counted(postgres_url, clock)
        async with consulting(postgres_url, double.url, LIMIT, 1) as consultant:
            while await consultant.ask(DEFAULT_TENANT, BRIEF):  # what was only reserved is free again
                answered += 1
    after = await counted(postgres_url, clock)
    assert double.busiest >= TOGETHER
    assert before.cost <= after.cost == LIMIT
    assert (answered, after.calls, len(double.requests), after.held_tokens) == (50, 50, 50, 0)


async def counted(database: str, clock: DrivenClock):
    now = datetime.now(UTC)
    wanted = limits(Allowance(), day_of(now, "UTC"), background=False, person="", session="")
    async with open_storage(database, keys=[KEY], clock=clock) as storage, storage.work(DEFAULT_TENANT) as work:
        [level] = await work.budgets.levels(wanted, now)
        return level.counted
