"""What a field of a log line holds, told from its description and a sample."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from bot.query.catalog import KnownLogs
from bot.query.words.tokens import parts, stem
from bot.query.words.units import UNITS, Dimension, Unit

_LEVEL_NAMES = frozenset({"level", "severity", "lvl", "loglevel", "log_level", "levelname", "priority", "sev"})

_LEVELS = frozenset(
    "trace debug dbg info inf notice warn warning wrn error err severe critical crit fatal fault emergency"
    " panic".split()
)

_MONEY = re.compile(r"\b(?:euros?|eur|dollars?|usd|francs?|chf|pounds?|gbp|yen|cents?|price|cost|revenue)\b")


@dataclass(frozen=True)
class Field:
    name: str
    about: str
    values: tuple[str, ...] = ()
    kind: str = "string"
    dimension: Dimension | None = None
    unit: Unit | None = None
    written: str = ""  # "duration" or "bytes" where figures carry their unit
    example: str = ""

    @classmethod
    @lru_cache(maxsize=4096)
    def read(cls, name: str, about: str, sample: str) -> "Field":
        low = about.lower()
        example = _example(name, sample)
        values = tuple(part.strip() for part in about.split("|")) if "|" in about and len(about) < 400 else ()
        words = set(parts(name))
        if values:
            return cls(name, about, values, "enum", example=example)
        if re.search(r"such as [\d.]+ ?(?:ns|us|µs|ms|s|m|h)\b|go duration|duration string", low) or (
            "duration" in low and re.fullmatch(r"[\d.]+(?:ns|us|µs|ms|s|m|h)(?:[\d.]+\w+)?", example)
        ):
            return cls(name, about, (), "measure", "time", UNITS["s"], "duration", example)
        if re.search(r"bytes? such as|such as \d+ ?[kmg]i?b|size such as", low) or re.fullmatch(
            r"[\d.]+ ?[kKMG]i?B", example
        ):
            return cls(name, about, (), "measure", "bytes", UNITS["bytes"], "bytes", example)
        if ("status" in low and "http" in low) or (
            words & {"status", "code"} and re.search(r"status|code", low) and re.search(r"number|http|status", low)
        ):
            return cls(name, about, (), "code", example=example)
        for unit, expression in (
            ("ms", r"milliseconds?|\bms\b|millis"),
            ("us", r"microseconds"),
            ("s", r"\bseconds?\b"),
            ("min", r"\bminutes\b"),
        ):
            if re.search(expression, low) or (re.search(r"number|int|float|numeric", low) and unit in words):
                return cls(name, about, (), "measure", "time", UNITS[unit], "", example)
        for unit, expression in (("bytes", r"\bbytes?\b"), ("kb", r"\bkb\b|kilobytes"), ("mb", r"\bmb\b|megabytes")):
            if re.search(expression, low) or (re.search(r"number|int|float", low) and unit in words):
                return cls(name, about, (), "measure", "bytes", UNITS[unit], "", example)
        if re.search(r"duration", low):
            return cls(name, about, (), "measure", "time", UNITS["s"], "duration", example)
        if re.search(r"\bnumber|\bint(?:eger)?\b|float|numeric|amount|\bcount\b|dollars|percent|euros|cents", low):
            return cls(name, about, (), "measure", None, None, "", example)
        return cls(name, about, (), "text" if re.search(r"text|free|message", low) else "string", example=example)

    @property
    def is_level(self) -> bool:
        return self.name.lower() in _LEVEL_NAMES or (
            len(self.values) > 1 and {value.lower() for value in self.values} <= _LEVELS
        )

    @property
    def is_code(self) -> bool:
        return self.kind == "code"

    @property
    def is_measure(self) -> bool:
        return self.kind == "measure"

    @property
    def is_money(self) -> bool:
        return self.is_measure and bool(_MONEY.search(f"{self.about} {' '.join(parts(self.name))}".lower()))

    @property
    def is_text(self) -> bool:
        return self.kind == "text"


def _example(name: str, sample: str) -> str:
    match = re.search(rf'"{re.escape(name)}"\s*:\s*(?:"((?:[^"\\]|\\.)*)"|([\d.]+))', sample) or re.search(
        rf'\b{re.escape(name)}=(?:"([^"]*)"|(\S+))', sample
    )
    return next((part for part in match.groups() if part), "") if match else ""


def log_terms(logs: Iterable[KnownLogs]) -> Iterator[str]:
    """Stems of all that the lines of some services are known to hold."""
    for known in logs:
        yield from (stem(word) for word in parts(known.sample) if len(word) > 2)
        yield stem(known.service)
        for field, about in known.fields.items():
            yield from (stem(word) for word in parts(field))
            yield from (stem(word) for word in parts(about))
