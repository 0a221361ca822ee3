"""What may be spent on models: limits, what stands against them, and what a call may cost at most. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.model.usage import Allowance, Price, Tokens

NEAR = Decimal("0.8")  # of a limit, from where on the cheaper model answers
A_MESSAGE, A_REQUEST = 8, 64  # tokens that a server may add around what is written


class Scope(StrEnum):
    DAY = "day"  # the tenant's
    BACKGROUND = "background"  # of a day, what nobody waits for
    PERSON = "person"  # of a day
    SESSION = "session"  # of a day: a chat without threads has but one


@dataclass(frozen=True, slots=True)
class Pot:
    """What is spent together, from `since` until it begins anew. `of`: which person or session; empty: the tenant's."""

    scope: Scope
    since: datetime
    until: datetime
    of: str = ""


@dataclass(frozen=True, slots=True)
class Limit:
    """0: as much as it likes; what is spent is counted all the same."""

    pot: Pot
    cost: Decimal = Decimal(0)
    tokens: int = 0


@dataclass(frozen=True, slots=True)
class Counted:
    """What stands in a pot; `held` is reserved for calls that are under way."""

    cost: Decimal = Decimal(0)
    tokens: int = 0
    calls: int = 0
    unpriced: int = 0  # calls whose cost nobody knows
    held_cost: Decimal = Decimal(0)
    held_tokens: int = 0
    refused: int = 0
    refused_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Level:
    limit: Limit
    counted: Counted = Counted()

    @property
    def used_up(self) -> bool:
        return self._reaches(Decimal(1), self.counted.cost, self.counted.tokens)

    @property
    def full(self) -> bool:
        """With what is reserved: at the moment nothing more may begin."""
        return self._with_held(Decimal(1))

    @property
    def near(self) -> bool:
        return self._with_held(NEAR)

    def _with_held(self, share: Decimal) -> bool:
        one = self.counted
        return self._reaches(share, one.cost + one.held_cost, one.tokens + one.held_tokens)

    def _reaches(self, share: Decimal, cost: Decimal, tokens: int) -> bool:
        most = self.limit
        return bool((most.cost and cost >= share * most.cost) or (most.tokens and tokens >= share * most.tokens))


@dataclass(frozen=True, slots=True)
class Reserve:
    """The most that a call may take; without a price, its tokens alone."""

    tokens: int
    cost: Decimal | None = None


class Tier(StrEnum):
    USUAL = "usual"
    CHEAPER = "cheaper"
    RULES = "rules"


def tier(levels: Iterable[Level], *, cheaper: bool) -> Tier:
    """Who answers. `cheaper`: there is a cheaper model."""
    known = list(levels)
    if any(level.full for level in known):
        return Tier.RULES
    return Tier.CHEAPER if cheaper and any(level.near for level in known) else Tier.USUAL


def limits(
    allowance: Allowance, day: tuple[datetime, datetime], *, background: bool, person: str, session: str
) -> tuple[Limit, ...]:
    """Those that a call counts against, the tenant's own day first."""
    since, until = day
    found = [Limit(Pot(Scope.DAY, since, until), allowance.cost, allowance.tokens)]
    if background:
        found.append(Limit(Pot(Scope.BACKGROUND, since, until), allowance.background))
    if person:
        found.append(Limit(Pot(Scope.PERSON, since, until, person), allowance.person))
    if session:
        found.append(Limit(Pot(Scope.SESSION, since, until, session), allowance.session))
    return tuple(found)


def day_of(now: datetime, zone: str) -> tuple[datetime, datetime]:
    """The tenant's own day, which may be shorter or longer than others."""
    here = now.astimezone(ZoneInfo(zone))
    begin = here.replace(hour=0, minute=0, second=0, microsecond=0)
    end = (begin + timedelta(hours=36)).replace(hour=0)
    return begin.astimezone(now.tzinfo), end.astimezone(now.tzinfo)


def at_most(texts: Sequence[str], longest: int, price: Price | None) -> Reserve:
    """Rather too much than too little: two plain signs a token, and every byte of the others."""
    read = A_REQUEST + sum(_most_tokens(text) + A_MESSAGE for text in texts)
    return Reserve(read + longest, price.of(Tokens(read, longest)) if price else None)


def _most_tokens(text: str) -> int:
    size = len(text)
    if text.isascii():
        return -(-size // 2)
    plain = sum(map(str.isascii, text))
    return -(-plain // 2) + len(text.encode("utf-8", "replace")) - plain
