"""Charges become days of the tenant's own zone; what nobody knows the cost of is in no figure, and is counted."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from bot.analysis import usage_spikes
from bot.analysis.spend_ahead import begins, daily, every, look_ahead
from bot.model.charge import Charged
from bot.model.spend import Ahead, NoForecast
from bot.model.spend_limits import AiBudget, Amounts
from tests.fakes import NOON
from tests.spend_months import daily as months

TODAY = NOON.date()


def sums(days: int = 120, until: datetime = NOON) -> list[Charged]:
    return [Charged((one.tool,), one.at, one.calls, cost=one.cost or Decimal(0)) for one in months(until, days)]


def found(given: list[Charged], budget: AiBudget | None = None, now: datetime = NOON, zone: str = "UTC") -> Ahead:
    ahead = look_ahead(daily(given, zone, now.date()), now, zone, budget or AiBudget())
    assert isinstance(ahead, Ahead)
    return ahead


@pytest.mark.parametrize(
    ("zone", "expected", "start"),
    [
        ("UTC", timedelta(days=1), "2025-10-09T00:00:00+00:00"),
        ("Europe/Vienna", timedelta(hours=1), "2025-10-09T00:00:00+02:00"),
        ("Asia/Kolkata", timedelta(minutes=15), "2025-10-09T00:00:00+05:30"),
    ],
)
def test_stretches_reach_over_no_midnight(zone, expected, start):
    assert every(zone, NOON) == expected
    assert begins(zone, NOON).isoformat() == start


def test_days_are_those_of_the_zone_and_what_nobody_knows_is_no_zero():
    late = datetime(2026, 3, 17, 23, 30, tzinfo=UTC)
    given = [
        Charged(("Chatbot",), late, 3, cost=Decimal("1.5")),
        Charged(("Chatbot",), NOON - timedelta(days=3), 4, unpriced=4),
        Charged(("Search",), NOON, 5, unpriced=2, cost=Decimal(2)),
    ]
    known = daily(given, "Europe/Vienna", TODAY)
    assert known.whole == {TODAY: 3.5}
    assert known.parts == {"Chatbot": {TODAY: 1.5}, "Search": {TODAY: 2.0}}
    assert (known.calls, known.unpriced) == (12, 6)
    assert daily(given, "UTC", TODAY).whole == {date(2026, 3, 17): 1.5, TODAY: 2.0}


def test_the_tools_are_the_whole_and_what_runs_is_no_known_day():
    ahead = found(sums())
    assert sum(one.month for one in ahead.parts.values()) == pytest.approx(ahead.month.total)
    assert sum(one.following for one in ahead.parts.values()) == pytest.approx(ahead.following.total)
    assert sum(one.spent for one in ahead.parts.values()) == pytest.approx(ahead.spent)
    assert list(ahead.parts) == ["Document Analyzer", "Chatbot", "Content Generator"]
    assert (ahead.days[-1][0], ahead.coming[0][0]) == (date(2026, 3, 17), TODAY)
    assert ahead.month.p95.low < ahead.month.p80.low < ahead.month.total < ahead.month.p80.high < ahead.month.p95.high
    assert ahead.month.total == pytest.approx(31 * 2.62, rel=0.03)
    assert ahead.record
    assert ahead.record.tries


def test_a_tool_that_is_new_takes_little_of_the_others():
    new = [Charged(("New",), NOON - timedelta(days=back), 1, cost=Decimal(1)) for back in (1, 2)]
    ahead, before = found([*sums(), *new]), found(sums())
    assert ahead.parts["Document Analyzer"].month == pytest.approx(before.parts["Document Analyzer"].month, rel=0.1)


def test_budgets_stand_beside_it():
    given = AiBudget.model_validate(
        {"warning": 60, "critical": 200, "tools": {"chatbot": {"warning": 500}, "Unused": {"critical": 5}}}
    )
    whole, chatbot, unused = found(sums(), given).budgets
    assert [(one.kind, one.passed) for one in whole.limits] == [("warning", False), ("critical", False)]
    assert whole.limits[0].crossing.probability > 0.9 > 0.1 > whole.limits[1].crossing.probability
    assert whole.limits[0].crossing.on == date(2026, 3, 24)
    assert chatbot.projected == pytest.approx(found(sums()).parts["Chatbot"].month)
    assert (unused.spent, unused.projected, unused.limits[0].passed) == (0.0, 0.0, False)
    assert found(sums(), AiBudget(tools={"Chatbot": Amounts(warning=Decimal(1))})).budgets[0].limits[0].passed


def test_what_moved_it_is_the_last_whole_day():
    more = Charged(("Chatbot",), NOON - timedelta(days=1), 1, cost=Decimal(20))
    moved = found([*sums(), more]).moved
    assert moved
    assert moved.part == "Chatbot"
    assert moved.surprise == pytest.approx(20, abs=0.5)
    first = datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert found(sums(until=first), now=first).moved is None


def test_many_tools_are_few_and_the_rest():
    given = [Charged((f"tool {n}",), NOON - timedelta(days=back), 1, cost=Decimal(1 + n))
             for n in range(20) for back in range(30)]  # fmt: skip
    parts = found(given).parts
    assert len(parts) == 13
    assert parts["other tools"].spent == pytest.approx(sum(range(1, 9)) * 18)


@pytest.mark.parametrize(
    ("given", "says", "known"),
    [
        ([], "No charge is known, so nothing can be forecast.", False),
        ([Charged(("T",), NOON, 7, unpriced=7)], "Of 7 calls this month nobody told the cost", True),
        (
            [Charged(("T",), NOON - timedelta(days=11), 7, cost=Decimal(3))],
            "The last charge that I know of is of 07 Mar",
            True,
        ),
    ],
)
def test_without_charges_there_is_no_forecast(given, says, known):
    ahead = look_ahead(daily(given, "UTC", TODAY), NOON, "UTC", AiBudget())
    assert isinstance(ahead, NoForecast)
    assert ahead.says.startswith(says)
    assert ahead.known is known


def used(today: int, *before: int, cost: str = "0.1") -> list[Charged]:
    days = [Charged(("T",), NOON - timedelta(days=back), count, cost=Decimal(cost))
            for back, count in enumerate((today, *before))]  # fmt: skip
    return [one for one in days if one.calls]


@pytest.mark.parametrize(
    ("given", "above"),
    [
        (used(440, *[100] * 28), 3.4),
        (used(299, *[100] * 28), None),
        (used(44, *[10] * 28), None),  # so few calls are no matter
        (used(440, *[100] * 6), None),  # too few days
        (used(440, *[100] * 27, 400), None),  # there was such a day already
        (used(0, *[100] * 28), None),
    ],
)
def test_a_day_far_above_the_average_is_found(given, above):
    spikes = usage_spikes.found(given, "UTC", TODAY)
    assert [round(one.seen / one.average - 1, 2) for one in spikes] == ([above] if above else [])
