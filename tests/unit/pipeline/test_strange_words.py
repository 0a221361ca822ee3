from datetime import UTC, datetime, timedelta

import pytest

from bot.analysis.explanation import Explanation
from bot.pipeline.strange_words import sentence

AT = datetime(2026, 3, 18, 14, 14, tzinfo=UTC)


def one(**more) -> Explanation:
    parts = {
        "at": AT,
        "current": 0.65,
        "expected": 0.12,
        "basis": "same hours",
        "days": 7,
        "spread": 0.06,
        "since": AT - timedelta(minutes=12),
        "direction": "higher",
        "change": 4.42,
        "points": None,
        "unseen": timedelta(days=21),
    }
    return Explanation(**(parts | more))


@pytest.mark.parametrize(
    ("explanation", "unit", "says"),
    [
        (
            one(),
            "seconds",
            "p95 latency 650 ms, usually 120 ms at this hour (+442 %, 8.8 times the usual spread), "
            "since 14:02 UTC (12 min), highest in 21 d.",
        ),
        (
            one(current=0.031, expected=0.002, spread=0.001, points=2.9, change=None, basis="day before"),
            "ratio",
            "p95 latency 3.1 %, usually 0.2 % on the day before (+2.9 points, 29 times the usual spread), "
            "since 14:02 UTC (12 min), highest in 21 d.",
        ),
        (
            one(current=7, expected=0, spread=1, change=None, since=AT, unseen=None, basis="last hour"),
            "",
            "p95 latency 7, usually 0 in the hour before (from none, 7 times the usual spread), since 14:14 UTC.",
        ),
        (
            one(current=0, expected=9, spread=1, direction="lower", unseen=timedelta(hours=5)),
            "",
            "p95 latency 0, usually 9 at this hour (-100 %, 9 times the usual spread), "
            "since 14:02 UTC (12 min), lowest in 5 h.",
        ),
    ],
)
def test_the_sentence_is_its_parts(explanation, unit, says):
    assert sentence("p95 latency", explanation, unit) == says
