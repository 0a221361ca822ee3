"""What becomes of a question: a plan, a question back, or a reason why not."""

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from bot.query.plan import Plan


@dataclass(frozen=True)
class Planned:
    plan: Plan
    confidence: float
    corrected: tuple[tuple[str, str], ...] = ()  # typed, taken for
    metrics: tuple[str, ...] = field(default=())
    by: Literal["rules", "model"] = "rules"


@dataclass(frozen=True)
class Clarify:
    message: str
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class Refuse:
    message: str


@dataclass(frozen=True)
class Unsupported:
    message: str


Outcome: TypeAlias = Planned | Clarify | Refuse | Unsupported
