"""What a session is about narrows questions, and nothing else."""

import pytest

from bot.conversation.within import facts_of, said, within
from bot.intents.intent import Reading
from bot.model.reply import Reply
from tests.builders import KNOWN


@pytest.mark.parametrize(
    ("context", "facts"),
    [
        ({"environment": "production"}, {"env": "prod"}),
        ({"environment": "Staging"}, {"env": "staging"}),
        ({"environment": "moon"}, {}),
        ({"environment": "pr"}, {}),
        ({"region": "eu-west-1", "service": "checkout"}, {"region": "eu-west-1", "service": "checkout"}),
        ({"department": "network_ops", "tenant": "acme"}, {}),
    ],
)
def test_only_what_a_source_knows_counts(context, facts):
    assert facts_of(context, KNOWN) == facts


@pytest.mark.parametrize(
    ("intent", "arguments", "taken"),
    [
        ("ask_metric", {"metric": "latency"}, {"env": "staging"}),
        ("ask_metric", {"metric": "latency", "env": "prod"}, {}),
        ("silence", {"span": "2h"}, {}),
        ("acknowledge", {"issue": "ISS-1"}, {}),
        ("help", {}, {}),
    ],
)
def test_a_question_is_narrowed_and_an_act_never(intent, arguments, taken):
    reading = within(Reading(intent, arguments, 1.0), {"env": "staging"})
    assert reading
    assert reading.taken == taken
    assert reading.arguments == {**arguments, **taken}


def test_it_is_said():
    reading = Reading("ask_metric", {}, 1.0, taken={"env": "staging"})
    assert said(Reply("x", footer="Prometheus"), reading).footer == "Prometheus · env staging, as this session is about"
    assert said(Reply("x"), Reading("ask_metric", {}, 1.0)) == Reply("x")


def test_nothing_understood_stays_nothing():
    assert within(None, {"env": "staging"}) is None
