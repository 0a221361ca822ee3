"""Calls of models out of OTLP's spans and metrics: what is read, what is passed over, and one reader for both ways."""

import contextlib
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.charge import Charge
from bot.model.charge_count import Count, Counts
from bot.model.errors import Malformed
from bot.model.usage import Tokens
from handlers.api.otlp import messages, points, spans, wire
from tests.fakes import NOON
from tests.unit.api.otlp import metrics_in_protobuf, traces_in_protobuf

AT = int(NOON.timestamp()) * 10**9
SECOND = 10**9
TRACE, SPAN = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
CALL = {
    "gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-4o",
    "gen_ai.response.model": "gpt-4o-2024-08-06", "gen_ai.usage.input_tokens": 900, "gen_ai.usage.output_tokens": 80,
    "gen_ai.usage.cache_read.input_tokens": 512, "http.route": "/api/chat", "enduser.id": "anna",
}  # fmt: skip


def attributes(known: dict[str, Any]) -> list[dict[str, Any]]:
    kinds = {int: "intValue", float: "doubleValue", str: "stringValue"}
    return [{"key": name, "value": {kinds[type(value)]: value}} for name, value in known.items()]


def span(known: dict[str, Any] = CALL, **more: Any) -> dict[str, Any]:
    return {
        "traceId": TRACE, "spanId": SPAN, "startTimeUnixNano": AT, "endTimeUnixNano": AT + 2 * SECOND,
        "attributes": attributes(known), **more,
    }  # fmt: skip


def traces(*some: dict[str, Any], service: str = "chatbot") -> dict[str, Any]:
    resource = {"attributes": attributes({"service.name": service} if service else {})}
    return {"resourceSpans": [{"resource": resource, "scopeSpans": [{"spans": list(some)}]}]}


def point(calls: int, total: float, at: int = 60, start: int = 0, **known: Any) -> dict[str, Any]:
    named = {"gen_ai.operation.name": "chat", "gen_ai.request.model": "gpt-4o", **known}
    return {
        "startTimeUnixNano": AT + start * SECOND, "timeUnixNano": AT + at * SECOND, "count": str(calls), "sum": total,
        "attributes": attributes(named),
    }  # fmt: skip


def read_(calls: int, total: float, **more: Any) -> dict[str, Any]:
    return point(calls, total, **{"gen_ai.token.type": "input", **more})


def metrics(
    tokens: list[dict[str, Any]], durations: list[dict[str, Any]], temporality: int = 2, service: str = "chatbot"
) -> dict[str, Any]:
    told = [
        {"name": name, kind: {"dataPoints": some, "aggregationTemporality": temporality}}
        for name, kind, some in (
            (points.TOKENS, "histogram", tokens),
            (points.DURATION, "exponentialHistogram", durations),
            ("http.server.request.duration", "histogram", [point(9, 9)]),
        )
    ]
    resource = {"attributes": attributes({"service.name": service} if service else {})}
    return {"resourceMetrics": [{"resource": resource, "scopeMetrics": [{"metrics": told}]}]}


def test_a_call_of_a_model():
    expected = Charge(
        f"{TRACE}:{SPAN}", "otlp", NOON, "chatbot", "gpt-4o-2024-08-06", "chat", "anna", "/api/chat", 1, 0,
        Tokens(900, 80, 512), None, timedelta(seconds=2),
    )  # fmt: skip
    for tree in (traces(span()), wire.read(traces_in_protobuf(traces(span())), messages.TRACES)):
        assert spans.read(tree) == spans.Calls([expected], 0)


@pytest.mark.parametrize(
    ("known", "more", "name", "expected"),
    [
        ({"error.type": "timeout"}, {}, "error", "timeout"),
        ({"error.type": "timeout"}, {}, "failed", 1),
        ({}, {"status": {"code": 2}}, "error", "failure"),
        ({}, {"status": {"code": "STATUS_CODE_ERROR"}}, "failed", 1),
        ({}, {"status": {"code": 1}}, "failed", 0),
        ({"gen_ai.usage.cost": 0.0143}, {}, "cost", Decimal("0.0143")),
        ({"gen_ai.usage.cost": -1.0}, {}, "cost", None),
        ({"gen_ai.usage.cache_read.input_tokens": 901}, {}, "tokens", Tokens(900, 80, 900)),
        ({"gen_ai.operation.name": "embeddings"}, {}, "operation", "embeddings"),
        ({}, {"endTimeUnixNano": AT - 1}, "took", None),
    ],
)
def test_what_a_span_says_otherwise(known: dict[str, Any], more: dict[str, Any], name: str, expected: Any):
    [charge] = spans.read(traces(span({**CALL, **known}, **more))).charges
    assert getattr(charge, name) == expected


def test_names_of_before_and_nothing_counted():
    old = {"gen_ai.operation.name": "chat", "gen_ai.usage.prompt_tokens": 5, "gen_ai.usage.completion_tokens": 2}
    [before, bare] = spans.read(traces(span(old), span({"gen_ai.operation.name": "chat"}))).charges
    assert (before.tokens, bare.tokens, bare.model) == (Tokens(5, 2), None, "")


@pytest.mark.parametrize("operation", ["invoke_agent", "execute_tool", "create_agent", ""])
def test_what_sums_up_other_spans_is_not_counted_again(operation: str):
    assert spans.read(traces(span({**CALL, "gen_ai.operation.name": operation}))) == spans.Calls([], 0)


@pytest.mark.parametrize(
    "tree", [traces(span(), service=""), traces(span(startTimeUnixNano=0)), traces(span(traceId="", spanId=""))]
)
def test_a_call_of_nobody_is_told_back(tree: dict[str, Any]):
    assert spans.read(tree) == spans.Calls([], 1)


def test_points_of_both_metrics():
    tree = metrics([read_(3, 2700.0)], [point(4, 8.5)])
    for told in (tree, wire.read(metrics_in_protobuf(tree), messages.METRICS)):
        found = points.read(told)
        assert found.rejected == 0
        assert [(one.counts, one.calls, one.total, one.cumulative) for one in found.counts] == [
            (Counts.READ, 3, 2700.0, True), (Counts.TOOK, 4, 8.5, True),
        ]  # fmt: skip
        first: Count = found.counts[0]
        assert (first.tool, first.model, first.operation) == ("chatbot", "gpt-4o", "chat")
        assert (first.start, first.at) == (NOON, NOON + timedelta(minutes=1))
    assert points.read(metrics([read_(3, 1.0)], [], "AGGREGATION_TEMPORALITY_DELTA")).counts[0].cumulative is False


@pytest.mark.parametrize(
    "tree",
    [
        metrics([read_(3, 1.0)], [], service=""), metrics([read_(3, 1.0)], [], temporality=0),
        metrics([point(3, 1.0)], []), metrics([read_(3, -1.0)], []), metrics([], [{**point(1, 1.0), "sum": None}]),
    ],
)  # fmt: skip
def test_a_point_that_cannot_be_counted_is_told_back(tree: dict[str, Any]):
    assert points.read(tree) == points.Points([], 1)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes):
    with contextlib.suppress(Malformed):
        spans.read(wire.read(data, messages.TRACES))
    with contextlib.suppress(Malformed):
        points.read(wire.read(data, messages.METRICS))
