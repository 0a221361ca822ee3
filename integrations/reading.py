"""Typed access to JSON of strangers: a value comes out clean and capped, or Malformed says where it stood."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from bot.model.errors import Malformed
from bot.model.harmless import clean
from bot.model.signal import LONGEST_NAME, LONGEST_TEXT, LONGEST_VALUE, MOST_LABELS, REGION_LABELS, SERVICE_LABELS

MOST_SIGNALS = 10_000  # in one delivery; a megabyte of the smallest alerts would hold more
_FOREMOST = frozenset(("alertname", "severity", "env", *SERVICE_LABELS, *REGION_LABELS))


class Fields:
    """One JSON object. Missing and null are the same: empty."""

    __slots__ = ("_values", "path")

    def __init__(self, value: object, path: str = "") -> None:
        if not isinstance(value, dict):
            raise Malformed(path, "is not an object" if path else "The payload is not a JSON object.")
        self._values: dict[str, Any] = value
        self.path = path

    def at(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name

    def raw(self, name: str) -> Any:
        return self._values.get(name)

    def text(self, name: str, most: int = LONGEST_VALUE) -> str:
        value = self._values.get(name)
        return "" if value is None else text_of(value, self.at(name), most).strip()

    def line(self, name: str, most: int = LONGEST_NAME) -> str:
        """On one line, as titles are."""
        value = self._values.get(name)
        return "" if value is None else one_line(text_of(value, self.at(name), LONGEST_TEXT), most)

    def needed(self, name: str, most: int = LONGEST_VALUE) -> str:
        found = self.text(name, most)
        if not found:
            raise Malformed(self.at(name), "is missing or blank")
        return found

    def first(self, names: tuple[str, ...], most: int = LONGEST_VALUE) -> str:
        for name in names:
            if name in self._values and (found := self.text(name, most)):
                return found
        return ""

    def link(self, *names: str) -> str:
        """The first of them that is an address; empty where none is: a bad link is no reason to lose an alert."""
        for name in names:
            value = self._values.get(name)
            if isinstance(value, str) and (found := address(value)):
                return found
        return ""

    def instant(self, name: str) -> datetime | None:
        return instant(self._values.get(name), self.at(name))

    def fields(self, name: str) -> "Fields":
        value = self._values.get(name)
        return Fields({} if value is None else value, self.at(name))

    def each(self, name: str) -> Iterator["Fields"]:
        return each(self._values.get(name) or [], self.at(name))

    def every(self, name: str) -> Iterator["Fields"]:
        """Of a list that has to be there: a payload of another kind must not pass for one without alerts."""
        return each(self._values.get(name), self.at(name))

    def labels(self, name: str) -> dict[str, str]:
        """As they are, for matchers have to fit them; without a value there is no label."""
        value = self._values.get(name)
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise Malformed(self.at(name), "is not an object")
        return labels(value, self.at(name))


def each(value: object, path: str) -> Iterator[Fields]:
    if not isinstance(value, list):
        raise Malformed(path, "is not a list")
    if len(value) > MOST_SIGNALS:
        raise Malformed(path, f"has more than {MOST_SIGNALS} entries")
    for number, one in enumerate(value):
        yield Fields(one, f"{path}[{number}]")


def labels(given: Mapping[str, Any], path: str) -> dict[str, str]:
    if len(given) > MOST_LABELS:
        order = sorted(given, key=lambda name: (name not in _FOREMOST, name))
        given = {name: given[name] for name in order[:MOST_LABELS]}
    found = {}
    for name, raw in given.items():
        if type(raw) is str and len(raw) <= LONGEST_VALUE and raw.isprintable():
            value = raw  # nearly all of them
        else:
            value = "" if raw is None else text_of(raw, f"{path}.{literal(name, LONGEST_NAME)}", LONGEST_VALUE)
        if name and value:
            found[name if len(name) <= LONGEST_NAME and name.isprintable() else literal(name, LONGEST_NAME)] = value
    return found


def label_name(text: str) -> str:
    """A name that matchers can spell, of what other systems call a tag."""
    plain = "".join(sign if sign.isascii() and sign.isalnum() else "_" for sign in text.strip()[:LONGEST_NAME])
    return f"_{plain}" if plain[:1].isdigit() else plain


def text_of(value: object, path: str, most: int = LONGEST_VALUE) -> str:
    """Of text, a number or a truth; anything else is malformed."""
    if isinstance(value, str):
        return literal(value, most)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return literal(repr(value), most)
    raise Malformed(path, "is not text")


def literal(text: str, most: int) -> str:
    if len(text) > most:
        text = text[: most - 1] + "…"
    return text if text.isprintable() else clean(text)


def one_line(text: str, most: int = LONGEST_NAME) -> str:
    return literal(" ".join(text.split()), most)


def identity(text: str) -> str:
    """As its source calls it; what is too long to keep is told apart by its digest."""
    return text if len(text) <= LONGEST_NAME else sha256(text.encode(errors="surrogatepass")).hexdigest()


def identity_of(values: Mapping[str, str]) -> str:
    """For sources that name no identity: the same labels are the same alert."""
    told = "\0".join(f"{name}\0{values[name]}" for name in sorted(values))
    return sha256(told.encode(errors="surrogatepass")).hexdigest()[:32]


def address(text: str) -> str:
    """An http or https address that shows where it leads; anything else is empty."""
    return _address(text) if len(text) <= LONGEST_TEXT else ""


@lru_cache(maxsize=512)
def _address(text: str) -> str:
    text = text.strip()
    if not text.isprintable() or " " in text:
        return ""
    try:
        parts = urlsplit(text)
        named = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return ""
    return text if named and "@" not in parts.netloc else ""


def instant(value: object, path: str) -> datetime | None:
    """RFC 3339 down to nanoseconds, or seconds or their thousandths since 1970; the zero time is none."""
    if value is None or value == "":
        return None
    try:
        if isinstance(value, str):
            text = value.strip()
            if len(text) >= _SHORTEST_EPOCH and text.isascii() and text.isdecimal():
                return _since_1970(float(text))
            at = datetime.fromisoformat(text.upper())
            if at.year == 1:  # what Go writes where there is none
                return None
            return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return _since_1970(float(value))
    except (ValueError, OverflowError, OSError):
        pass
    raise Malformed(path, "is not a time such as 2026-03-18T12:00:00Z")


_SHORTEST_EPOCH = 9  # digits; eight are a date


def _since_1970(number: float) -> datetime | None:
    while abs(number) > 1e11:  # thousandths, millionths: seconds are this many in the year 5138
        number /= 1000
    return datetime.fromtimestamp(number, UTC) if number else None


def began(at: datetime | None, now: datetime) -> datetime:
    """Never in the future: a source whose clock is ahead still says that something is wrong now."""
    return at if at is not None and at <= now else now


def over(at: datetime | None, started_at: datetime, now: datetime) -> datetime:
    """Not before it began, and not in the future."""
    return max(started_at, at if at is not None and at <= now else now)
