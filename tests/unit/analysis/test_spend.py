"""The month's total, from daily costs: what it adds up, what it leaves out, and what never happens to it."""

import math
from datetime import date, timedelta
from itertools import pairwise

import pytest

from bot.analysis.spend import Spend, forecast
from bot.analysis.spend_days import row
from tests.eval.spending import KINDS, series

DAY = timedelta(days=1)
APRIL = date(2026, 4, 1)
WEEK = (10.0, 12.0, 11.0, 12.0, 10.0, 2.0, 1.0)  # from Monday


def weekly(first: date, last: date, times: float = 1.0) -> dict[date, float]:
    days = [first + place * DAY for place in range((last - first).days + 1)]
    return {day: times * WEEK[day.weekday()] for day in days}


def close(found: float, wanted: float, within: float = 0.02) -> bool:
    return abs(found - wanted) <= within * wanted


def made(kind: str, seed: int, size: int = 110) -> dict[date, float]:
    first, costs = series(kind, seed)
    return {first + place * DAY: cost for place, cost in enumerate(costs[:size])}


def figures(found: Spend) -> list[float]:
    month = found.month
    return [month.p95.low, month.p80.low, month.total, month.p80.high, month.p95.high]


REAL_APRIL = sum(weekly(APRIL, date(2026, 4, 30)).values())


def test_the_shape_of_the_week_goes_on():
    found = forecast(weekly(date(2026, 1, 1), date(2026, 4, 10)))
    assert close(found.month.total, REAL_APRIL)
    assert found.month.first == APRIL
    assert found.basis == "the median of eight methods"
    assert [day for day, _ in found.days] == [date(2026, 4, 11) + place * DAY for place in range(20)]
    assert close(found.following.total, sum(weekly(date(2026, 5, 1), date(2026, 5, 31)).values()))
    assert found.following.first == date(2026, 5, 1)


def test_a_month_that_is_over_cost_what_it_cost():
    found = forecast(weekly(date(2026, 1, 1), date(2026, 4, 30)))
    assert figures(found) == pytest.approx([REAL_APRIL] * 5)
    assert found.days == ()


def test_a_day_that_ran_wild_is_in_the_total_once():
    costs = weekly(date(2026, 1, 1), date(2026, 4, 10))
    costs[date(2026, 4, 8)] += 300
    assert close(forecast(costs).month.total, REAL_APRIL + 300)


def test_another_price_holds_from_its_day_on():
    costs = weekly(date(2026, 1, 1), date(2026, 3, 24)) | weekly(date(2026, 3, 25), date(2026, 4, 10), times=2)
    found = forecast(costs)
    assert close(found.month.total, 2 * REAL_APRIL, within=0.05)
    assert found.since is not None
    assert abs(found.since - date(2026, 3, 25)) <= 2 * DAY


@pytest.mark.parametrize("on", [-1, 15], ids=["the last day", "the 15th"])
def test_a_job_of_the_month_is_expected_again(on: int):
    costs = weekly(date(2026, 1, 1), date(2026, 4, 10))
    for day in costs:
        if on == (day.day if on > 0 else -1 if (day + DAY).day == 1 else 0):
            costs[day] += 100
    found = forecast(costs)
    assert close(found.month.total, REAL_APRIL + 100)
    assert max(found.days, key=lambda one: one[1])[0] == date(2026, 4, on if on > 0 else 30)


def test_days_without_a_value_are_estimated_and_named():
    costs = weekly(date(2026, 1, 1), date(2026, 4, 10))
    missing = [date(2026, 4, 3), date(2026, 4, 7)]
    known = {day: cost for day, cost in costs.items() if day not in missing}
    found = forecast(known)
    assert close(found.month.total, REAL_APRIL)
    assert found.filled == tuple(missing)
    assert found.spent == pytest.approx(sum(cost for day, cost in known.items() if day >= APRIL))


def test_weekends_that_nobody_ever_reports_cost_nothing():
    costs = {day: cost for day, cost in weekly(date(2026, 1, 1), date(2026, 4, 10)).items() if day.weekday() < 5}
    found = forecast(costs)
    assert found.filled == ()
    assert close(found.month.total, sum(cost for day, cost in weekly(APRIL, date(2026, 4, 30)).items() if cost > 2))


def test_where_most_days_are_left_out_only_those_that_cost_something_are_told():
    costs = {date(2026, 1, 1) + place * 4 * DAY: 8.0 for place in range(25)}
    assert row(costs).filled == ()
    assert close(forecast(costs).month.total, 60.0, within=0.15)


