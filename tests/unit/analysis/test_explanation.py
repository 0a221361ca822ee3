import random
from datetime import UTC, datetime, timedelta
from statistics import median

import pytest

from bot.analysis.explanation import explain
from bot.model.series import Point

NOON = datetime(2026, 3, 18, 12, tzinfo=UTC)
MINUTES = timedelta(minutes=5)
DAY = timedelta(days=1)


def ending(*values: float, step: timedelta = MINUTES) -> list[Point]:
    return [Point(NOON - (len(values) - 1 - index) * step, value) for index, value in enumerate(values)]


def daily(days: int, dice: random.Random, *, depth: float = 30.0, noise: float = 2.0) -> list[float]:
    return [100.0 + (depth if 96 <= index % 288 < 192 else 0.0) + dice.gauss(0, noise) for index in range(288 * days)]


@pytest.mark.parametrize(
    ("days", "basis"),
    [(8, "same hours"), (2, "day before"), (0.2, "last hour")],
)
def test_what_it_is_held_against_depends_on_how_much_is_known(days, basis):
    values = daily(9, random.Random(2), depth=0)[: int(288 * days)]
    found = explain(ending(*values, 300.0))
    assert found is not None
    assert found.basis == basis
    assert found.expected == pytest.approx(100, abs=4)
    assert found.current == 300


def test_too_few_points_explain_nothing():
    assert explain(ending(1.0, 2.0, 900.0)) is None


@pytest.mark.parametrize(
    ("usual", "now", "unit", "change", "points"),
    [
        (0.12, 0.65, "seconds", pytest.approx(4.4, abs=0.2), None),
        (100.0, 20.0, "", pytest.approx(-0.8, abs=0.1), None),
        (0.002, 0.031, "ratio", None, pytest.approx(2.9, abs=0.1)),  # not percent of percent
        (40.0, 95.0, "percent", None, pytest.approx(55, abs=2)),
        (0.0, 7.0, "", None, None),  # from none
    ],
)
def test_a_percentage_only_where_it_means_something(usual, now, unit, change, points):
    dice = random.Random(3)
    values = [usual * (1 + dice.gauss(0, 0.02)) for _ in range(400)]
    found = explain(ending(*values, now), unit)
    assert found is not None
    assert (found.change, found.points) == (change, points)


def test_the_last_hour_that_was_as_bad_is_named_or_all_that_is_known():
    values = daily(3, random.Random(4), depth=0)
    never = explain(ending(*values, 300.0))
    values[-288] = 400.0
    again = explain(ending(*values, 300.0))
    assert never is not None
    assert never.unseen == 3 * DAY
    assert again is not None
    assert again.unseen == DAY


def test_lower_is_said_too():
    found = explain(ending(*daily(4, random.Random(5), depth=0), 2.0))
    assert found is not None
    assert found.direction == "lower"
    assert found.multiple > 10


def onset_error(seed: int) -> float:
    """In points, of a step or a spike that the detector would tell of a few points after it began."""
    dice = random.Random(seed)
    values = daily(4, dice, depth=dice.choice((0.0, 30.0)), noise=dice.uniform(1, 4))
    size = dice.choice((-1, 1)) * dice.uniform(20, 90)
    late = dice.randrange(0, 12) if seed % 2 else 0  # every other one is a spike, told at once
    values += [100.0 + size + dice.gauss(0, 2) for _ in range(late + 1)]
    points = ending(*values)
    found = explain(points)
    assert found is not None
    return abs((found.since - points[-1 - late].at) / MINUTES)


def test_since_is_when_it_began_and_not_when_it_was_told():
    errors = sorted(onset_error(seed) for seed in range(100))
    assert median(errors) <= 1
    assert errors[int(0.9 * len(errors))] <= 3
