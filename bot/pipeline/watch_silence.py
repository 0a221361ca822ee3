"""A watch of silence: a series that was there nearly all the time, and has no value any more. No data is no zero."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.model import figures
from bot.model.series import Point
from bot.model.signal import Signal
from bot.model.watch import Watch
from bot.pipeline import watch_words
from bot.pipeline.watch_series import FRESH, WatchSeries
from bot.pipeline.watch_words import Around

QUIET = timedelta(minutes=10)  # without a value
LONGER, OFTEN = 3, 3  # times as long as it was without one, so often that it is usual; an outage of the source is not
KNOWN = timedelta(days=1)  # it has to have been there for
WHAT = "no data, which is not zero"


@dataclass(slots=True)
class SilenceSeries(WatchSeries):
    first: float = 0.0
    last: float = 0.0
    holes: list[float] = field(default_factory=list)  # the longest, in seconds

    def take(self, points: Iterable[Point]) -> None:
        for one in points:
            at = one.at.timestamp()
            if not self.last:
                self.first = self.last = at
            if at <= self.last:
                continue
            if self._known and at - self.last >= self.patience.total_seconds():
                self.openings.append(datetime.fromtimestamp(self.last, UTC))
            self.holes = sorted((*self.holes, at - self.last))[-OFTEN:]
            self.last = at

    @property
    def last_at(self) -> datetime | None:
        return datetime.fromtimestamp(self.last, UTC) if self.last else None

    @property
    def patience(self) -> timedelta:
        usual = self.holes[0] if len(self.holes) == OFTEN else 0.0
        return max(QUIET, LONGER * timedelta(seconds=usual))

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
        if self.told is not None and self.told.open:
            self.broken = last <= self.told.told_at
            return "" if self.broken else "resolved"
        waited = now - max(last, self.heard_at or last)  # while the source answered
        self.broken = waited >= self.patience and self._known
        if not self.broken or now - last > FRESH or (self.told is not None and last <= self.told.told_at):
            return ""
        self.opened_at = last
        return "firing"


def firing(watch: Watch, series: SilenceSeries, around: Around, link: str, now: datetime) -> Signal:
    name, since = watch_words.title(watch, series.labels), series.opened_at
    assert since is not None
    known = figures.span(timedelta(seconds=series.last - series.first))
    hole = figures.span(max(timedelta(seconds=max(series.holes, default=0.0)), watch.step))
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
