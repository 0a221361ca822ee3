"""When a series that was always there has no value any more, and when that is no news."""

from datetime import timedelta

import pytest

from bot.model.series import Point
from bot.model.watch import SILENCE, Mark, Watch, WatchId
from bot.pipeline import watch_silence
from bot.pipeline.watch_reading import begun
from bot.pipeline.watch_silence import QUIET, SilenceSeries
from bot.pipeline.watch_words import Around
from tests.fakes import NOON

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
WATCH = Watch(WatchId("W1"), "requests counted", "count by (service) (http_requests_total)", NOON, kind=SILENCE)


def seen(long: timedelta, hole: timedelta = timedelta(0), holes: int = 3) -> SilenceSeries:
    """A value every minute up to noon, but for holes after each quarter."""
    series = begun(WATCH, {"service": "checkout"})
    assert isinstance(series, SilenceSeries)
    begun_at = [NOON - long * quarter / 4 for quarter in range(1, 1 + holes)]
    every = [NOON - count * MINUTE for count in range(int(long / MINUTE), -1, -1)]
    series.take(Point(at, 4.0) for at in every if not any(start < at < start + hole for start in begun_at))
    return series


@pytest.mark.parametrize(
    ("long", "hole", "missing", "news"),
    [
        (2 * DAY, 0 * MINUTE, QUIET, "firing"),
        (2 * DAY, 0 * MINUTE, QUIET - MINUTE, ""),
        (2 * DAY, 20 * MINUTE, 30 * MINUTE, ""),  # it has been away for nearly as long before
        (2 * DAY, 20 * MINUTE, HOUR, "firing"),
        (12 * HOUR, 0 * MINUTE, HOUR, ""),  # too new to be expected
        (2 * DAY, 0 * MINUTE, 7 * HOUR, ""),  # it went long before anybody looked
    ],
)
def test_what_was_nearly_always_there_and_is_not(long, hole, missing, news):
    assert seen(long, hole).news(NOON + missing) == news


def test_it_is_told_once_kept_in_mind_and_ends_with_a_value():
    series = seen(2 * DAY)
    assert series.news(NOON + QUIET) == "firing"
    assert series.opened_at == NOON
    series.told = Mark(WATCH.id, series.key, NOON, open=True)
    assert series.news(NOON + 2 * DAY) == ""
    assert not series.forgettable
    series.take([Point(NOON + 2 * DAY, 4.0)])
    assert series.news(NOON + 2 * DAY) == "resolved"
    series.told = Mark(WATCH.id, series.key, NOON + 2 * DAY, open=False)
    assert series.forgettable


def test_a_replay_counts_what_it_would_have_told():
    assert len(seen(8 * DAY, hole=HOUR, holes=2).openings) == 2


@pytest.mark.parametrize(("holes", "news"), [(3, ""), (2, "firing")])
def test_an_outage_or_two_make_no_usual_hole(holes, news):
    assert seen(4 * DAY, 20 * MINUTE, holes).news(NOON + 30 * MINUTE) == news


def test_the_time_in_which_the_source_was_away_does_not_count():
    series = seen(2 * DAY)
    series.heard_at = NOON + HOUR
    assert series.news(NOON + HOUR + QUIET - MINUTE) == ""
    assert series.news(NOON + HOUR + QUIET) == "firing"
    assert series.opened_at == NOON


def test_no_data_is_not_said_to_be_zero():
    series = seen(2 * DAY)
    series.news(NOON + 12 * MINUTE)
    signal = watch_silence.firing(WATCH, series, Around(), "", NOON + 12 * MINUTE)
    assert (signal.measured, signal.normal) == ("no data", "a value all the time")
    assert signal.description.splitlines()[:2] == [
        "requests counted of checkout has had no value since 12:00 UTC (12 min); in the 2 d before it was never "
        "without one for longer than 1 min.",
        "What: no data, which is not zero.",
    ]
