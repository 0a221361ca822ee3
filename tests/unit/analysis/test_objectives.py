"""Every figure here was worked out by hand."""

import math
from datetime import timedelta

import pytest

from bot.analysis.objectives import DEFAULTS, PACES, Breach, breaches, burning, kept, lasts, spent
from bot.model.series import Point
from tests.fakes import NOON

MINUTE, STEP = timedelta(minutes=1), timedelta(minutes=5)
UP, ERRORS, P95 = DEFAULTS
NAN = math.nan


def points(*values: float | None) -> list[Point]:
    """One each five minutes from noon on; None: there is none."""
    return [Point(NOON + n * STEP, value) for n, value in enumerate(values) if value is not None]


def at(minutes: int):
    return NOON + minutes * MINUTE


@pytest.mark.parametrize(
    ("values", "objective", "found"),
    [
        ((), ERRORS, []),
        ((0.001, 0.02, 0.0), ERRORS, []),  # exactly at the objective is within it
        # a quarter of an hour, and back by itself
        ((0.001, 0.03, 0.052, 0.04, 0.001), ERRORS, [Breach(at(5), at(20), 0.052, "recovered")]),
        ((0.4, 0.85, 0.6, 0.4), P95, [Breach(at(5), at(15), 0.85, "recovered")]),
        ((1.0, 0.5, 0.9, 1.0), UP, [Breach(at(5), at(15), 0.5, "recovered")]),  # worse is lower
        ((0.001, 0.03, 0.04), ERRORS, [Breach(at(5), at(10), 0.04, "still on")]),
        ((0.03,), ERRORS, [Breach(at(0), at(0), 0.03, "still on")]),
        # one good value between two bad ones ends nothing; three do
        ((0.03, 0.001, 0.05, 0.001), ERRORS, [Breach(at(0), at(15), 0.05, "recovered")]),
        (
            (0.03, 0.001, 0.001, 0.001, 0.05, 0.001),
            ERRORS,
            [Breach(at(0), at(5), 0.03, "recovered"), Breach(at(20), at(25), 0.05, "recovered")],
        ),
        # NaN and what is missing are neither good nor bad; a long gap ends what is known
        ((0.03, NAN, 0.05, 0.001), ERRORS, [Breach(at(0), at(15), 0.05, "recovered")]),
        ((0.03, None, None, None, 0.001), ERRORS, [Breach(at(0), at(0), 0.03, "no data")]),
        ((0.03, 0.04, None, None, None, None), ERRORS, [Breach(at(0), at(5), 0.04, "no data")]),
        ((NAN, NAN), ERRORS, []),
    ],
)
def test_the_spans_beyond_an_objective(values, objective, found):
    until = NOON + max(len(values) - 1, 0) * STEP
    assert list(breaches(points(*values), objective, STEP, until)) == found


def test_a_breach_knows_how_long_it_was():
    (one,) = breaches(points(0.03, 0.03, 0.03, 0.0), ERRORS, STEP, at(15))
    assert one.duration == timedelta(minutes=15)


@pytest.mark.parametrize(
    ("values", "objective", "share"),
    [
        ((0.1, 0.3, 0.6, 0.5), P95, 0.75),
        ((1.0, NAN, 0.5), UP, 0.5),  # what is not known counts for neither side
        ((0.0,), ERRORS, 1.0),
    ],
)
def test_the_share_of_time_within(values, objective, share):
    assert kept(points(*values), objective) == share


@pytest.mark.parametrize("values", [(), (NAN,)])
def test_without_values_nothing_is_kept_or_missed(values):
    assert math.isnan(kept(points(*values), ERRORS))
    assert not ERRORS.met(NAN)
    assert not UP.met(NAN)


@pytest.mark.parametrize(
    ("bad", "total", "allowed", "used"),
    [
        (10, 1000, 0.02, 0.5),
        (20, 1000, 0.02, 1.0),
        (52, 1000, 0.02, 2.6),
        (0, 1000, 0.02, 0.0),
        (0, 0, 0.02, NAN),  # no traffic is not a clean record
        (1, 100, 0.0, NAN),
    ],
)
def test_how_much_of_a_budget_is_used(bad, total, allowed, used):
    assert spent(bad, total, allowed) == pytest.approx(used, nan_ok=True)


def test_availability_allows_what_is_left_of_one():
    assert UP.allowed == pytest.approx(0.001)
    assert ERRORS.allowed == 0.02


HOUR = timedelta(hours=1)
FAST, MIDDLE, SLOW = PACES


@pytest.mark.parametrize(
    ("rates", "pace"),
    [
        ({5 * MINUTE: 20.0, HOUR: 15.0}, FAST),
        ({5 * MINUTE: 0.1, HOUR: 15.0}, None),  # over by now
        ({5 * MINUTE: 20.0, HOUR: 3.0}, None),  # a blip
        ({5 * MINUTE: 20.0, HOUR: 7.0, 30 * MINUTE: 7.0, 6 * HOUR: 6.0}, MIDDLE),
        ({6 * HOUR: 1.0, timedelta(days=3): 1.0}, SLOW),
        ({6 * HOUR: NAN, timedelta(days=3): 1.5}, None),
        ({}, None),
    ],
)
def test_a_burn_is_told_when_both_windows_have_it(rates, pace):
    assert burning(rates) is pace


@pytest.mark.parametrize(
    ("left", "rate", "time"),
    [
        (1.0, 1.0, timedelta(days=30)),
        (0.5, 2.0, timedelta(days=7, hours=12)),
        (0.0, 2.0, timedelta(0)),
        (-0.4, 0.1, timedelta(0)),
        (0.5, 0.0, None),
        (0.5, NAN, None),
    ],
)
def test_how_long_what_is_left_lasts(left, rate, time):
    assert lasts(left, rate) == time
