"""What AI costs, as programs tell of it (rows AIU-09, CONV-28, COST-08)."""

import io
import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from bot.model.charge import By, Charge, Charged
from bot.model.plan import Plan
from bot.model.tenant import DEFAULT_TENANT
from bot.model.usage import Tokens
from tests.fakes import NOON
from tests.integration.api.scene import OPERATOR, Scene
from tests.unit.api.test_litellm import SPENT, STANDARD

USAGE, LITELLM = "/api/ai/usage", "/api/ai/usage/litellm"
DAY = timedelta(days=1)


@pytest.fixture
async def on_usage(on: Scene) -> Scene:
    await on.key("us", source="usage")
    return on


def record(number: int = 0, **given: Any) -> dict[str, Any]:
    return {
        "id": f"c{number}", "timestamp": (NOON + timedelta(seconds=number)).isoformat(), "tool": "Document Analyzer",
        "model": "gpt-4o", "operation": "chat", "person": "anna", "endpoint": "/api/documents/analyze",
        "input_tokens": 900, "output_tokens": 80, "cached_tokens": 512, "cost": "0.0143", "latency_ms": 1234, **given,
    }  # fmt: skip


async def kept(on: Scene) -> list[Charge]:
    async with on.storage.work(DEFAULT_TENANT) as work:
        return list(await work.charges.each(NOON - DAY, NOON + DAY, 2000))


async def test_a_batch_comes_in_once(on_usage: Scene):
    on = on_usage
    batch = [record(n) for n in range(600)]
    answer = await on.ask("POST", USAGE, {"records": batch}, key="us")
    assert (answer.status, answer.json) == (202, {"accepted": 600, "new": 600})
    assert (await on.post(USAGE, [*batch, record(600)], key="us")) == {"accepted": 601, "new": 1}
    newest, *_ = found = await kept(on)
    assert len(found) == 601
    assert newest == Charge(
        "c600", "http", NOON + timedelta(seconds=600), "Document Analyzer", "gpt-4o", "chat", "anna",
        "/api/documents/analyze", 1, 0, Tokens(900, 80, 512), Decimal("0.0143"), timedelta(milliseconds=1234),
    )  # fmt: skip


async def test_a_record_a_line(on_usage: Scene):
    lines = "\n".join((json.dumps(record(1)), "", json.dumps(record(2, id=""))))
    headers = {"Content-Type": "application/x-ndjson"}
    for new in (2, 0):
        answer = await on_usage.ask("POST", USAGE, data=lines.encode(), key="us", headers=headers)
        assert answer.json == {"accepted": 2, "new": new}
    answer = await on_usage.ask("POST", USAGE, data=f"{lines}\n{{".encode(), key="us", headers=headers)
    assert (answer.status, answer.json["field"]) == (400, "records[2]")


@pytest.mark.parametrize(
    ("given", "name", "expected"),
    [
        ({"cost": 0.1}, "cost", Decimal("0.1")),
        ({"cost": 3}, "cost", Decimal(3)),
        ({"success": False, "error": "timeout"}, "failed", 1),
        ({"error": "timeout"}, "failed", 1),
        ({"calls": 40, "failed": 2}, "failed", 2),
        ({"calls": 40, "success": False}, "failed", 40),
        ({"cost": None}, "cost", Decimal("0.00241")),
        ({"cost": None}, "by_table", True),
        ({"cost": None, "model": "unknown"}, "cost", None),
        ({"input_tokens": None, "output_tokens": None, "cached_tokens": 0, "cost": None}, "tokens", None),
        ({"tool": "  Chatbot\u202e "}, "tool", "Chatbot\ufffd"),
    ],
)
async def test_what_a_record_says(on_usage: Scene, given: dict[str, Any], name: str, expected: Any):
    await on_usage.post(USAGE, [record(**given)], key="us")
    [charge] = await kept(on_usage)
    assert getattr(charge, name) == expected


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"records": [record(0), record(1, timestamp="soon")]}, "records[1].timestamp"),
        ({"records": [record(0, colour="red")]}, "records[0].colour"),
        ([record(0, timestamp="1969-12-31T23:00:00Z")], "records[0].timestamp"),
        ([record(0, timestamp="2026-03-18T12:00:00")], "records[0].timestamp"),
        ([record(0, tool="")], "records[0].tool"),
        ([record(0, cost="-1")], "records[0].cost"),
        ([record(0, cost="NaN")], "records[0].cost"),
        ([record(0, currency="EUR")], "records[0].currency"),
        ([record(0, cached_tokens=901)], "records[0]"),
        ([record(n) for n in range(1001)], "records"),
        ({}, "records"),
    ],
)
async def test_what_is_wrong_is_named_and_nothing_is_kept(on_usage: Scene, body: Any, field: str):
    answer = await on_usage.ask("POST", USAGE, body, key="us")
    assert (answer.status, answer.json["field"]) == (400, field)
    assert await kept(on_usage) == []


async def test_who_may_and_how_much(on_usage: Scene):
    await on_usage.key("ev", source="events")
    for key in ("ev", OPERATOR, ""):
        assert (await on_usage.ask("POST", USAGE, [record()], key=key)).status == 401
    large = [record(n, prompt="x" * 190, endpoint="y" * 190) for n in range(3000)]
    packed = io.BytesIO(json.dumps(large).encode())
    assert (await on_usage.ask("POST", USAGE, data=packed, key="us")).status == 413


async def test_litellm_tells_what_it_logged(on_usage: Scene):
    answer = await on_usage.ask("POST", LITELLM, [STANDARD, SPENT, {"id": "no time"}], key="us")
    assert answer.status == 200
    assert {**answer.json, "reason": answer.json["reason"].split(":")[0]} == {
        "accepted": 2, "new": 2, "rejected": 1, "reason": "logs[2].timestamp",
    }  # fmt: skip
    lines = "\n".join(json.dumps(one) for one in (STANDARD, SPENT)).encode()
    again = await on_usage.ask("POST", LITELLM, data=lines, key="us", headers={"Content-Type": "application/x-ndjson"})
    assert (again.json["accepted"], again.json["new"]) == (2, 0)
    assert {charge.source for charge in await kept(on_usage)} == {"litellm"}


async def test_tools_are_called_as_the_plan_calls_them(on_usage: Scene):
    async with on_usage.storage.work(DEFAULT_TENANT) as work:
        names = {"doc-analyzer": "Document Analyzer", "LiteLLM": ""}
        await work.plans.save(Plan.model_validate({"ai_usage": {"tools": names}}), NOON)
    await on_usage.post(LITELLM, [STANDARD, SPENT], key="us")
    await on_usage.post(USAGE, [record(1)], key="us")
    async with on_usage.storage.work(DEFAULT_TENANT) as work:
        found: list[Charged] = list(await work.charges.sums(NOON - DAY, NOON + DAY, [By.TOOL]))
    assert [(one.of, one.calls) for one in found] == [(("Document Analyzer",), 2)], "what has no name is told elsewhere"
