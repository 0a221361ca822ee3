"""Which new alerts are taken for an issue that is open, and which never are."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.model.issue import Issue, IssueId, Joined, Status, Told
from bot.model.message import Place
from bot.model.severity import Severity
from bot.model.signal import Signal
from bot.pipeline import joining
from bot.pipeline.joining import Neighbours
from tests.fakes import NOON

HOUR = timedelta(hours=1)


def watch(title: str = "p95 latency of checkout", source: str = "watch", **labels: str) -> Signal:
    given = {"alertname": "Unusual values", "service": "checkout", **labels}
    return Signal(source, "w1", "firing", Severity.HIGH, title, NOON, labels=given)


def standing(title: str = "Checkout is slow", **more: Any) -> Issue:
    labels = {"alertname": "HighLatency", "service": "checkout", **more.pop("labels", {})}
    return Issue(
        IssueId("ISS-1-checkout"), "k1", "alertmanager", title, Severity.HIGH, NOON, NOON, labels=labels,
        **{"services": ("checkout",), "regions": ("eu-west-1",), **more},
    )  # fmt: skip


def key_of(issue: Issue, signal: Signal, key: str = "k2", apart: Any = ()) -> str:
    """The issue that it joins; empty: none."""
    near = Neighbours(apart)
    if host := joining.host(issue, NOON):
        near.add(host)
    found = near.find(signal, key)
    return found.key if found else ""


OTHER = Joined("k9", "events", "Latency of checkout is above 500 ms", Severity.HIGH, NOON)


@pytest.mark.parametrize(
    ("issue", "signal", "joins"),
    [
        (standing(), watch(), True),
        (standing(), watch(region="eu-west-1"), True),
        (standing(), watch("Latency of checkout is above 500 ms", "events", region="eu-west-1"), True),
        (standing(), watch("checkout takes too long to answer", "generic"), True),
        (standing(regions=()), watch(region="eu-west-1"), True),  # where it is was not said
        (standing(), watch(region="us-east-1"), False),
        (standing(), watch(service="payments"), False),
        (standing(), watch("p95 latency of search", service="search"), False),
        (standing(), watch("error ratio of checkout"), False),
        (standing(), watch("p95 latency of the checkout database"), False),
        (standing(), watch("Unusual values on checkout"), False),
        (standing(services=("checkout", "payments")), watch(), False),
        (standing(labels={"env": "prod"}), watch(env="staging"), False),
        (standing(status=Status.RESOLVED, resolved_at=NOON), watch(), False),
        (standing(silenced_until=NOON + HOUR), watch(), False),  # nobody would see it there
        (standing(silenced_until=NOON - HOUR), watch(), True),
        (standing(told=(Told(Place("slack", "T", "C"), storm="s1"),)), watch(), False),
        (standing(joined=(OTHER,) * joining.MOST_JOINED), watch(), True),
        (standing(joined=tuple(replace(OTHER, key=f"j{n}") for n in range(joining.MOST_JOINED))), watch(), False),
        (standing(joined=(replace(OTHER, key="k2"), *(replace(OTHER, key=f"j{n}") for n in range(9)))), watch(), True),
        # What one source keeps apart, we do; one rule in two degrees is one.
        (standing(), watch("Checkout is slow to answer", "alertmanager", alertname="SlowAnswers"), False),
        (standing(), watch("Checkout is slow", "alertmanager", alertname="HighLatency"), False),
        (standing("p95 latency of checkout above 1 s", labels={"alertname": "CheckoutLatencyWarning"}),
         watch("p95 latency of checkout above 2 s", "alertmanager", alertname="CheckoutLatencyCritical"), True),
    ],
)  # fmt: skip
def test_joins_only_what_tells_of_the_same(issue, signal, joins):
    assert key_of(issue, signal) == ("k1" if joins else "")


def test_never_what_somebody_said_is_not_the_same():
    assert key_of(standing(), watch(), apart={("k1", "k2"), ("k2", "k1")}) == ""
    assert key_of(standing(), watch(), "k3", apart={("k1", "k2"), ("k2", "k1")}) == "k1"


def test_the_likest_of_several():
    near = Neighbours()
    for one in (standing("High error rate on checkout"), replace(standing("Error ratio of checkout"), key="k7")):
        host = joining.host(one, NOON)
        assert host
        near.add(host)
    found = near.find(watch("error ratio of checkout"), "k2")
    assert found
    assert found.key == "k7"


@pytest.mark.parametrize(("name", "expected"), [
    ("CheckoutLatencyCritical", "checkout latency"), ("checkout_latency_warning", "checkout latency"),
    ("HighLatencyP1", "latency"), ("KubePodNotReady", "kube pod not ready"), ("Critical", ""), ("", ""),
    ("Pool-100", "pool 100"), ("Pool-101", "pool 101"),
])  # fmt: skip
def test_a_rule_is_called_without_how_bad_it_is(name, expected):
    assert joining.rule({"alertname": name}) == expected
