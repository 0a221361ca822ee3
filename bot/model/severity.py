"""How bad something is: one scale for issues, and the one table that brings every other scale to it (row CONF-14)."""

from enum import StrEnum

from bot.model.reply import Tone


class Severity(StrEnum):
    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    @property
    def rank(self) -> int:
        """Grows with the severity; words do not sort by how bad they are."""
        return _RANK[self]

    @property
    def tone(self) -> Tone:
        return "bad" if self.rank >= Severity.HIGH.rank else "warning" if self is Severity.MEDIUM else "neutral"


_RANK = {Severity.LOW: 0, Severity.MEDIUM: 1, Severity.HIGH: 2, Severity.CRITICAL: 3}

_WORDS = {
    Severity.CRITICAL: "critical crit fatal emergency emerg disaster page p0 p1 sev0 sev1 s1 1",
    Severity.HIGH: "high error err major alert severe urgent p2 sev2 s2 2",
    Severity.MEDIUM: "medium warning warn moderate minor average p3 sev3 s3 3",
    Severity.LOW: "low info information informational notice none ok debug p4 p5 sev4 sev5 s4 4 5",
}
_TABLE = {word: severity for severity, words in _WORDS.items() for word in words.split()}


def severity_of(word: str, default: Severity = Severity.MEDIUM) -> Severity:
    """Any system's word on our scale; a word nobody knows is `default`, for a guess must not page anybody."""
    return _TABLE.get(word.strip().lower(), default)


def worst(*severities: Severity) -> Severity:
    return max(severities, key=lambda severity: severity.rank)
