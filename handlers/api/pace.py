"""How often one key may ask."""

import math
from datetime import datetime, timedelta

from bot.model.errors import TooOften


class Pace:
    """So many a minute for each key, all of them at once if need be."""

    def __init__(self, a_minute: int) -> None:
        self._a_minute = a_minute
        self._kept: dict[str, tuple[float, datetime]] = {}

    def take(self, key: str, now: datetime) -> None:
        left, at = self._kept.get(key, (float(self._a_minute), now))
        left = min(self._a_minute, left + (now - at).total_seconds() * self._a_minute / 60)
        if left < 1:
            self._kept[key] = (left, now)
            wait = timedelta(seconds=math.ceil((1 - left) * 60 / self._a_minute))
            says = f"That is more than {self._a_minute} requests in a minute. Ask again in {wait.seconds} s."
            raise TooOften(says, retry_after=wait)
        self._kept[key] = (left - 1, now)
