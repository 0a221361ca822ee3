"""The names that look or sound most like a word: for asking back."""

from collections import Counter
from collections.abc import Collection, Sequence
from heapq import nsmallest


class LookAlikes:
    def __init__(self, names: Sequence[str], preferred: Collection[str]) -> None:
        self._names, self._preferred = names, preferred
        self._by_gram: dict[str, list[str]] = {}
        for name in names:
            for gram in _grams(name.lower()):
                self._by_gram.setdefault(gram, []).append(name)

    def near(self, word: str, count: int) -> list[str]:
        low = word.lower()
        grams = _grams(low)
        shared = Counter(name for gram in grams for name in self._by_gram.get(gram, ()))
        scored = {name: self._alike(name, low, held / (len(grams) + len(name) - 1)) for name, held in shared.items()}
        if len(scored) < count:  # nothing is like it: what there is, then
            scored = {**{name: self._alike(name, low, 0) for name in sorted(self._names)[:100]}, **scored}
        return nsmallest(count, scored, key=lambda name: (-scored[name], name))

    def _alike(self, name: str, low: str, share: float) -> float:
        within = low in name.lower() or (len(name) > 2 and name.lower() in low)
        return 2 * share + (0.3 if within else 0.0) + (0.12 if name in self._preferred else 0.0)


def _grams(text: str) -> frozenset[str]:
    return frozenset(text[i : i + 2] for i in range(len(text) - 1))
