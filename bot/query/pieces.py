"""A long range cut into pieces that a source answers one by one, and their answers put together again. Pure."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.model import figures
from bot.model.errors import Rejected
from bot.model.series import Point, Series

STEPS = tuple(
    timedelta(seconds=size)
    for size in (1, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400)
)


@dataclass(frozen=True, slots=True)
class Sizes:
    """What one query may ask for."""

    span: timedelta = timedelta(hours=168)
    longest: timedelta = timedelta(days=31)  # of a question, which may take several queries
    points: int = 10_000  # of one series
    series: int = 10_000
    lines: int = 5_000  # as many as Loki gives at once


@dataclass(frozen=True, slots=True)
class Piece:
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Cut:
    step: timedelta
    pieces: tuple[Piece, ...]
    said: tuple[str, ...] = ()  # what is not quite as it was asked


def cut(start: datetime, end: datetime, step: timedelta, sizes: Sizes) -> Cut:
    """Pieces that meet on the points of the whole range and share none of them."""
    if step <= timedelta(0) or end < start:
        raise Rejected("A range needs an end after its start, and a step above zero.", code="bad_data")
    length = end - start
    _bounded(length, sizes)
    wide = wide_enough(length, step, sizes.points)
    pieces = tuple(_pieces(start, end, wide, sizes.span))
    said = []
    if wide != step:
        said.append(f"one point every {figures.span(wide)}, not every {figures.span(step)}")
    if len(pieces) > 1:
        said.append(f"read in {len(pieces)} pieces")
    return Cut(wide, pieces, tuple(said))


def stretches(start: datetime, end: datetime, sizes: Sizes) -> tuple[Piece, ...]:
    """For lines, which stand at any instant: each piece ends where the next one begins."""
    _bounded(end - start, sizes)
    count = max(1, -(-(end - start) // sizes.span))
    return tuple(
        Piece(start + number * sizes.span, min(end, start + (number + 1) * sizes.span)) for number in range(count)
    )


def _bounded(length: timedelta, sizes: Sizes) -> None:
    if length > sizes.longest:
        raise Rejected(
            f"I read {figures.span(sizes.longest)} at most.", code="range", advice="Ask for a part of that time."
        )


def wide_enough(length: timedelta, step: timedelta, points: int) -> timedelta:
    """The step, or the next round one that keeps a series under so many points."""
    if length // step < points:
        return step
    wider = (size for size in STEPS if size > step and length // size < points)
    return next(wider, timedelta(seconds=math.ceil(length.total_seconds() / max(1, points - 1))))


def _pieces(start: datetime, end: datetime, step: timedelta, span: timedelta) -> Iterator[Piece]:
    stride = max(1, span // step) * step
    while start <= end:
        yield Piece(start, min(end, start + stride - step) if end - start > span else end)
        if end - start <= span:
            return
        start += stride


def merge(parts: Iterable[Sequence[Series]]) -> tuple[Series, ...]:
    """Each series once, its points in order and none twice; the parts come in the order of time."""
    found: dict[tuple[str, tuple[tuple[str, str], ...]], tuple[Series, list[Point]]] = {}
    for part in parts:
        for series in part:
            _, points = found.setdefault((series.name, tuple(sorted(series.labels.items()))), (series, []))
            last = points[-1].at if points else None
            points.extend(point for point in series.points if last is None or point.at > last)
    return tuple(
        series if len(series.points) == len(points) else replace(series, points=tuple(points))
        for series, points in found.values()
    )
