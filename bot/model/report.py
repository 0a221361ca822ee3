"""A question that the clock asks, again and again, for somebody and in one place."""

from dataclasses import dataclass
from datetime import datetime, time

from bot.model import hours
from bot.model.message import Account, PersonId, Place
from bot.model.plan import WEEKDAYS, Weekday


@dataclass(frozen=True, slots=True)
class Schedule:
    days: tuple[Weekday, ...]  # in the order of the week
    at: time
    zone: str

    def after(self, instant: datetime) -> datetime:
        return hours.next_at(self.at, self.days, self.zone, instant)

    @property
    def words(self) -> str:
        return f"{_days(self.days)} at {self.at:%H:%M} ({self.zone})"

    @property
    def typed(self) -> str:
        """As one would ask for it."""
        days = "every day" if self.days == WEEKDAYS else f"every {' and '.join(self.days)}"
        return f"{days} at {self.at:%H:%M}"


@dataclass(frozen=True, slots=True)
class Report:
    id: str
    question: str  # as its owner would ask it
    schedule: Schedule
    place: Place
    account: Account  # as whom it is asked
    owner: PersonId
    owner_name: str
    due_at: datetime
    paused: bool = False
    cause: str = ""  # the letter that asked for it


_NAMES = dict(
    zip(WEEKDAYS, ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"), strict=True)
)


def _days(days: tuple[Weekday, ...]) -> str:
    if days == WEEKDAYS:
        return "every day"
    if days == WEEKDAYS[:5]:
        return "Monday to Friday"
    return ", ".join(f"{_NAMES[day]}s" for day in days)
