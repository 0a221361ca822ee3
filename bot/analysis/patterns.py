"""Messages that differ only in numbers, ids and addresses, told as one: a small Drain. Pure."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

ANY = "<_>"  # as LogQL's own patterns write it
ALIKE = 0.6  # of the words of two messages, in their places
LONGEST = 60  # words of a message that are looked at

_FOLDED = re.compile(
    r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"  # a UUID
    r"|\b\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:?\d\d)?"
    r"|\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b"
    r"|[\w.+\u2026-]+@[\w.-]+"
    r"|\b(?=[0-9a-fA-F-]*\d)(?:[a-z]-)?[0-9a-fA-F]{6,}\b"
    r"|(?<![\w.-])(?:0x[0-9a-fA-F]+|\d+(?:[.,:]\d+)*)(?=(?:ns|us|µs|ms|s|m|h|[kKMGT]i?B?|%)?(?!\w))"
    r"|(?<=[#/=])\d+"
)


@dataclass(frozen=True, slots=True)
class Pattern:
    text: str
    count: int
    first: datetime
    last: datetime

    def fits(self, other: "Pattern") -> bool:
        return _alike(self.text.split(" "), other.text.split(" "))


@dataclass(slots=True)
class _Group:
    words: list[str]
    count: int
    first: datetime
    last: datetime

    def take(self, words: Sequence[str], count: int, first: datetime, last: datetime) -> None:
        self.words = [one if one == other else ANY for one, other in zip(self.words, words, strict=True)]
        self.count += count
        self.first, self.last = min(self.first, first), max(self.last, last)


def patterns(messages: Iterable[tuple[datetime, str]]) -> list[Pattern]:
    """The most frequent first."""
    by_text: dict[str, list[datetime]] = defaultdict(list)
    for at, message in messages:
        by_text[folded(message)].append(at)
    shelves: dict[tuple[int, str], list[_Group]] = defaultdict(list)
    for text, times in by_text.items():
        words, spent = text.split(" "), (len(times), min(times), max(times))
        shelf = shelves[len(words), words[0]]
        near = next((group for group in shelf if _alike(group.words, words)), None)
        if near:
            near.take(words, *spent)
        else:
            shelf.append(_Group(words, *spent))
    found = [
        Pattern(" ".join(one.words), one.count, one.first, one.last) for shelf in shelves.values() for one in shelf
    ]
    return sorted(found, key=lambda one: (-one.count, one.first, one.text))


def folded(message: str) -> str:
    words = _FOLDED.sub(ANY, message).split()
    return " ".join(words[:LONGEST]) or ANY


def _alike(one: Sequence[str], other: Sequence[str]) -> bool:
    if len(one) != len(other):
        return False
    same = sum(a == b for a, b in zip(one, other, strict=True))
    return same >= ALIKE * len(one)
