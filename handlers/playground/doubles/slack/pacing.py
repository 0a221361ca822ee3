"""Slack's rate limits: a bucket for each method tier, and one message a second for each channel."""

import math
from dataclasses import dataclass
from datetime import datetime

from bot.ports.services import Clock

PER_MINUTE = {"1": 1, "2": 20, "3": 50, "4": 100, "special": 300}
CHANNEL_BURST = 5
CHANNEL_PER_SECOND = 1.0


@dataclass(slots=True)
class _Bucket:
    size: float
    per_second: float
    level: float
    at: datetime

    def take(self, now: datetime) -> float:
        """0 when the call may go; else the seconds after which it may."""
        self.level = min(self.size, self.level + (now - self.at).total_seconds() * self.per_second)
        self.at = now
        if self.level >= 1:
            self.level -= 1
            return 0.0
        return (1 - self.level) / self.per_second


class Pacing:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._buckets: dict[str, _Bucket] = {}

    def wait(self, method: str, tier: str, channel: str = "") -> int:
        """Whole seconds for Retry-After; 0 when the call is within the limits."""
        if method == "chat.postMessage":
            return self._take(f"channel {channel}", CHANNEL_BURST, CHANNEL_PER_SECOND)
        most = PER_MINUTE[tier]
        return self._take(method, most, most / 60)

    def _take(self, name: str, size: float, per_second: float) -> int:
        now = self._clock.now()
        bucket = self._buckets.setdefault(name, _Bucket(size, per_second, size, now))
        return math.ceil(bucket.take(now))
