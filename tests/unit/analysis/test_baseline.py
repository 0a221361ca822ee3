import math
from datetime import timedelta

import pytest

from bot.analysis.baseline import Move, Usual, move, moved, usual
from bot.model.series import Point
from tests.fakes import NOON

HOUR, DAY, STEP = timedelta(hours=1), timedelta(days=1), timedelta(minutes=10)
START, END = NOON - HOUR, NOON
KNOWN = Usual(100.0, 5.0, "same hours", 7)


def week(of, days=7):
    """A value each ten minutes of the days before the window, by a function of the instant."""
    count = days * DAY // STEP
    return [Point(at, of(at)) for at in (START - n * STEP for n in range(1, count + 1))]


def daily(at):
    """100 at night, 400 between ten and two."""
    return 400.0 if 10 <= at.hour < 14 else 100.0


@pytest.mark.parametrize(
    ("points", "worse", "expected"),
    [
        (week(lambda at: 120.0), "higher", (120.0, "same hours", 7)),
        (week(daily), "neither", (400.0, "same hours", 7)),  # traffic has its hours
        (week(daily), "higher", (100.0, "last week", 7)),  # but to be four times as slow every noon is not well
        (week(lambda at: 120.0, days=1), "higher", (120.0, "day before", 1)),
        (week(lambda at: 120.0 if at > START - DAY else math.nan), "higher", (120.0, "day before", 1)),
        ([Point(START - HOUR, 7.0)], "higher", (7.0, "day before", 1)),
    ],
)
def test_what_is_usual(points, worse, expected):
    found = usual(points, START, END, worse)
    assert found is not None
    assert (found.value, found.basis, found.days) == expected


@pytest.mark.parametrize("points", [[], [Point(START - HOUR, math.nan)], [Point(START - 8 * DAY, 1.0)]])
def test_without_a_past_nothing_is_usual(points):
    assert usual(points, START, END) is None


def test_days_that_were_as_bad_are_counted():
    def bad_on_four_days(at):
        return 400.0 if 10 <= at.hour < 14 and (START - at).days < 4 else 100.0

    found = usual(week(bad_on_four_days), START, END, "higher")
    assert found is not None
    assert (found.value, found.basis, found.alike) == (100.0, "last week", 4)


def test_one_wild_day_does_not_widen_what_is_usual():
    wild = usual(week(lambda at: 900.0 if (START - at).days == 2 else 100.0), START, END, "higher")
    assert wild is not None
    assert (wild.value, wild.spread) == (100.0, 5.0)  # the least spread: a twentieth


def line(*values, before=6):
    """Each ten minutes, so that the window begins after `before` of them."""
    return [Point(START + (n - before) * STEP, value) for n, value in enumerate(values)]


@pytest.mark.parametrize(
    ("values", "worse", "seen", "minutes"),
    [
        # usual, then up from 20 minutes before the window on: the band is the larger of 15 and a quarter of the way
        ((100, 102, 99, 101, 180, 300, 400, 390), "higher", 400, -20),
        ((100, 100, 100, 100, 100, 100, 100, 400), "higher", 400, 10),
        ((100, 100, 100, 100, 100, 100, 20, 10), "lower", 10, 0),
        ((100, 100, 100, 100, 100, 100, 20, 105), "higher", 105, 10),  # a fall is not what it looks for
        ((100, 100, 100, 100, 100, 100, 20, 105), "neither", 20, 0),
        ((100, math.nan, 100, 100, 400, math.nan, 400, 400), "higher", 400, -20),  # a gap is not a recovery
    ],
)
def test_how_far_and_since_when(values, worse, seen, minutes):
    found = move(line(*values), KNOWN, START, END, worse)
    assert found is not None
    assert found.seen == seen
    assert found.since - START == timedelta(minutes=minutes)


def test_nothing_in_the_window_is_no_move():
    assert move(line(100, 100, 100), KNOWN, START, END, "higher") is None
    assert move(line(*[100] * 6, math.nan), KNOWN, START, END, "higher") is None


@pytest.mark.parametrize(
    ("seen", "least", "far"),
    [(119, 0, False), (120, 0, True), (80, 0, True), (200, 150, False), (300, 150, True)],
)
def test_a_move_is_far_outside_and_worth_a_word(seen, least, far):
    found = Move(KNOWN, float(seen), START, START)
    assert moved(found, least) is far


@pytest.mark.parametrize(("seen", "far"), [(190, False), (199, False), (200, True), (210, True)])
def test_what_doubled_needs_less_to_be_far(seen, far):
    """With a spread of 40, four times of which is 260."""
    assert moved(Move(Usual(100.0, 40.0, "same hours", 7), float(seen), START, START)) is far
