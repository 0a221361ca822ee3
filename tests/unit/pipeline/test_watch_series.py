"""When a series of a watch is news: held against what was told of it, once, also after a replay."""

import math
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from bot.model.series import Point
from bot.model.watch import Mark, Watch, WatchId, series_key
from bot.pipeline.watch_reading import begun
from bot.pipeline.watch_series import FRESH, GONE, rates
from tests.fakes import NOON

WATCH = Watch(WatchId("W1"), "queue", "queue_depth", NOON, above=90.0)
MINUTE = timedelta(minutes=1)
LABELS = {"queue": "orders"}


def calm(count: int = 120):
    dice = Random(1)
    return [Point(NOON - (count - one) * MINUTE, 50 + dice.gauss(0, 1)) for one in range(count)]


def over(*values: float):
    series = begun(WATCH, LABELS)
    series.take([*calm(), *(Point(NOON + place * MINUTE, value) for place, value in enumerate(values))])
    return series


def told(*, open_: bool, at=NOON) -> Mark:
    return Mark(WATCH.id, series_key(LABELS), at, open_)


@pytest.mark.parametrize(
    ("values", "mark", "news"),
    [
        ((50.0,), None, ""),
        ((95.0, 95.0), None, "firing"),
        ((95.0, 95.0), told(open_=True, at=NOON + MINUTE), ""),
        ((95.0, 95.0), told(open_=False, at=NOON - MINUTE), "firing"),
        ((95.0, 95.0, *(50.0,) * 4), told(open_=True, at=NOON + MINUTE), ""),
        ((95.0, 95.0, *(50.0,) * 13), told(open_=True, at=NOON + MINUTE), "resolved"),
        ((95.0, 95.0, *(50.0,) * 13), None, ""),  # began and ended between two looks
    ],
)
def test_only_what_was_not_told_is_news(values, mark, news):
    series = over(*values)
    series.told = mark
    assert series.news(NOON + len(values) * MINUTE) == news


def test_one_point_beyond_a_limit_may_be_chance():
    series = begun(replace(WATCH, above=52.0), LABELS)
    series.take([*calm(), Point(NOON, 52.5)])
    assert series.news(NOON) == ""
    series.take([Point(NOON + MINUTE, 52.5)])
    assert series.news(NOON + MINUTE) == "firing"


def test_what_is_gone_is_not_strange_any_more():
    series = over(95.0, 95.0)
    series.told = told(open_=True, at=NOON + MINUTE)
    assert series.news(NOON + MINUTE + GONE) == "resolved"


def test_what_began_long_ago_is_no_news_but_a_limit_is_a_limit():
    strange = begun(replace(WATCH, above=None), LABELS)
    strange.take([*calm(300), *(Point(NOON + place * MINUTE, 500.0) for place in range(5))])
    assert strange.news(NOON + 5 * MINUTE) == "firing"
    assert strange.last_at is not None
    strange.take([Point(NOON + FRESH + 10 * MINUTE, 500.0)])
    assert strange.news(NOON + FRESH + 11 * MINUTE) == ""
    assert over(95.0, 95.0, *(95.0,) * 400).news(NOON + 402 * MINUTE) == "firing"


def test_what_is_no_number_or_came_before_is_not_kept():
    series = begun(WATCH, LABELS)
    series.take([Point(NOON, 1.0), Point(NOON, 2.0), Point(NOON + MINUTE, math.nan), Point(NOON + 2 * MINUTE, 3.0)])
    assert [one.value for one in series.history()] == [1.0, 3.0]


def test_of_what_only_grows_the_pace_is_judged():
    points = [Point(NOON + place * MINUTE, value) for place, value in enumerate((0.0, 60.0, 180.0, 6.0, 66.0))]
    assert [one.value for one in rates(points)] == [1.0, 2.0, 1.0], "a restart is no pace"
