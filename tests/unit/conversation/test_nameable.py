"""Which intents a model may name: a closed list, made from the catalogue."""

import pytest

from bot.conversation import nameable
from bot.intents.catalog import BY_NAME
from bot.model.message import Role


def test_what_it_may_name_only_looks_and_is_for_everybody():
    assert {"health", "why", "status_overview", "events", "issues"} <= nameable.LOOKING.keys()
    for intent in nameable.LOOKING.values():
        assert intent.needs is Role.VIEWER
        assert intent.command
        assert not intent.in_place


@pytest.mark.parametrize("name", ["promql", "logql", "preview", "report", "feedback", "export", "link", "ask", "human"])
def test_what_changes_something_or_runs_a_query_is_not_among_it(name):
    assert name in BY_NAME
    assert name not in nameable.LOOKING


def test_both_lists_name_what_there_is_and_share_nothing():
    assert nameable._LOOKING.issubset(nameable.LOOKING)
    assert set(nameable.ACTING) == set(nameable._ACTING)
    assert not nameable.LOOKING.keys() & nameable.ACTING.keys()


def test_each_is_told_with_its_arguments():
    told = list(nameable.told())
    assert "app_metrics(app): The metrics of an application over the last hour." in told
    assert (
        "acknowledge(): acts, so that a person is asked first. Say that you are on it; nobody else is called." in told
    )
    assert not [line for line in told if "everything" in line.partition(":")[0]]
