"""What every drawing of a chart needs first: few enough instants, their names, and one unit that people say."""

import math
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.model import figures
from bot.model.reply import Bars, Chart
from bot.model.series import Point, Series

_DAY = timedelta(days=1)
_WITHIN_A_DAY, _OVER_DAYS = ("%H:%M", "%H:%M:%S"), ("%m-%d %H:%M", "%m-%d %H:%M:%S")


def finite(series: Series) -> list[Point]:
    return [point for point in series.points if math.isfinite(point.value)]


def lines(chart: Chart) -> list[Series]:
    """The series that have something to draw, in a unit that people say, and each threshold as a level line."""
    drawn = [replace(one, points=tuple(points)) for one in chart.series if (points := finite(one))]
    if not drawn:
        return []
    levels = [] if chart.shape == "bar" else [one for one in chart.thresholds if math.isfinite(one.value)]
    instants = sorted({point.at for one in drawn for point in one.points})
    for level in levels:
        at_all = tuple(Point(at, level.value) for at in instants)
        drawn.append(Series(f"{level.label} {figures.measured(level.value, drawn[0].unit)}", at_all, drawn[0].unit))
    factor, unit = figures.axis(drawn[0].unit, max(abs(point.value) for one in drawn for point in one.points))
    return [replace(one, unit=unit, points=_times(factor, one.points)) for one in drawn]


def _times(factor: float, points: tuple[Point, ...]) -> tuple[Point, ...]:
    return points if factor == 1 else tuple(Point(point.at, point.value * factor) for point in points)


def columns(bars: Bars) -> Bars:
    """The same in a unit that people say."""
    sizes = [abs(value) for group in bars.groups for value in group.values if math.isfinite(value)]
    factor, unit = figures.axis(bars.unit, max(sizes, default=0.0))
    groups = (replace(one, values=tuple(value * factor for value in one.values)) for one in bars.groups)
    return replace(bars, groups=tuple(groups), unit=unit)


def piled(series: Sequence[Series]) -> list[Series]:
    """Each on top of those before it, at the instants of each; what is missing adds nothing."""
    below: dict[datetime, float] = {}
    tops = []
    for one in series:
        points = []
        for point in one.points:
            if math.isfinite(point.value):
                below[point.at] = below.get(point.at, 0.0) + point.value
            points.append(replace(point, value=below.get(point.at, 0.0)))
        tops.append(replace(one, points=tuple(points)))
    return tops


def thinned(series: Sequence[Sequence[Point]], most: int, marked: Collection[datetime] = ()) -> list[datetime]:
    """At most so many instants, the same for every line. Kept first are the first and the last of all, what is
    marked, and each line's least, greatest, first and last; the others are taken evenly."""
    instants = sorted({point.at for line in series for point in line})
    if len(instants) <= most:
        return instants
    kept = {instants[0], instants[-1]}
    for at in (*_nearest(instants, marked), *_ends(series)):
        if len(kept) < most:
            kept.add(at)
    others = [at for at in instants if at not in kept]
    free = most - len(kept)
    kept |= {others[(2 * turn + 1) * len(others) // (2 * free)] for turn in range(free)}
    return sorted(kept)


def labels(instants: Sequence[datetime], zone: str = "UTC") -> list[str]:
    """Short, different from each other, and of the day only where that says it all."""
    ats = [at.astimezone(where(zone)) for at in instants]
    if len(ats) > 1 and all(at.time() == ats[0].time() for at in ats) and ats[-1].date() != ats[0].date():
        return [f"{at:%Y-%m-%d}" for at in ats]
    within_a_day = not ats or instants[-1] - instants[0] < _DAY
    for pattern in _WITHIN_A_DAY if within_a_day else _OVER_DAYS:
        named = [at.strftime(pattern) for at in ats]
        if len(set(named)) == len(named):
            return named
    return [f"{number} · {at:%H:%M:%S}" for number, at in enumerate(ats, 1)]


def where(zone: str) -> ZoneInfo:
    try:
        return ZoneInfo(zone)
    except (KeyError, OSError, ValueError):  # a name that this machine does not know is no reason to draw nothing
        return ZoneInfo("UTC")


def is_annotated(chart: Chart) -> bool:
    """It has what no platform's own chart can show."""
    return bool(chart.marks or chart.bands)


def _nearest(instants: Sequence[datetime], marked: Collection[datetime]) -> Iterator[datetime]:
    for at in sorted(marked):
        yield min(instants, key=lambda one: abs(one - at))


def _ends(series: Sequence[Sequence[Point]]) -> Iterator[datetime]:
    """The extremes of every line come before its ends, for these are mostly kept already."""
    known = [line for line in series if line]
    for line in known:
        yield min(line, key=lambda point: point.value).at
        yield max(line, key=lambda point: point.value).at
    for line in known:
        yield min(line, key=lambda point: point.at).at
        yield max(line, key=lambda point: point.at).at
