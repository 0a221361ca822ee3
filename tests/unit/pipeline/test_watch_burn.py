"""When an error budget burns too fast, at which pace, and when that is said once more."""

from datetime import timedelta

import pytest

from bot.analysis.objectives import PACES, WINDOWS
from bot.model.errors import Rejected
from bot.model.series import Point
from bot.model.watch import BURN, Mark, Watch, WatchId
from bot.pipeline import watch_burn
from bot.pipeline.watch_burn import checked, over, reached
from bot.pipeline.watch_reading import begun
from bot.pipeline.watch_words import Around
from tests.fakes import NOON

MINUTE = timedelta(minutes=1)
QUERY = "sum by (service) (rate(failed[5m])) / sum by (service) (rate(every[5m]))"
WATCH = Watch(WatchId("W1"), "error budget (ABC)", QUERY, NOON, kind=BURN, unit="ratio", above=0.02)


@pytest.mark.parametrize(
    ("rates", "paces"),
    [
        ((20, 20, 20, 20, 20), 3),
        ((20, 20, 14, 20, 20), 2),  # the last hour is slower than the last five minutes
        ((1, 1, 14, 20, 20), 1),  # it is over, and much of the budget is gone
        ((0, 0, 0, 0, 5), 0),
        ((20, 20, 20, 0.5, 0.5), 3),
        ((0.9,) * 5, 0),
        ((float("nan"),) * 5, 0),
    ],
)
def test_both_windows_of_a_pace_have_to_burn(rates, paces):
    assert reached(dict(zip(WINDOWS, rates, strict=True))) == paces


def test_the_windows_are_those_of_the_practice():
    assert [(one.short, one.long, one.rate) for one in PACES] == [
        (5 * MINUTE, 60 * MINUTE, 14.4), (30 * MINUTE, 360 * MINUTE, 6.0), (360 * MINUTE, 4320 * MINUTE, 1.0),
    ]  # fmt: skip
    assert over(QUERY, timedelta(days=3)).count("[259200s]") == 2


@pytest.mark.parametrize(
    ("paces", "told_at", "news"),
    [
        ((0, 0, 0), None, ""),
        ((0, 1, 1), None, "firing"),
        ((0, 1, 1), 2, ""),
        ((1, 1, 3), 1, "firing"),  # faster than it was told
        ((3, 3, 1), 1, ""),
        ((1, 1, 0, 0, 0, 0, 0), 1, "resolved"),
    ],
)
def test_it_is_told_once_and_again_when_it_burns_faster(paces, told_at, news):
    series = begun(WATCH, {"service": "checkout"})
    if told_at is not None:
        series.told = Mark(WATCH.id, series.key, NOON + told_at * MINUTE, open=True)
    series.take(Point(NOON + place * MINUTE, float(pace)) for place, pace in enumerate(paces))
    assert series.news(NOON + len(paces) * MINUTE) == news


@pytest.mark.parametrize(("query", "objective"), [(QUERY, None), (QUERY, 0.0), ("rate(failed[1h])", 0.01)])
def test_a_budget_needs_an_objective_and_a_rate(query, objective):
    with pytest.raises(Rejected):
        checked(query, objective)


def test_its_figures_are_said():
    series = begun(WATCH, {"service": "checkout"})
    series.take([Point(NOON, 3.0), Point(NOON + MINUTE, 3.0)])
    rates = dict.fromkeys(WINDOWS, 20.0)
    signal = watch_burn.firing(WATCH, series, rates, PACES[0], Around(), "")
    assert signal.severity == "high"
    assert signal.expression == QUERY.replace("5m", "300s")
    assert signal.labels["service"] == "checkout"
    assert signal.description.splitlines() == [
        "error budget (ABC) of checkout burns 20 times as fast as it may, 14.4 times or more over the last 5 min "
        "and over the last 1 h, since 12:01 UTC.",
        "What: the error budget burns too fast; of all requests 2 % may fail.",
        "At this pace what may fail in 30 d has failed after 1 d 12 h.",
        "Nothing that I can read coincides with it.",
        "Confidence: certain, it is counted against the objective that was set.",
        "Next: ask “why does checkout fail?”",
    ]
