import math
from datetime import timedelta

import pytest

from bot.model import figures


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0.0, "0"),
        (3.0, "3"),
        (1234567.0, "1,234,567"),
        (0.123456, "0.123"),
        (41.2, "41.2"),
        (412.04, "412"),
        (-0.5, "-0.5"),
        (0.00001234, "0.0000123"),
        (math.nan, "no data"),
        (math.inf, "∞"),
        (-math.inf, "-∞"),
    ],
)
def test_numbers_are_written_as_people_say_them(value, written):
    assert figures.plain(value) == written


@pytest.mark.parametrize(
    ("value", "unit", "written"),
    [
        (0.412, "seconds", "412 ms"),
        (0.000012, "seconds", "12 µs"),
        (3.5, "seconds", "3.5 s"),
        (0.0, "seconds", "0 ms"),
        (7200.0, "seconds", "2 h"),
        (0.0312, "ratio", "3.12 %"),
        (12.0, "percent", "12 %"),
        (2.0 * 1024**3, "bytes", "2 GiB"),
        (512.0, "bytes", "512 B"),
        (12.4, "usd", "$ 12.40"),
        (41.2, "req/s", "41.2 req/s"),
        (7.0, "", "7"),
        (math.nan, "seconds", "no data"),
    ],
)
def test_units_are_scaled_to_the_size_people_say(value, unit, written):
    assert figures.measured(value, unit) == written


@pytest.mark.parametrize(
    ("now", "usual", "written"),
    [
        (650.0, 120.0, "+442 %"),
        (100.0, 100.2, "unchanged"),
        (104.0, 100.0, "+4.0 %"),
        (50.0, 100.0, "-50 %"),
        (5.0, 0.0, "from none"),
        (0.0, 0.0, "unchanged"),
    ],
)
def test_change_is_a_percentage_only_where_one_means_something(now, usual, written):
    assert figures.change(now, usual) == written


@pytest.mark.parametrize(
    ("seconds", "written"),
    [(0, "0 s"), (45, "45 s"), (720, "12 min"), (10800, "3 h"), (187200, "2 d 4 h"), (90, "1 min 30 s")],
)
def test_durations_have_at_most_two_parts(seconds, written):
    assert figures.span(timedelta(seconds=seconds)) == written


@pytest.mark.parametrize(
    ("unit", "most", "factor", "named"),
    [
        ("seconds", 0.4, 1000.0, "ms"),
        ("seconds", 4.0, 1.0, "s"),
        ("ratio", 0.1, 100.0, "percent"),
        ("bytes", 3 * 1024.0**3, 1024.0**-3, "GiB"),
        ("bytes", 0.0, 1.0, "B"),
        ("req/s", 900.0, 1.0, "req/s"),
    ],
)
def test_an_axis_shows_the_numbers_people_say(unit, most, factor, named):
    assert figures.axis(unit, most) == (factor, named)


@pytest.mark.parametrize(("value", "written"), [(1e15, "1,000,000,000,000,000 s"), (-7200.0, "-2 h")])
def test_spans_nobody_speaks_of_stay_seconds(value, written):
    assert figures.measured(value, "seconds") == written
