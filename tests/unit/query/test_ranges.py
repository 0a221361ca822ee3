from datetime import UTC, datetime, timedelta

import pytest

from bot.query import ranges

NOW = datetime(2026, 3, 18, 14, 37, tzinfo=UTC)  # a Wednesday


def at(day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "start", "end", "words"),
    [
        ("latency last 24 hours", at(17, 14, 37), NOW, "the last 24 h"),
        ("past 3h", at(18, 11, 37), NOW, "the last 3 h"),
        ("over the last two weeks", at(4, 14, 37), NOW, "the last 14 d"),
        ("last hour", at(18, 13, 37), NOW, "the last 1 h"),
        ("for the last 15 min", at(18, 14, 22), NOW, "the last 15 min"),
        ("pt90m", at(18, 13, 7), NOW, "the last 1 h 30 min"),
        ("6h", at(18, 8, 37), NOW, "the last 6 h"),
        ("since 2pm", at(18, 14), NOW, "since 2pm"),
        ("since 15:00", at(17, 15), NOW, "since 15:00"),  # not yet today: it was yesterday's
        ("since yesterday", at(17), NOW, "since yesterday"),
        ("yesterday", at(17), at(18), "yesterday"),
        ("today", at(18), NOW, "today"),
        ("this week", at(16), NOW, "this week"),
        ("last week", at(9), at(16), "last week"),
        ("this month", at(1), NOW, "this month"),
        ("between 9:00 and 10am", at(18, 9), at(18, 10), "between 9:00 and 10am"),
        ("between 1pm and 2pm yesterday", at(17, 13), at(17, 14), "between 1pm and 2pm yesterday"),
        ("logs yesterday evening", at(17, 18), at(18), "yesterday evening"),
        ("yesterday morning", at(17, 6), at(17, 12), "yesterday morning"),
        ("this afternoon", at(18, 12), NOW, "this afternoon"),
        ("last night", at(17, 20), at(18, 6), "last night"),
        ("around 14:05", at(18, 13, 50), at(18, 14, 20), "around 14:05"),
        ("around 14:30", at(18, 14, 15), NOW, "around 14:30"),
        ("around 3pm", at(17, 14, 45), at(17, 15, 15), "around 3pm"),  # not yet today: it was yesterday's
        ("about 9am yesterday", at(17, 8, 45), at(17, 9, 15), "about 9am yesterday"),
    ],
)
def test_words_for_time(text, start, end, words):
    found = ranges.find(text, NOW)
    assert found is not None
    assert (found.range.start, found.range.end, found.range.words) == (start, end, words)


@pytest.mark.parametrize("text", ["how is checkout", "this evening", "p95 latency", "503 errors", "checkout v2.14", ""])
def test_what_is_no_time(text):
    assert ranges.find(text, NOW) is None


def test_days_begin_in_the_readers_own_zone():
    found = ranges.find("today", datetime(2026, 3, 18, 23, 30, tzinfo=UTC), "Europe/Vienna")
    assert found is not None
    assert found.range.start == datetime(2026, 3, 18, 23, 0, tzinfo=UTC)


def test_yesterday_has_23_hours_when_the_clocks_went_forward():
    found = ranges.find("yesterday", datetime(2026, 3, 30, 10, 0, tzinfo=UTC), "Europe/Vienna")
    assert found is not None
    assert found.range.length == timedelta(hours=23)


def test_the_words_said_back_mean_the_same_range():
    for text in (
        "last 24 hours",
        "last 2 weeks",
        "since 2pm",
        "yesterday",
        "last night",
        "around 14:05",
        "between 9:00 and 10am",
        "last 90 minutes",
    ):
        first = ranges.find(text, NOW)
        assert first is not None
        again = ranges.find(first.range.words.removeprefix("the "), NOW)
        assert again is not None
        assert again.range == first.range


@pytest.mark.parametrize(("hours", "seconds"), [(1, 30), (24, 900), (168, 7200), (24 * 90, 86400)])
def test_steps_are_round_and_keep_graphs_small(hours, seconds):
    assert ranges.last(timedelta(hours=hours), NOW).step() == timedelta(seconds=seconds)
