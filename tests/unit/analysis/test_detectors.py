import random
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from bot.analysis.calibration import ALARM
from bot.analysis.detectors import DETECTORS, Look, verdict
from bot.analysis.kinds import KINDS
from bot.model.series import Point

NOON = datetime(2026, 3, 18, 12, tzinfo=UTC)
STEP = timedelta(minutes=5)
USUAL = range(288 * 4)


def looked(values: Sequence[float], kind: str = "gauge", late: int = 0, **more) -> Look:
    points = [Point(NOON - (len(values) - 1 - index) * STEP, value) for index, value in enumerate(values)]
    return Look(points, NOON + late * STEP, STEP, KINDS[kind], **more)


def usual(change: Callable[[int], float] = lambda _: 0.0, seasonal: bool = False) -> list[float]:
    """Four days; `change` is given how many points are left to the end."""
    dice = random.Random(11)
    left = len(USUAL) - 1
    return [
        100 + (40 if seasonal and 120 <= index % 288 < 170 else 0) + dice.gauss(0, 2) + change(left - index)
        for index in USUAL
    ]


QUIET = usual()
BURNS = {timedelta(minutes=5): 20.0, timedelta(hours=1): 15.0}


@pytest.mark.parametrize(
    ("look", "first"),
    [
        (looked(QUIET), None),
        (looked([]), None),
        (looked([5.0] * 400), None),
        (looked(usual(seasonal=True)), None),
        (looked(QUIET, above=90), "limit"),
        (looked(QUIET, below=110), "limit"),
        (looked(QUIET, above=130), None),
        (looked(QUIET, burns=BURNS), "burn"),
        (looked(QUIET, burns={timedelta(minutes=5): 20.0, timedelta(hours=1): 1.0}), None),
        (looked(QUIET, late=4), "silence"),
        (looked(QUIET, late=2), None),
        (looked([*QUIET, *[QUIET[-1]] * 12]), "still"),
        (looked([*QUIET, *[QUIET[-1]] * 12], "error ratio"), None),
        (looked(usual(lambda left: 60 if left < 1 else 0)), "spike"),
        (looked(usual(lambda left: -60 if left < 1 else 0)), "spike"),
        (looked(usual(lambda left: -60 if left < 1 else 0), "latency"), None),
        (looked(usual(lambda left: 60 if left < 12 else 0)), "level"),
        (looked(usual(lambda left: max(0, 96 - left) / 3)), "leak"),
        (looked(usual(lambda left: 40 if left < 100 else 0, seasonal=True)), "season"),
        (looked(usual(lambda left: 60 if left < 100 else 0)[-500:]), "baseline"),
    ],
)
def test_what_is_found_first(look, first):
    found = verdict(look, 0.5).findings
    assert (found[0].reason if found else None) == first


@pytest.mark.parametrize(
    ("look", "score", "alarm", "says"),
    [
        (looked(QUIET), 0.5, False, "never seen before in this series"),
        (looked(QUIET), 0.995, True, "never seen before in this series"),
        (looked(usual(lambda left: 60 if left < 12 else 0)), 0.5, False, "another level than before"),
        (looked(usual(lambda left: 60 if left < 12 else 0)), 0.995, True, "another level than before"),
        (looked(QUIET, above=90), 0.1, True, "beyond the limit that was set"),
        (looked(QUIET, late=9), 0.0, True, "no data"),
    ],
)
def test_one_verdict_out_of_them(look, score, alarm, says):
    found = verdict(look, score)
    assert found.alarm is alarm
    assert found.score == (max(score, ALARM) if alarm else score)
    assert found.says == says


def test_each_has_a_name_of_its_own_and_a_reason():
    assert len({row.name for row in DETECTORS}) == len(DETECTORS) == 9
    assert all(row.says and row.find.__name__ == row.name for row in DETECTORS)
