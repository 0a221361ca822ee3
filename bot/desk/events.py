"""How many lines there were over a time, by level, and when the most. Counted by the source, none is read for it."""

import asyncio
import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from bot.model.errors import Rejected
from bot.model.figures import span
from bot.model.series import Point, Series
from bot.ports.tools import LogsSource
from bot.query import long_spans
from bot.query.log_levels import Level, order
from bot.query.log_queries import BAD, OTHER, Streams
from bot.query.ranges import Range

BUCKETS, FINEST = 30, timedelta(minutes=1)  # about so many of a timeline, and none shorter
FAR, MANY = 3, 10  # a peak that stands out: so many times the usual bucket, and at least so many lines


@dataclass(frozen=True, slots=True)
class Slice:
    level: str  # as the source calls it
    count: int
    course: tuple[Point, ...]  # how many by each instant, since the one before


@dataclass(frozen=True, slots=True)
class Peak:
    start: datetime
    end: datetime
    count: int
    since: datetime  # from then on without a pause at least half of it
    stands_out: bool


@dataclass(frozen=True, slots=True)
class Counted:
    slices: tuple[Slice, ...]  # the worst level first
    step: timedelta
    query: str  # that counted them all

    @property
    def total(self) -> int:
        return sum(one.count for one in self.slices)

    @property
    def shares(self) -> tuple[int, ...]:
        """In whole per cent that make a hundred."""
        return percents([one.count for one in self.slices])

    @property
    def first(self) -> datetime | None:
        """When the first bucket begins that holds any."""
        held = [point.at for one in self.slices for point in one.course if point.value]
        return min(held) - self.step if held else None

    @property
    def peak(self) -> Peak | None:
        buckets: dict[datetime, float] = defaultdict(float)
        for one in self.slices:
            for point in one.course:
                buckets[point.at] += point.value
        if len(buckets) < 2 or not any(buckets.values()):
            return None
        at = max(buckets, key=lambda when: (buckets[when], when))
        most, lower = buckets[at], [when for when, count in buckets.items() if when < at and count < buckets[at] / 2]
        since = max(lower, default=min(buckets) - self.step)
        usual = median(count for when, count in buckets.items() if when <= since) if lower else most
        return Peak(at - self.step, at, round(most), since, most >= max(MANY, FAR * usual))


async def counted(
    source: LogsSource, streams: Streams, range_: Range, levels: Sequence[Level] = (), containing: str = ""
) -> Counted:
    if range_.length > long_spans.LONGEST:
        raise Rejected(
            f"I look back at most {long_spans.LONGEST.days} days at once, and this is {span(range_.length)}.",
            advice="Ask for a shorter time.",
        )
    step = max(range_.step(BUCKETS), FINEST)
    whole, courses = await asyncio.gather(
        _whole(source, streams, range_, levels, containing), _courses(source, streams, range_, levels, containing, step)
    )
    instants = list(_instants(range_, step))
    slices = [Slice(level, count, _filled(count, courses.get(level, {}), instants)) for level, count in whole.items()]
    slices = [one for one in slices if one.count]
    query = streams.counted(range_.length, levels, containing)
    return Counted(tuple(sorted(slices, key=lambda one: order(one.level))), step, query)


async def total(source: LogsSource, streams: Streams, range_: Range) -> int:
    """Of all levels."""
    return sum((await _whole(source, streams, range_, (), "")).values())


async def _whole(
    source: LogsSource, streams: Streams, range_: Range, levels: Sequence[Level], containing: str
) -> Mapping[str, int]:
    counts: dict[str, int] = defaultdict(int)
    for start, end in long_spans.pieces(range_.start, range_.end):
        found = await source.instant(streams.counted(end - start, levels, containing), end)
        bad = None if streams.told.label or levels else await source.instant(streams.bad(end - start, containing), end)
        for level, points in _by_level(streams, levels, found, bad).items():
            counts[level] += round(sum(point.value for point in points))
    return counts


async def _courses(
    source: LogsSource, streams: Streams, range_: Range, levels: Sequence[Level], containing: str, step: timedelta
) -> Mapping[str, Mapping[datetime, float]]:
    instants = list(_instants(range_, step))
    start = instants[0]
    found = await source.range(streams.counted(step, levels, containing), start, range_.end, step)
    bad = None
    if not streams.told.label and not levels:
        bad = await source.range(streams.bad(step, containing), start, range_.end, step)
    return {
        level: {_nearest(point.at, instants): point.value for point in points}
        for level, points in _by_level(streams, levels, found, bad).items()
    }


def _nearest(at: datetime, instants: Sequence[datetime]) -> datetime:
    """A source answers in milliseconds, or less."""
    return min(instants, key=lambda one: abs(one - at))


def _by_level(
    streams: Streams, levels: Sequence[Level], found: Sequence[Series], bad: Sequence[Series] | None
) -> Mapping[str, Sequence[Point]]:
    if streams.told.label:
        return {one.labels.get(streams.told.label, ""): _finite(one.points) for one in found}
    every = _finite([point for one in found for point in one.points])
    if bad is None:
        return {BAD if levels else OTHER: every}
    worse = {point.at: point.value for one in bad for point in _finite(one.points)}
    rest = [Point(point.at, point.value - worse.get(point.at, 0.0)) for point in every]
    return {BAD: [Point(at, value) for at, value in worse.items()], OTHER: rest}


def _finite(points: Sequence[Point]) -> Sequence[Point]:
    return [point for point in points if math.isfinite(point.value)]


def _instants(range_: Range, step: timedelta) -> Iterator[datetime]:
    """The ends of the buckets; the first one is shorter where the step does not fit."""
    count = max(1, math.ceil(range_.length / step))
    return (range_.end - number * step for number in reversed(range(count)))


def _filled(count: int, course: Mapping[datetime, float], instants: Sequence[datetime]) -> tuple[Point, ...]:
    """A bucket without lines is one with none; the first has what the others leave of the whole."""
    rest = {at: course.get(at, 0.0) for at in instants[1:]}
    first = max(0.0, count - sum(rest.values()))
    return (Point(instants[0], first), *(Point(at, value) for at, value in rest.items()))


def percents(counts: Sequence[int]) -> tuple[int, ...]:
    """By the largest remainders, so that they make a hundred."""
    whole = sum(counts)
    if not whole:
        return tuple(0 for _ in counts)
    exact = [100 * count / whole for count in counts]
    floors = [math.floor(one) for one in exact]
    left = 100 - sum(floors)
    first = sorted(range(len(counts)), key=lambda number: (floors[number] - exact[number], number))
    return tuple(floor + (number in first[:left]) for number, floor in enumerate(floors))
