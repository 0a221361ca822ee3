"""For how long, as people say it: “30m”, “two hours”, “until tomorrow”, “until 14:00”, “until monday”. Pure."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.model.errors import Rejected

MORNING = time(9, 0)
LONGEST = timedelta(days=366)
_DAY = timedelta(days=1)

_NUMBERS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen twenty"
).split()
_WORDS = {word: float(number) for number, word in enumerate(_NUMBERS)} | {
    "a": 1.0,
    "an": 1.0,
    "half": 0.5,
    "half a": 0.5,
    "half an": 0.5,
    "a quarter of an": 0.25,
    "a couple of": 2.0,
    "thirty": 30.0,
    "forty": 40.0,
    "fifty": 50.0,
    "sixty": 60.0,
    "ninety": 90.0,
}
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_NUMBER = "|".join([r"\d{1,9}(?:[.,]\d{1,3})?", *sorted(_WORDS, key=len, reverse=True)])
_UNIT = r"seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|hr|h|days?|d|weeks?|w"
_PIECE = re.compile(rf"({_NUMBER})\s*({_UNIT})(?![a-z])( and a half)?(?:\s*,?\s*(?:and\s+)?)")
_LEAD = re.compile(r"^(?:for|until|till|til)\s+(?:the next\s+)?|^the next\s+")
_CLOSE = re.compile(r"(?:\s+please|\s+from now|[.!])+$")

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAYS = {name[:length]: number for number, name in enumerate(_WEEKDAYS) for length in (3, len(name))} | {
    "tues": 1,
    "thur": 3,
    "thurs": 3,
}
_TIMES = {"morning": MORNING, "noon": time(12), "afternoon": time(14), "evening": time(18)}
_CLOCK = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?\s*(am|pm)?")
_DATED = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[t ]+(\S.*))?")


def until(span: str, now: datetime, zone: str) -> datetime:
    """The instant that a span ends at. Times of the day are of the person's zone; Rejected where it cannot be read."""
    words = _CLOSE.sub("", " ".join(span.lower().split()))
    bare = _LEAD.sub("", words)
    try:
        ends_at = _elapsed(bare, now) or _calendar(bare, now, ZoneInfo(zone or "UTC"), named=words != bare)
    except (ValueError, OverflowError, LookupError):
        ends_at = None
    if ends_at is None:
        shown = span.strip() if len(span) <= 60 else f"{span[:60]}…"
        raise Rejected(
            f"I cannot read “{shown}” as a time.",
            code="span",
            advice="Say 30m, 2h, 1h30m, tomorrow, until 14:00, until monday.",
        )
    if ends_at <= now:
        raise Rejected("That time is over already.", code="span", advice="Name one that lies ahead.")
    if ends_at - now > LONGEST:
        raise Rejected("That is more than a year ahead.", code="span", advice="Name a nearer time.")
    return ends_at


def _elapsed(words: str, now: datetime) -> datetime | None:
    """So much time, whatever the clocks do meanwhile."""
    seconds, at = 0.0, 0
    while at < len(words):
        found = _PIECE.match(words, at)
        if found is None:
            return None
        number, unit, half = found.groups()
        amount = _WORDS[number] if number in _WORDS else float(number.replace(",", "."))
        seconds += (amount + (0.5 if half else 0)) * _UNITS[unit[0]]
        at = found.end()
    return now + timedelta(seconds=round(seconds)) if at else None


def _calendar(words: str, now: datetime, zone: ZoneInfo, *, named: bool) -> datetime | None:
    """A day, a time of the day, or both. `named`: with “until” before it, “14” alone is an hour too."""
    if dated := _DATED.fullmatch(words):
        return _dated(dated[1], dated[2], zone)
    today = now.astimezone(zone).date()
    words = re.sub("^this ", "today ", words.removeprefix("next "))
    first, _, rest = words.partition(" ")
    if first in ("today", "tomorrow") or first in _DAYS:
        day = today + (_ahead(first, today) * _DAY)
        if not rest:
            return _instant(day, MORNING, zone) if first != "today" else None
        clock = _clock(rest.removeprefix("at ").removeprefix("in the "), bare_hour=True)
        return None if clock is None else _instant(day, clock, zone)
    if words == "midnight":
        return _instant(today + _DAY, time(0), zone)
    clock = _clock(words.removeprefix("at "), bare_hour=named)
    if clock is None:
        return None
    soon = _instant(today, clock, zone)
    return soon if soon > now else _instant(today + _DAY, clock, zone)


def _ahead(day: str, today: date) -> int:
    if day in ("today", "tomorrow"):
        return int(day == "tomorrow")
    return (_DAYS[day] - today.weekday() - 1) % 7 + 1  # its own name means the day in a week


def _clock(words: str, *, bare_hour: bool) -> time | None:
    if words in _TIMES:
        return _TIMES[words]
    found = _CLOCK.fullmatch(words)
    if found is None:
        return None
    hour, minute, half = int(found[1]), found[2], found[3]
    if not (minute or half or bare_hour):
        return None
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "pm" else 0)
    return time(hour, int(minute or 0))


def _dated(day: str, clock: str | None, zone: ZoneInfo) -> datetime | None:
    given = date.fromisoformat(day)
    if not clock:
        return _instant(given, MORNING, zone)
    at = _clock(clock.removeprefix("at "), bare_hour=False)
    if at is not None:
        return _instant(given, at, zone)
    whole = datetime.fromisoformat(f"{day}T{clock.upper()}")
    return (whole if whole.tzinfo else whole.replace(tzinfo=zone)).astimezone(UTC)


def _instant(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """A time that the clocks skip counts as if they had not been changed yet; one that comes twice is the first."""
    return datetime.combine(day, clock, zone).astimezone(UTC)
