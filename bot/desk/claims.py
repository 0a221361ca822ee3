"""The figures that a text claims, as far as two of them can be held against each other. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Literal, TypeAlias

from bot.desk.moments import moments, without
from bot.desk.number_words import FOLD, FRACTION, RUN, fold, fraction, number

Kind: TypeAlias = Literal["duration", "share", "size", "money", "times", "count", "clock", "day", "rate"]

CLOSE_ENOUGH = 0.05  # of a figure: what is rounded further says something else
_UNITS: dict[str, tuple[Kind, float]] = {
    "µs": ("duration", 1e-6), "us": ("duration", 1e-6), "microsecond": ("duration", 1e-6), "ms": ("duration", 1e-3),
    "msec": ("duration", 1e-3),
    "millisecond": ("duration", 1e-3), "s": ("duration", 1), "sec": ("duration", 1), "second": ("duration", 1),
    "m": ("duration", 60), "min": ("duration", 60), "minute": ("duration", 60), "h": ("duration", 3600),
    "hr": ("duration", 3600), "hour": ("duration", 3600), "d": ("duration", 86400), "day": ("duration", 86400),
    "w": ("duration", 604800), "week": ("duration", 604800), "fortnight": ("duration", 1209600),
    "%": ("share", 1), "pct": ("share", 1), "percent": ("share", 1), "per cent": ("share", 1),
    "percentage point": ("share", 1),
    "point": ("share", 1),
    "b": ("size", 1), "byte": ("size", 1), "kb": ("size", 1e3), "mb": ("size", 1e6), "gb": ("size", 1e9),
    "tb": ("size", 1e12), "kib": ("size", 1024.0), "mib": ("size", 1024.0**2), "gib": ("size", 1024.0**3),
    "tib": ("size", 1024.0**4), "x": ("times", 1), "times": ("times", 1), "fold": ("times", 1),
    "k": ("count", 1e3), "thousand": ("count", 1e3), "million": ("count", 1e6), "billion": ("count", 1e9),
    "bn": ("count", 1e9), "rps": ("rate", 1), "pp": ("share", 1),
    "$": ("money", 1), "usd": ("money", 1), "us dollar": ("money", 1), "dollar": ("money", 1), "cent": ("money", 0.01),
    "€": ("money", 1), "eur": ("money", 1), "euro": ("money", 1), "£": ("money", 1), "gbp": ("money", 1),
    "pound": ("money", 1), "¥": ("money", 1), "yen": ("money", 1), "chf": ("money", 1), "franc": ("money", 1),
}  # fmt: skip
_CURRENCY = {
    "€": "eur",
    "eur": "eur",
    "euro": "eur",
    "£": "gbp",
    "gbp": "gbp",
    "pound": "gbp",
    "¥": "jpy",
    "yen": "jpy",
}
_CURRENCY |= {"chf": "chf", "franc": "chf"}
# What is counted: 131 requests are no 131 errors.
NOUNS = frozenset(
    "request error failure token call line event service region session user pod restart issue alert query day hour"
    " deploy connection order ticket log sample series span incident tool customer host".split()
)
_PER = r"\s?(?:/|per |an? |each )\s?(?:second|sec|s|minute|min|hour|h)\b"
_UNIT = "|".join(sorted((re.escape(one) for one in _UNITS if one not in "$€£¥"), key=len, reverse=True))
_AFTER = r"for|about|than|over|under|nearly|almost|roughly|around|lasted|lasting|took|takes|within|last|past|after"
ISO = re.compile(  # PT1H30M
    r"(?<![\w.])P(?=T?\d)(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?(?![\w])"
)
_FIGURE = re.compile(
    r"(?<![\w.,])(?P<sign>[+\-−–])?(?P<money>(?:US)?[$€£¥] ?|(?:USD|EUR|GBP|CHF) )?(?:"
    r"(?:(?P<comma>\d{1,3}(?:[. ]\d{3})+,\d+|0,\d+|\d+,\d{1,2})(?!\d|[.,]\d)"
    r"|(?P<number>\d{1,3}(?:(?P<by>[,' ])\d{3}(?:(?P=by)\d{3})*(?!\d))(?:\.\d+)?|\d+(?:\.\d+)?))"
    rf"(?:[ -]?(?P<unit>{_UNIT}|[€£¥])s?(?![\w%]))?(?:(?: ?[a-z]+)?(?P<per>{_PER}))?"
    rf"|(?P<word>{RUN})(?:[ -]?(?P<wordunit>{_UNIT})s?(?!\w))?(?:(?: [a-z]+)?(?P<wordper>{_PER}))?"
    rf"|(?<=\b)(?P<half>half) an? (?P<halfunit>second|minute|hour|day)\b"
    rf"|(?:(?:{_AFTER}) an?|last|past)"
    r" (?P<aunit>second|minute|hour|day|fortnight|(?<=past )week|(?<=the last )week)\b(?!ly)"
    r"|\ban? (?P<ago>second|minute|hour|day|week|fortnight) (?:ago|earlier|before|later)\b)(?![\w])",
    re.IGNORECASE,
)
_TO = re.compile(
    r" (?:and|(?:up )?to|or) (?:(?:never|not|at most|above|below|over|under|no more than|the|highest|lowest|most|least"
    r"|maximum|minimum|is|was) )*|-|–",
    re.IGNORECASE,
)
_NEXT_TO_IT = re.compile(r",? ?(?:and )?")
_STAMP = re.compile(r"(?<=\d{4}-\d\d-\d\d)T(?=\d\d:\d\d)")  # a day and a time
_ABOUT = re.compile(r"\b(?:about|around|roughly|approximately|nearly|almost|close to|some|circa|ca\.) $", re.IGNORECASE)
_NOUN = re.compile(
    r" (?:of the )?(?:(?:failed|open|more|new|ai|log|api|http|flagged|other|such) )?([a-z]+?)(?:ies|s)?\b",
    re.IGNORECASE,
)
_NOUN_BEFORE = re.compile(r"\b([a-z]+?)(?:ies|s)?:? $")
MULTIPLES = re.compile(r"\b(?:dozens?|hundreds|thousands|millions|billions|scores)\b", re.IGNORECASE)
# Exactness of what is said in words: a third is 33.3 %, and 32 % as well.
LOOSE = 0.04
WHOLE, COUNTED = 0.5, 0.02  # of what is counted one by one, hardly anything is rounded away
CONVERTED = 1e-4  # what was told in MiB has no more digits in KiB


@dataclass(frozen=True, slots=True)
class Figure:
    written: str
    kind: Kind
    worth: float = 0.0
    half: float = 0.0  # of its last digit: nearer than that is the same, rounded
    sign: str = ""
    texts: tuple[str, ...] = ()  # of a day or a time: what it may mean; of money: its currency
    noun: str = ""  # what is counted
    size: float = 1.0  # of its unit
    start: int = 0
    end: int = 0

    def is_in(self, known: Iterable["Figure"]) -> bool:
        return any(self.fits(one) for one in known)

    def fits(self, fact: "Figure") -> bool:
        if self.kind == "times" and fact.kind == "share" and fact.sign == "+":
            fact = replace(fact, kind="times", worth=1 + fact.worth / 100, sign="")  # doubled is +100 %
        if self.kind != fact.kind:
            return False
        if self.kind in ("clock", "day"):
            return any(_same(self.kind, one, other) for one in self.texts for other in fact.texts)
        if self.texts != fact.texts or (self.sign and self.sign != (fact.sign or "+")):
            return False
        if self.noun and (fact.noun or not fact.worth.is_integer()) and self.noun != fact.noun:
            return False
        off = abs(self.worth - fact.worth)
        if self.kind == "size" and self.size != fact.size and off <= CONVERTED * fact.worth:
            return True
        room = CLOSE_ENOUGH if self.kind != "count" or self.half > WHOLE else COUNTED
        return off <= min(self.half, room * abs(fact.worth)) + 1e-9 * max(1.0, abs(fact.worth))


def _same(kind: Kind, one: str, other: str) -> bool:
    """A day may come without its year; a time with seconds is met to the second."""
    if kind == "day":
        return one.endswith(other) or other.endswith(one)
    return one == other or (len(one) == 5 and other.startswith(one))


def figures(text: str) -> list[Figure]:
    """Durations that stand beside each other are one: `2 h 5 min`."""
    found: list[Figure] = []
    plain = normal(text)
    for one in _ranged(sorted(_found(plain), key=lambda one: one.start), plain):
        last = found[-1] if found else None
        beside = last is not None and _NEXT_TO_IT.fullmatch(plain[last.end : one.start]) is not None
        if last and beside and last.kind == one.kind == "duration" and one.worth < last.worth and not one.sign:
            whole, worth = plain[last.start : one.end], last.worth + one.worth
            found[-1] = replace(last, written=whole, worth=worth, half=one.half, end=one.end)
        else:
            found.append(one)
    return found


def _ranged(found: Sequence[Figure], text: str) -> Iterator[Figure]:
    """Between 2 and 3 s: what the second is measured in, the first is, too."""
    for one, other in zip_longest(found, found[1:]):
        bare = other and one.kind == "count" and not one.noun and other.kind not in ("clock", "day", "count")
        if other and bare and _TO.fullmatch(text[one.end : other.start]):
            size = other.size if other.kind != "money" else 1.0
            yield replace(one, kind=other.kind, worth=one.worth * size, half=one.half * size, texts=other.texts)
        else:
            yield one


def normal(text: str) -> str:
    """One sign for what looks alike."""
    plain = unicodedata.normalize("NFKC", text).replace("\N{GREEK SMALL LETTER MU}", "µ")
    plain = plain.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").replace("\N{MINUS SIGN}", "-")
    return _STAMP.sub(" ", plain)


def _found(text: str) -> Iterator[Figure]:
    for moment in moments(text):
        yield Figure(moment.written, moment.kind, texts=moment.texts, start=moment.start, end=moment.end)
    text = without(text)
    for one in ISO.finditer(text):
        yield _lasting(one)
    text = ISO.sub(_blank, text)
    for one in FRACTION.finditer(text):
        worth = fraction(one)
        yield Figure(one[0], "share", worth, LOOSE * worth, start=one.start(), end=one.end())
    text = FRACTION.sub(_blank, text)
    for one in FOLD.finditer(text):
        worth = fold(one)
        yield Figure(one[0], "times", worth, LOOSE * worth, start=one.start(), end=one.end())
    text = FOLD.sub(_blank, text)
    for one in _FIGURE.finditer(text):
        if one["word"] and one["word"].lower() == "one" and not one["wordunit"]:
            continue  # a pronoun
        yield _measured(one, _signed(one, text), about=_ABOUT.search(text[: one.start()]) is not None)


def _lasting(one: re.Match[str]) -> Figure:
    parts = {size: text for size, text in zip((604800, 86400, 3600, 60, 1), one.groups(), strict=True) if text}
    size, text = min(parts.items())
    worth = sum(float(each) * of for of, each in parts.items())
    half = 0.5 * size * 10.0 ** -len(text.partition(".")[2])
    return Figure(one[0], "duration", worth, half, start=one.start(), end=one.end())


def _blank(one: re.Match[str]) -> str:
    return " " * len(one[0])


def _signed(one: re.Match[str], text: str) -> Figure:
    before = text[: one.start()].lower()
    minus = bool(one["sign"] and one["sign"] != "+") or before.endswith(("minus ", "negative "))
    sign = "-" if minus else "+" if one["sign"] or before.endswith("plus ") else ""
    nouns = (_NOUN.match(text, one.end()), _NOUN_BEFORE.search(before))
    counted = next((word for noun in nouns if noun and (word := _singular(noun[1]))), "")
    return Figure(one[0], "count", sign=sign, noun=counted, start=one.start(), end=one.end())


def _singular(word: str) -> str:
    low = word.lower()
    return next((one for one in (low, f"{low}y", f"{low}ies", low.removesuffix("e")) if one in NOUNS), "")


def _measured(one: re.Match[str], plain: Figure, *, about: bool) -> Figure:
    """`about`: it says of itself that it is rounded, so that zeros at its end count for nothing."""
    unit = one["unit"] or one["wordunit"] or one["halfunit"] or one["aunit"] or one["ago"] or ""
    kind: Kind
    kind, size = ("count", 1e6) if unit == "M" else _UNITS.get(unit.lower(), ("count", 1.0))
    money = (one["money"] or "").strip().lower().removeprefix("us$") or ("$" if one["money"] else "")
    if money or kind == "money":
        kind, plain = "money", replace(plain, texts=(_CURRENCY.get(money or unit.lower(), "usd"),))
    if per := one["per"] or one["wordper"]:
        kind, size = "rate", size * _A_SECOND[_EACH.sub("", per.strip().lower())[0]]
    plain = replace(plain, kind=kind, size=size, noun=plain.noun if kind == "count" else "")
    if kind == "share" and (unit.lower() == "pp" or "point" in unit.lower()):
        plain = replace(plain, texts=("points",))
    if one["half"]:
        return replace(plain, worth=0.5 * size)
    if one["aunit"] or one["ago"]:
        return replace(plain, worth=size)
    if one["word"]:
        worth = number(one["word"]) * size
        return replace(plain, worth=worth, half=LOOSE * worth if kind == "times" else 0.0)
    digits = _digits(one)
    places = len(digits.partition(".")[2]) or (len(digits.rstrip("0")) - len(digits) if about else 0)
    worth = float(digits) * size
    return replace(plain, worth=worth, half=0.5 * 10.0**-places * size)


def _digits(one: re.Match[str]) -> str:
    """A comma before one or two digits, or after a zero, is that of a decimal: no English number has it so."""
    if one["comma"]:
        return re.sub(r"[. ]", "", one["comma"]).replace(",", ".")
    return re.sub(r"[,' ]", "", one["number"])


_EACH = re.compile(r"^(?:/|(?:per|an?|each) )\s?")
_A_SECOND = {"s": 1.0, "m": 1 / 60, "h": 1 / 3600}
