"""What measures were over a span: one figure each, and the course of one of them."""

import asyncio
import math
from collections.abc import Mapping, Sequence
from datetime import timedelta
from statistics import fmean

from bot.model.series import Point, Series
from bot.ports.tools import MetricsSource
from bot.query import long_spans
from bot.query.measures import WINDOW, Measure, write
from bot.query.ranges import Range


async def figures_over(
    source: MetricsSource, measures: Sequence[Measure], where: Mapping[str, str], range_: Range
) -> list[float]:
    """NaN where the source has nothing."""
    return list(await asyncio.gather(*(_figure(source, one, where, range_) for one in measures)))


async def _figure(source: MetricsSource, measure: Measure, where: Mapping[str, str], range_: Range) -> float:
    """Amounts are summed; what is measured over a window is measured over the whole span, as far as that is one
    piece; everything else is the mean of its course."""
    narrowed = {label: value for label, value in where.items() if label in measure.labels}
    if measure.over or ("{w}" in measure.query and range_.length <= long_spans.PIECE):
        asked = (
            source.instant(write(measure, narrowed, "", end - start), end)
            for start, end in long_spans.pieces(range_.start, range_.end)
        )
        found = [one[0].points[-1].value for one in await asyncio.gather(*asked) if one and one[0].points]
        known = [value for value in found if not math.isnan(value)]
        return sum(known) if known else math.nan
    values = [one.value for one in await course(source, measure, narrowed, range_) if not math.isnan(one.value)]
    return fmean(values) if values else math.nan


async def course(source: MetricsSource, measure: Measure, where: Mapping[str, str], range_: Range) -> Sequence[Point]:
    """Amounts in buckets, the rest at its instants."""
    narrowed = {label: value for label, value in where.items() if label in measure.labels}
    step = range_.step(24 if measure.over else 120)
    window = step if measure.over else max(step, WINDOW)
    query = write(measure, narrowed, "", window)
    return _first(await source.range(query, range_.start, range_.end, step))


async def hourly(source: MetricsSource, measure: Measure, where: Mapping[str, str], range_: Range) -> list[Point]:
    """One value for each whole hour, at its beginning."""
    hour = timedelta(hours=1)
    narrowed = {label: value for label, value in where.items() if label in measure.labels}
    first = range_.start.replace(minute=0, second=0, microsecond=0)
    first += hour if first < range_.start else timedelta(0)
    query = write(measure, narrowed, "", hour)
    if first + hour > range_.end:
        return []
    found = _first(await source.range(query, first + hour, range_.end, hour))
    return [Point(one.at - hour, one.value) for one in found]


def _first(found: Sequence[Series]) -> Sequence[Point]:
    return found[0].points if found else ()
