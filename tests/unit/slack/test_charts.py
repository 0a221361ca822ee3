from datetime import timedelta

import pytest

from bot.model.chart import Group
from bot.model.reply import Bars, Chart, Pie, Share
from bot.model.series import Point, Series
from handlers.slack import charts
from tests.fakes import NOON


def series(name: str, values: list[float], step: int = 1) -> Series:
    points = tuple(Point(NOON + timedelta(minutes=step * n), value) for n, value in enumerate(values))
    return Series(name, points, "seconds")


def test_series_share_the_instants_that_all_of_them_have() -> None:
    drawn = charts.native(Chart("c", (series("a", [1, float("nan"), 3]), series("b", [4, 5, 6]))))
    assert drawn is not None
    assert [point["value"] for point in drawn["chart"]["series"][1]["data"]] == [4, 6]


def test_what_hardly_meets_is_not_drawn_as_one_point() -> None:
    spent, ahead = series("spent", [1, 2, 3, 4]), series("expected", [4, 5, 6])
    ahead = Series("expected", tuple(Point(one.at + timedelta(minutes=3), one.value) for one in ahead.points), "usd")
    assert charts.native(Chart("c", (spent, ahead))) is None


def test_over_days_the_day_is_named() -> None:
    drawn = charts.native(Chart("c", (series("a", [1.0] * 10, step=600),)))
    assert drawn is not None
    assert drawn["chart"]["axis_config"]["categories"][:2] == ["03-18 12:00", "03-18 22:00"]


def test_names_that_are_cut_stay_different() -> None:
    long = [series("the same long beginning of a name, " + end, [1, 2]) for end in ("one", "two", "three")]
    drawn = charts.native(Chart("c", tuple(long)))
    assert drawn is not None
    assert len({one["name"] for one in drawn["chart"]["series"]}) == 3


def test_what_the_chart_leaves_out_is_said() -> None:
    nine = Chart("c", tuple(series(f"s{n}", [1, 2]) for n in range(9)))
    assert charts.left_out(nine) == "The chart shows 6 of 9 series."
    assert len(charts.told(nine)) == 9
    assert charts.left_out(Chart("c", (series("s", [1.0] * 61),))) == "The chart shows 20 of 61 points."


@pytest.mark.parametrize("values", [[], [0.0, 0.0], [-1.0, 2.0], [float("nan")]])
def test_a_pie_needs_something_to_share(values: list[float]) -> None:
    assert charts.native_pie(Pie("p", tuple(Share(f"s{n}", value) for n, value in enumerate(values)))) is None


def test_small_shares_of_a_pie_are_drawn_together() -> None:
    drawn = charts.native_pie(Pie("p", tuple(Share(f"s{n}", float(n)) for n in range(1, 10))))
    assert drawn is not None
    assert [one["label"] for one in drawn["chart"]["segments"]] == ["s9", "s8", "s7", "s6", "s5", "others"]
    assert drawn["chart"]["segments"][-1]["value"] == 10


def test_bars_by_name_are_in_a_unit_that_people_say() -> None:
    bars = Bars("c", ("eu", "us"), (Group("p95", (0.12, 0.4)),), "seconds")
    drawn = charts.native_bars(bars)
    assert drawn is not None
    assert drawn["chart"]["axis_config"] == {"categories": ["eu", "us"], "y_label": "ms"}
    assert [point["value"] for point in drawn["chart"]["series"][0]["data"]] == [120, 400]


@pytest.mark.parametrize("values", [(1.0, float("nan")), (1.0,), ()])
def test_bars_with_a_gap_are_told_and_not_drawn(values: tuple[float, ...]) -> None:
    assert charts.native_bars(Bars("c", ("eu", "us"), (Group("p95", values),))) is None
