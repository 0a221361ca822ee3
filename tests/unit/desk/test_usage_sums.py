"""What AI usage comes to: shares, unit costs, days of a zone."""

import math
from datetime import date, timedelta
from decimal import Decimal

import pytest

from bot.desk import usage_sums, usage_words
from bot.model.charge import Charged
from tests.fakes import NOON


@pytest.mark.parametrize(
    ("costs", "expected"),
    [
        (["23.45", "15.32", "8.46"], [49.7, 32.4, 17.9]),
        (["1", "1", "1"], [33.4, 33.3, 33.3]),
        (["0", "0"], [0.0, 0.0]),
        (["5"], [100.0]),
        (["999999", "1"], [100.0, 0.0]),
        ([], []),
    ],
)
def test_shares_add_up(costs, expected):
    found = usage_sums.shares([Decimal(one) for one in costs])
    assert found == expected
    assert round(sum(found), 6) in (0.0, 100.0)


def test_what_has_no_price_has_no_share_and_is_not_free():
    sums = [Charged(("a",), calls=4, cost=Decimal(3)), Charged(("",), calls=2, unpriced=2)]
    first, second = usage_sums.parts(sums)
    assert (first.name, first.share) == ("a", 100.0)
    assert (second.name, second.share, usage_words.cost(second.sum)) == ("not named", None, "no price")
    assert usage_words.spent(second.sum) == "an unknown amount"


@pytest.mark.parametrize(
    ("of", "one", "expected"),
    [
        (usage_sums.a_call, Charged(calls=10, unpriced=2, cost=Decimal(4)), 0.5),
        (usage_sums.a_call, Charged(calls=2, unpriced=2), math.nan),
        (usage_sums.a_thousand, Charged(calls=1, counted=1, read=1500, written=500, cost=Decimal(1)), 0.5),
        (usage_sums.a_thousand, Charged(calls=2, counted=1, read=1500, written=500, cost=Decimal(1)), math.nan),
        (usage_sums.latency, Charged(calls=3, timed=2, took=timedelta(seconds=3)), 1.5),
        (usage_sums.latency, Charged(calls=3), math.nan),
        (usage_sums.prompt, Charged(calls=3, counted=2, read=1600), 800),
        (usage_sums.success, Charged(calls=4, failed=1), 0.75),
        (usage_sums.success, Charged(), math.nan),
        (usage_sums.cached, Charged(calls=1, counted=1, read=100, cached=25), 0.25),
    ],
)
def test_what_nobody_knows_is_not_zero(of, one, expected):
    assert of(one) == pytest.approx(expected, nan_ok=True)


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0, "$ 0.00"), ("0.0034", "$ 0.0034"), ("1234.5", "$ 1,234.50"), (math.nan, "not known"), ("23.615", "$ 23.62")],
)
def test_less_than_a_cent_is_told(value, expected):
    assert usage_words.usd(Decimal(value) if isinstance(value, str) else value) == expected


@pytest.mark.parametrize(
    ("zone", "size"), [("UTC", 60), ("Europe/Berlin", 60), ("Asia/Kolkata", 30), ("Asia/Kathmandu", 15)]
)
def test_hours_of_a_zone_are_made_of_whole_stretches(zone, size):
    assert usage_sums.grain(zone, NOON) == timedelta(minutes=size)


def test_days_are_those_of_the_zone():
    late = NOON.replace(hour=23, minute=30)  # half past midnight in Berlin
    sums = [Charged(at=NOON, calls=1), Charged(at=late, calls=2)]
    assert {day: one.calls for day, one in usage_sums.by_day(sums, "Europe/Berlin").items()} == {
        date(2026, 3, 18): 1,
        date(2026, 3, 19): 2,
    }


@pytest.mark.parametrize(
    ("known", "days"), [(None, 18), (NOON.replace(day=1) - timedelta(days=30), 18), (NOON.replace(day=16), 3)]
)
def test_days_count_from_where_usage_is_known(known, days):
    assert usage_sums.elapsed(NOON.replace(day=1, hour=0), NOON, known, "UTC") == days


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        (NOON - timedelta(days=7), NOON, 7),
        (NOON.replace(month=2, day=1, hour=0), NOON.replace(day=1, hour=0), 28),
        (NOON.replace(day=17, hour=0), NOON.replace(day=18, hour=0), 1),
        (NOON - timedelta(hours=3), NOON, 1),
    ],
)
def test_days_of_a_span_are_not_counted_twice(start, end, days):
    assert usage_sums.elapsed(start, end, None, "UTC") == days


def test_a_month_that_is_over_has_its_own_days_alone():
    first, after = NOON.replace(month=2, day=1, hour=0), NOON.replace(day=1, hour=0)
    found = usage_sums.daily([Charged(at=first, calls=2)], "UTC", first, after, usage_sums.calls)
    assert (len(found), found[0].value, found[-1].value) == (28, 2, 0)


def test_hours_without_a_call_stand_among_the_others():
    sums = [Charged(at=NOON, calls=3), Charged(at=NOON + timedelta(hours=2), calls=1)]
    found = usage_sums.hourly(sums, NOON, NOON + timedelta(hours=3), usage_sums.calls)
    assert [one.value for one in found] == [3, 0, 1]


def test_a_percentile_is_a_value_that_was_seen():
    assert usage_sums.percentile([3.0, 1.0, 2.0, 10.0], 0.95) == 10.0
    assert math.isnan(usage_sums.percentile([], 0.95))
