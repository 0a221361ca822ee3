"""Limits, levels and what a call may cost at most."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from bot.model.budget import Counted, Level, Limit, Pot, Scope, Tier, at_most, day_of, limits, tier
from bot.model.usage import Allowance, priced
from tests.fakes import NOON

POT = Pot(Scope.DAY, NOON, NOON + timedelta(days=1))


def level(limit: str, spent: str, held: str = "0", *, tokens: int = 0, used: int = 0) -> Level:
    return Level(Limit(POT, Decimal(limit), tokens), Counted(Decimal(spent), used, held_cost=Decimal(held)))


@pytest.mark.parametrize(
    ("levels", "cheaper", "expected"),
    [
        ([], True, Tier.USUAL),
        ([level("0", "900")], True, Tier.USUAL),
        ([level("1", "0.79")], True, Tier.USUAL),
        ([level("1", "0.8")], True, Tier.CHEAPER),
        ([level("1", "0.8")], False, Tier.USUAL),
        ([level("1", "0.5", "0.3")], True, Tier.CHEAPER),
        ([level("1", "0.99")], False, Tier.USUAL),
        ([level("1", "1")], True, Tier.RULES),
        ([level("1", "0.5", "0.5")], True, Tier.RULES),
        ([level("9", "0"), level("1", "1")], True, Tier.RULES),
        ([level("0", "0", tokens=100, used=80)], True, Tier.CHEAPER),
        ([level("0", "0", tokens=100, used=100)], True, Tier.RULES),
    ],
)
def test_who_answers(levels, cheaper, expected):
    assert tier(levels, cheaper=cheaper) is expected


@pytest.mark.parametrize(
    ("one", "over"),
    [
        (level("1", "1"), True),
        (level("1", "0.5", "0.5"), False),  # what is reserved is not used up
        (level("1", "0.9", "9"), False),
        (level("0", "900", used=10**9), False),
        (level("2", "1.99"), False),
        (level("0", "0", tokens=100, used=100), True),
        (level("2", "0", tokens=100, used=99), False),
    ],
)
def test_what_is_used_up(one, over):
    assert one.used_up is over


@pytest.mark.parametrize(
    ("given", "scopes"),
    [
        ({"background": True, "person": "", "session": ""}, ["day", "background"]),
        ({"background": False, "person": "anna", "session": "s"}, ["day", "person", "session"]),
        ({"background": False, "person": "", "session": ""}, ["day"]),
    ],
)
def test_what_a_call_counts_against(given, scopes):
    allowance = Allowance(Decimal(2), 9, session=Decimal(1), person=Decimal(3), background=Decimal(4))
    found = limits(allowance, day_of(NOON, "UTC"), **given)
    assert [one.pot.scope.value for one in found] == scopes
    assert [one.cost for one in found] == [
        {"day": Decimal(2), "background": Decimal(4), "person": Decimal(3), "session": Decimal(1)}[scope]
        for scope in scopes
    ]


def test_a_day_that_is_shorter_than_others():
    begin, end = day_of(datetime(2026, 3, 29, 12, tzinfo=UTC), "Europe/Vienna")
    assert (begin, end) == (datetime(2026, 3, 28, 23, tzinfo=UTC), datetime(2026, 3, 29, 22, tzinfo=UTC))


@pytest.mark.parametrize(
    ("text", "least"),
    [
        ("word " * 400, 400),
        ("5f2c-99a1-" * 100, 500),
        ("подключение " * 100, 1100),
        ("障害" * 300, 600),
        ("🔥" * 50, 150),
    ],
)
def test_no_text_has_more_tokens_than_are_reserved_for_it(text, least):
    assert at_most([text], 100, None).tokens >= least + 100


def test_a_reserve_in_money():
    found = at_most(["a" * 1000], 700, priced("1", "10", "0.1"))
    assert found.cost == (Decimal(found.tokens - 700) + Decimal(7000)) / 1_000_000
    assert at_most(["a"], 700, None).cost is None
