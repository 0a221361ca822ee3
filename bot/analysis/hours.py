"""What the same hour usually was, on the days and in the weeks before, by the clock on the wall."""

import math
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo

from bot.analysis.novelty import State

HOUR, DAY, WEEK = 3600, 86400, 604800
WEEKS = 4  # that are kept


@dataclass(slots=True)
class Hours:
    """The mean of each hour of the last weeks. Summer time moves the clock, and the hours with it."""

    zone: tzinfo | None = None
    means: dict[int, tuple[float, int]] = field(default_factory=dict)  # sum and count, by the hour on the wall
    current: int = 0  # hour on the wall
    until: float = -math.inf  # when it ends
    total: float = 0.0  # of the current hour
    count: int = 0
    of_day: float | None = None  # the median of the same hour of the seven days before
    of_week: float | None = None  # the mean of the same hour of the four weeks before

    def enter(self, at: float) -> None:
        """Makes `of_day` and `of_week` those of this moment."""
        if at < self.until:
            return
        if self.count:
            self._keep()
        offset = datetime.fromtimestamp(at, UTC).astimezone(self.zone).utcoffset() if self.zone else None
        wall = at + (offset.total_seconds() if offset else 0.0)
        self.current, self.until = int(wall // HOUR), at - wall % HOUR + HOUR
        self._look(self.current)

    def _keep(self) -> None:
        total, count = self.means.get(self.current, (0.0, 0))
        self.means[self.current] = (total + self.total, count + self.count)
        self.total, self.count = 0.0, 0

    def _look(self, hour: int) -> None:
        means = self.means
        for old in [one for one in means if one < hour - 24 * 7 * WEEKS]:
            del means[old]
        days = sorted(total / count for back in range(24, 169, 24) for total, count in _at(means, hour - back))
        weeks = [total / count for back in range(168, 168 * WEEKS + 1, 168) for total, count in _at(means, hour - back)]
        self.of_day = days[len(days) // 2] if days else None
        self.of_week = sum(weeks) / len(weeks) if weeks else None

    def learn(self, value: float) -> None:
        self.total += value
        self.count += 1

    def kept(self) -> State:
        means = [(hour, total, count) for hour, (total, count) in self.means.items()]
        return {"means": means, "current": self.current, "total": self.total, "count": self.count}

    def restore(self, kept: State) -> None:
        self.means = {int(hour): (total, count) for hour, total, count in kept["means"]}
        self.current, self.total, self.count = kept["current"], kept["total"], kept["count"]
        self.until = -math.inf


def _at(means: dict[int, tuple[float, int]], hour: int) -> tuple[tuple[float, int], ...]:
    found = means.get(hour)
    return (found,) if found else ()
