"""Hours of the day, over midnight and over changes of the clocks. All instants in UTC."""

from datetime import UTC, datetime, time

import pytest

from bot.model.hours import covers, known_zone, next_end
from bot.model.plan import Hours

VIENNA = "Europe/Vienna"
NIGHT = Hours(start=time(22), end=time(7), zone=VIENNA)
OFFICE = Hours(start=time(9), end=time(17), days=("mon", "tue", "wed", "thu", "fri"), zone=VIENNA)
WEEKEND_NIGHT = Hours(start=time(22), end=time(7), days=("sat",), zone=VIENNA)
ALWAYS = Hours(start=time(0), end=time(0))
IN_THE_GAP = Hours(start=time(2, 30), end=time(4), zone=VIENNA)
IN_THE_OVERLAP = Hours(start=time(2, 30), end=time(4), zone=VIENNA)


def utc(day: str, clock: str) -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("hours", "at", "covered", "ends"),
    [
        (NIGHT, utc("2026-01-14", "21:00"), True, utc("2026-01-15", "06:00")),
        (NIGHT, utc("2026-01-14", "20:59"), False, utc("2026-01-15", "06:00")),
        (NIGHT, utc("2026-01-15", "05:59"), True, utc("2026-01-15", "06:00")),
        (NIGHT, utc("2026-01-15", "06:00"), False, utc("2026-01-16", "06:00")),
        (NIGHT, utc("2026-07-15", "20:00"), True, utc("2026-07-16", "05:00")),  # in summer an hour earlier
        (NIGHT, utc("2026-03-28", "22:00"), True, utc("2026-03-29", "05:00")),  # the night that loses an hour
        (NIGHT, utc("2026-10-24", "21:00"), True, utc("2026-10-25", "06:00")),  # the night that has one more
        (OFFICE, utc("2026-01-16", "15:00"), True, utc("2026-01-16", "16:00")),
        (OFFICE, utc("2026-01-17", "10:00"), False, utc("2026-01-19", "16:00")),  # Saturday: until Monday
        (WEEKEND_NIGHT, utc("2026-01-18", "05:00"), True, utc("2026-01-18", "06:00")),  # Sunday morning is Saturday's
        (WEEKEND_NIGHT, utc("2026-01-18", "22:00"), False, utc("2026-01-25", "06:00")),
        (ALWAYS, utc("2026-01-18", "22:00"), True, utc("2026-01-19", "00:00")),
        (IN_THE_GAP, utc("2026-03-29", "01:29"), False, utc("2026-03-29", "02:00")),  # 03:29, and 02:30 never was
        (IN_THE_GAP, utc("2026-03-29", "01:30"), True, utc("2026-03-29", "02:00")),
        (IN_THE_OVERLAP, utc("2026-10-25", "00:29"), False, utc("2026-10-25", "03:00")),
        (IN_THE_OVERLAP, utc("2026-10-25", "00:30"), True, utc("2026-10-25", "03:00")),  # the first 02:30
    ],
)
def test_hours(hours, at, covered, ends):
    assert covers(hours, at) is covered
    assert next_end(hours, at) == ends


def test_hours_on_no_day_never_hold():
    never = Hours(start=time(9), end=time(17), days=())
    assert not covers(never, utc("2026-01-14", "12:00"))
    with pytest.raises(ValueError, match="no day"):
        next_end(never, utc("2026-01-14", "12:00"))


@pytest.mark.parametrize(
    ("said", "known"),
    [
        ("Asia/Tokyo", "Asia/Tokyo"),
        ("Etc/UTC", "UTC"),
        ("UTC", "UTC"),
        ("", ""),
        (None, ""),
        ("Mars/Olympus", ""),
        ("../../etc/passwd", ""),
        ("/etc/localtime", ""),
        ("Asia/Tokyo\0", ""),
        (7, ""),
    ],
)
def test_a_zone_is_taken_only_where_it_is_known(said: object, known: str):
    assert known_zone(said) == known
