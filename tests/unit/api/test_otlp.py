"""OTLP's records: one reader for JSON and protobuf, and what becomes of what they say."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.errors import Malformed
from bot.model.log_event import Kind
from handlers.api.otlp import messages, records, wire
from tests.fakes import NOON
from tests.unit.api.otlp import in_protobuf

VALUES = [
    {"stringValue": "ä\u202e"}, {"boolValue": True}, {"intValue": -7}, {"doubleValue": 0.5}, {"bytesValue": "00ff"},
    {"arrayValue": {"values": [{"intValue": 1}, {"stringValue": "x"}]}},
    {"kvlistValue": {"values": [{"key": "a", "value": {"intValue": 1}}]}},
]  # fmt: skip


def request(attributes=(), service="checkout", **record):
    whole = {"timeUnixNano": 1773835200 * 10**9, "body": {"stringValue": "m"}, "attributes": list(attributes), **record}
    resource = {"attributes": [{"key": "service.name", "value": {"stringValue": service}}]}
    return {"resourceLogs": [{"resource": resource, "scopeLogs": [{"logRecords": [whole]}]}]}


def pair(name, value):
    return {"key": name, "value": value}


def one(tree):
    [event] = records.read(tree, NOON).events
    return event


def test_protobuf_gives_the_tree_of_json():
    tree = request([pair(f"a{n}", value) for n, value in enumerate(VALUES)], severityNumber=9, severityText="INFO")
    read = wire.read(in_protobuf(tree), messages.LOGS)
    [record] = read["resourceLogs"][0]["scopeLogs"][0]["logRecords"]
    assert record["attributes"] == [pair(f"a{n}", value) for n, value in enumerate(VALUES)]
    assert (record["timeUnixNano"], record["severityNumber"]) == (1773835200 * 10**9, 9)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data):
    with contextlib.suppress(Malformed):
        assert records.read(wire.read(data, messages.LOGS), NOON).rejected >= 0


def test_a_message_inside_of_itself_has_an_end():
    value = {"stringValue": "x"}
    for _ in range(40):
        value = {"arrayValue": {"values": [value]}}
    with pytest.raises(Malformed, match="nested"):
        wire.read(in_protobuf(request(body=value)), messages.LOGS)


@pytest.mark.parametrize(
    ("number", "text", "level"),
    [
        (1, "", "info"), (9, "", "info"), (13, "", "warning"), (17, "", "error"), (21, "", "critical"),
        (0, "WARN", "warning"), (0, "Fatal", "critical"), (0, "purple", "info"), (17, "info", "error"),
    ],
)  # fmt: skip
def test_how_bad_a_line_is(number, text, level):
    assert one(request(severityNumber=number, severityText=text)).level == level


@pytest.mark.parametrize(
    ("name", "value", "metric", "seen", "kind"),
    [
        ("http.status_code", {"intValue": "500"}, "status_code", 500, Kind.API),
        ("db.client.operation.duration", {"doubleValue": 0.31}, "query_time_ms", 310, Kind.DATABASE),
        ("cpu_percent", {"doubleValue": 91.5}, "cpu_percent", 91.5, Kind.INFRASTRUCTURE),
        ("page_load_ms", {"intValue": 3100}, "page_load_ms", 3100, Kind.FRONTEND),
        ("gen_ai.usage.input_tokens", {"intValue": 2400}, "prompt_tokens", 2400, Kind.API),
        ("my.own.measure", {"intValue": 4}, "my_own_measure", 4, Kind.API),
    ],
)
def test_what_was_measured(name, value, metric, seen, kind):
    event = one(request([pair(name, value)]))
    assert (event.metrics, event.kind) == ({metric: pytest.approx(seen)}, kind)


@pytest.mark.parametrize("value", [{"doubleValue": float("nan")}, {"intValue": "x"}, {"boolValue": True}, {}, 7, None])
def test_what_is_no_measure(value):
    assert one(request([pair("latency_ms", value)])).metrics == {}


def test_a_kind_that_is_named_holds_and_times_may_be_missing():
    event = one(request([pair("event_type", {"stringValue": "database"})], timeUnixNano=0))
    assert (event.kind, event.at) == (Kind.DATABASE, NOON)
    assert one(request(timeUnixNano="soon")).at == NOON


def test_what_is_no_text_is_told_as_json():
    assert one(request(body={"kvlistValue": {"values": [pair("a", {"intValue": 1})]}})).message == '{"a": 1}'
    assert one(request(body={"stringValue": "x" * 5000})).message == "x" * 2000


def test_too_many_records_are_refused_whole():
    tree = request()
    tree["resourceLogs"] *= records.MOST + 1
    with pytest.raises(Malformed, match="smaller"):
        records.read(tree, NOON)
