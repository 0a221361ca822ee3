"""For how long: as people write it, in their own zone."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.desk.spans import until
from bot.model.errors import Rejected

NIGHT = datetime(2026, 3, 17, 2, 12, tzinfo=UTC)  # a Tuesday, 03:12 in Vienna
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("span", "minutes"),
    [
        ("30m", 30),
        ("30 min", 30),
        ("2h", 120),
        ("1h30m", 90),
        ("1h 30m", 90),
        ("for 2 hours", 120),
        ("two hours", 120),
        ("an hour", 60),
        ("half an hour", 30),
        ("an hour and a half", 90),
        ("one hour and thirty minutes", 90),
        ("2 hours and 30 minutes", 150),
        ("a quarter of an hour", 15),
        ("a couple of hours", 120),
        ("1.5h", 90),
        ("1,5 hours", 90),
        ("For the next 20 Minutes, please".replace(",", ""), 20),
        ("two hours from now.", 120),
        ("90s", 1.5),
        ("1d", 24 * 60),
        ("a week", 7 * 24 * 60),
    ],
)
def test_so_much_time(span: str, minutes: float) -> None:
    assert until(span, NIGHT, "Europe/Vienna") == NIGHT + minutes * MINUTE


@pytest.mark.parametrize(
    ("span", "expected"),
    [
        ("tomorrow", "2026-03-18T09:00+01:00"),
        ("until tomorrow", "2026-03-18T09:00+01:00"),
        ("until tomorrow morning", "2026-03-18T09:00+01:00"),
        ("tomorrow at 2pm", "2026-03-18T14:00+01:00"),
        ("until tomorrow 7:30", "2026-03-18T07:30+01:00"),
        ("until 14:00", "2026-03-17T14:00+01:00"),
        ("14.30", "2026-03-17T14:30+01:00"),
        ("until 14", "2026-03-17T14:00+01:00"),
        ("till 2:30 pm", "2026-03-17T14:30+01:00"),
        ("12am", "2026-03-18T00:00+01:00"),
        ("until noon", "2026-03-17T12:00+01:00"),
        ("midnight", "2026-03-18T00:00+01:00"),
        ("until 3:00", "2026-03-18T03:00+01:00"),  # today it is over
        ("this evening", "2026-03-17T18:00+01:00"),
        ("until monday", "2026-03-23T09:00+01:00"),
        ("fri 14:00", "2026-03-20T14:00+01:00"),
        ("until next tuesday", "2026-03-24T09:00+01:00"),  # its own name is the day in a week
        ("2026-03-20", "2026-03-20T09:00+01:00"),
        ("2026-03-20 at 14:00", "2026-03-20T14:00+01:00"),
        ("until 2026-03-20T14:00Z", "2026-03-20T14:00+00:00"),
        ("until 2026-03-20T14:00:30+05:30", "2026-03-20T14:00:30+05:30"),
    ],
)
def test_a_time_of_the_persons_own_day(span: str, expected: str) -> None:
    ends_at = until(span, NIGHT, "Europe/Vienna")
    assert ends_at == datetime.fromisoformat(expected)
    assert ends_at.tzinfo is UTC


@pytest.mark.parametrize(
    ("now", "span", "expected"),
    [
        ("2026-03-28T20:00+00:00", "tomorrow", "2026-03-29T07:00+00:00"),  # the night in which an hour is missing
        ("2026-10-24T20:00+00:00", "tomorrow", "2026-10-25T08:00+00:00"),  # the night in which one comes twice
        ("2026-03-28T20:00+00:00", "until 2:30", "2026-03-29T01:30+00:00"),  # a time that the clocks skip
        ("2026-10-24T20:00+00:00", "until 2:30", "2026-10-25T00:30+00:00"),  # that comes twice: the first
        ("2026-03-28T20:00+00:00", "12h", "2026-03-29T08:00+00:00"),  # twelve hours are twelve hours
        ("2026-03-17T23:30+00:00", "tomorrow", "2026-03-19T08:00+00:00"),  # it is the 18th there already
    ],
)
def test_daylight_saving(now: str, span: str, expected: str) -> None:
    assert until(span, datetime.fromisoformat(now), "Europe/Vienna") == datetime.fromisoformat(expected)


@pytest.mark.parametrize(
    "span",
    ["", "soon", "30", "two", "h", "until", "-5m", "25:00", "until 25", "13pm", "2026-02-30", "yesterday", "today",
     "a while", "2h later today", "99999999999h", "999999999w", "for ever", "tomorrow tomorrow", "2 parsecs"],
)  # fmt: skip
def test_what_cannot_be_read_is_told(span: str) -> None:
    with pytest.raises(Rejected, match="cannot read") as problem:
        until(span, NIGHT, "Europe/Vienna")
    assert "30m" in problem.value.advice


@pytest.mark.parametrize("span", ["0m", "2026-03-16", "today 1:00", "this morning 1:00"])
def test_what_is_over_already(span: str) -> None:
    with pytest.raises(Rejected):
        until(span, NIGHT, "Europe/Vienna")


def test_what_is_too_far() -> None:
    with pytest.raises(Rejected, match="more than a year"):
        until("2028-01-01", NIGHT, "UTC")


def test_without_a_zone_it_is_utc() -> None:
    assert until("tomorrow", NIGHT, "") == datetime(2026, 3, 18, 9, 0, tzinfo=UTC)
