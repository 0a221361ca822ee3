"""Words for time, as people type them, to an exact range in their own zone."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.model import figures

UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
NUMBER_WORDS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "twelve": 12, "couple": 2,
}  # fmt: skip

_NUMBER = r"(?P<count>\d+(?:\.\d+)?|" + "|".join(NUMBER_WORDS) + r")?\s*"
_UNIT = (
    r"(?P<unit>s(?:ec(?:ond)?s?)?|m(?:in(?:ute)?s?)?|h(?:(?:ou)?rs?)?|d(?:ays?)?|w(?:(?:ee)?ks?)?|months?|fortnight)\b"
)
_MORE = r"(?:\s*(?P<more>\d+)\s*(?P<smaller>s|m(?:in)?|h)\b)?"
_SPAN = re.compile(
    rf"\b(?:last|past|previous|for|over|in the last|within)\s+(?:the\s+)?(?:last\s+|past\s+)?{_NUMBER}{_UNIT}{_MORE}"
)
_BARE_SPAN = re.compile(
    r"\b(?P<count>\d+(?:\.\d+)?)\s*(?P<unit>s|sec|m|min|mins|h|hr|hrs|hours?|minutes?|d|days?|w|weeks?)\b"
)
_ISO = re.compile(r"\bp(?:(?P<d>\d+)d)?(?:t(?:(?P<h>\d+)h)?(?:(?P<m>\d+)m)?(?:(?P<s>\d+)s)?)?\b")
_CLOCK = r"(?P<{0}>(?:[01]?\d|2[0-3]):[0-5]\d\s*(?:am|pm)?|(?:1[0-2]|[1-9])\s*(?:am|pm)|noon|midnight)"
_SINCE = re.compile(r"\bsince\s+" + _CLOCK.format("at") + r"|\bsince\s+(?P<day>yesterday|midnight|this morning)")
_BETWEEN = re.compile(
    r"\b(?:between|from)\s+"
    + _CLOCK.format("a")
    + r"\s+(?:and|to|until|-)\s+"
    + _CLOCK.format("b")
    + r"(?P<y>\s+yesterday)?"
)
_PART = re.compile(
    r"\b(?:(?P<day>yesterday|this|today)\s+(?P<part>afternoon|evening|night)"
    r"|(?P<before>yesterday)\s+morning|last night)\b"
)
_PARTS = {"morning": (6, 12), "afternoon": (12, 18), "evening": (18, 24), "night": (18, 24), "last night": (20, 30)}
_AROUND = re.compile(r"\b(?:around|about)\s+" + _CLOCK.format("at") + r"(?P<y>\s+yesterday)?")
BESIDE = timedelta(minutes=15)  # of a moment that is named only roughly


@dataclass(frozen=True, slots=True)
class Range:
    start: datetime
    end: datetime
    words: str  # how it is said back: "the last 24 h", "yesterday"

    @property
    def length(self) -> timedelta:
        return self.end - self.start

    def step(self, points: int = 120) -> timedelta:
        """A round step that keeps a graph under about that many points."""
        wanted = self.length.total_seconds() / points
        for size in (15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400):
            if size >= wanted:
                return timedelta(seconds=size)
        return timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Found:
    range: Range
    rest: str  # the text without the words that told the time


def last(duration: timedelta, now: datetime) -> Range:
    hours = duration / timedelta(hours=1)
    words = f"{hours:g} h" if hours.is_integer() and 1 <= hours <= 48 else figures.span(duration)
    return Range(now - duration, now, f"the last {words}")


def find(text: str, now: datetime, zone: str = "UTC") -> Found | None:
    """The first phrase about time in a lower-case text."""
    local = now.astimezone(ZoneInfo(zone))
    midnight = datetime.combine(local.date(), time(), local.tzinfo)
    if match := _BETWEEN.search(text):
        day = midnight - timedelta(days=1) if match["y"] else midnight
        start, end = _at(match["a"], day), _at(match["b"], day)
        return _found(text, match, start, min(max(end, start + timedelta(minutes=1)), local), match[0].strip())
    if match := _SINCE.search(text):
        start = {"yesterday": midnight - timedelta(days=1), "midnight": midnight, "this morning": midnight}.get(
            match["day"] or ""
        ) or _at(match["at"], midnight)
        start = start if start < local else start - timedelta(days=1)
        return _found(text, match, start, local, match[0])
    if found := _roughly(text, local, midnight):
        return found
    if match := re.search(r"\byesterday\b", text):
        return _found(text, match, midnight - timedelta(days=1), midnight, "yesterday")
    if match := re.search(r"\b(?:today|so far today|this morning)\b", text):
        return _found(text, match, midnight, local, "today")
    monday = midnight - timedelta(days=midnight.weekday())
    if match := re.search(r"\bthis week\b", text):
        return _found(text, match, monday, local, "this week")
    if match := re.search(r"\blast week\b", text):
        return _found(text, match, monday - timedelta(days=7), monday, "last week")
    if match := re.search(r"\bthis month\b", text):
        return _found(text, match, midnight.replace(day=1), local, "this month")
    if (match := _ISO.search(text)) and any(match.groupdict().values()):
        given = {name: int(value) for name, value in match.groupdict().items() if value}
        seconds = sum(given.get(unit, 0) * UNITS[unit] for unit in ("d", "h", "m", "s"))
        return Found(last(timedelta(seconds=seconds), now), _without(text, match))
    if match := _SPAN.search(text):
        more = int(match["more"] or 0) * UNITS[(match["smaller"] or "s")[0]]
        return Found(last(_span(match["count"], match["unit"]) + timedelta(seconds=more), now), _without(text, match))
    if match := _BARE_SPAN.search(text):
        return Found(last(_span(match["count"], match["unit"]), now), _without(text, match))
    return None


def _roughly(text: str, local: datetime, midnight: datetime) -> Found | None:
    """Around a moment, or a part of a day; one that has not begun is no answer."""
    if match := _AROUND.search(text):
        at = _at(match["at"], midnight)
        at -= timedelta(days=1) if match["y"] or at > local else timedelta()
        return _found(text, match, at - BESIDE, min(at + BESIDE, local), match[0].strip())
    if match := _PART.search(text):
        hours = _PARTS["morning" if match["before"] else match["part"] or "last night"]
        day = midnight - timedelta(days=match["day"] not in ("this", "today"))
        start, end = (day + timedelta(hours=hour) for hour in hours)
        return _found(text, match, start, min(end, local), match[0]) if start < local else None
    return None


def _found(text: str, match: re.Match[str], start: datetime, end: datetime, words: str) -> Found:
    return Found(Range(start.astimezone(UTC), end.astimezone(UTC), words), _without(text, match))


def _without(text: str, match: re.Match[str]) -> str:
    return f"{text[: match.start()]} {text[match.end() :]}"


def _span(count: str | None, unit: str) -> timedelta:
    number = NUMBER_WORDS.get(count or "a") or float(count or 1)
    if unit.startswith("month") and unit != "m":
        return timedelta(days=30 * number)
    if unit == "fortnight":
        return timedelta(days=14)
    return max(timedelta(seconds=number * UNITS[unit[0]]), timedelta(minutes=1))


def _at(words: str, day: datetime) -> datetime:
    words = words.replace(" ", "")
    if words in ("noon", "midnight"):
        return day.replace(hour=12 if words == "noon" else 0)
    half = words[-2:] if words[-1] == "m" else ""
    hour, _, minute = words.removesuffix(half).partition(":")
    number = int(hour) % 12 + (12 if half == "pm" else 0) if half else int(hour)
    return day.replace(hour=number, minute=int(minute or 0))
