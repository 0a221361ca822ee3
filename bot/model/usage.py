"""What asking a model takes: one row a call, whoever made it and whatever became of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from bot.model.message import PersonId
from bot.model.prices import PRICES as PRICES
from bot.model.prices import Price as Price
from bot.model.prices import Tokens as Tokens
from bot.model.prices import price_of as price_of
from bot.model.prices import priced as priced
from bot.model.session import SessionKind

OURS = "nightdesk"  # the tool that our own calls are booked under


class Outcome(StrEnum):
    OK = "ok"
    INVALID = "invalid"  # it answered, and not in the shape that was asked for
    REFUSED = "refused"  # later will not help
    LIMITED = "limited"  # it asks us to wait
    AWAY = "away"
    TIMEOUT = "timeout"


@dataclass(frozen=True, slots=True)
class Usage:
    """`tokens` and `cost` are None where nobody knows them, which is not zero."""

    at: datetime
    task: str  # what it was asked for: "analysis"
    operation: str  # with which words: "analysis/1", the version of a prompt
    model: str
    outcome: Outcome
    took: timedelta
    tokens: Tokens | None = None
    cost: Decimal | None = None  # US dollars
    error: str = ""
    about: str = ""  # the issue or draft it was for
    person: PersonId | None = None  # who asked, where somebody did
    tool: str = OURS  # as the tenant's bills name it
    endpoint: str = ""


@dataclass(frozen=True, slots=True)
class Spent:
    """Of a span of time."""

    calls: int = 0
    tokens: int = 0
    cost: Decimal = Decimal(0)
    unpriced: int = 0  # calls that cost something which nobody knows


@dataclass(frozen=True, slots=True)
class DearSession:
    """What the calls for its answers cost, as far as is known: of `calls`, so many are `priced`."""

    id: str
    kind: SessionKind | None
    cost: Decimal
    calls: int
    priced: int
    messages: int
    begun: datetime


@dataclass(frozen=True, slots=True)
class Talks:
    """Sessions in which something was said in a span of time, and how much that was."""

    sessions: int
    messages: int


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a tenant may use in a day, and what of it one session, one person and the background; 0: no limit."""

    cost: Decimal = Decimal(0)
    tokens: int = 0
    session: Decimal = Decimal(0)  # altogether
    person: Decimal = Decimal(0)
    background: Decimal = Decimal(0)
