"""One series of a watch: what it was, what is strange about it, and what of that is news. Pure."""

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from bot.analysis.detector import Detector, Verdict
from bot.model.series import Point
from bot.model.watch import Mark

BEYOND, WITHIN = 2, 5  # points in a row beyond a limit that open it, and within that end it
FRESH = timedelta(hours=6)  # what began earlier is no news to somebody who was never told of it
GONE = timedelta(minutes=30)  # without a value: it is not strange any more, it is not there any more
KEPT = 12_000  # points, a little more than eight days of minutes
SPARE = 1_440


@dataclass(slots=True)
class WatchSeries:
    labels: Mapping[str, str]
    detector: Detector
    above: float | None = None
    below: float | None = None
    key: str = ""
    told: Mark | None = None
    opened_at: datetime | None = None  # of the newest news that it is strange
    score: float = 0.0  # at that point
    worse: bool = False  # it was told, and has become stranger since
    beyond: int = 0  # points in a row
    within: int = 0
    broken: bool = False  # a limit
    began_at: datetime | None = None  # of what is open
    heard_at: datetime | None = None  # its source was away, and answers since then
    openings: list[datetime] = field(default_factory=list)  # when it would have been told, were it watched all along
    at: "array[float]" = field(default_factory=lambda: array("d"))
    values: "array[float]" = field(default_factory=lambda: array("d"))

    @property
    def last_at(self) -> datetime | None:
        return datetime.fromtimestamp(self.at[-1], UTC) if self.at else None

    @property
    def strange(self) -> bool:
        return self.detector.vigil.open or self.broken

    @property
    def usual(self) -> float | None:
        return self.detector.strangeness.usual

    def take(self, points: Iterable[Point]) -> None:
        for one in points:
            verdict = self._judged(one.at.timestamp(), one.value)
            if not verdict.used:
                continue
            self.at.append(one.at.timestamp())
            self.values.append(one.value)
            opens = self._against_limits(one.value)
            if opens or verdict.news in ("opened", "worse"):
                self.worse = self.opened_at is not None
                if opens or verdict.news == "opened":
                    self.openings.append(one.at)
                    self.began_at = one.at
                self.opened_at, self.score = one.at, verdict.score
            elif not self.strange:
                self.worse = False
        if len(self.at) > KEPT + SPARE:
            del self.at[:-KEPT], self.values[:-KEPT]

    def news(self, now: datetime) -> str:
        """`firing`, `resolved`, or nothing: how it is, held against what was told."""
        gone = self.last_at is not None and now - self.last_at >= GONE
        newer = self.told is None or (self.opened_at is not None and self.opened_at > self.told.told_at)
        if self.told is not None and self.told.open:
            if gone or not self.strange:
                return "resolved"
            return "firing" if self.worse and newer else ""
        if gone or not self.strange or self.opened_at is None:
            return ""
        fresh = newer and now - self.opened_at <= FRESH
        return "firing" if fresh or self.broken else ""  # a limit is a limit, however long it has been broken

    def history(self) -> Sequence[Point]:
        """As it is judged: of what only grows, how fast it did."""
        points = [Point(datetime.fromtimestamp(at, UTC), value) for at, value in zip(self.at, self.values, strict=True)]
        return rates(points) if self.detector.kind.counts else points

    def _against_limits(self, value: float) -> bool:
        """Whether a limit is broken anew."""
        outside = self._outside(value)
        self.beyond = self.beyond + 1 if outside else 0
        self.within = 0 if outside else self.within + 1
        before = self.broken
        if self.beyond >= BEYOND:
            self.broken = True
        elif self.within >= WITHIN:
            self.broken = False
        return self.broken and not before

    def _judged(self, at: float, value: float) -> Verdict:
        return self.detector.take(at, value)

    def _outside(self, value: float) -> bool:
        return (self.above is not None and value > self.above) or (self.below is not None and value < self.below)

    @property
    def forgettable(self) -> bool:
        """Where it has had no value for long."""
        return True


def rates(points: Sequence[Point]) -> Sequence[Point]:
    return [
        Point(after.at, (after.value - before.value) / (after.at - before.at).total_seconds())
        for before, after in pairwise(points)
        if after.value >= before.value
    ]
