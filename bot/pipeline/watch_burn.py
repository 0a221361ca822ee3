"""A watch of an error budget: how fast it burns, in several windows at once, against the objective that people set.

The query is a share of failures over five minutes; the same is read over each of the windows. A budget that burns is
told as certain, and once more when it burns at a faster pace than was told.
"""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeAlias

from bot.analysis.detector import Verdict
from bot.analysis.objectives import PACES, PERIOD, WINDOWS, Pace, burning, lasts
from bot.model import figures
from bot.model.errors import Rejected
from bot.model.series import Point, Series
from bot.model.severity import Severity
from bot.model.signal import Signal
from bot.model.watch import Watch, series_key
from bot.pipeline import watch_words
from bot.pipeline.watch_series import WatchSeries
from bot.pipeline.watch_words import Around
from bot.ports.tools import MetricsSource

OVER = "[5m]"  # as the query is written
SEVERITY = (Severity.HIGH, Severity.MEDIUM, Severity.LOW)  # by pace
WHAT = "the error budget burns too fast"

Rates: TypeAlias = Mapping[timedelta, float]  # of burn, by window


@dataclass(slots=True)
class BurnSeries(WatchSeries):
    """Its values are how many paces are reached: 0 is none, 3 the fastest."""

    reached: float = 0.0  # since it burns

    def _judged(self, _: float, value: float) -> Verdict:
        before = self.reached if self.broken else 0.0
        faster = self.broken and value > before
        self.reached = max(value, before)
        return Verdict(0.0, "worse" if faster else None)

    def _outside(self, value: float) -> bool:
        return value > 0


def checked(query: str, objective: float | None) -> None:
    if not objective or OVER not in query:
        raise Rejected(
            "An error budget needs a share of failures over [5m], and an objective.",
            advice="Give the objective as a limit, such as above 1 %.",
        )


def over(query: str, window: timedelta) -> str:
    return query.replace(OVER, f"[{round(window.total_seconds())}s]")


async def read(source: MetricsSource, watch: Watch, start: datetime, end: datetime) -> Sequence[Series]:
    """How many paces each series has reached, at each step."""
    found: dict[str, dict[datetime, dict[timedelta, float]]] = defaultdict(lambda: defaultdict(dict))
    rows: dict[str, Series] = {}
    reads = (source.range(over(watch.query, window), start, end, watch.step) for window in WINDOWS)
    for window, every in zip(WINDOWS, await asyncio.gather(*reads), strict=True):
        for row in every:
            key = series_key(row.labels)
            rows.setdefault(key, row)
            for point in row.points:
                found[key][point.at][window] = point.value / (watch.above or 1.0)
    return [replace(row, points=_paces(found[key])) for key, row in rows.items()]


def _paces(found: Mapping[datetime, Rates]) -> tuple[Point, ...]:
    return tuple(Point(at, float(reached(rates))) for at, rates in sorted(found.items()))


def reached(rates: Rates) -> int:
    pace = burning(rates)
    return len(PACES) - PACES.index(pace) if pace else 0


async def rates(source: MetricsSource, watch: Watch, key: str, at: datetime) -> Rates:
    reads = (source.instant(over(watch.query, window), at) for window in WINDOWS)
    found = {}
    for window, every in zip(WINDOWS, await asyncio.gather(*reads), strict=True):
        for row in every:
            if series_key(row.labels) == key and row.points:
                found[window] = row.points[-1].value / (watch.above or 1.0)
    return found


def firing(watch: Watch, series: WatchSeries, rates: Rates, pace: Pace, around: Around, link: str) -> Signal:
    name, now = watch_words.title(watch, series.labels), rates[pace.short]
    since = series.began_at or series.opened_at
    assert since is not None
    objective = figures.measured(watch.above or 0.0, "ratio")
    short, long, times = figures.span(pace.short), figures.span(pace.long), f"{pace.rate:g}"
    lines = [
        f"{name} burns {figures.plain(round(now, 1))} times as fast as it may, {times} times or more over the "
        f"last {short} and over the last {long}, since {since:%H:%M} UTC.",
        f"{watch_words.WHAT}{WHAT}; of all requests {objective} may fail.",
        f"At this pace what may fail in {figures.span(PERIOD)} has failed after {figures.span(_left(now))}.",
        *watch_words.around_lines(around),
        f"{watch_words.SURE}certain, it is counted against the objective that was set.",
        f"{watch_words.NEXT}{watch_words.next_step(watch, series.labels)}",
    ]
    return watch_words.certain(
        watch, series.labels, series.key, since, lines,
        severity=SEVERITY[PACES.index(pace)],
        measured=f"{figures.plain(round(now, 1))} times as fast as it may",
        normal=f"below {times} times",
        expression=over(watch.query, pace.short),
        link=link,
    )  # fmt: skip


def _left(rate: float) -> timedelta:
    return lasts(1.0, rate) or PERIOD
