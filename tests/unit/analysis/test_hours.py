from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.analysis.hours import WEEKS, Hours

VIENNA = ZoneInfo("Europe/Vienna")
MONDAY = datetime(2026, 3, 16, tzinfo=UTC)


def at(moment: datetime) -> float:
    return moment.timestamp()


def filled(start: datetime, days: int, value, zone=None) -> Hours:
    hours = Hours(zone)
    for hour in range(24 * days):
        moment = start + timedelta(hours=hour)
        hours.enter(at(moment))
        hours.learn(value(moment))
    return hours


@pytest.mark.parametrize(
    ("days", "of_day", "of_week"),
    [(1, 9.0, None), (5, 9.0, None), (8, 9.0, 9.0)],
)
def test_the_same_hour_of_the_days_and_weeks_before(days, of_day, of_week):
    hours = filled(MONDAY, days, lambda moment: float(moment.hour))
    hours.enter(at(MONDAY + timedelta(days=days, hours=9, minutes=20)))
    assert (hours.of_day, hours.of_week) == (of_day, of_week)


def test_one_wild_day_does_not_move_the_days():
    hours = filled(MONDAY, 6, lambda moment: 500.0 if moment.day == 18 else 5.0)
    hours.enter(at(MONDAY + timedelta(days=6, hours=9)))
    assert hours.of_day == 5.0


def test_the_clock_on_the_wall_counts_when_it_is_moved_forward():
    office = filled(datetime(2026, 3, 23, tzinfo=UTC), 7, lambda moment: float(moment.astimezone(VIENNA).hour), VIENNA)
    after = datetime(2026, 3, 30, 9, 30, tzinfo=VIENNA)  # the Monday after the night it was moved
    office.enter(at(after))
    assert office.of_day == 9.0


def test_the_hour_that_comes_twice_is_one():
    autumn = datetime(2026, 10, 25, tzinfo=UTC)
    hours = filled(autumn, 1, lambda moment: 10.0 if moment.hour == 0 else 20.0, VIENNA)
    hours.enter(at(datetime(2026, 10, 26, 2, 30, tzinfo=VIENNA)))
    assert hours.of_day == 15.0


def test_it_keeps_no_more_than_its_weeks():
    hours = filled(MONDAY, 60, lambda _: 1.0)
    assert len(hours.means) <= WEEKS * 168 + 1
