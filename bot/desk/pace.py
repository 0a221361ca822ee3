"""How often one person may ask."""

import math
from collections import OrderedDict
from datetime import datetime, timedelta

from bot.model.errors import TooOften

REMEMBERED = 10_000  # people whose pace is kept; the longest silent are forgotten first


class Pace:
    """So many a minute for each person, with all of them at once if need be."""

    def __init__(self, a_minute: int, what: str = "questions") -> None:
        self._a_minute, self._what = a_minute, what
        self._kept: OrderedDict[str, tuple[float, datetime]] = OrderedDict()

    def take(self, person: str, now: datetime) -> None:
        left, at = self._kept.pop(person, (float(self._a_minute), now))
        left = min(self._a_minute, left + (now - at).total_seconds() * self._a_minute / 60)
        self._kept[person] = (left - 1 if left >= 1 else left, now)
        if len(self._kept) > REMEMBERED:
            self._kept.popitem(last=False)
        if left < 1:
            wait = timedelta(seconds=math.ceil((1 - left) * 60 / self._a_minute))
            says = f"That is more than {self._a_minute} {self._what} in a minute. Ask again in {wait.seconds} s."
            raise TooOften(says, retry_after=wait)
