"""What small print says of the model calls for an answer."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from bot.desk.answer_cost import words
from bot.model.usage import Outcome, Tokens, Usage
from tests.fakes import NOON

CALL = Usage(
    NOON,
    "talk",
    "talk/1",
    "m",
    Outcome.OK,
    timedelta(seconds=1),
    Tokens(1000, 240),
    Decimal("0.0004"),
    about="answer:1",
)
UNKNOWN = replace(CALL, tokens=None, cost=None)


@pytest.mark.parametrize(
    ("calls", "said"),
    [
        ([CALL], "1,240 tokens, $ 0.0004"),
        ([CALL, replace(CALL, tokens=Tokens(10, 0), cost=Decimal("0.0001"))], "1,250 tokens, $ 0.0005"),
        ([replace(CALL, tokens=Tokens(1000, 240, estimated=True))], "about 1,240 tokens, $ 0.0004"),
        ([replace(CALL, cost=None)], "1,240 tokens, cost not known"),
        ([replace(CALL, cost=Decimal(0))], "1,240 tokens, $ 0.00"),
        ([CALL, replace(CALL, cost=None)], "at least 2,480 tokens, $ 0.0004"),
        ([CALL, replace(UNKNOWN, outcome=Outcome.TIMEOUT)], "at least 1,240 tokens, $ 0.0004"),
        ([replace(UNKNOWN, outcome=Outcome.TIMEOUT)], "What the model took is not known"),
        ([replace(UNKNOWN, outcome=Outcome.LIMITED), replace(UNKNOWN, outcome=Outcome.AWAY)], ""),
        ([], ""),
    ],
)
def test_what_is_known_is_told_and_what_is_not_is_no_zero(calls, said):
    assert words(calls) == said
