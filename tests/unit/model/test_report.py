"""When a report is due next, over daylight saving."""

from datetime import UTC, datetime, time

import pytest

from bot.model.plan import WEEKDAYS
from bot.model.report import Schedule

NINE = time(9)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "days", "clock", "after", "due"),
    [
        ("UTC", WEEKDAYS, NINE, "2026-03-18 08:59", "2026-03-18 09:00"),
        ("UTC", WEEKDAYS, NINE, "2026-03-18 09:00", "2026-03-19 09:00"),
        ("Europe/Vienna", WEEKDAYS, NINE, "2026-03-28 09:00", "2026-03-29 07:00"),  # the clocks go forward that night
        ("Europe/Vienna", WEEKDAYS, NINE, "2026-10-24 09:00", "2026-10-25 08:00"),  # and back
        ("Europe/Vienna", WEEKDAYS, time(2, 30), "2026-03-28 12:00", "2026-03-29 01:30"),  # an hour that is skipped
        ("Europe/Vienna", WEEKDAYS, time(2, 30), "2026-10-25 00:30", "2026-10-26 01:30"),  # one that comes twice: once
        ("America/New_York", WEEKDAYS[:5], NINE, "2026-03-20 14:00", "2026-03-23 13:00"),  # over a weekend
        ("Asia/Tokyo", ("mon",), NINE, "2026-03-15 23:59", "2026-03-16 00:00"),  # Monday there, Sunday here
        ("Asia/Tokyo", ("mon",), NINE, "2026-03-16 00:00", "2026-03-23 00:00"),
        ("Pacific/Kiritimati", ("sun",), NINE, "2026-03-18 12:00", "2026-03-21 19:00"),
    ],
)
def test_the_next_time_is_by_the_clock_on_the_wall(zone, days, clock, after, due):
    assert Schedule(days, clock, zone).after(at(after)) == at(due)


@pytest.mark.parametrize(
    ("days", "words", "typed"),
    [
        (WEEKDAYS, "every day at 09:00 (UTC)", "every day at 09:00"),
        (WEEKDAYS[:5], "Monday to Friday at 09:00 (UTC)", "every mon and tue and wed and thu and fri at 09:00"),
        (("mon", "thu"), "Mondays, Thursdays at 09:00 (UTC)", "every mon and thu at 09:00"),
    ],
)
def test_it_is_said_and_typed(days, words, typed):
    schedule = Schedule(days, NINE, "UTC")
    assert (schedule.words, schedule.typed) == (words, typed)
