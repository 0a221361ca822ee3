"""“every weekday at 8:30 send me the errors of checkout”: when, and what is left to be asked."""

import re
from dataclasses import dataclass
from datetime import time

from bot.model.plan import WEEKDAYS, Weekday
from bot.model.report import Schedule

MORNING, EVENING = time(9), time(18)
_DAY_NAMES = "mon(?:day)?|tue(?:sday)?|wed(?:nesday)?|thu(?:rsday)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?"
_NAMED = rf"(?:{_DAY_NAMES})s?(?:(?:\s*,\s*|\s+and\s+|\s*,\s*and\s+)(?:{_DAY_NAMES})s?)*"
_EVERY = re.compile(
    rf"""\b(?:
        (?:every|each)\s+(?P<unit>day|morning|evening|weekday|workday|working\ day|business\ day|week)
        |(?:(?:every|each|on)\s+|weekly\s+on\s+)(?P<named>{_NAMED})
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)
_ADVERB = re.compile(r"\b(?P<unit>daily|weekly|on weekdays|weekdays)\b(?P<named>)", re.IGNORECASE)
_AT = re.compile(
    r"\bat\s+(?:(?P<hour>\d{1,2})(?::(?P<minute>\d\d))?\s*(?P<half>am|pm)?(?:\s*o'?clock)?|(?P<named>noon|midnight))\b",
    re.IGNORECASE,
)
_SENDING = r"(?:send|post|report|mail|message|deliver)"
_COURTESY = r"(?:(?:please|can you|could you|would you)\s+)*"
_WHOM = r"(?:\s+(?:me|us|here|this channel|the channel))*"
_BEGINS = re.compile(
    rf"^{_COURTESY}(?:{_SENDING}|show|tell|give|ask|run)\b{_WHOM}(?:\s+(?:with|about|on|of))?\s*(?:(?:an?|the)\s+)?",
    re.IGNORECASE,
)
_ENDS = re.compile(r"\s*\b(?:please|here|to me|to us|(?:in|to) (?:this|the) channel)\s*$", re.IGNORECASE)
_SUMMARY = re.compile(
    r"(?:(?:an?|the|my|our)\s+)?(?:(?:daily|weekly|morning)\s+)?(?:summary|report|overview)?", re.IGNORECASE
)
_SENDS = re.compile(rf"^{_COURTESY}{_SENDING}\s+\S", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Wish:
    question: str
    schedule: Schedule
    sure: bool  # somebody asks for something to be sent, or names an hour


def wish(text: str, zone: str) -> Wish | None:
    """None where no days are named, or an hour that no clock shows."""
    found = _EVERY.search(text) or _ADVERB.search(text)
    if found is None:
        return None
    days, usual = _days(found)
    hour = _AT.search(text)
    at = _clock(hour) if hour else usual
    if at is None:
        return None
    rest = _without(text, *(one.span() for one in (found, hour) if one))
    sure = bool(hour or _SENDS.match(rest))
    question = _ENDS.sub("", _BEGINS.sub("", rest)).strip(" ,.:;!“”\"'")
    if _SUMMARY.fullmatch(question):
        question = "weekly summary" if len(days) == 1 else "daily summary"
    return Wish(question, Schedule(days, at, zone), sure)


def _days(found: re.Match[str]) -> tuple[tuple[Weekday, ...], time]:
    unit = " ".join((found["unit"] or "").lower().split())
    if found["named"]:
        named = {name[:3].lower() for name in re.findall(_DAY_NAMES, found["named"], re.IGNORECASE)}
        return tuple(day for day in WEEKDAYS if day in named), MORNING
    if unit in ("week", "weekly"):
        return ("mon",), MORNING
    if unit in ("day", "morning", "daily"):
        return WEEKDAYS, MORNING
    if unit == "evening":
        return WEEKDAYS, EVENING
    return WEEKDAYS[:5], MORNING


def _clock(found: re.Match[str]) -> time | None:
    if found["named"]:
        return time(12 if found["named"].lower() == "noon" else 0)
    hour, minute, half = int(found["hour"]), int(found["minute"] or 0), (found["half"] or "").lower()
    if half and not 1 <= hour <= 12:
        return None
    hour = hour % 12 + (12 if half == "pm" else 0) if half else hour
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _without(text: str, *spans: tuple[int, int]) -> str:
    for start, end in sorted(spans, reverse=True):
        text = f"{text[:start]} {text[end:]}"
    return " ".join(text.split()).strip(" ,")
