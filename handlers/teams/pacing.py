"""How fast Teams may be spoken to: per conversation, and per tenant over all of them."""

from collections import deque
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TypeAlias

from bot.ports.services import Clock

Windows: TypeAlias = Mapping[float, int]
"""Seconds to how many calls."""

CONVERSATION: Windows = {1: 7, 2: 8, 30: 60, 3600: 1800}  # as published for sending
READING: Windows = {1: 14, 2: 16, 30: 120, 3600: 3600}
TENANT: Windows = {1: 50}
SUSTAINED = 0.5  # a second: what CONVERSATION comes to in an hour
KEPT_LANES = 5000


def scaled(windows: Windows, factor: float) -> Windows:
    return {seconds: max(1, round(most * factor)) for seconds, most in windows.items()}


class Pacer:
    """Hands out instants. Reserving needs no lock: nothing is awaited between looking and noting."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lanes: dict[str, deque[datetime]] = {}

    def wait(self, lane: str, windows: Windows) -> timedelta:
        """How long until this call may go; its place in the lane is taken from now on."""
        now = self._clock.now()
        calls = self._lane(lane, windows)
        while calls and calls[0] <= now - timedelta(seconds=max(windows)):
            calls.popleft()
        at = now
        for seconds, most in windows.items():
            if len(calls) >= most:
                at = max(at, calls[-most] + timedelta(seconds=seconds))
        calls.append(at)
        return at - now

    def _lane(self, lane: str, windows: Windows) -> deque[datetime]:
        calls = self._lanes.pop(lane, None)
        if calls is None:
            calls = deque(maxlen=max(windows.values()))
            if len(self._lanes) >= KEPT_LANES:
                self._lanes.pop(next(iter(self._lanes)))  # the one that has been silent longest
        self._lanes[lane] = calls
        return calls
