"""The figures that a text claims, as far as two of them can be held against each other. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["duration", "share", "size", "money", "times", "count", "clock", "day", "rate"]

CLOSE_ENOUGH = 0.05  # of a figure: what is rounded further says something else
_UNITS: dict[str, tuple[Kind, float]] = {
    "µs": ("duration", 1e-6), "us": ("duration", 1e-6), "microsecond": ("duration", 1e-6), "ms": ("duration", 1e-3),
    "millisecond": ("duration", 1e-3), "s": ("duration", 1), "sec": ("duration", 1), "second": ("duration", 1),
    "m": ("duration", 60), "min": ("duration", 60), "minute": ("duration", 60), "h": ("duration", 3600),
    "hr": ("duration", 3600), "hour": ("duration", 3600), "d": ("duration", 86400), "day": ("duration", 86400),
    "w": ("duration", 604800), "week": ("duration", 604800),
    "%": ("share", 1), "percent": ("share", 1), "per cent": ("share", 1), "percentage point": ("share", 1),
    "b": ("size", 1), "byte": ("size", 1), "kb": ("size", 1e3), "mb": ("size", 1e6), "gb": ("size", 1e9),
    "tb": ("size", 1e12), "kib": ("size", 1024.0), "mib": ("size", 1024.0**2), "gib": ("size", 1024.0**3),
    "tib": ("size", 1024.0**4), "x": ("times", 1), "times": ("times", 1), "fold": ("times", 1),
    "k": ("count", 1e3), "thousand": ("count", 1e3), "million": ("count", 1e6), "billion": ("count", 1e9),
    "$": ("money", 1), "usd": ("money", 1), "dollar": ("money", 1), "€": ("money", 1), "eur": ("money", 1),
}  # fmt: skip
_WORDS = {
    word: value for value, word in enumerate("two three four five six seven eight nine ten eleven twelve".split(), 2)
}
_WORDS |= {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "ninety": 90, "hundred": 100}
_PER = r"\s?(?:/|per )\s?(?:s|sec|second|min|minute|h|hour)\b"
_UNIT = "|".join(sorted((re.escape(one) for one in _UNITS if one != "$"), key=len, reverse=True))
_FIGURE = re.compile(
    r"(?<![\w.,])(?P<sign>[+\-−–])?(?P<money>[$€] ?)?(?:"
    r"(?P<day>\d{4}-\d\d-\d\d)|(?P<clock>\d{1,2}:\d\d(?::\d\d)?)"
    r"|(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    rf"(?:[ -]?(?P<unit>{_UNIT})s?(?![\w%]))?(?:(?: ?[a-z]+)?(?P<per>{_PER}))?"
    rf"|(?P<word>{'|'.join(_WORDS)})(?:[ -](?P<wordunit>{_UNIT})s?)?)(?![\w])",
    re.IGNORECASE,
)
_NEXT_TO_IT = re.compile(r",? ?(?:and )?")
MULTIPLES = re.compile(
    r"\b(?:doubl\w*|tripl\w*|quadrupl\w*|halv\w*|half|twice|thrice|\w+fold|dozens?|hundreds|thousands|millions|scores"
    r"|(?:one|two|three)[ -](?:third|quarter|fifth|tenth)s?)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Figure:
    written: str
    kind: Kind
    worth: float = 0.0
    half: float = 0.0  # of its last digit: nearer than that is the same, rounded
    sign: str = ""
    text: str = ""  # of a day or a time
    start: int = 0
    end: int = 0

    def is_in(self, known: Iterable["Figure"]) -> bool:
        return any(self._is(one) for one in known)

    def _is(self, fact: "Figure") -> bool:
        if self.kind != fact.kind:
            return False
        if self.kind in ("clock", "day"):
            return self.text == fact.text
        if self.sign and self.sign != (fact.sign or "+"):
            return False
        off = abs(self.worth - fact.worth)
        return off <= min(self.half, CLOSE_ENOUGH * abs(fact.worth)) + 1e-9 * max(1.0, abs(fact.worth))


def figures(text: str) -> list[Figure]:
    """Durations that stand beside each other are one: `2 h 5 min`."""
    found: list[Figure] = []
    plain = normal(text)
    for one in _found(plain):
        last = found[-1] if found else None
        beside = last is not None and _NEXT_TO_IT.fullmatch(plain[last.end : one.start]) is not None
        if last and beside and last.kind == one.kind == "duration" and one.worth < last.worth and not one.sign:
            whole, worth = plain[last.start : one.end], last.worth + one.worth
            found[-1] = replace(last, written=whole, worth=worth, half=one.half, end=one.end)
        else:
            found.append(one)
    return found


def normal(text: str) -> str:
    """One sign for what looks alike."""
    return unicodedata.normalize("NFKC", text).replace("\N{GREEK SMALL LETTER MU}", "µ")


def _found(text: str) -> Iterator[Figure]:
    for one in _FIGURE.finditer(text):
        sign = "" if not one["sign"] else "+" if one["sign"] == "+" else "-"
        plain = Figure(one[0], "count", sign=sign, start=one.start(), end=one.end())
        if one["day"]:
            yield replace(plain, kind="day", text=one["day"])
        elif one["clock"]:
            yield replace(plain, kind="clock", text=one["clock"].zfill(5))
        else:
            yield _measured(one, plain)


def _measured(one: re.Match[str], plain: Figure) -> Figure:
    kind, size = _UNITS.get((one["unit"] or one["wordunit"] or "").lower(), ("count", 1.0))
    if one["money"]:
        kind = "money"
    if one["per"]:
        kind, size = "rate", size * _A_SECOND[one["per"].strip(" /").removeprefix("per ").strip()[0].lower()]
    if one["word"]:
        return replace(plain, kind=kind, worth=_WORDS[one["word"].lower()] * size)
    number = one["number"].replace(",", "")
    digits = len(number.partition(".")[2])
    return replace(plain, kind=kind, worth=float(number) * size, half=0.5 * 10.0**-digits * size)


_A_SECOND = {"s": 1.0, "m": 1 / 60, "h": 1 / 3600}
