"""What is known of one watch while it is swept: its series, how far they were read, and how it is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.model.series import Series
from bot.model.tenant import TenantId
from bot.model.watch import MOST_SERIES, Mark, Standing, Watch, series_key
from bot.pipeline.watch_reading import begun
from bot.pipeline.watch_series import WatchSeries

MISSED = 3  # steps without a value
FORGOTTEN = timedelta(days=1)  # a series without a value for so long


@dataclass(slots=True, eq=False)
class WatchMemory:
    tenant: TenantId
    watch: Watch
    standing: Standing
    series: dict[str, WatchSeries] = field(default_factory=dict)
    read_to: datetime | None = None  # the last point that was asked for; None: its past is not learnt yet
    swept_at: datetime | None = None
    more: bool = False  # series than one watch takes
    marks: dict[str, Mark] = field(default_factory=dict)  # of series that are not there

    @property
    def learnt(self) -> bool:
        return self.read_to is not None

    def same(self, watch: Watch) -> bool:
        """Whether what was learnt still holds."""
        mine, new = self.watch, watch
        return (mine.query, mine.kind, mine.weeks, mine.step, mine.datasource) == (
            new.query, new.kind, new.weeks, new.step, new.datasource,
        )  # fmt: skip

    def change(self, watch: Watch) -> None:
        self.watch = watch
        for one in self.series.values():
            one.above, one.below = watch.above, watch.below

    def take(self, rows: Iterable[Series]) -> None:
        self.more = False
        for row in rows:
            key = series_key(row.labels)
            known = self.series.get(key)
            if known is None:
                if len(self.series) >= MOST_SERIES:
                    self.more = True
                    continue
                known = self.series[key] = begun(self.watch, row.labels)
                known.told = self.marks.pop(key, None)
            known.take(row.points)

    def hear(self, now: datetime) -> None:
        """The source was away, and answers again."""
        for one in self.series.values():
            one.heard_at = now

    def forget(self, now: datetime) -> None:
        long = [key for key, one in self.series.items() if one.last_at and now - one.last_at > FORGOTTEN]
        for key in long:
            if self.series[key].forgettable:
                del self.series[key]

    def tell(self, marks: Sequence[Mark]) -> None:
        """What was told before this process began."""
        for mark in marks:
            if known := self.series.get(mark.series):
                known.told = mark
            elif mark.open:
                self.marks[mark.series] = mark

    def news(self, now: datetime) -> list[tuple[WatchSeries, str]]:
        found = ((one, one.news(now)) for one in self.series.values())
        return [(one, what) for one, what in found if what]

    @property
    def seen(self) -> Standing:
        """Of what has no value any more nothing is known, however quiet it was."""
        lately = sum(one.last_at is not None and self._lately(one.last_at) for one in self.series.values())
        return Standing("watching" if lately else "empty", lately)

    def _lately(self, at: datetime) -> bool:
        return self.read_to is not None and self.read_to - at <= MISSED * self.watch.step


def floored(at: datetime, step: timedelta) -> datetime:
    """On the grid that every replica reads, so that a replay sees the same points."""
    seconds = step.total_seconds()
    return datetime.fromtimestamp(at.timestamp() // seconds * seconds, UTC)
