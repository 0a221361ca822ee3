"""A process that asks many questions of a model at once, as a replica does; run by test_budget_replicas.py."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, Field

from bot.clock import SystemClock
from bot.desk.consultant import Consultant
from bot.model.budget import Level
from bot.model.tenant import DEFAULT_TENANT
from bot.ports.model import Brief, Task
from bot.ports.storage import UnitOfWork
from integrations.networks import Networks
from integrations.openai.connection import OpenAIModel
from integrations.openai.settings import Settings
from integrations.opener import walled
from storage.storage import open_storage
from tests.conftest import KEY
from tests.integration.desk.scene import Silent
from tests.model_double.server import KEY as MODEL_KEY

AT_ONCE = 10  # as many as a replica has connections


class Told(BaseModel):
    cause: str = Field(max_length=40)


BRIEF = Brief(Task.TALK, "talk/1", "You explain.", "Why?", Told, timedelta(minutes=2))


async def untold(work: UnitOfWork, brief: Brief[Any], level: Level) -> None:
    """Nobody listens here."""


@asynccontextmanager
async def consulting(database: str, model_url: str, limit: Decimal, waiting: int) -> AsyncIterator[Consultant]:
    clock = SystemClock()
    given = {"api_key": MODEL_KEY, "base_url": model_url, "daily_usd": limit}
    model = OpenAIModel(Settings.model_validate(given), lambda: walled(Networks.of_operator()), clock)
    async with open_storage(database, keys=[KEY], clock=clock) as storage:
        yield Consultant(storage, clock, Silent(), model, untold, at_once=AT_ONCE, most_waiting=waiting)
    await model.close()


async def asked(database: str, model_url: str, limit: Decimal, count: int) -> int:
    """How many were answered."""
    async with consulting(database, model_url, limit, count) as consultant:
        answers = await asyncio.gather(*(consultant.ask(DEFAULT_TENANT, BRIEF) for _ in range(count)))
    return len([one for one in answers if one])


if __name__ == "__main__":
    print(asyncio.run(asked(sys.argv[1], sys.argv[2], Decimal(sys.argv[3]), int(sys.argv[4]))))
