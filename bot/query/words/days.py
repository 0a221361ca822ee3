"""Days and hours as they are called, in the asker's own zone."""

import re
from datetime import datetime, timedelta

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def at(words: str, day: datetime) -> datetime:
    words = words.replace(" ", "").replace(".m", "m").rstrip(".").replace(".", ":").replace("h", ":")
    if words in ("noon", "midday", "midnig:t", "midnight"):
        return day.replace(hour=0 if words.startswith("midnig") else 12)
    half = words[-2:] if words[-1] == "m" else ""
    hour, _, minute = words.removesuffix(half).partition(":")
    hours = int(hour) % 12 + (12 if half == "pm" else 0) if half else int(hour)
    return day.replace(hour=hours, minute=int(minute or 0))


def day_of(words: str | None, midnight: datetime) -> datetime:
    if not words or words == "today" or words.startswith("this "):
        return midnight
    if words.startswith("yesterday") or words == "last night":
        return midnight - timedelta(days=1)
    number_of = next(i for i, day in enumerate(DAYS) if day[:3] in words)
    return midnight - timedelta(days=(midnight.weekday() - number_of) % 7 or 7)


def tonight(midnight: datetime, local: datetime) -> tuple[datetime, datetime]:
    """The evening that is, or the one to come."""
    begins = midnight.replace(hour=18) - (timedelta(days=1) if local.hour < 6 else timedelta(0))
    return begins, begins + timedelta(hours=12)


def weekend(midnight: datetime) -> tuple[datetime, datetime]:
    """The one that is, or the last one."""
    saturday = midnight - timedelta(days=(midnight.weekday() - 5) % 7)
    return saturday, saturday + timedelta(days=2)


def day_of_month(number: int, midnight: datetime) -> datetime:
    """The last day that was called so."""
    first = midnight.replace(day=1)
    if number > midnight.day:
        first = (first - timedelta(days=1)).replace(day=1)
    return first + timedelta(days=max(0, number - 1))


def date_of(match: re.Match[str], local: datetime) -> datetime:
    try:
        found = datetime.fromisoformat(f"{match['date']}T{match['clock'] or '00:00'}").replace(tzinfo=local.tzinfo)
    except ValueError:
        return local
    return min(found, local)
