import json
import math
import random
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.analysis.calibration import ALARM, WARM_UP
from bot.analysis.detector import Detector, scores
from bot.analysis.kinds import KINDS

STEP = 300.0
A_DAY = 288


def noisy(count: int, seed: int = 1, level: float = 100.0) -> list[float]:
    dice = random.Random(seed)
    return [level + dice.gauss(0, 3) for _ in range(count)]


def timed(values) -> list[tuple[float, float]]:
    return [(STEP * index, value) for index, value in enumerate(values)]


def alarms(points, kind: str = "gauge") -> list[int]:
    return [index for index, found in enumerate(scores(points, KINDS[kind])) if found >= ALARM]


@pytest.mark.parametrize(
    ("kind", "change", "found"),
    [
        ("gauge", 90.0, True),
        ("gauge", -90.0, True),
        ("latency", 90.0, True),
        ("latency", -90.0, False),  # quicker is not worse
        ("hit ratio", 90.0, False),
        ("hit ratio", -90.0, True),
    ],
)
def test_the_kind_says_which_way_is_worse(kind, change, found):
    values = noisy(4 * A_DAY)
    values[-1] += change
    assert (alarms(timed(values), kind)[-1:] == [len(values) - 1]) is found


def test_what_is_rare_and_does_not_matter_is_no_alarm():
    values = [0.0001 + one / 1e9 for one in noisy(4 * A_DAY)]
    values[-1] = 0.0003
    assert alarms(timed(values), "gauge") == [len(values) - 1]
    assert alarms(timed(values), "latency") == []


def test_a_counter_is_judged_by_how_fast_it_grows_and_may_begin_anew():
    total, points = 0.0, []
    for index, rate in enumerate(noisy(4 * A_DAY)):
        total = 0.0 if index in (400, 900) else total + (rate if index < 1100 else 6 * rate) * STEP
        points.append((STEP * index, total))
    assert alarms(points, "counter") == [1100]


def test_no_alarm_before_the_warm_up_is_over():
    values = noisy(WARM_UP)
    values[-3] = 1e6
    assert set(scores(timed(values))) == {0.0}


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6))
@settings(max_examples=10, deadline=None)
def test_neither_the_zero_nor_the_unit_of_a_scale_matters(shift, scale):
    values = noisy(600, seed=3, level=0)
    values[500] += 90
    detector, moved = Detector(), Detector()
    for at, value in timed(values):
        one, other = detector.strangeness.take(at, value), moved.strangeness.take(at, shift + scale * value)
        assert one == pytest.approx(other, abs=0.1)


@given(st.lists(st.one_of(st.floats(), st.just(5.0)), max_size=200), st.sampled_from(sorted(KINDS)))
@settings(max_examples=60, deadline=None)
def test_whatever_comes_a_score_is_between_zero_and_one(values, kind):
    assert all(0 <= found <= 1 for found in scores(timed(values), KINDS[kind]))


@given(st.lists(st.tuples(st.floats(-1e9, 1e9), st.floats()), max_size=100))
@settings(max_examples=40, deadline=None)
def test_times_may_jump_stand_still_and_go_back(points):
    assert all(0 <= found <= 1 for found in scores(points))


@pytest.mark.parametrize("value", [0.0, 1.0, -7.5, 1e12])
def test_a_constant_series_is_never_strange(value):
    assert set(scores(timed([value] * 3 * A_DAY))) == {0.0}


def test_a_constant_series_that_moves_is():
    assert alarms(timed([5.0] * 4 * A_DAY + [6.0])) == [4 * A_DAY]


@pytest.mark.parametrize(
    "odd",
    [
        (STEP * 1000, math.nan),
        (STEP * 1000, math.inf),
        (STEP * 999, 1e6),  # the time was there before
        (STEP * 500, 1e6),  # it comes too late
    ],
)
def test_what_cannot_be_used_is_said_and_changes_nothing(odd):
    detector, other = Detector(), Detector()
    for point in timed(noisy(1000)):
        detector.take(*point)
        other.take(*point)
    assert not detector.take(*odd).used
    assert detector.kept() == other.kept()


def test_a_gap_is_said_and_is_no_zero():
    detector = Detector()
    for point in timed(noisy(1000)):
        detector.take(*point)
    verdict = detector.take(STEP * 1050, 100.0)
    assert verdict.missing == STEP * 51
    assert verdict.news is None
    assert detector.take(STEP * 1051, 100.0).missing == 0


def test_every_hour_of_a_day_that_is_an_hour_shorter_is_usual():
    """Work begins at nine by the clock on the wall, also on the Monday after it was moved forward."""
    vienna = ZoneInfo("Europe/Vienna")
    start, dice = datetime(2026, 3, 9, tzinfo=UTC).timestamp(), random.Random(5)
    detector, told = Detector(zone=vienna), []
    for index in range(24 * A_DAY):
        at = start + index * STEP
        hour = datetime.fromtimestamp(at, vienna).hour
        found = detector.take(at, (90.0 if 9 <= hour < 17 else 20.0) + dice.gauss(0, 1))
        if found.score >= ALARM and index > 8 * A_DAY:
            told.append(index)
    assert told == []


def test_it_opens_worsens_and_ends():
    values = noisy(5 * A_DAY)
    for index in range(40):
        values[4 * A_DAY + index] = 200.0 if index < 20 else 400.0
    detector = Detector()
    told = [(index, news) for index, point in enumerate(timed(values)) if (news := detector.take(*point).news)]
    after = [(index, news) for index, news in told if index >= 4 * A_DAY]
    assert after[0] == (4 * A_DAY, "opened")
    assert (4 * A_DAY + 20, "worse") in after
    assert after[-1][1] == "resolved"
    assert len(after) <= 4


def test_a_series_that_sticks_is_strange_once_and_until_it_moves():
    values = noisy(6 * A_DAY)
    values[3 * A_DAY : 3 * A_DAY + 60] = [values[3 * A_DAY]] * 60
    for kind, told in (("gauge", ["opened", "resolved"]), ("error ratio", [])):
        detector = Detector(KINDS[kind])
        news = [
            (index, found.news) for index, point in enumerate(timed(values)) if (found := detector.take(*point)).news
        ]
        assert [what for index, what in news if 3 * A_DAY <= index < 3 * A_DAY + 80] == told


def test_it_goes_on_after_a_restart_as_if_nothing_had_been():
    points = timed(noisy(10 * A_DAY, seed=8))
    first = Detector()
    for point in points[:-500]:
        first.take(*point)
    for view in first.strangeness.views.values():
        view.tail.changes = 99  # a fit is made anew after a restart
    second = Detector()
    second.restore(json.loads(json.dumps(first.kept())))
    assert [first.take(*point) for point in points[-500:]] == [second.take(*point) for point in points[-500:]]
