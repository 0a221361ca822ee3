"""The detector and the forecast do not become worse: floors under seeds that nothing was tuned on."""

import pytest

from tests.eval import filling
from tests.eval.detection import SMALL, Quality, judge, ours
from tests.eval.operations import series


@pytest.fixture(scope="module")
def quality() -> Quality:
    return judge(SMALL, ours())


def test_it_finds_most_of_what_goes_wrong_and_soon(quality: Quality):
    assert quality.recall >= 0.7
    assert quality.delay <= 2
    assert quality.early_score >= 60


def test_it_is_as_seldom_wrong_as_it_promises(quality: Quality):
    assert quality.false_per_later_week <= 2 / 4  # twice the one in four weeks that is the default
    assert quality.precision >= 0.25


def test_a_seed_makes_the_same_series():
    assert series(7) == series(7)
    assert series(7) != series(8)


def test_four_intervals_of_five_hold():
    found = filling.judge(range(9000, 9100))
    assert found.answered >= 90
    assert 0.7 <= found.covered <= 0.92
    assert found.wrong <= 0.15