def test_a_day_that_is_still_running_is_no_fall():
    costs = weekly(date(2026, 1, 1), date(2026, 4, 10))
    costs[date(2026, 4, 10)] = 0.5
    assert close(forecast(costs, running=True).month.total, REAL_APRIL)
    costs[date(2026, 4, 10)] = 250.0  # it has cost that much already
    found = forecast(costs, running=True)
    assert close(found.month.total, REAL_APRIL + 240)
    assert found.month.p95.low >= found.spent


def test_a_day_that_is_running_alone_is_all_that_is_known():
    found = forecast({date(2024, 1, 1): 900.0, date(2026, 4, 10): 2.0}, running=True)
    assert found.known_until == date(2026, 4, 10)
    assert found.month.total == pytest.approx(2.0 * 21)


def test_a_credit_of_a_running_day_is_kept():
    costs = weekly(date(2026, 1, 1), date(2026, 4, 9)) | {date(2026, 4, 10): -50.0}
    assert close(forecast(costs, running=True).month.total, REAL_APRIL - 50)


def test_a_month_that_begins_with_a_running_day_is_forecast():
    costs = weekly(date(2026, 1, 1), date(2026, 3, 31)) | {APRIL: 0.0}
    found = forecast(costs, running=True)
    assert close(found.month.total, REAL_APRIL)
    assert (found.month.first, found.spent, found.known) == (APRIL, 0.0, ())


def test_a_young_spend_has_wide_ranges_and_says_what_it_rests_on():
    young, old = (forecast(weekly(first, date(2026, 4, 10))) for first in (APRIL, date(2026, 1, 1)))
    assert young.basis == "the average so far"
    assert young.month.p80.high - young.month.p80.low > 2 * (old.month.p80.high - old.month.p80.low)


def test_nothing_spent_is_nothing_foreseen():
    assert figures(forecast(dict.fromkeys(weekly(date(2026, 1, 1), date(2026, 4, 10)), 0.0))) == [0.0] * 5


@pytest.mark.parametrize(
    ("budget", "probable", "on"),
    [
        (50.0, (1.0, 1.0), date(2026, 4, 7)),  # passed already
        (155.0, (0.9, 1.0), date(2026, 4, 20)),
        (400.0, (0.0, 0.05), None),
    ],
)
def test_when_a_budget_is_passed_and_how_probable_that_is(budget, probable, on):
    crossing = forecast(weekly(date(2026, 1, 1), date(2026, 4, 10))).crossing(budget)
    assert probable[0] <= crossing.probability <= probable[1]
    assert crossing.on == on


def test_the_probability_of_passing_is_that_of_the_ranges():
    found = forecast(made("mixed", 3))
    assert found.crossing(found.month.total).probability == pytest.approx(0.5)
    assert found.crossing(found.month.p80.high).probability == pytest.approx(0.1, abs=0.005)
    assert found.crossing(found.month.p80.low).probability == pytest.approx(0.9, abs=0.005)
    chances = [found.crossing(found.month.total * share / 10).probability for share in range(5, 30)]
    assert all(more >= less for more, less in pairwise(chances))


@pytest.mark.parametrize("kind", KINDS)
def test_no_spend_is_foreseen_below_what_is_spent_and_ranges_lie_in_one_another(kind: str):
    for seed in range(3):
        found = forecast(made(kind, seed))
        assert figures(found) == sorted(figures(found))
        assert all(math.isfinite(one) for one in figures(found))
        assert found.month.p95.low >= found.spent - 1e-9 * found.month.total
        assert all(cost >= 0 for _, cost in found.days)
        assert found.fixed + found.ahead.sum == pytest.approx(found.month.total)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("times", [1e-4, 1e6])
def test_another_currency_is_only_another_scale(kind: str, times: float):
    plain, scaled = (forecast({day: one * cost for day, cost in made(kind, 1).items()}) for one in (1.0, times))
    assert figures(scaled) == pytest.approx([times * one for one in figures(plain)])


@pytest.mark.parametrize("kind", KINDS)
def test_400_years_later_it_is_the_same(kind: str):
    costs = made(kind, 2)
    later = {day.replace(year=day.year + 400): cost for day, cost in costs.items()}  # weekdays and leap years alike
    assert figures(forecast(later)) == pytest.approx(figures(forecast(costs)))
