from datetime import UTC, datetime, timedelta

import pytest

from bot.analysis.forecast import Foreseen, Unforeseeable
from bot.pipeline.forecast_words import sentence

AT = datetime(2026, 3, 19, 14, tzinfo=UTC)
HOUR = timedelta(hours=1)


def found(before: int, after: int, tries: int = 10) -> Foreseen:
    return Foreseen(AT, AT - before * HOUR, AT + after * HOUR, min(8, tries), tries, AT - 200 * HOUR)


@pytest.mark.parametrize(
    ("forecast", "zone", "says"),
    [
        (
            found(5, 8),
            "UTC",
            "disk meets 90 % on Thursday, 19 March 14:00, between 09:00 and 22:00 (UTC). "
            "8 of 10 such intervals held here.",
        ),
        (
            found(5, 12),
            "Europe/Vienna",
            "disk meets 90 % on Thursday, 19 March 15:00, between 10:00 and Friday, 20 March 03:00 (Europe/Vienna). "
            "8 of 10 such intervals held here.",
        ),
        (
            found(100, 100, tries=0),
            "UTC",
            "disk meets 90 % on 2026-03-19 14:00, between 2026-03-15 10:00 and 2026-03-23 18:00 (UTC). "
            "No such interval is known yet.",
        ),
        (
            Unforeseeable("falls back before"),
            "UTC",
            "It is not foreseeable when disk meets 90 %: it has always fallen back before.",
        ),
    ],
)
def test_the_moment_the_interval_and_the_record(forecast, zone, says):
    assert sentence("disk", "90 %", forecast, zone) == says
