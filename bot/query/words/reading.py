"""One way to understand a question: what it would ask of the source, how sure, and which words it leaves over."""

from dataclasses import dataclass

from bot.query.plan import Expr
from bot.query.words.fits import Fit
from bot.query.words.roles import Word


@dataclass(frozen=True)
class Reading:
    expr: Expr
    score: float
    says: str
    frame: str
    metrics: tuple[str, ...]
    fit: Fit
    loose: tuple[Word, ...] = ()

    @property
    def rank(self) -> float:
        return self.score - 0.6 * len(self.loose)
