"""What AI will have cost a tenant: months ahead, what budgets make of them, and what would cost less."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, TypeAlias


@dataclass(frozen=True, slots=True)
class Range:
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Month:
    first: date
    total: float
    p80: Range
    p95: Range


@dataclass(frozen=True, slots=True)
class Crossing:
    """Of a budget, by the end of the month."""

    probability: float
    on: date | None  # as expected; nothing where it is not expected to be passed
    early: date | None  # with `late` four times in five
    late: date | None


@dataclass(frozen=True, slots=True)
class Record:
    tries: int
    error: float  # mean, as a share of what the months really cost
    run_rate: float  # the same, had the average so far gone on
    held80: int
    held95: int


@dataclass(frozen=True, slots=True)
class Move:
    by: float  # `surprise` and `ahead` together
    surprise: float  # what the last day cost more than was expected of it
    ahead: float  # what is expected more of the days that come
    part: str | None = None  # the one that moved most of it
    part_by: float = 0.0


@dataclass(frozen=True, slots=True)
class PartAhead:
    """A tool: so far, and what this month and the next will have cost."""

    spent: float
    month: float
    following: float


@dataclass(frozen=True, slots=True)
class Limit:
    """An amount a month of a budget, and how it stands."""

    kind: Literal["warning", "critical"]
    amount: float
    crossing: Crossing
    passed: bool  # spent already


@dataclass(frozen=True, slots=True)
class Budget:
    """Of all AI, or of one tool."""

    tool: str  # empty: all together
    spent: float
    projected: float
    limits: tuple[Limit, ...]

    @property
    def against(self) -> Limit:
        """What the projection is compared with: the warning, or else the only one there is."""
        return self.limits[0]

    @property
    def share(self) -> int:
        """Per cent that the projected month takes of it, cut off: 78.50 of 100 are 78."""
        return int(round(self.projected * 100 / self.against.amount, 6))


@dataclass(frozen=True, slots=True)
class Ahead:
    """The forecast of a tenant's spend at one moment. Months are those of its own zone."""

    at: datetime
    zone: str
    month: Month
    following: Month
    spent: float
    calls: int  # of this month
    unpriced: int  # of these, whose cost nobody knows: they are in no figure
    method: str
    history: int  # days that are known
    since: date | None  # where another level began at once
    filled: int  # days of the month that nobody told of; they are in the total
    days: tuple[tuple[date, float], ...]  # what each has cost, until it is known
    coming: tuple[tuple[date, float], ...]  # what each is expected to cost, the one that runs among them
    unheard: int = 0  # whole days since the last one that is known
    parts: Mapping[str, PartAhead] = field(default_factory=dict)
    budgets: tuple[Budget, ...] = ()
    moved: Move | None = None  # by the last whole day
    record: Record | None = None


@dataclass(frozen=True, slots=True)
class NoForecast:
    """Why there is none, in a sentence. `known`: charges are there, and do not suffice."""

    says: str
    known: bool = True


@dataclass(frozen=True, slots=True)
class Spike:
    """A day on which a tool was used far more than usual."""

    tool: str
    day: date
    measure: str  # "calls", "tokens", "cost"
    seen: float  # so far
    average: float  # of a whole day before
    days: int


@dataclass(frozen=True, slots=True)
class Pace:
    """How the calls of a tool go: in the last week, and in the four weeks before. None is what nobody knows."""

    tool: str
    calls: int
    latency: float | None  # seconds a call
    latency_before: float | None
    tokens: float | None  # read by a call
    tokens_before: float | None
    failing: float | None  # as a share
    failing_before: float | None
    models: tuple[tuple[str, int], ...] = ()  # and their calls, the most asked first


AdviceKind: TypeAlias = Literal["model", "repeats", "caching", "batching", "growth", "waste"]
Horizon: TypeAlias = Literal["immediate", "short-term", "long-term"]


@dataclass(frozen=True, slots=True)
class Advice:
    """Something that would cost less, from calls that were made. Amounts are US dollars a month."""

    kind: AdviceKind
    tool: str
    title: str
    evidence: tuple[str, ...]
    saves: Decimal
    at_most: bool  # `saves` is a bound
    horizon: Horizon
    effort: Literal["small", "medium", "large"]
    assumes: str
    check: str
    calls: int = 0
    now: Decimal = Decimal(0)  # what these calls cost, in the time that was looked at
    then: Decimal = Decimal(0)  # what they would have cost
    about: str = ""  # the model and the operation, where a tool has several of a kind

    @property
    def name(self) -> str:
        return ":".join((self.kind, self.tool, self.about))


@dataclass(frozen=True, slots=True)
class Proposal:
    """Of the amounts of a budget, with its reason."""

    tool: str
    warning: int
    critical: int
    reason: str


@dataclass(frozen=True, slots=True)
class Advised:
    """What the calls of a span of time advise; the largest effect first."""

    since: datetime
    until: datetime
    calls: int  # that were looked at one by one
    left_out: int = 0  # more than are looked at
    advice: tuple[Advice, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    cost: Decimal = Decimal(0)  # of the calls that were looked at
    paces: tuple[Pace, ...] = ()
