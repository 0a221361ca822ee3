import math
import random
from datetime import UTC, datetime, timedelta

import pytest

from bot.analysis.forecast import Foreseen, Unforeseeable, foresee
from bot.model.series import Point

START = datetime(2026, 3, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)


def hourly(days: float, value, seed: int = 1, noise: float = 0.3) -> list[Point]:
    dice = random.Random(seed)
    return [Point(START + hour * HOUR, value(hour) + dice.gauss(0, noise)) for hour in range(int(24 * days))]


def growing(hour: int) -> float:
    return 40 + hour / 12  # two a day


@pytest.mark.parametrize(
    ("points", "limit", "above", "met"),
    [
        (hourly(14, growing), 80, True, 480),
        (hourly(14, lambda hour: 100 - growing(hour)), 20, False, 480),
        (hourly(14, lambda hour: growing(hour) + 3 * math.sin(hour / 24 * 2 * math.pi)), 80, True, 459),
        (hourly(14, lambda hour: growing(hour) - (30 if hour < 100 else 0)), 80, True, 480),  # a large file once
        (hourly(14, lambda hour: math.nan if 200 <= hour < 230 else growing(hour)), 80, True, 480),  # a gap
    ],
)
def test_when_it_meets_the_limit(points, limit, above, met):
    found = foresee(points, limit, above)
    assert isinstance(found, Foreseen)
    assert abs((found.at - (START + met * HOUR)) / HOUR) < 12
    assert found.early <= START + met * HOUR <= found.late
    assert found.hits <= found.tries == 10


@pytest.mark.parametrize(
    ("points", "why"),
    [
        ([], "too little is known"),
        (hourly(0.9, growing), "too little is known"),
        (hourly(14, lambda _: 40.0), "does not move towards it"),
        (hourly(14, lambda hour: 90 - hour / 12), "does not move towards it"),
        (hourly(14, lambda hour: 40 + hour / 100), "too far off"),  # seen for two weeks, and it takes five months
        (hourly(14, lambda hour: 40 + (hour % 70) / 5), "falls back before"),
        (hourly(14, lambda hour: 40 + 6 * math.sin(hour / 50) + hour / 40, seed=3), "too uncertain"),
    ],
)
def test_what_cannot_be_foreseen_is_said(points, why):
    assert foresee(points, 80) == Unforeseeable(why)


def test_after_a_cleaning_it_counts_from_there():
    found = foresee(hourly(14, lambda hour: growing(hour) if hour < 200 else 20 + (hour - 200) / 4), 80)
    assert isinstance(found, Foreseen)
    assert found.since == START + 200 * HOUR
    assert abs((found.at - (START + 440 * HOUR)) / HOUR) < 12


def test_the_peak_of_a_day_meets_it_first():
    calm = foresee(hourly(14, growing), 80)
    daily = foresee(hourly(14, lambda hour: growing(hour) + 8 * math.cos((hour - 15) / 24 * 2 * math.pi)), 80)
    assert isinstance(calm, Foreseen)
    assert isinstance(daily, Foreseen)
    assert daily.at < calm.at - 48 * HOUR
    assert 12 <= daily.at.hour <= 18


def test_what_is_met_already_is_met_now():
    found = foresee(hourly(14, growing), 60)
    assert isinstance(found, Foreseen)
    assert found.at == START + 335 * HOUR
