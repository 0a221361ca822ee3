"""Long spans in pieces that a source can take at once, and their answers put together again."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from bot.model.series import Point, Series

PIECE = timedelta(hours=168)  # rows QT-07 and CONF-27
LONGEST = timedelta(days=31)


def pieces(start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The oldest first; the last may be shorter."""
    while start < end:
        yield start, min(start + PIECE, end)
        start += PIECE


def step(length: timedelta) -> timedelta:
    """Five minutes, in which a breach is still seen, as long as the points stay few enough."""
    return timedelta(minutes=1) if length <= timedelta(hours=3) else timedelta(minutes=5 if length <= PIECE else 15)


def joined(found: Sequence[Sequence[Series]]) -> dict[tuple[tuple[str, str], ...], list[Point]]:
    """The points of each series by its labels; where two pieces meet, a point counts once."""
    whole: dict[tuple[tuple[str, str], ...], list[Point]] = {}
    for piece in found:
        for series in piece:
            points = whole.setdefault(tuple(sorted(series.labels.items())), [])
            points += [point for point in series.points if not points or point.at > points[-1].at]
    return whole
