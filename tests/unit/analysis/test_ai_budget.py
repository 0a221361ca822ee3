"""Budgets of AI spend: when they are told and when no more, the share of them, and which amounts would suit."""

from datetime import date
from decimal import Decimal

import pytest
from pydantic import ValidationError

from bot.analysis.ai_budget import Stand, proposals, stand
from bot.model.spend import Ahead, Budget, Crossing, Limit, Month, PartAhead, Range
from bot.model.spend_limits import AiBudget, Amounts
from tests.fakes import NOON

WITHIN, AHEAD, PASSED, CRITICAL_AHEAD, CRITICAL_PASSED = Stand
SURE, EVEN, HARDLY = 0.9, 0.5, 0.1
MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)


def budget(warning: float, critical: float | None = None, *, spent: float = 50.0, projected: float = 78.5) -> Budget:
    """By how probable it is that each is passed; 1: it is."""
    chances = [("warning", 100.0, warning), *([("critical", 150.0, critical)] if critical is not None else [])]
    limits = tuple(Limit(kind, amount, Crossing(chance, None, None, None), chance == 1)  # type: ignore[arg-type]
                   for kind, amount, chance in chances)  # fmt: skip
    return Budget("", spent, projected, limits)


def ahead(total: float = 80.0, following: float = 90.0, history: int = 60, **parts: PartAhead) -> Ahead:
    def month(first: date, cost: float) -> Month:
        return Month(first, cost, Range(0.9 * cost, 1.2 * cost), Range(0.8 * cost, 1.4 * cost))

    return Ahead(
        NOON, "UTC", month(MARCH, total), month(APRIL, following), 40.0, 100, 0, "the median of eight methods", history,
        None, 0, (), (), parts=parts,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("one", "before", "expected"),
    [
        (budget(HARDLY, HARDLY), WITHIN, WITHIN),
        (budget(EVEN, HARDLY), WITHIN, WITHIN),  # not sure enough to begin
        (budget(EVEN, HARDLY), AHEAD, AHEAD),  # and not unsure enough to end
        (budget(HARDLY, HARDLY), AHEAD, WITHIN),
        (budget(SURE, HARDLY), WITHIN, AHEAD),
        (budget(1, EVEN), AHEAD, PASSED),
        (budget(1, EVEN), CRITICAL_AHEAD, CRITICAL_AHEAD),
        (budget(1, HARDLY), CRITICAL_AHEAD, PASSED),
        (budget(1, SURE), PASSED, CRITICAL_AHEAD),
        (budget(1, 1), CRITICAL_AHEAD, CRITICAL_PASSED),
        (Budget("", 0.0, 0.0, ()), WITHIN, WITHIN),
    ],
)
def test_it_is_told_when_it_is_probable_and_holds_a_little_longer(one, before, expected):
    assert stand(one, 60, before) is expected


@pytest.mark.parametrize(("one", "expected"), [(budget(SURE), WITHIN), (budget(1), PASSED)])
def test_of_a_few_days_only_what_is_spent_is_told(one, expected):
    assert stand(one, 6) is expected


@pytest.mark.parametrize(("projected", "share"), [(78.5, 78), (79.0, 79), (99.999, 99), (100.0, 100), (0.0, 0)])
def test_the_share_of_the_warning_is_cut_off(projected, share):
    assert budget(HARDLY, projected=projected).share == share


@pytest.mark.parametrize(
    ("given", "expected", "reason"),
    [
        (AiBudget(), [("", 110, 130)], "No budget is set"),
        (AiBudget(warning=Decimal(100)), [], ""),
        (AiBudget(warning=Decimal(70)), [("", 110, 130)], "The warning of $ 70.00 is below"),
        (AiBudget(critical=Decimal(70)), [("", 110, 130)], "The critical amount of $ 70.00 is below"),
        (AiBudget(warning=Decimal(400)), [("", 110, 130)], "The warning of $ 400.00 is more than twice"),
        (
            AiBudget(warning=Decimal(100), tools={"chatbot": Amounts(warning=Decimal(20)), "gone": Amounts()}),
            [("chatbot", 54, 63)],
            "The warning of $ 20.00 is below",
        ),
    ],
)
def test_amounts_that_would_suit_come_with_their_reason(given, expected, reason):
    found = proposals(ahead(Chatbot=PartAhead(20.0, 40.0, 45.0)), given)
    assert [(one.tool, one.warning, one.critical) for one in found] == expected
    assert all(one.reason.startswith(reason) and "next month is expected at" in one.reason for one in found)


def test_nothing_is_proposed_from_a_few_days_or_where_nothing_is_spent():
    assert not proposals(ahead(history=6), AiBudget())
    assert not proposals(ahead(following=0.0), AiBudget())


@pytest.mark.parametrize(
    "wrong", [{"warning": 100, "critical": 100}, {"warning": 0}, {"warning": "NaN"}, {"tools": {" ": {}}}]
)
def test_amounts_that_cannot_be_meant_are_refused(wrong):
    with pytest.raises(ValidationError):
        AiBudget.model_validate(wrong)


def test_one_scope_is_set_and_the_others_stay():
    given = AiBudget(warning=Decimal(10), tools={"Chatbot": Amounts(warning=Decimal(5))}, recommendations=False)
    whole = given.with_amounts("", Amounts(critical=Decimal(99)))
    assert (whole.warning, whole.critical, whole.tools, whole.recommendations) == (None, 99, given.tools, False)
    other = given.with_amounts("chatbot", Amounts(warning=Decimal(7)))
    assert (other.warning, other.tools) == (10, {"chatbot": Amounts(warning=Decimal(7))})
    assert given.with_amounts("CHATBOT", Amounts()).tools == {}
