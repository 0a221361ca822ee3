"""The known names that look most like one that is not known."""

import difflib
import heapq
from collections.abc import Iterable

LOOKED_AT = 100  # closely, of those that share most letters in a row: looking at thousands takes too long


def nearest(word: str, known: Iterable[str], count: int = 3) -> tuple[str, ...]:
    by_lower = {name.lower(): name for name in known}
    threes = _threes(word.lower())
    like = heapq.nlargest(LOOKED_AT, by_lower, key=lambda name: len(threes & _threes(name)))
    return tuple(by_lower[hit] for hit in difflib.get_close_matches(word.lower(), like, n=count, cutoff=0.3))


def _threes(word: str) -> set[str]:
    padded = f" {word} "
    return {padded[i : i + 3] for i in range(len(padded) - 2)}


def listed(names: Iterable[str]) -> str:
    """As an advice; empty where nothing is near."""
    words = [f"“{name}”" for name in names]
    return f"Nearest: {', '.join(words)}." if words else ""
