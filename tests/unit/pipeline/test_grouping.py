"""What belongs together, and what it is called."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.model.plan import Plan, Route
from bot.pipeline import grouping
from bot.pipeline.grouping import Grouping
from tests.fakes import NOON
from tests.unit.pipeline.signals import firing

BARE = {"alertname": "", "service": "", "region": ""}
BY_POD = Route(match=('service="checkout"',), group_by=("pod",))
CRITICAL_ALONE = Route(at_least="critical", group_by=("...",))


@pytest.mark.parametrize(
    ("plan", "one", "other", "same"),
    [
        (Plan(), firing("a"), firing("b"), True),
        (Plan(), firing("a"), firing("b", severity="critical"), True),
        (Plan(), firing("a"), firing("b", labels={"pod": "b-1"}), True),
        (Plan(), firing("a"), firing("b", labels={"region": "us-east-1"}), False),
        (Plan(), firing("a"), firing("a", source="grafana"), False),
        (Plan(group_by=("...",)), firing("a"), firing("b"), False),
        (Plan(routes=(BY_POD,)), firing(labels={"pod": "1"}), firing(labels={"pod": "2"}), False),
        (Plan(routes=(BY_POD,)), firing(labels={"pod": "1"}), firing("b", labels={"pod": "1", "region": "x"}), True),
        (Plan(routes=(CRITICAL_ALONE,)), firing("a"), firing("b"), True),
        (Plan(routes=(CRITICAL_ALONE,)), firing("a", severity="critical"), firing("b", severity="critical"), False),
        # Sources without labels: what says nothing about itself is not all one issue.
        (Plan(), firing("a", labels=BARE, title="Disk full"), firing("b", labels=BARE, title="Database down"), False),
        (Plan(group_by=("team",)), firing("a"), firing("b"), False),
    ],
)
def test_what_is_one_issue(plan, one, other, same):
    keys = Grouping(plan)
    assert (keys.key(one) == keys.key(other)) is same


def test_values_cannot_be_moved_between_labels():
    keys = Grouping(Plan(group_by=("a", "b")))
    assert keys.key(firing(labels={"a": "x", "b": ""})) != keys.key(firing(labels={"a": "", "b": "x"}))


@pytest.mark.parametrize(
    ("signal", "expected"),
    [
        (firing(), "checkout"),
        (firing(labels={"service": ""}), "highlatency"),
        (firing(labels={"service": "Payment API (eu)/v2"}), "payment-api-eu-v2"),
        (firing(labels=BARE, title="Disk full on db-1"), "disk-full-on-db-1"),
        (firing(labels=BARE, title="障害"), "alertmanager"),
        (firing(labels={"service": "x" * 500}), "x" * 40),
    ],
)
def test_slugs(signal, expected):
    assert grouping.slug(signal) == expected


@pytest.mark.parametrize(
    ("started", "expected"),
    [
        (NOON - timedelta(days=400), NOON - timedelta(days=400)),
        (NOON + timedelta(hours=3), NOON),  # a clock that is ahead
        (datetime(1, 1, 1, tzinfo=UTC), NOON),  # a zero
    ],
)
def test_since_when(started, expected):
    assert grouping.opened_at(firing(at=started), NOON) == expected


def test_names_differ_where_they_have_to():
    names = [grouping.name(NOON, "checkout", "abcdef0123", attempt) for attempt in range(4)]
    assert names == [f"ISS-1773835200-checkout{end}" for end in ("", "-abcdef", "-abcdef-2", "-abcdef-3")]
