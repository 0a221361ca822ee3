import math
from datetime import UTC, datetime, timedelta

from bot.analysis.peaks import rhythm
from bot.model.series import Point

MONDAY = datetime(2026, 3, 16, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_the_busiest_hour_and_day():
    # 10 an hour, 50 at three in the afternoon, and ten more all Tuesday.
    points = [Point(at, (50 if at.hour == 15 else 10) + 10 * (at.weekday() == 1)) for at in _hours(7)]
    found = rhythm(points, "UTC")
    assert found is not None
    assert (found.peak_hour, found.peak_day, found.days) == (15, 1, 7)
    assert found.hours[15] == 50 + 10 / 7
    assert found.weekdays[1] == 20 + 40 / 24
    assert found.quarters[1, 2] == 20 + 40 / 6
    assert found.hours[found.low_hour] == 10 + 10 / 7


def test_hours_are_those_of_the_clock_on_the_wall():
    points = [Point(at, 50.0 if at.hour == 15 else 10.0) for at in _hours(7)]
    found = rhythm(points, "Europe/Vienna")
    assert found is not None
    assert found.peak_hour == 16


def test_without_values_there_is_no_rhythm():
    assert rhythm([], "UTC") is None
    assert rhythm([Point(MONDAY, math.nan)], "UTC") is None


def _hours(days):
    return [MONDAY + n * HOUR for n in range(24 * days)]
