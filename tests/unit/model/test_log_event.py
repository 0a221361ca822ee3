"""Events from outside: what is taken, and which field is named where something is wrong."""

from datetime import UTC, datetime

import pytest

from bot.model import figures
from bot.model.errors import Malformed
from bot.model.log_event import Kind, made_of, new_id, read_events
from tests.fakes import NOON

GOOD = {
    "event_id": "EVT-1773835200-a1b2c3", "timestamp": "2026-03-18T13:00:00+01:00", "event_type": "api",
    "service_name": "auth-api", "region": "us-east-1", "customer_id": "acme", "severity": "warn",
    "message": "slow\u202e login", "metrics": {"latency_ms": 650}, "endpoint": "/login",
}  # fmt: skip


def test_an_event_with_all_there_is():
    [event] = read_events([GOOD], 10)
    assert (event.id, event.at, event.kind) == (
        "EVT-1773835200-a1b2c3",
        datetime(2026, 3, 18, 12, tzinfo=UTC),
        Kind.API,
    )
    assert (event.service, event.region, event.customer, event.level) == ("auth-api", "us-east-1", "acme", "warning")
    assert event.message == "slow\N{REPLACEMENT CHARACTER} login"
    assert event.metrics == {"latency_ms": 650}
    assert (event.flagged, event.critical) == (False, False)


def test_without_an_id_the_same_content_has_the_same():
    plain = {name: value for name, value in GOOD.items() if name != "event_id"}
    first, again, other = read_events([plain, plain, {**plain, "message": "other"}], 10)
    assert first.id == again.id
    assert first.id != other.id
    assert first.id.startswith("EVT-1773835200-")


def test_ids_are_made_of_the_second_and_something_random():
    assert new_id(NOON, "x1") == f"EVT-{int(NOON.timestamp())}-x1"
    assert made_of(NOON, "a", "b") != made_of(NOON, "a", "c")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"events": 1}, "events"),
        ([GOOD, 7], "events[1]"),
        ([{**GOOD, "timestamp": "2026-03-18T12:00:00"}], "events[0].timestamp"),  # no zone
        ([{**GOOD, "timestamp": "soon"}], "events[0].timestamp"),
        ([{**GOOD, "event_type": "mainframe"}], "events[0].event_type"),
        ([{**GOOD, "service_name": "  "}], "events[0].service_name"),
        ([{**GOOD, "severity": "purple"}], "events[0].severity"),
        ([{**GOOD, "event_id": "1; DROP TABLE"}], "events[0].event_id"),
        ([{**GOOD, "metrics": {"latency_ms": "NaN"}}], "events[0].metrics.latency_ms"),
        ([{**GOOD, "metrics": {"latency_ms": "fast"}}], "events[0].metrics.latency_ms"),
        ([{**GOOD, "metrics": {f"m{n}": 1 for n in range(33)}}], "events[0].metrics"),
        ([{**GOOD, "message": "x" * 2001}], "events[0].message"),
        ([{**GOOD, "flagged": True}], "events[0].flagged"),  # that is for us to say
        ([{name: value for name, value in GOOD.items() if name != "timestamp"}], "events[0].timestamp"),
        ([GOOD] * 11, "events"),
    ],
)
def test_the_field_is_named(given, field):
    with pytest.raises(Malformed) as refused:
        read_events(given, 10)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("now", "usual", "said"),
    [
        (650, 120, "+441 %"),  # 441.67: cut off
        (120, 650, "-81 %"),
        (1.2, 1, "+20 %"),
        (120, 120, "+0 %"),
        (1200, 1, "+119,900 %"),
        (5, 0, ""),
    ],
)
def test_how_far_from_the_usual(now, usual, said):
    assert figures.risen(now, usual) == said
