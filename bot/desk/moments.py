"""Days and times of day as people write them: 30 November, Nov 30th, 30.11.2026, 12.05 pm, five past twelve. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

MONTHS = "january february march april may june july august september october november december".split()
DAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
_HOURS = "one two three four five six seven eight nine ten eleven twelve".split()
_COUNTED = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    " eighteen nineteen twenty"
).split()
_MINUTES = {"five": 5, "ten": 10, "quarter": 15, "a quarter": 15, "twenty": 20, "twenty-five": 25, "half": 30}
# In German, French and Spanish, as far as they are other words.
_ABROAD = {
    1: "januar jänner janvier enero", 2: "februar février fevrier febrero", 3: "märz maerz mars marzo",
    4: "avril abril",
    5: "mai mayo", 6: "juni juin junio", 7: "juli juillet julio", 8: "août aout agosto", 9: "septembre septiembre",
    10: "oktober octobre octubre", 11: "novembre noviembre", 12: "dezember décembre decembre diciembre",
}  # fmt: skip
_BY_NAME = {name: at for at, names in _ABROAD.items() for name in names.split()}
_BY_NAME |= {name: at for at, name in enumerate(MONTHS, 1)}
_SHORT = [name[:3] for name in MONTHS if name != "may"]
_MONTH = "|".join([*sorted(_BY_NAME, key=len, reverse=True), *(rf"{name}\b\.?" for name in _SHORT), r"sept\b\.?"])
A_MONTH = rf"(?i:{'|'.join(_BY_NAME)})\b"
_TH = r"(?:st|nd|rd|th|\.|er)?"
_WRITTEN = re.compile(
    rf"(?<![\w-])(?:(?P<iso>\d{{4}}-\d\d-\d\d)(?!\d)"
    rf"|(?P<d>\d{{1,2}}){_TH}(?: of| de)?[ /-](?P<m>{_MONTH})(?![^\W\d_])(?:(?:,| de)?[ /-](?P<y>\d{{4}})(?!\d))?"
    rf"|(?P<m2>{_MONTH}) (?:the )?(?P<d2>\d{{1,2}}){_TH}\b(?!:)(?:,? (?P<y2>\d{{4}})\b)?"
    r"|(?P<d3>\d{1,2})\.(?P<m3>\d{1,2})\.(?P<y3>\d{4})"
    r"|(?P<half>[ap])?(?:(?P<h>\d{1,2})(?:[:.](?P<min>\d\d))? ?(?P<noon>[ap])\.?m\b\.?)"
    rf"|(?P<part>{'|'.join(sorted(_MINUTES, key=len, reverse=True))}) (?P<side>past|to) (?P<hour>{'|'.join(_HOURS)})"
    rf"|(?P<minutes>\d{{1,2}}|{'|'.join(_COUNTED)}) minutes? (?P<side2>past|to) (?P<hour2>{'|'.join(_HOURS)})\b"
    r"(?! (?:ms|milli|s\b|sec|min|hour|day|h\b))"
    r"|(?P<h24>[01]?\d|2[0-3])h(?P<min24>[0-5]\d)\b"
    r"|(?P<h12>\d{1,2})(?:[:.](?P<min12>\d\d))? (?:o'clock )?(?P<half12>in the (?:morning|afternoon|evening)|at night)"
    rf"|(?P<sharp>{'|'.join(_HOURS)}|\d{{1,2}}) o'clock|(?P<named>noon|midnight)\b"
    r"|(?P<clock>(?<![\d.,:])\d{1,2}:\d\d(?::\d\d)?(?!\d|:\d))(?:Z\b)?)",
    re.IGNORECASE,
)
RELATIVE = re.compile(
    rf"\b(?:(?P<near>today|tonight|yesterday|tomorrow|day before yesterday|this morning|this afternoon|this evening"
    rf"|last night)|(?P<span>(?<!the )(?:this|last|previous|past|next) (?:week(?:end)?|month|quarter|year))"
    rf"|(?P<weekday>{'|'.join(DAYS)})s?|(?P<day3>{'|'.join(name[:3] for name in DAYS)})(?=,? (?:the )?\d)"
    rf"|(?:in|since|until|during|of) (?P<month>{'|'.join(MONTHS)}))\b",
    re.IGNORECASE,
)
_AWAY = {"yesterday": 1, "last night": 1, "tomorrow": -1, "day before yesterday": 2}


@dataclass(frozen=True, slots=True)
class Moment:
    """`texts`: what it may mean, as a day (2026-11-30, or 11-30 of any year) or a time of day (12:05)."""

    written: str
    kind: Literal["day", "clock"]
    texts: tuple[str, ...]
    start: int
    end: int


def moments(text: str) -> Iterator[Moment]:
    for one in _WRITTEN.finditer(text):
        kind, texts = _read(one)
        yield Moment(one[0].rstrip("."), kind, texts, one.start(), one.end())


def without(text: str) -> str:
    """With blanks in the place of days and times."""
    return _WRITTEN.sub(lambda one: " " * len(one[0]), text)


def _read(one: re.Match[str]) -> tuple[Literal["day", "clock"], tuple[str, ...]]:
    if one["iso"]:
        return "day", (one["iso"],)
    if one["m"] or one["m2"]:
        return "day", (_day(one["y"] or one["y2"], _month(one["m"] or one["m2"]), int(one["d"] or one["d2"])),)
    if one["d3"]:
        return "day", (_day(one["y3"], int(one["m3"]), int(one["d3"])),)
    return "clock", _clock(one)


def _clock(one: re.Match[str]) -> tuple[str, ...]:
    if one["clock"]:
        return (one["clock"].zfill(5 if one["clock"].count(":") == 1 else 8),)
    if one["h24"]:
        return (f"{int(one['h24']):02}:{one['min24']}",)
    if one["half12"]:
        return _of_half(int(one["h12"]), one["min12"] or "00", one["half12"].lower())
    if one["minutes"]:
        away = int(_counted(one["minutes"]))
        return _either(int(_counted(one["hour2"])), away if one["side2"].lower() == "past" else -away)
    if one["named"]:
        return ("12:00",) if one["named"].lower() == "noon" else ("00:00",)
    if one["h"]:
        hour = int(one["h"]) % 12 + (12 if one["noon"].lower() == "p" else 0)
        return (f"{hour:02}:{one['min'] or '00'}",) if int(one["h"]) <= 12 else ()
    if one["sharp"]:
        given = one["sharp"].lower()
        return _either(int(given) if given.isdigit() else _HOURS.index(given) + 1, 0)
    minutes = _MINUTES[one["part"].lower()]
    return _either(_HOURS.index(one["hour"].lower()) + 1, minutes if one["side"].lower() == "past" else -minutes)


def _of_half(hour: int, minutes: str, half: str) -> tuple[str, ...]:
    """Of the half of the day that was said; at night may be either."""
    if hour > 12:
        return (f"{hour:02}:{minutes}",) if hour < 24 and half != "in the morning" else ()
    halves = {"in the morning": (0,), "at night": (0, 12)}.get(half, (12,))
    return tuple(f"{hour % 12 + more:02}:{minutes}" for more in halves)


def _counted(word: str) -> str:
    return word if word.isdigit() else str(_COUNTED.index(word.lower()) + 1)


def _either(hour: int, minutes: int) -> tuple[str, ...]:
    """In the morning or in the evening: nobody said."""
    found = [((hour + noon) * 60 + minutes) % 1440 for noon in (0, 12)]
    return tuple(f"{one // 60:02}:{one % 60:02}" for one in found)


def _month(name: str) -> int:
    low = name.lower()
    return _BY_NAME.get(low) or [one[:3] for one in MONTHS].index(low[:3]) + 1


def _day(year: str | None, month: int, day: int) -> str:
    return f"{year}-{month:02}-{day:02}" if year else f"{month:02}-{day:02}"


def unfounded(text: str, told: str, days: frozenset[str], today: date | None) -> str:
    """The first word for a day or a span of days that nothing bears out; empty where all are. `told`: in lower case."""
    for one in RELATIVE.finditer(text):
        word = one[0].lower()
        if not (_said(one, told) or any(_meant(one, day, today) for day in days if len(day) == 10)):
            return word
    return ""


def _said(one: re.Match[str], told: str) -> bool:
    if one["day3"]:
        return re.search(rf"\b{one['day3'].lower()}\b", told) is not None
    if one["weekday"]:
        return re.search(rf"\b(?:{one['weekday'].lower()}s?|{one['weekday'][:3].lower()})\b", told) is not None
    word = (one["month"] or one[0]).lower()
    return re.search(rf"\b{re.escape(word)}\b", told) is not None


def _meant(one: re.Match[str], day: str, today: date | None) -> bool:
    try:
        meant = date.fromisoformat(day)
    except ValueError:
        return False
    if one["day3"]:
        return DAYS[meant.weekday()].startswith(one["day3"].lower())
    if one["weekday"]:
        return DAYS[meant.weekday()] == one["weekday"].lower() and not one[0].lower().endswith("days")
    if one["month"]:
        return MONTHS[meant.month - 1] == one["month"].lower()
    return bool(one["near"] and today and meant == today - timedelta(days=_AWAY.get(one["near"].lower(), 0)))
