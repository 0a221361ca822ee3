"""What taught rules do to words, units and runbooks: every line a case."""

import pytest

from bot.model.message import PersonId
from bot.model.rule import Rule, RuleId, RuleKind, RuleState
from bot.query import corrected
from tests.fakes import NOON


def rule(kind: RuleKind, said: str, means: str) -> Rule:
    return Rule(RuleId("R1"), kind, said, means, PersonId("p"), "Anna", NOON, NOON, RuleState.ACTIVE)


TAUGHT = (
    rule(RuleKind.ALIAS, "shop", "checkout"),
    rule(RuleKind.ALIAS, "shop front", "frontend"),
    rule(RuleKind.ALIAS, "checkout", "payments"),
    rule(RuleKind.UNIT, "queue_wait", "ms"),
    rule(RuleKind.RUNBOOK, "HighLatency", "https://kb.example/latency"),
)


@pytest.mark.parametrize(
    ("asked", "read"),
    [
        ("latency of shop", "latency of checkout"),
        ("latency of Shop?", "latency of checkout?"),
        ("latency of the shop front", "latency of the frontend"),
        ("latency of checkout", "latency of payments"),
        ("workshop latency", "workshop latency"),
        ("shop-eu latency", "shop-eu latency"),
        ("shop and checkout", "checkout and payments"),
    ],
)
def test_words_that_are_taught_are_put_in_once(asked: str, read: str):
    assert corrected.text(asked, TAUGHT) == read


def test_without_rules_nothing_changes():
    assert corrected.text("latency of shop", ()) == "latency of shop"


@pytest.mark.parametrize(
    ("query", "unit"),
    [
        ("max(queue_wait)", "ms"),
        ('max by (queue) (queue_wait{env="prod"})', "ms"),
        ("queue_wait_total", ""),
        ("rate(queue_wait[5m])", ""),
        ("count(queue_wait)", ""),
        ("queue_wait / queue_size", ""),
        ('up{job="queue_wait"}', ""),
    ],
)
def test_a_unit_is_of_the_metrics_own_values(query: str, unit: str):
    assert corrected.arguments({"query": query, "unit": ""}, TAUGHT)["unit"] == unit


@pytest.mark.parametrize(
    ("names", "page"),
    [(("highlatency", "", "shop"), "https://kb.example/latency"), (("Slow", "checkout"), ""), ((), "")],
)
def test_a_runbook_is_found_by_name(names: tuple[str, ...], page: str):
    assert corrected.runbook(names, TAUGHT) == page
