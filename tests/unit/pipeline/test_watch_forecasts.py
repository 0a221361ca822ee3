"""What is foreseen while there is time to act, and what is not worth a word."""

from datetime import timedelta

import pytest

from bot.model.series import Point
from bot.model.severity import Severity
from bot.model.watch import Watch, WatchId
from bot.pipeline.watch_forecasts import foreseen
from bot.pipeline.watch_reading import begun
from tests.fakes import NOON

HOUR = timedelta(hours=1)
DISK = Watch(WatchId("W3"), "disk in use", "disk", NOON, kind="saturation", unit="ratio", above=0.9)


def disk(now: float, an_hour: float, days: int = 5):
    series = begun(DISK, {"instance": "db-1"})
    hours = days * 24
    series.take(Point(NOON - (hours - one) * HOUR, now - (hours - one) * an_hour) for one in range(hours + 1))
    return series


@pytest.mark.parametrize(
    ("series", "status"),
    [
        (disk(0.8, 0.002), "firing"),  # in 50 hours
        (disk(0.5, 0.002), "resolved"),  # in more than a week
        (disk(0.8, 0.0), "resolved"),
        (disk(0.8, -0.002), "resolved"),
        (disk(0.95, 0.002), "resolved"),  # it is beyond it already, and that is told by itself
    ],
)
def test_only_what_is_near_is_foreseen(series, status):
    (signal,) = foreseen(DISK, [series], NOON)
    assert (signal.status, signal.severity) == (status, Severity.LOW)


def test_a_forecast_says_when_between_what_and_how_often_such_held():
    (signal,) = foreseen(DISK, [disk(0.8, 0.002)], NOON)
    assert signal.title.startswith("disk in use (db-1) meets 90 % on Friday ")
    assert signal.title.endswith(" UTC")
    assert "between" in signal.description
    assert "such intervals held here." in signal.description
    assert "It rests on 5 d of it." in signal.description
    assert (signal.measured, signal.normal) == ("80 %", "above 90 %")


def test_two_that_fill_up_are_two_issues_and_neither_is_its_anomaly():
    one, other = disk(0.8, 0.002), begun(DISK, {"instance": "db-2"})
    other.take(Point(p.at, p.value) for p in one.history())
    signals = foreseen(DISK, [one, other], NOON)
    assert (
        len({signal.fingerprint for signal in signals}) == len({signal.labels["alertname"] for signal in signals}) == 2
    )
