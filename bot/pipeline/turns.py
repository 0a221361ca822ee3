"""When a new issue is analysed: one after the other, and those for whom it would come too late not at all."""

from datetime import datetime, timedelta

EVERY, LONGEST = timedelta(seconds=2), timedelta(minutes=2)


class Turns:
    """Of one process. Of a burst of ten thousand the first sixty are analysed; of the rest somebody can ask why."""

    def __init__(self) -> None:
        self._next: datetime | None = None

    def take(self, now: datetime) -> datetime | None:
        at = max(now, self._next) if self._next else now
        if at - now > LONGEST:
            return None
        self._next = at + EVERY
        return at
