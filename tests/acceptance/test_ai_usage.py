"""What AI costs, through the real process: what was accepted outlives a kill, and counts once by whichever door."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from bot.model.charge import By, Charge, Charged
from bot.model.tenant import DEFAULT_TENANT
from tests.acceptance.doors import Answer, new_key, send
from tests.acceptance.incidents import Incidents, incidents
from tests.unit.api.otlp import metrics_in_protobuf, traces_in_protobuf
from tests.unit.api.test_litellm import STANDARD
from tests.unit.api.test_otlp_usage import metrics, read_, span, traces

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(120)]

BATCHES, EACH = 24, 100
NOW = datetime.now(UTC).replace(microsecond=0)
SINCE, UNTIL = datetime(2026, 1, 1, tzinfo=UTC), NOW + timedelta(days=1)
PROTOBUF = {"Content-Type": "application/x-protobuf"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Incidents]:
    async with incidents(tmp_path_factory.mktemp("world")) as built:
        yield built
        log = built.rig.log.read_text()
        assert "Traceback" not in log, log[log.index("Traceback") - 500 :][:3000]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def key(world: Incidents) -> dict[str, str]:
    return {"Authorization": f"Bearer {(await new_key(world, 'usage'))[1]}"}


def batch(number: int) -> dict[str, Any]:
    at = (NOW - timedelta(minutes=number)).isoformat()
    told = {"tool": "Chatbot", "model": "gpt-4o", "input_tokens": 900, "output_tokens": 80, "cost": "0.01"}
    return {"records": [{**told, "id": f"{number}-{n}", "timestamp": at} for n in range(EACH)]}


async def by_source(world: Incidents, tool: str = "") -> dict[tuple[str, ...], Charged]:
    async with world.storage() as storage, storage.work(DEFAULT_TENANT) as work:
        return {one.of: one for one in await work.charges.sums(SINCE, UNTIL, [By.SOURCE], tool=tool)}


async def ids(world: Incidents) -> set[str]:
    async with world.storage() as storage, storage.work(DEFAULT_TENANT) as work:
        found: Sequence[Charge] = await work.charges.each(SINCE, UNTIL, 10_000, tool="Chatbot")
        return {one.id for one in found}


async def test_what_was_accepted_outlives_a_kill_and_counts_once(world: Incidents, key: dict[str, str]) -> None:
    accepted: list[int] = []
    enough = asyncio.Event()

    async def post(number: int) -> None:
        try:
            answer = await send(world, "/api/ai/usage", batch(number), headers=key)
        except aiohttp.ClientError:
            return
        if answer.status == 202:
            accepted.append(number)
        if len(accepted) >= BATCHES // 3:
            enough.set()

    posting = [asyncio.create_task(post(number)) for number in range(BATCHES)]
    await enough.wait()
    await world.rig.kill_bot()
    await asyncio.gather(*posting)
    await world.rig.start_bot()
    there = await ids(world)
    assert there >= {f"{number}-{n}" for number in accepted for n in range(EACH)}, "answered 202, and gone"
    for number in range(BATCHES):
        answer = await send(world, "/api/ai/usage", batch(number), headers=key)
        assert answer.told["new"] == EACH - len({one for one in there if one.startswith(f"{number}-")})
    [sums] = (await by_source(world, "Chatbot")).values()
    assert (sums.calls, sums.read, float(sums.cost)) == (BATCHES * EACH, 900 * BATCHES * EACH, BATCHES * EACH / 100)


async def test_every_door_counts_each_call_once(world: Incidents, key: dict[str, str]) -> None:
    async def told(path: str, body: Any, **headers: str) -> Answer:
        return await send(world, path, body, headers={**key, **headers})

    start = int((NOW - timedelta(minutes=5)).timestamp()) * 10**9
    when = {"startTimeUnixNano": start, "timeUnixNano": start + 60 * 10**9}
    point = {**read_(3, 2700.0), **when}
    spans = traces(span(startTimeUnixNano=start, endTimeUnixNano=start + 10**9), service="spans")
    counted = metrics([point], [], service="counters")
    log = {**STANDARD, "startTime": NOW.timestamp() - 60, "endTime": NOW.timestamp() - 59}
    for _ in range(2):
        assert (await told("/v1/traces", traces_in_protobuf(spans), **PROTOBUF)).status == 200
        assert (await told("/v1/traces", spans)).status == 200
        assert (await told("/v1/metrics", metrics_in_protobuf(counted), **PROTOBUF)).status == 200
        assert (await told("/api/ai/usage/litellm", [log])).status == 200
        lines = f"{json.dumps(log)}\n".encode()
        assert (await told("/api/ai/usage/litellm", lines, **{"Content-Type": "application/x-ndjson"})).status == 200
    found = await by_source(world)
    assert {of[0]: (one.calls, one.tokens) for of, one in found.items() if of != ("http",)} == {
        "otlp": (1, 980), "otlp-metrics": (3, 2700), "litellm": (1, 980),
    }  # fmt: skip


async def test_no_other_key_opens_these_doors(world: Incidents) -> None:
    _, other = await new_key(world, "events")
    for path in ("/api/ai/usage", "/api/ai/usage/litellm", "/v1/traces", "/v1/metrics"):
        assert (await send(world, path, {}, headers={"Authorization": f"Bearer {other}"})).status == 401
