"""A watch of silence: a series that was there nearly all the time, and has no value any more. No data is no zero."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.model import figures
from bot.model.series import Point
from bot.model.signal import Signal
from bot.model.watch import Watch
from bot.pipeline import watch_words
from bot.pipeline.watch_series import FRESH, WatchSeries
from bot.pipeline.watch_words import Around

QUIET = timedelta(minutes=10)  # without a value
LONGER = 3  # times as long as it ever was without one
KNOWN = timedelta(days=1)  # it has to have been there for
WHAT = "no data, which is not zero"


@dataclass(slots=True)
class SilenceSeries(WatchSeries):
    first: float = 0.0
    last: float = 0.0
    longest: float = 0.0  # seconds without a value

    def take(self, points: Iterable[Point]) -> None:
        for one in points:
            at = one.at.timestamp()
            if not self.last:
                self.first = self.last = at
            if at <= self.last:
                continue
            if self._known and at - self.last >= self.patience.total_seconds():
                self.openings.append(datetime.fromtimestamp(self.last, UTC))
            self.longest, self.last = max(self.longest, at - self.last), at

    @property
    def last_at(self) -> datetime | None:
        return datetime.fromtimestamp(self.last, UTC) if self.last else None

    @property
    def patience(self) -> timedelta:
        return max(QUIET, LONGER * timedelta(seconds=self.longest))

    @property
    def forgettable(self) -> bool:
        """What was told as silent ends when there is a value again, however long that takes."""
        return self.told is None or not self.told.open

    @property
    def _known(self) -> bool:
        return self.last - self.first >= KNOWN.total_seconds()

    def news(self, now: datetime) -> str:
        last = self.last_at
        if last is None:
            return ""
        missing = now - last
        self.broken = missing >= self.patience and self._known
        if self.told is not None and self.told.open:
            return "" if missing >= self.patience else "resolved"
        if not self.broken or missing > FRESH or (self.told is not None and last <= self.told.told_at):
            return ""
        self.opened_at = last
        return "firing"


def firing(watch: Watch, series: SilenceSeries, around: Around, link: str, now: datetime) -> Signal:
    name, since = watch_words.title(watch, series.labels), series.opened_at
    assert since is not None
    known = figures.span(timedelta(seconds=series.last - series.first))
    hole = figures.span(max(timedelta(seconds=series.longest), watch.step))
    lines = [
        f"{name} has had no value since {since:%H:%M} UTC ({figures.span(now - since)}); in the {known} before it was "
        f"never without one for longer than {hole}.",
        f"{watch_words.WHAT}{WHAT}.",
        *watch_words.around_lines(around),
        f"{watch_words.SURE}certain, the source answers and has no value.",
        f"{watch_words.NEXT}look whether it still runs and is still scraped.",
    ]
    return watch_words.certain(
        watch, series.labels, series.key, since, lines,
        severity=watch.severity, measured="no data", normal="a value all the time", expression=watch.query, link=link,
    )  # fmt: skip
