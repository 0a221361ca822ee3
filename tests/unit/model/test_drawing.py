"""Thinning and naming of instants: what must never be lost on the way to a small chart."""

import math
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import drawing, plain
from bot.model.chart import Band, Group, Mark, Threshold
from bot.model.reply import Bars, Chart
from bot.model.series import Point, Series
from tests.fakes import NOON

MINUTE = timedelta(minutes=1)


def at(minutes: int) -> datetime:
    return NOON + minutes * MINUTE


def series(name: str, *values: float, unit: str = "") -> Series:
    return Series(name, tuple(Point(at(n), value) for n, value in enumerate(values)), unit)


lines = st.lists(
    st.lists(st.tuples(st.integers(0, 500), st.floats(-1e6, 1e6)), min_size=1, max_size=120).map(
        lambda given: [Point(at(minute), value) for minute, value in sorted(dict(given).items())]
    ),
    min_size=1,
    max_size=6,
)


@given(lines, st.integers(4, 60), st.lists(st.integers(0, 500), max_size=5))
def test_thinning_keeps_what_matters(given: list[list[Point]], most: int, marked: list[int]) -> None:
    instants = sorted({point.at for line in given for point in line})
    marks = [at(minute) for minute in marked]
    kept = drawing.thinned(given, most, marks)
    assert kept == sorted(set(kept))
    assert set(kept) <= set(instants)
    assert len(kept) == min(most, len(instants))
    assert {instants[0], instants[-1]} <= set(kept)
    near = [min(abs(one - mark) for one in instants) for mark in marks]
    if most >= 2 + len(marks):
        assert [min(abs(one - mark) for one in kept) for mark in marks] == near
    if most >= 2 + len(marks) + 4 * len(given):
        for line in given:
            left = [point.value for point in line if point.at in set(kept)]
            assert (min(left), max(left)) == (min(p.value for p in line), max(p.value for p in line))
            assert (left[0], left[-1]) == (line[0].value, line[-1].value)


@given(lines)
def test_nothing_is_thinned_that_fits(given: list[list[Point]]) -> None:
    instants = sorted({point.at for line in given for point in line})
    assert drawing.thinned(given, len(instants)) == instants


@pytest.mark.parametrize(
    ("minutes", "zone", "expected"),
    [
        ([0, 3], "UTC", ["12:00", "12:03"]),
        ([0, 3], "Europe/Vienna", ["13:00", "13:03"]),
        ([0, 3], "No/Where", ["12:00", "12:03"]),
        ([0, 1500], "UTC", ["03-18 12:00", "03-19 13:00"]),
        ([0, 1440, 2880], "UTC", ["2026-03-18", "2026-03-19", "2026-03-20"]),
        ([0], "UTC", ["12:00"]),
        ([], "UTC", []),
    ],
)
def test_instants_have_short_names(minutes: list[int], zone: str, expected: list[str]) -> None:
    assert drawing.labels([at(minute) for minute in minutes], zone) == expected


def test_an_hour_that_comes_twice_has_names_that_differ() -> None:
    twice = datetime(2026, 10, 25, 0, 30, tzinfo=NOON.tzinfo)
    names = drawing.labels([twice, twice + timedelta(hours=1)], "Europe/Vienna")
    assert names == ["1 · 02:30:00", "2 · 02:30:00"]


def test_lines_are_in_a_unit_that_people_say_and_thresholds_are_level() -> None:
    chart = Chart("p95", (series("web", 0.1, math.nan, 0.3, unit="seconds"),), thresholds=(Threshold(0.2, "limit"),))
    line, level = drawing.lines(chart)
    assert [point.value for point in line.points] == pytest.approx([100, 300])
    assert line.unit == "ms"
    assert (level.name, [point.value for point in level.points]) == ("limit 200 ms", pytest.approx([200, 200]))


def test_what_is_piled_up_ends_with_the_sum() -> None:
    tops = drawing.piled([series("a", 1, 2), series("b", 10, math.nan)])
    assert [[point.value for point in one.points] for one in tops] == [[1, 2], [11, 2]]


def test_the_words_say_what_stands_around_the_lines() -> None:
    chart = Chart(
        "p95",
        (series("web", 0.1, 0.3, unit="seconds"),),
        marks=(Mark(NOON, "v2.14", "deploy"),),
        bands=(Band("this hour", low=0.1, high=0.2), Band("over 200 ms", at(1), breach=True)),
        thresholds=(Threshold(0.2),),
        zone="Europe/Vienna",
        more=194,
    )
    assert plain.around(chart) == [
        "limit: 200 ms",
        "usual, this hour: at least 100 ms at most 200 ms",
        "breach, over 200 ms: from 2026-03-18 13:01 CET",
        "deploy at 2026-03-18 13:00 CET: v2.14",
        "194 more series are not drawn.",
    ]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (series("p95", 0.1, 0.4, 0.3, unit="seconds"), "p95: 100 ms → 300 ms (+200 %), least 100 ms, most 400 ms"),
        (series("p95", math.nan), "p95: no data"),
        (replace(series("spent", 0.87, 40.0, 62.63, unit="usd"), cumulative=True),
         "spent: $ 0.87 → $ 62.63, $ 61.76 added"),
        (replace(series("spent", math.nan), cumulative=True), "spent: no data"),
    ],
)  # fmt: skip
def test_a_line_is_told_by_its_course_and_a_sum_by_what_was_added(line: Series, told: str) -> None:
    assert plain.told(line) == told


def test_bars_are_told_by_category() -> None:
    bars = Bars("Errors", ("eu", "us"), (Group("5xx", (3.0, math.nan)), Group("4xx", (12.0, 4.0))))
    assert plain.told_bars(bars) == ["eu: 5xx 3, 4xx 12", "us: 5xx no data, 4xx 4"]
