"""How far apart the same and the look-alike are, on pairs that nothing was tuned on: printed by `make eval`."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.analysis import similarity
from tests.eval.incident_pairs import DIFFERENT, SAME, Pair, halves


@dataclass(frozen=True)
class Share:
    name: str
    scores: Sequence[float]

    def above(self, bound: float) -> int:
        return sum(score > bound for score in self.scores)

    def __str__(self) -> str:
        mean = sum(self.scores) / len(self.scores)
        same, related = self.above(similarity.SAME), self.above(similarity.RELATED)
        return f"  {self.name:<22} {len(self.scores):4} pairs, mean {mean:.2f}, above 0.85 {same}, above 0.6 {related}"


def judged(half: int = 1) -> tuple[Share, Share, Share]:
    """`half` 0 is what it was tuned on. Unrelated: each title with the twin of every other one."""
    same, different = halves(SAME)[half], halves(DIFFERENT)[half]
    firsts, seconds = [one for one, _ in same], [other for _, other in same]
    unrelated = [(a, b) for at, a in enumerate(firsts) for to, b in enumerate(seconds) if at != to]
    return Share("the same", _all(same)), Share("look-alikes", _all(different)), Share("unrelated", _all(unrelated))


def _all(pairs: Sequence[Pair]) -> Sequence[float]:
    return [similarity.likeness(one, other) for one, other in pairs]


def show() -> None:
    print("similar issues, pairs that were not tuned on:")
    print("\n".join(str(share) for share in judged()))
