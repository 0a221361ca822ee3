"""How fast one lane may be spoken into."""

from datetime import datetime, timedelta

from bot.ports.platform import Pace


class Bucket:
    """`burst` at once, then one every `every` seconds."""

    def __init__(self, pace: Pace, now: datetime) -> None:
        self._pace, self._left, self._at = pace, float(pace.burst), now

    def take(self, now: datetime) -> float:
        """Seconds to wait before saying the next thing, which is counted as said."""
        self._fill(now)
        self._left -= 1
        return max(0.0, -self._left * self._pace.every)

    def full(self, now: datetime) -> bool:
        """True once forgetting it changes nothing."""
        self._fill(now)
        return self._left >= self._pace.burst

    def _fill(self, now: datetime) -> None:
        self._left = min(self._pace.burst, self._left + (now - self._at) / timedelta(seconds=self._pace.every))
        self._at = now


def backoff(attempts: int) -> timedelta:
    """1 s, 2 s, 4 s … up to five minutes."""
    return timedelta(seconds=min(300.0, 2.0 ** min(attempts - 1, 9))) if attempts else timedelta(0)
