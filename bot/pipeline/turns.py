"""When a new issue is analysed: one after the other, and those for whom it would come too late not at all."""

from datetime import datetime, timedelta

EVERY, LONGEST = timedelta(seconds=1), timedelta(minutes=5)


class Turns:
    """Of one process. A burst of ten thousand takes no more than the first few hundred of them."""

    def __init__(self) -> None:
        self._next: datetime | None = None

    def take(self, now: datetime) -> datetime | None:
        at = max(now, self._next) if self._next else now
        if at - now > LONGEST:
            return None
        self._next = at + EVERY
        return at
