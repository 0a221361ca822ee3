"""Which numbers an edited text has that no figure of its issue has. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Iterator

MOST_NAMED = 8
MICRO = "\N{MICRO SIGN}"
_IDS = re.compile(r"\b(?:ISS|ALR|MON|TICKET)-[\w.-]*\w")
_UNITS = {
    "millisecond": "ms", "second": "s", "sec": "s", "minute": "min", "hour": "h", "day": "d", "percent": "%",
    "per cent": "%",
}  # fmt: skip
_UNIT = rf"%|per ?cent|(?:milli)?seconds?|secs?|minutes?|mins?|hours?|days?|{MICRO}s|ms|[KMGTP]i?B|B|s|h|d|k|M"
_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
# A letter before it makes it a name (p95, v2), not a figure.
_FIGURE = re.compile(
    r"(?<![^\W\d])(?<!\d)(?<!\d\.)(?:"
    r"(?P<day>\d{4}-\d\d-\d\d)|(?P<time>\d{1,2}:\d\d(?::\d\d)?)"
    rf"|(?P<number>{_NUMBER})(?: ?(?P<unit>{_UNIT})(?!\w))?)"
)


def strangers(text: str, known: Iterable[str]) -> tuple[str, ...]:
    """As they are written, each once. A number that is known with one unit is not known with another."""
    allowed = {form for source in known for _, forms in _figures(source) for form in forms}
    found = {forms[0]: written for written, forms in _figures(text) if forms[0] not in allowed}
    return tuple(found.values())


def named(numbers: tuple[str, ...]) -> str:
    shown = ", ".join(numbers[:MOST_NAMED])
    rest = len(numbers) - MOST_NAMED
    return f"{shown} and {rest} more" if rest > 0 else shown


def _figures(text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """As written, and how it is compared: with its unit first."""
    plain = _IDS.sub(" ", unicodedata.normalize("NFKC", text)).replace("\N{GREEK SMALL LETTER MU}", MICRO)
    for found in _FIGURE.finditer(plain):
        if found["number"] is None:
            yield found[0], (found[0].zfill(5) if found["time"] else found[0],)
            continue
        number = _same(found["number"])
        unit = _unit(found["unit"] or "")
        yield found[0], (f"{number} {unit}", number) if unit else (number,)


def _same(number: str) -> str:
    """1,200.50 is 1200.5."""
    whole, _, part = number.replace(",", "").partition(".")
    part = part.rstrip("0")
    whole = whole.lstrip("0") or "0"
    return f"{whole}.{part}" if part else whole


def _unit(written: str) -> str:
    word = written if len(written) < 3 else written.lower().rstrip("s") if written.lower() != "ms" else written
    return _UNITS.get(word, word)
