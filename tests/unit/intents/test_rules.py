"""What is said behind `rule propose`, and what may not be taught: every line a case."""

from typing import Any

import pytest

from bot.conversation import commands
from bot.intents import propose_rule
from bot.intents.intent import Question
from bot.intents.propose_rule import ProposeRule
from bot.model.errors import Rejected
from tests.desks import desks, tools
from tests.fakes import NOON


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("shop means checkout", ("alias", "shop", "checkout")),
        ("“the shop” means checkout", ("alias", "the shop", "checkout")),
        ("latency means http_request_duration_seconds", ("alias", "latency", "http_request_duration_seconds")),
        ("queue_wait is in ms", ("unit", "queue_wait", "ms")),
        ("queue_wait is measured in seconds", ("unit", "queue_wait", "seconds")),
        ("runbook of HighLatency is https://kb.example/x", ("runbook", "HighLatency", "https://kb.example/x")),
        ("W3 above 90 %", ("threshold", "W3", "above 90 %")),
        ("query_time_ms above 900", ("threshold", "query_time_ms", "above 900")),
    ],
)
def test_a_rule_in_words(said: str, read: tuple[str, str, str]):
    reading = commands.read(Question(f"rule propose {said}", NOON))
    assert reading
    given = reading.arguments
    assert (reading.intent, (given["kind"], given["said"], given["means"])) == ("propose_rule", read)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"said": "shop", "means": "Shop"}, "one thing means another"),
        ({"kind": "runbook", "said": "checkout", "means": "javascript:alert(1)"}, "address of a page"),
        ({"kind": "threshold", "said": "W9", "means": "above 1"}, "no watch and no threshold"),
        ({"kind": "threshold", "said": "query_time_ms", "means": "soon"}, "I do not know the limit"),
        ({"kind": "threshold", "said": "query_time_ms", "means": "none"}, "one limit"),
    ],
)
async def test_what_cannot_be_taught(given: dict[str, Any], says: str):
    with pytest.raises(Rejected, match=says):
        await propose_rule.answer(ProposeRule.model_validate(given), tools(desks()))
