"""What OpenTelemetry tells of calls of models, over HTTP and into the database."""

import gzip
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from bot.model.charge import By, Charged
from bot.model.tenant import DEFAULT_TENANT
from tests.fakes import NOON
from tests.integration.api.scene import Scene
from tests.unit.api.otlp import metrics_in_protobuf, traces_in_protobuf
from tests.unit.api.test_otlp_usage import CALL, metrics, point, read_, span, traces

DAY = timedelta(days=1)
WRITTEN = {"gen_ai.token.type": "output"}


@pytest.fixture
async def on_usage(on: Scene) -> Scene:
    await on.key("us", source="usage")
    return on


async def sums(on: Scene, *by: By) -> list[Charged]:
    async with on.storage.work(DEFAULT_TENANT) as work:
        return [replace(one, took=timedelta(0)) for one in await work.charges.sums(NOON - DAY, NOON + DAY, by)]


async def calls(on: Scene) -> tuple[int, int, int]:
    """How many, how many failed, and how many tokens."""
    found = await sums(on)
    return sum(one.calls for one in found), sum(one.failed for one in found), sum(one.tokens for one in found)


async def test_spans_are_kept_once_however_they_come(on_usage: Scene):
    tree = traces(span(), span({"http.route": "/pay"}), span({**CALL, "error.type": "x"}, spanId="00f067aa0ba902b7"))
    answer = await on_usage.ask("POST", "/v1/traces", tree, key="us")
    assert (answer.status, answer.json) == (200, {"partialSuccess": {"rejectedSpans": 0, "errorMessage": ""}})
    packed = {"Authorization": "Bearer us", "Content-Type": "application/x-protobuf", "Content-Encoding": "gzip"}
    data = gzip.compress(traces_in_protobuf(tree))
    async with on_usage.client.post("/v1/traces", data=data, headers=packed) as response:
        assert (response.status, await response.read()) == (200, b"")
    assert await calls(on_usage) == (2, 1, 2 * 980)
    [one] = await sums(on_usage, By.TOOL)
    assert (one.of, one.cost) == (("chatbot",), 2 * Decimal("0.00241")), "priced by the table, under its dated name"


async def test_what_is_of_no_service_is_told_back(on_usage: Scene):
    answer = await on_usage.ask("POST", "/v1/traces", traces(span(), service=""), key="us")
    assert answer.json["partialSuccess"]["rejectedSpans"] == 1
    answer = await on_usage.ask("POST", "/v1/metrics", metrics([read_(1, 1.0)], [], service=""), key="us")
    assert answer.json["partialSuccess"]["rejectedDataPoints"] == 1
    headers = {"Authorization": "Bearer us", "Content-Type": "application/x-protobuf"}
    data = traces_in_protobuf(traces(span(), service=""))
    async with on_usage.client.post("/v1/traces", data=data, headers=headers) as response:
        assert b"service.name" in await response.read()
    for path in ("/v1/traces", "/v1/metrics"):
        assert (await on_usage.ask("POST", path, [], key="us")).status == 400
        assert (await on_usage.ask("POST", path, {}, key="admin")).status == 401


async def told(on: Scene, *tokens_and_durations: Any, temporality: int = 2, service: str = "chatbot") -> None:
    tokens, durations = tokens_and_durations
    await on.post("/v1/metrics", metrics(tokens, durations, temporality, service), key="us")


async def test_a_cumulative_counter_is_counted_by_what_it_has_grown(on_usage: Scene):
    on = on_usage
    await told(
        on, [read_(3, 2700.0), point(3, 240.0, **WRITTEN)], [point(3, 6.0), point(1, 9.0, **{"error.type": "x"})]
    )
    assert await calls(on) == (4, 1, 2940)
    for _ in range(2):  # the second time, the same export
        await told(on, [read_(5, 4500.0, at=120), point(5, 400.0, at=120, **WRITTEN)], [point(5, 10.0, at=120)])
        assert await calls(on) == (6, 1, 4900)
    await told(on, [read_(4, 3600.0, at=90)], [])
    assert await calls(on) == (6, 1, 4900), "what comes late tells nothing new"
    await told(on, [read_(1, 100.0, at=180, start=150)], [point(1, 2.0, at=180, start=150)])
    assert await calls(on) == (7, 1, 5000), "its process began anew"
    await told(on, [read_(1, 50.0, at=240)], [point(1, 2.0, at=240)])
    assert (await calls(on))[2] == 5050, "also where it does not say so"


async def test_of_an_old_counter_only_what_is_new_counts(on_usage: Scene):
    on = on_usage
    long_ago = -7200
    await told(on, [read_(1000, 9e5, start=long_ago)], [point(1000, 2000.0, start=long_ago)])
    assert await calls(on) == (0, 0, 0)
    await told(on, [read_(1002, 9e5 + 30, start=long_ago, at=120)], [point(1002, 2001.0, start=long_ago, at=120)])
    assert await calls(on) == (2, 0, 30)


async def test_a_delta_is_counted_whole_and_once(on_usage: Scene):
    for at in (60, 60, 120):
        exported = metrics([read_(3, 300.0, at=at, start=at - 60)], [], 1)
        headers = {"Authorization": "Bearer us", "Content-Type": "application/x-protobuf"}
        data = metrics_in_protobuf(exported)
        async with on_usage.client.post("/v1/metrics", data=data, headers=headers) as response:
            assert response.status == 200
    assert await calls(on_usage) == (6, 0, 600), "calls by their tokens, where nothing else counts them"


async def test_tokens_and_durations_that_come_apart_are_one_call(on_usage: Scene):
    await told(on_usage, [], [point(3, 6.0)])
    await told(on_usage, [read_(3, 2700.0)], [])
    assert await calls(on_usage) == (3, 0, 2700)


async def test_what_spans_told_is_not_told_again_by_metrics(on_usage: Scene):
    await on_usage.post("/v1/traces", traces(span()), key="us")
    await on_usage.clock.advance(60)
    await told(on_usage, [read_(1, 900.0)], [point(1, 2.0)])
    await told(on_usage, [read_(2, 10.0)], [point(2, 2.0)], service="another")
    assert [(one.of, one.calls) for one in await sums(on_usage, By.TOOL)] == [(("another",), 2), (("chatbot",), 1)]
