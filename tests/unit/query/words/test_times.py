from datetime import UTC, datetime, timedelta

import pytest

from bot.query.words.masked import Masked
from bot.query.words.times import When, read

NOW = datetime(2026, 3, 18, 14, 37, tzinfo=UTC)  # a Wednesday
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(days=7)


def when(text: str, zone: str = "UTC") -> When:
    return read(Masked(text), NOW, zone)


@pytest.mark.parametrize(
    ("text", "window"),
    [
        ("errors in the last 6 hours", 6 * HOUR),
        ("past half hour", HOUR / 2),
        ("last day", DAY),
        ("over 2h", 2 * HOUR),
        ("the past 1h30m", 1.5 * HOUR),
        ("7d", WEEK),
        ("since 1pm", timedelta(minutes=97)),
        ("today", timedelta(hours=14, minutes=37)),
        ("this week (7d)", WEEK),
        ("for the last two hours", 2 * HOUR),
        ("this hour", HOUR),
        ("since monday", timedelta(days=2, hours=14, minutes=37)),
    ],
)
def test_a_window_ends_now(text: str, window: timedelta):
    assert (when(text).window, when(text).ago) == (window, timedelta(0))


@pytest.mark.parametrize(
    ("text", "window", "ago"),
    [
        ("yesterday", DAY, timedelta(hours=14, minutes=37)),
        ("between 9 and 10 this morning", HOUR, timedelta(hours=4, minutes=37)),
        ("from 2pm to 3:30pm yesterday", 1.5 * HOUR, timedelta(hours=23, minutes=7)),
        ("an hour ago", timedelta(0), HOUR),
        ("at 09:15", timedelta(0), timedelta(hours=5, minutes=22)),
    ],
)
def test_a_window_may_end_before(text: str, window: timedelta, ago: timedelta):
    assert (when(text).window, when(text).ago) == (window, ago)


@pytest.mark.parametrize(
    ("text", "against"),
    [
        ("traffic now vs same time last week", WEEK),
        ("traffic compared to yesterday", DAY),
        ("errors this hour minus errors the hour before", HOUR),
        ("more orders than last week?", WEEK),
        ("is it higher than 30 minutes ago", HOUR / 2),
        ("pods that restarted more than twice in the last day", timedelta(0)),
    ],
)
def test_the_other_side_of_a_comparison(text: str, against: timedelta):
    assert when(text).against == against


def test_the_day_begins_where_the_asker_is():
    assert when("today", "America/New_York").window == timedelta(hours=10, minutes=37)


def test_a_day_on_which_clocks_change_is_shorter():
    spring = datetime(2026, 3, 30, 10, tzinfo=UTC)
    assert read(Masked("yesterday"), spring, "Europe/Berlin").window == timedelta(hours=23)


def test_what_lies_ahead():
    assert when("will it be full in 4 hours").ahead == 4 * HOUR
    assert when("errors tomorrow").beyond == "tomorrow"
