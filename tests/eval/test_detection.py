"""The detector and the forecast do not become worse: floors under seeds that nothing was tuned on."""

import pytest

from tests.eval import elsewhere, filling
from tests.eval.detection import SMALL, Quality, judge, ours
from tests.eval.operations import series


@pytest.fixture(scope="module")
def quality() -> Quality:
    return judge(map(series, SMALL), ours())


def test_it_finds_most_of_what_goes_wrong_and_soon(quality: Quality):
    assert quality.recall >= 0.7
    assert quality.delay <= 2
    assert quality.early_score >= 60


def test_it_is_as_seldom_wrong_as_it_promises(quality: Quality):
    assert quality.false_per_later_week <= 1.5 / 4  # one in four weeks is the default
    assert quality.precision >= 0.4


def test_a_seed_makes_the_same_series():
    assert series(7) == series(7)
    assert series(7) != series(8)


def test_four_intervals_of_five_hold():
    found = filling.judge(range(9000, 9060))
    assert found.answered >= 54
    assert 0.7 <= found.covered <= 0.92
    assert found.wrong <= 0.15


@pytest.mark.parametrize("name", ["hourly", "releases", "growing", "queued"])
def test_series_of_other_shapes_are_as_quiet_and_as_well_watched(name: str):
    quality = judge((elsewhere.series(name, seed) for seed in range(300, 304)), ours())
    assert quality.false_per_week <= 1.5
    assert quality.recall >= 0.6
