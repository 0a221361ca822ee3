"""How far a value is from everything seen so far, and how rare such a distance is in this series' own past.

A view keeps up to `KEPT` of its values in order, thinned in the middle and never at the ends, and the largest distances
that new values had to their nearest neighbour. Beyond the largest of these the tail is fitted: the milder of an
exponential and a Pareto, so that neither a calm nor a wild series is taken for the other.
"""

import math
from array import array
from bisect import bisect_left, insort
from collections import deque
from dataclasses import dataclass, field
from typing import Any, TypeAlias

KEPT = 4000
TAIL = 400  # distances that are kept
FIRST = 8  # values before a distance says anything
A_RECORD = 0.05  # of the neighbour's own way from the middle: less is a record, and no news
REFIT = 8  # changes of the tail
_DECADE = 1 / math.log(10)

State: TypeAlias = dict[str, Any]


@dataclass(slots=True)
class Tail:
    share: float = 0.05  # of all distances, that are in the tail
    apart: int = 0  # points that two large distances lie apart to count as two
    top: "array[float]" = field(default_factory=lambda: array("d"))
    count: int = 0
    last: int = -1
    peak: float = 0.0
    floor: float = 0.0  # no smaller distance is looked at,
    full: float = 0.0  # until so many were counted
    changes: int = REFIT
    fit: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)

    def take(self, distance: float) -> float:
        """The decades of rarity of this distance: 2 is once in a hundred points. It is learnt afterwards."""
        self.count += 1
        if distance <= 0:
            return 0.0
        top = self.top
        beyond = not top or distance > top[0]
        rarity = self._rarity(distance) if top and beyond else math.log10(self.count) if beyond else 0.0
        if beyond or len(top) < self.share * self.count:
            self._learn(distance)
        return rarity

    def _rarity(self, distance: float) -> float:
        if self.changes >= REFIT:
            self._refit()
        start, mean, slope, often = self.fit
        if distance <= start:
            return often
        exponential = (distance - start) / mean if mean > 0 else math.inf
        pareto = math.log(distance / start) / slope if slope > 0 else math.inf
        milder = min(exponential, pareto)
        return often + (milder * _DECADE if milder < math.inf else 1.0)

    def _refit(self) -> None:
        top, size = self.top, len(self.top)
        start = top[0]
        slope = sum(map(math.log, top)) / size - math.log(start)
        self.fit = (start, sum(top) / size - start, slope, -math.log10(size / self.count))
        self.changes = 0

    def _learn(self, distance: float) -> None:
        top = self.top
        same = self.last >= 0 and self.count - self.last <= self.apart
        self.last = self.count
        if same and distance <= self.peak:
            return
        if same:
            place = bisect_left(top, self.peak)
            if place < len(top) and top[place] == self.peak:
                del top[place]
        insort(top, distance)
        self.peak = distance
        self.changes += 1
        if len(top) > min(self.share * self.count + 3, TAIL):
            del top[0]
        self.floor, self.full = top[0], len(top) / self.share


@dataclass(slots=True)
class View:
    """One way to look at a series: each new value is judged, then learnt, at once or `delay` points later."""

    delay: int = 0
    side: int = 0  # 1: only what is high is strange, -1: only what is low
    tail: Tail = field(default_factory=Tail)
    seen: "array[float]" = field(default_factory=lambda: array("d"))
    waiting: deque[float] = field(default_factory=deque)

    def take(self, value: float) -> float:
        seen = self.seen
        place, size = bisect_left(seen, value), len(seen)
        rarity = self._judge(value, place, size) if size >= FIRST else 0.0
        if not self.delay:
            seen.insert(place, value)
        else:
            self.waiting.append(value)
            if len(self.waiting) <= self.delay:
                return rarity
            insort(seen, self.waiting.popleft())
        if size >= KEPT:
            self._thin()
        return rarity

    def _judge(self, value: float, place: int, size: int) -> float:
        seen, tail = self.seen, self.tail
        neighbour = seen[place] if place < size else seen[-1]
        if neighbour == value:
            tail.count += 1
            return 0.0
        if 0 < place < size and value - seen[place - 1] < neighbour - value:
            neighbour = seen[place - 1]
        distance, middle = abs(value - neighbour), seen[size // 2]
        usual = distance <= tail.floor and tail.count < tail.full
        if usual or self.side * (value - middle) < 0:
            tail.count += 1  # nothing to learn from it
            return 0.0
        rarity = tail.take(distance)
        way = A_RECORD * abs(neighbour - middle)
        return rarity * distance / way if rarity and distance < way else rarity

    def _thin(self) -> None:
        """Every other value goes, but for the outer tenth."""
        ends = KEPT // 20
        self.seen[ends:-ends] = self.seen[ends:-ends:2]

    def kept(self) -> State:
        tail = self.tail
        return {
            "seen": list(self.seen),
            "waiting": list(self.waiting),
            "top": list(tail.top),
            "count": tail.count,
            "last": tail.last,
            "peak": tail.peak,
        }

    def restore(self, kept: State) -> None:
        self.seen, self.waiting = array("d", kept["seen"]), deque(kept["waiting"])
        tail = self.tail
        tail.top, tail.count, tail.last, tail.peak = array("d", kept["top"]), kept["count"], kept["last"], kept["peak"]
        tail.floor, tail.full, tail.changes = 0.0, 0.0, REFIT
