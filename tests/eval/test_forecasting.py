"""The forecast of spend does not become worse: floors under seeds that nothing was tuned on."""

import pytest

from tests.eval import forecasting
from tests.eval.forecasting import SMALL, Foresight, moments, of_kind
from tests.eval.spending import KINDS, series


@pytest.fixture(scope="module")
def every() -> Foresight:
    every = Foresight()
    for kind in KINDS:
        every.add(of_kind(kind, SMALL))
    return every


def test_it_is_well_ahead_of_the_average_so_far_and_of_the_last_week(every: Foresight):
    over_rate, over_week = every.better
    assert over_rate >= 0.21
    assert over_week >= 0.12


def test_its_ranges_hold_about_as_often_as_they_say(every: Foresight):
    inner, outer = (sum(held) / len(held) for held in zip(*every.held, strict=True))
    assert 0.74 <= inner <= 0.88
    assert 0.91 <= outer <= 0.99


def test_a_seed_makes_the_same_spend():
    assert series("mixed", 7) == series("mixed", 7)
    assert series("mixed", 7) != series("mixed", 8)


def test_a_moment_knows_nothing_of_what_came():
    first, costs = series("steady", 1)
    one = next(moments(first, costs))
    days = [first + place * forecasting.DAY for place in range(len(costs))]
    month = [cost for day, cost in zip(days, costs, strict=True) if (day.year, day.month) == _month(one.known)]
    assert one.total == pytest.approx(sum(month))
    assert len(one.known) == forecasting.BEFORE
    assert max(one.known).day + one.ahead == len(month)


def _month(known: dict) -> tuple[int, int]:
    return max(known).year, max(known).month


def test_files_of_lines_are_judged_too(tmp_path, capsys):
    first, costs = series("steady", 1)
    lines = [f"{first + place * forecasting.DAY},{cost}" for place, cost in enumerate(costs[:150])]
    (tmp_path / "long.csv").write_text("\n".join(lines))
    (tmp_path / "short.csv").write_text("\n".join(lines[:50]))
    forecasting.report_of([tmp_path / "long.csv", tmp_path / "short.csv"])
    told = capsys.readouterr().out.splitlines()
    assert "run-rate" in told[0]
    assert "too short" in told[1]
