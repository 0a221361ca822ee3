import math

import pytest

from bot.analysis.buckets import quantile

INF = math.inf


@pytest.mark.parametrize(
    ("q", "counts", "expected"),
    [
        (0.5, {0.1: 50, 0.2: 100, INF: 100}, 0.1),
        (0.75, {0.1: 50, 0.2: 100, INF: 100}, 0.15),
        (0.95, {0.1: 0, 0.5: 90, 1.0: 100, INF: 100}, 0.75),  # 95 is halfway between 90 and 100
        (0.25, {0.1: 100, INF: 100}, 0.025),  # the first bucket begins at zero
        (0.99, {0.1: 90, INF: 100}, 0.1),  # above the last bound nothing is known
        (0.5, {0.1: 50, 0.2: 49, INF: 100}, 0.1),  # read a moment later
        (0.5, {INF: 100}, math.nan),
        (0.5, {0.1: 0, INF: 0}, math.nan),
        (0.5, {0.1: 5, 0.2: 10}, math.nan),  # without the last bucket the count is unknown
        (0.5, {}, math.nan),
    ],
)
def test_a_quantile_of_added_buckets(q, counts, expected):
    assert quantile(q, counts) == pytest.approx(expected, nan_ok=True)
