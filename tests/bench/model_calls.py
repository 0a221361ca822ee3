"""What a call of a model takes with us, beside the openai package alone, in turns against the same double."""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeAlias

import openai

from bot.clock import SystemClock
from bot.desk.consultant import Consultant
from bot.desk.shapes import strict
from bot.model.message import PersonId
from bot.model.tenant import DEFAULT_TENANT
from integrations.networks import Networks
from integrations.openai.connection import OpenAIModel
from integrations.openai.settings import Settings
from integrations.opener import walled
from storage.storage import migrate, open_storage
from tests.conftest import KEY
from tests.contracts.budget_replica import BRIEF, Told, untold
from tests.integration.desk.scene import Silent
from tests.model_double.server import KEY as MODEL_KEY
from tests.model_double.server import serving

CALLS, ROUNDS = 40, 5
Took: TypeAlias = tuple[float, float]  # by the clock, and of the processor
MOST = 0.020  # seconds
ASKED = replace(BRIEF, person=PersonId("anna"), session="s", patience=timedelta(seconds=10))


async def main(folder: Path) -> None:
    """`folder` is there, and empty."""
    database, clock = f"sqlite:///{folder}/calls.db", SystemClock()
    await asyncio.to_thread(migrate, database)
    async with serving(answer=lambda _: {"cause": "It is slow."}) as double:
        given = Settings.model_validate(
            {"api_key": MODEL_KEY, "base_url": double.url, "daily_usd": 0, "daily_tokens": 0, "session_usd": 0}
        )
        model = OpenAIModel(given, lambda: walled(Networks.of_operator()), clock)
        bare = openai.AsyncOpenAI(api_key=MODEL_KEY, base_url=double.url, max_retries=0)
        async with open_storage(database, keys=[KEY], clock=clock) as storage:
            consultant = Consultant(storage, clock, Silent(), model, untold)
            ours, theirs = await _in_turns(lambda: consultant.ask(DEFAULT_TENANT, ASKED), lambda: _bare(bare))
        await model.close()
        await bare.close()
    wall, cpu = (_median(ours, at) - _median(theirs, at) for at in (0, 1))
    print(
        f"a call of a model: {_ms(ours)} with us, {_ms(theirs)} by the openai package alone; {wall * 1000:.1f} ms are "
        f"ours ({'under' if wall < MOST else 'NOT under'} {MOST * 1000:.0f}), {cpu * 1000:.1f} ms of the processor"
    )


async def _in_turns(*calls: Callable[[], Awaitable[Any]]) -> list[list[Took]]:
    times: list[list[Took]] = [[] for _ in calls]
    for round_ in range(ROUNDS + 1):
        for call, took in zip(calls, times, strict=True):
            for _ in range(CALLS):
                begun, busy = time.perf_counter(), time.process_time()
                assert await call()
                if round_:  # the first warms up
                    took.append((time.perf_counter() - begun, time.process_time() - busy))
    return times


async def _bare(client: openai.AsyncOpenAI) -> Any:
    shape: Any = {"type": "json_schema", "json_schema": {"name": "told", "strict": True, "schema": strict(Told)}}
    lines: Any = [{"role": "system", "content": BRIEF.system}, {"role": "user", "content": BRIEF.user}]
    return await client.chat.completions.create(
        model="gpt-4o-mini", messages=lines, max_tokens=700, response_format=shape
    )


def _median(times: list[Took], at: int) -> float:
    return statistics.median(one[at] for one in times)


def _ms(times: list[Took]) -> str:
    ordered = sorted(one[0] for one in times)
    return f"{statistics.median(ordered) * 1000:.1f} ms (p95 {ordered[int(len(ordered) * 0.95)] * 1000:.1f})"


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as name:
        asyncio.run(main(Path(name)))
