"""How often a bot may call: the published windows, on the clock that is handed in."""

import math
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from bot.ports.services import Clock

Operation: TypeAlias = Literal["send", "create", "read", "reaction", "stream", "tenant"]
Windows: TypeAlias = tuple[tuple[float, int], ...]

_PER_CONVERSATION: Windows = ((1, 7), (2, 8), (30, 60), (3600, 1800))
WINDOWS: Mapping[Operation, Windows] = {
    "send": _PER_CONVERSATION,
    "create": _PER_CONVERSATION,
    "read": ((1, 14), (2, 16), (30, 120), (3600, 3600)),
    "reaction": ((1, 2),),
    "stream": ((1, 1),),
    "tenant": ((1, 50),),
}


class Throttle:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._calls: dict[tuple[Operation, str], list[datetime]] = defaultdict(list)

    def take(self, wanted: Mapping[tuple[Operation, str], int]) -> int:
        """Takes all of it and returns 0, or takes nothing and returns the seconds to wait."""
        now = self._clock.now()
        wait = max((self._wait(lane, count, now) for lane, count in wanted.items()), default=0.0)
        if wait > 0:
            return max(1, math.ceil(wait))
        for lane, count in wanted.items():
            self._calls[lane].extend([now] * count)
        return 0

    def _wait(self, lane: tuple[Operation, str], count: int, now: datetime) -> float:
        windows = WINDOWS[lane[0]]
        calls = self._calls[lane]
        del calls[: bisect_right(calls, now - timedelta(seconds=windows[-1][0]))]
        wait = 0.0
        for seconds, limit in windows:
            span = timedelta(seconds=seconds)
            first = bisect_right(calls, now - span)
            excess = len(calls) - first + count - limit
            if excess > 0:
                # Room appears when the oldest of the surplus leaves the window.
                frees = calls[min(first + excess, len(calls)) - 1] if calls[first:] else now
                wait = max(wait, (frees + span - now).total_seconds())
        return wait
