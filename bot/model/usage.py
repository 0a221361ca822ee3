"""What asking a model takes: one row a call, whoever made it and whatever became of it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from bot.model.message import PersonId

OURS = "nightdesk"  # the tool that our own calls are booked under
_MILLION = 1_000_000
_DATED = re.compile(r"-\d{4}-\d\d-\d\d$")


class Outcome(StrEnum):
    OK = "ok"
    INVALID = "invalid"  # it answered, and not in the shape that was asked for
    REFUSED = "refused"  # later will not help
    LIMITED = "limited"  # it asks us to wait
    AWAY = "away"
    TIMEOUT = "timeout"


@dataclass(frozen=True, slots=True)
class Tokens:
    read: int
    written: int
    cached: int = 0  # of those that were read
    estimated: bool = False  # the server did not count them

    @property
    def all(self) -> int:
        return self.read + self.written


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars for a million tokens."""

    read: Decimal
    written: Decimal
    cached: Decimal

    def of(self, tokens: Tokens) -> Decimal:
        fresh = tokens.read - tokens.cached
        whole = self.read * fresh + self.cached * tokens.cached + self.written * tokens.written
        return whole / _MILLION


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
class Allowance:
    """What a tenant may use in a day, and what of it one session, one person and the background; 0: no limit."""

    cost: Decimal = Decimal(0)
    tokens: int = 0
    session: Decimal = Decimal(0)  # altogether
    person: Decimal = Decimal(0)
    background: Decimal = Decimal(0)

    def used_up(self, spent: Spent) -> bool:
        return bool((self.cost and spent.cost >= self.cost) or (self.tokens and spent.tokens >= self.tokens))


def priced(read: str, written: str, cached: str = "") -> Price:
    return Price(Decimal(read), Decimal(written), Decimal(cached or read))


# As their maker publishes them; others are declared in the settings.
PRICES: Mapping[str, Price] = {
    "gpt-4o-mini": priced("0.15", "0.60", "0.075"),
    "gpt-4o": priced("2.50", "10.00", "1.25"),
    "gpt-4.1-nano": priced("0.10", "0.40", "0.025"),
    "gpt-4.1-mini": priced("0.40", "1.60", "0.10"),
    "gpt-4.1": priced("2.00", "8.00", "0.50"),
    "gpt-4-turbo": priced("10.00", "30.00"),
}


def price_of(model: str, prices: Mapping[str, Price]) -> Price | None:
    """A dated version of a model costs what the model costs."""
    return prices.get(model) or prices.get(_DATED.sub("", model))
