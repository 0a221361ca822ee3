"""What people are told of limits."""

from datetime import timedelta
from decimal import Decimal

import pytest

from bot.desk.budget_words import for_owner, for_person, money, wish
from bot.model.budget import Counted, Level, Limit, Pot, Scope
from bot.model.plain import render
from tests.fakes import NOON


def level(scope: Scope) -> Level:
    pot = Pot(scope, NOON, NOON + timedelta(hours=12))
    return Level(Limit(pot, Decimal(1)), Counted(Decimal("1.02"), 9000, 12, 1))


@pytest.mark.parametrize(
    ("cost", "said"),
    [
        ("0", "$ 0.00"),
        ("0.0000001", "less than $ 0.000001"),
        ("0.00001", "$ 0.00001"),
        ("0.00036", "$ 0.00036"),
        ("0.09", "$ 0.09"),
        ("1.5", "$ 1.50"),
        ("1234.5", "$ 1,234.50"),
    ],
)
def test_sums(cost, said):
    assert money(Decimal(cost)) == said


@pytest.mark.parametrize(
    ("scope", "says"),
    [
        (Scope.DAY, "what this team may spend in a day is used up"),
        (Scope.PERSON, "what one person may spend in a day is used up"),
        (Scope.SESSION, ", and in a new thread."),
    ],
)
def test_whoever_hit_a_limit_learns_which_and_until_when(scope, says):
    text = render(for_person(level(scope)))
    for said in (says, "$ 1.00", "$ 1.02 and 9,000 tokens in 12 calls; what 1 of them cost is not known", "on again"):
        assert said in text
    assert "!" not in text
    assert [one.intent for one in for_person(level(scope)).buttons] == ["request_budget", "budget"]


@pytest.mark.parametrize(
    ("scope", "says"), [(Scope.DAY, "in a day is used up"), (Scope.BACKGROUND, "in the background is used up")]
)
def test_the_owner_learns_what_is_everybodys(scope, says):
    assert says in for_owner(level(scope)).summary


def test_a_wish_is_a_text_and_no_more():
    reply = wish("Mei", "*now* <!channel>")
    assert reply.blocks[0].parts == ("They say: ", "*now* <!channel>")
    assert [one.intent for one in reply.buttons] == ["budget", "change_budget"]
