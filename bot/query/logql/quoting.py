"""Strings, durations and sizes between what they mean and how LogQL spells them."""

import re

from bot.model.go_strings import unescaped

NANOSECONDS = {
    "ns": 1, "us": 10**3, "µs": 10**3, "μs": 10**3, "ms": 10**6, "s": 10**9, "m": 60 * 10**9, "h": 3600 * 10**9,
    "d": 86400 * 10**9, "w": 7 * 86400 * 10**9, "y": 365 * 86400 * 10**9,
}  # fmt: skip
_SPELLED = ("h", "m", "s", "ms", "us", "ns")
_STEPS = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4, "p": 5}

_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ns|us|µs|μs|ms|[smhdwy])")
_SIZE = re.compile(r"(\d+(?:\.\d+)?)([kmgtp]?)(i?)b?", re.IGNORECASE)
_SHORT = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def quoted(text: str) -> str:
    return '"' + "".join(_SHORT.get(letter) or _shown(letter) for letter in text) + '"'


def _shown(letter: str) -> str:
    """Letters as they are; what cannot be seen by its number."""
    if letter.isprintable():
        return letter
    return f"\\u{ord(letter):04x}" if ord(letter) < 0x10000 else f"\\U{ord(letter):08x}"


def unquoted(text: str) -> str:
    """What Go makes of it; ValueError where Go would refuse."""
    return text[1:-1].replace("\r", "") if text.startswith("`") else unescaped(text[1:-1])


def to_nanoseconds(text: str) -> int:
    return round(sum(float(number) * NANOSECONDS[unit] for number, unit in _DURATION.findall(text)))


def duration(nanoseconds: int) -> str:
    """In whole units, largest first: "1h30m"."""
    if nanoseconds == 0:
        return "0s"
    rest, out = abs(nanoseconds), "-" if nanoseconds < 0 else ""
    for unit in _SPELLED:
        count, rest = divmod(rest, NANOSECONDS[unit])
        out += f"{count}{unit}" if count else ""
    return out


def to_bytes(text: str) -> int:
    found = _SIZE.fullmatch(text)
    if found is None:
        raise ValueError(text)
    step = 1024 if found[3] else 1000
    return int(float(found[1]) * step ** _STEPS[found[2].lower()])


def number(value: float) -> str:
    return repr(value).removesuffix(".0")
