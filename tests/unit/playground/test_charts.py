"""The drawings: round scales, honest gaps, nothing that breaks on strange values."""

import math
import re
import sys
from datetime import timedelta

import pytest

from bot.model.reply import Chart, Share
from bot.model.series import Point, Series
from handlers.playground.charts import HEIGHT, WIDTH, chart, colour, pie, ticks
from handlers.playground.examples import NOON

NAN, INF = math.nan, math.inf


def series(*values: float, name: str = "web", unit: str = "") -> Series:
    return Series(name, tuple(Point(NOON + timedelta(minutes=n), value) for n, value in enumerate(values)), unit)


@pytest.mark.parametrize(
    ("values", "unit", "from_zero", "expected"),
    [
        ((0.0, 10.0), "", False, [0, 2.5, 5, 7.5, 10]),
        ((90.0, 100.0), "", False, [90, 92.5, 95, 97.5, 100]),
        ((90.0, 100.0), "", True, [0, 25, 50, 75, 100]),
        ((-3.0, 5.0), "", False, [-4, -2, 0, 2, 4, 6]),
        ((5.0, 5.0), "", False, [4, 6]),
        ((0.0,), "", False, [0, 0.25]),
        ((0.0, 4 * 1024.0**2), "bytes", False, [n * 1024**2 for n in range(5)]),
    ],
)
def test_scales_are_round(values: tuple[float, ...], unit: str, from_zero: bool, expected: list[float]) -> None:
    assert ticks(series(*values).points, unit, from_zero=from_zero) == pytest.approx(expected)


def test_a_gap_in_the_data_is_a_gap_in_the_line() -> None:
    drawn = chart(Chart("c", (series(1, 2, NAN, 3, INF, 4, 5),)))
    assert drawn.count("<polyline") == 2
    assert drawn.count("<circle") == 1


@pytest.mark.parametrize(("shape", "mark"), [("line", "<polyline"), ("area", "<polygon"), ("bar", "<rect")])
def test_each_shape_is_drawn(shape: str, mark: str) -> None:
    drawn = chart(Chart("c", (series(1, 2, 3), series(3, 2, 1)), shape))  # type: ignore[arg-type]
    assert drawn.count(mark) >= 2


STRANGE = [
    (),
    (NAN,),
    (INF, -INF),
    (0.0, 0.0),
    (sys.float_info.max, -sys.float_info.max),
    (sys.float_info.min, 5e-324),
    (1e13, 1e13 + 1),
    (-1.0,),
    (1e-12, 1e12),
]


@pytest.mark.parametrize("values", STRANGE)
@pytest.mark.parametrize("shape", ["line", "area", "bar"])
@pytest.mark.parametrize("unit", ["", "bytes", "seconds"])
def test_strange_values_never_leave_the_picture(values: tuple[float, ...], shape: str, unit: str) -> None:
    drawn = chart(Chart("c", (series(*values, unit=unit),), shape))  # type: ignore[arg-type]
    for name, most in (("x|x1|x2|cx", WIDTH), ("y|y1|y2|cy", HEIGHT)):
        for value in re.findall(rf' (?:{name})="([^"]+)"', drawn):
            assert -1 <= float(value) <= most + 1
    assert "nan" not in drawn
    assert "inf" not in drawn


def test_the_seventh_series_takes_the_first_colour_dashed() -> None:
    assert [colour(n) for n in (0, 5, 6)] == ["s1", "s6", "s1 again"]


@pytest.mark.parametrize(
    ("values", "slices"), [((1.0, 2.0, 3.0), 3), ((5.0,), 1), ((0.0,), 0), ((-1.0, 4.0), 1), ((INF, 1.0), 0), ((), 0)]
)
def test_pies_draw_what_is_more_than_nothing(values: tuple[float, ...], slices: int) -> None:
    drawn = pie("c", [Share(f"s{n}", value) for n, value in enumerate(values)])
    assert drawn.count('<path class="slice') == slices
    assert "nan" not in drawn
