"""How serious a line is, in the words that systems use for it, and how its level can be told. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from bot.query.logql.quoting import quoted

Level: TypeAlias = Literal["critical", "error", "warning", "info", "debug"]  # the worst first
LEVELS: tuple[Level, ...] = get_args(Level)

SPELT: dict[Level, tuple[str, ...]] = {
    "critical": ("critical", "crit", "fatal", "panic", "alert", "emergency", "emerg", "severe"),
    "error": ("error", "err", "eror", "e"),
    "warning": ("warning", "warn", "w"),
    "info": ("info", "information", "informational", "notice", "log", "i"),
    "debug": ("debug", "trace", "dbg", "d"),
}
NAMES = ("level", "detected_level", "severity", "severity_text", "log_level", "loglevel", "lvl")
BAD_WORDS = r"(?i)\b(error|exception|fatal|panic|critical|traceback)\b"

_MEANT: dict[str, Level] = {spelt: level for level, words in SPELT.items() for spelt in words}
_SAID: tuple[tuple[Level, re.Pattern[str]], ...] = (
    ("critical", re.compile(r"(?<![\w-])(?:critical|crit|fatal|panics?)(?![\w-])")),
    ("error", re.compile(r"(?<![\w-])(?:errors?|exceptions?|failures)(?![\w-])")),
    ("warning", re.compile(r"(?<![\w-])(?:warnings?|warn)(?![\w-])")),
    ("info", re.compile(r"(?<![\w-])info(?![\w-])")),
    ("debug", re.compile(r"(?<![\w-])debug(?![\w-])")),
)


def meant(value: str) -> Level | None:
    return _MEANT.get(value.strip().lower())


def order(value: str) -> tuple[int, str]:
    """The worst first; what means nothing to us last."""
    level = meant(value)
    return (LEVELS.index(level) if level else len(LEVELS), value)


def said(text: str) -> tuple[Level, ...]:
    """The levels that a lower-case text asks for. Whoever asks for errors wants what is worse, too."""
    found = [level for level, words in _SAID if words.search(text)]
    if "error" in found and "critical" not in found:
        found.insert(0, "critical")
    return tuple(found)


def written(levels: Sequence[str]) -> str:
    """As a sentence names them."""
    if tuple(levels) == ("critical", "error"):
        return "errors and worse"
    nouns = {"critical": "critical lines", "error": "errors", "warning": "warnings"}
    named = [nouns.get(level, f"{level} lines") for level in levels]
    return " and ".join([", ".join(named[:-1]), named[-1]] if len(named) > 1 else named)


@dataclass(frozen=True, slots=True)
class Told:
    """What tells the level of a line: a label of its stream, one that `parser` reads in it, or else its words."""

    label: str = ""
    parser: str = ""
    values: tuple[str, ...] = ()  # that the label has had; empty where nobody knows

    @property
    def reading(self) -> str:
        """The stage that makes the label; a line that cannot be read is counted all the same, without a level."""
        return f" | {self.parser} | drop __error__, __error_details__" if self.parser else ""

    def stages(self, levels: Sequence[Level]) -> str:
        """What stands behind a selector, so that only lines of these levels stay."""
        if not levels:
            return ""
        if not self.label:
            return f" |~ {quoted(BAD_WORDS)}" if {"error", "critical"} & set(levels) else ""
        return f"{self.reading} | {self.label}=~{quoted(self._pattern(levels))}"

    def matcher(self, levels: Sequence[Level]) -> str:
        """The same as a matcher of streams; empty where the label is not one of theirs."""
        if not levels or not self.label or self.parser or not self.values:
            return ""
        known = [value for value in self.values if meant(value) in levels]
        if not known:
            return ""
        sign, text = ("=", known[0]) if len(known) == 1 else ("=~", "|".join(known))
        return f"{self.label}{sign}{quoted(text)}"

    @staticmethod
    def _pattern(levels: Iterable[Level]) -> str:
        return "(?i)(" + "|".join(spelt for level in levels for spelt in SPELT[level]) + ")"
