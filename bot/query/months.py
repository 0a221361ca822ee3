"""Times as people say them of money: months of the calendar, and whatever else they call a time."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.query import ranges
from bot.query.ranges import Found, Range

NAMES = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_LAST = re.compile(r"\b(?:the )?(?:last|previous) month\b|\bthe month before\b")
_NAMED = re.compile(rf"\b(?:in |of |during )?({'|'.join(NAMES)})(?: (20\d\d))?\b")
_TO_DATE = re.compile(r"\bmonth[ -]to[ -]date\b|\bmtd\b|\bof the month\b")


def find(text: str, now: datetime, zone: str) -> Found | None:
    """The first phrase about time in a lower-case text; “may” alone is no month."""
    first = now.astimezone(ZoneInfo(zone)).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    if match := _TO_DATE.search(text):
        return _found(text, match, first, now, "this month")
    if match := _LAST.search(text):
        return _found(text, match, before(first), first, "last month")
    match = _NAMED.search(text)
    if match and (match[1] != "may" or match[2] or match[0].startswith(("in ", "of ", "during "))):
        return _month(text, match, first, now)
    return ranges.find(text, now, zone)


def before(first: datetime) -> datetime:
    """The first of the month before."""
    return (first - timedelta(days=1)).replace(day=1)


def after(first: datetime) -> datetime:
    return (first + timedelta(days=32)).replace(day=1)


def _month(text: str, match: re.Match[str], this: datetime, now: datetime) -> Found:
    """The latest one of that name that has begun, unless a year is said."""
    number = NAMES.index(match[1]) + 1
    year = int(match[2] or this.year - (number > this.month))
    start = this.replace(year=year, month=number)
    words = f"{match[1].capitalize()} {year}"
    return _found(text, match, start, min(after(start), now.astimezone(this.tzinfo)), words)


def _found(text: str, match: re.Match[str], start: datetime, end: datetime, words: str) -> Found:
    whole = Range(start.astimezone(UTC), max(end, start).astimezone(UTC), words)
    return Found(whole, f"{text[: match.start()]} {text[match.end() :]}")
