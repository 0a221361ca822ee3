"""Numbers in English words: twelve hundred, two hundred and thirty-one, one point five, two thirds. Pure."""

import re

_ONES = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen".split()
_ONES += "seventeen eighteen nineteen".split()
_SMALL = {word: value for value, word in enumerate(_ONES)}
_SMALL |= {
    word: 10 * value for value, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)
}
# In German, French and Spanish, as far as they are no other words: sept, once and dos are.
_ABROAD = (
    (2, "zwei drei vier fünf sechs sieben acht neun zehn elf zwölf"),
    (2, "deux trois quatre cinq"),
    (8, "huit neuf dix onze douze"),
    (3, "tres cuatro cinco seis siete ocho nueve diez"),
    (12, "doce"),
)
_SMALL |= {word: value for first, words in _ABROAD for value, word in enumerate(words.split(), first)}
_LARGE = {"hundred": 100, "thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000}
_NEW = "|".join(sorted(_SMALL, key=len, reverse=True))
_ANY = f"{_NEW}|{'|'.join(_LARGE)}"
RUN = (
    rf"(?:(?:(?:{_NEW})\b|an? (?={'|'.join(_LARGE)}))(?:(?:[ -]| and )?(?:{_ANY})\b)*"
    rf"(?: point(?: (?:{'|'.join(_ONES[:10])})\b)+)?)"
)
_DENOMINATOR = {"half": 2, "halves": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6, "eighth": 8}
_DENOMINATOR |= {"tenth": 10}
_COUNT = r"an?|\d+|one|two|three|four|five|six|seven|eight|nine"
_FEW = rf"\d+|{_NEW}"
FRACTION = re.compile(
    rf"(?<![\w.,])(?:(?:(?P<top>{_COUNT})[ -])?(?P<part>{'|'.join(_DENOMINATOR)})s?(?= of\b)"
    rf"|(?P<over>{_COUNT})[ -](?P<under>{'|'.join(_DENOMINATOR)})s?\b(?! (?:past|to)\b)"
    rf"|(?P<some>{_FEW}) (?:in|out of) (?P<all>{_FEW})\b"
    r"(?![.,:]?\d|[ -]?(?:ms|s|min|h|d|seconds?|minutes?|hours?|days?|weeks?|%)\b)"
    r"|(?P<half>half)\b(?! (?:past|an?)\b))",
    re.IGNORECASE,
)
TIMES: dict[str, float] = {
    "double": 2,
    "doubles": 2,
    "doubled": 2,
    "doubling": 2,
    "twice": 2,
    "triple": 3,
    "triples": 3,
    "tripled": 3,
}
TIMES |= {"tripling": 3, "thrice": 3, "quadruple": 4, "quadrupled": 4, "halve": 0.5, "halved": 0.5, "halves": 0.5}
FOLD = re.compile(
    rf"\b(?:(?P<times>{'|'.join(sorted(TIMES, key=len, reverse=True))})|(?P<count>{_NEW}|\d+(?:\.\d+)?)-?fold)\b",
    re.IGNORECASE,
)


def number(words: str) -> float:
    """Of a RUN."""
    whole, _, rest = words.lower().partition(" point")
    total = part = 0.0
    for word in re.findall(r"[^\W\d_]+", whole):
        if word in _SMALL:
            part += _SMALL[word]
        elif word == "hundred":
            part = (part or 1) * 100
        elif word in _LARGE:
            total, part = total + (part or 1) * _LARGE[word], 0.0
    digits = "".join(str(_SMALL[word]) for word in rest.split())
    return total + part + (float(f"0.{digits}") if digits else 0.0)


def fraction(one: re.Match[str]) -> float:
    """Of a FRACTION, in percent."""
    if one["half"]:
        return 50.0
    if one["some"]:
        return 100 * _count(one["some"]) / (_count(one["all"]) or 1)
    top, part = (one["top"] or "a", one["part"]) if one["part"] else (one["over"], one["under"])
    return 100 * _count(top) / _DENOMINATOR[part.lower()]


def fold(one: re.Match[str]) -> float:
    """Of a FOLD."""
    return TIMES[one["times"].lower()] if one["times"] else _count(one["count"])


def _count(word: str) -> float:
    if word.lower() in ("a", "an"):
        return 1.0
    return float(word) if word[0].isdigit() else float(_SMALL[word.lower()])
