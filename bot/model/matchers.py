"""Label matchers with Alertmanager's meaning: anchored RE2 expressions, and a label that is absent is empty.

Read as Alertmanager reads them since 0.27, in its default mode: first as it always did, and where that fails with
the grammar that lets names be quoted and hold any character.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, cast

from bot.model.go_strings import unescaped
from bot.model.regexes import compiled, fault

LONGEST = 4000
Sign = Literal["=", "!=", "=~", "!~"]

_BLANK = "\t\n\f\r "
_SPACE = rf"[{_BLANK}]*"
_SIGN = "(=~|=|!=|!~)"
_CLASSIC = re.compile(rf"{_SPACE}([a-zA-Z_:][a-zA-Z0-9_:]*){_SPACE}{_SIGN}(.*)", re.DOTALL)
_CLASSIC_ESCAPES = {"n": "\n", '"': '"', "\\": "\\"}

_RESERVED = r"{}!=~,\\\"'`\s"
_QUOTED = r'"((?:[^"\\\n]|\\.)*)"'
_WORD = rf"([^{_RESERVED}]+)"
_MODERN = re.compile(rf"\s*(?:{_QUOTED}|{_WORD})\s*{_SIGN}\s*(?:{_QUOTED}|{_WORD})\s*")
_BARE_NAME = re.compile(rf"[^{_RESERVED}]+")


@dataclass(frozen=True, slots=True)
class Matcher:
    name: str
    sign: Sign
    value: str

    @property
    def negative(self) -> bool:
        return self.sign in ("!=", "!~")

    def fits(self, labels: Mapping[str, str]) -> bool:
        return self.fits_value(labels.get(self.name, ""))

    def fits_value(self, value: str) -> bool:
        match self.sign:
            case "=":
                return value == self.value
            case "!=":
                return value != self.value
            case "=~":
                return compiled(_whole(self.value)).search(value) is not None
            case "!~":
                return compiled(_whole(self.value)).search(value) is None

    def __str__(self) -> str:
        name = self.name if _BARE_NAME.fullmatch(self.name) else _quoted(self.name)
        return f"{name}{self.sign}{_quoted(self.value)}"


@dataclass(frozen=True, slots=True)
class Matchers:
    """All have to fit; none at all fits everything."""

    each: tuple[Matcher, ...] = ()

    def fit(self, labels: Mapping[str, str]) -> bool:
        return all(matcher.fits(labels) for matcher in self.each)


def _whole(expression: str) -> str:
    """Written out as Alertmanager does, and not left to fullmatch: "a)|(b" then means here what it means there."""
    return f"^(?:{expression})$"


def read_matcher(text: str) -> Matcher:
    """Raises ValueError with a sentence for whoever wrote it."""
    if len(text) > LONGEST:
        raise ValueError(f"a matcher may have {LONGEST} characters at most")
    parts = _classic(text) or _modern(text)
    if parts is None:
        raise ValueError(f'“{text}” is not a matcher such as service="checkout" or instance=~"web-.*"')
    name, sign, value = parts
    if sign in ("=~", "!~") and (says := fault(_whole(value))):
        raise ValueError(f"the expression “{value}” cannot be read: {says}")
    return Matcher(name, cast(Sign, sign), value)


@lru_cache(maxsize=1000)
def _read(lines: tuple[str, ...]) -> Matchers:
    return Matchers(tuple(read_matcher(line) for line in lines))


def read_matchers(lines: Sequence[str]) -> Matchers:
    return _read(tuple(lines))


def split(text: str) -> tuple[str, ...]:
    """`{a="1", b=~"2.*"}` or `a="1", b="2"` as single matchers; commas in quotes stay."""
    inner = text.strip().removeprefix("{").removesuffix("}")
    parts, quoted, escaped = [""], False, False
    for letter in inner:
        if letter == "," and not quoted:
            parts.append("")
            continue
        if letter == '"' and not escaped:
            quoted = not quoted
        escaped = letter == "\\" and not escaped
        parts[-1] += letter
    return tuple(part.strip() for part in parts if part.strip())


def _classic(text: str) -> tuple[str, str, str] | None:
    found = _CLASSIC.fullmatch(text)
    if found is None:
        return None
    name, sign, raw = found.groups()
    value = _classic_value(raw.strip(_BLANK))
    return None if value is None else (name, sign, value)


def _classic_value(raw: str) -> str | None:
    """In quotes or without; a backslash that escapes nothing is a backslash."""
    body = raw[1:] if raw.startswith('"') else raw
    parts: list[str] = []
    at = 0
    while at < len(body):
        letter, following = body[at], body[at + 1 : at + 2]
        if letter == '"':  # only where it closes what it opened, as the very last
            return "".join(parts) if body is not raw and not following else None
        if letter == "\\" and following:
            parts.append(_CLASSIC_ESCAPES.get(following, letter + following))
            at += 1
        else:
            parts.append(letter)
        at += 1
    return "".join(parts) if body is raw else None


def _modern(text: str) -> tuple[str, str, str] | None:
    found = _MODERN.fullmatch(text)
    if found is None:
        return None
    quoted_name, bare_name, sign, quoted, bare = found.groups()
    name = bare_name if bare_name is not None else _unquoted(quoted_name)
    value = bare if bare is not None else _unquoted(quoted)
    return (name, sign, value) if name and value is not None else None


def _unquoted(text: str) -> str | None:
    """None where Go would refuse it."""
    try:
        return unescaped(text)
    except ValueError:
        return None


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
