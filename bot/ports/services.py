"""Small things of the outside world that the core is handed."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    def now(self) -> datetime:
        """An aware UTC instant."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Returns after that much time of this clock has passed."""
        ...


class Meters(Protocol):
    """Counts and times by name; measuring never fails what it measures."""

    def count(self, name: str, by: float = 1, /, **labels: str) -> None: ...
    def observe(self, name: str, seconds: float, **labels: str) -> None: ...
