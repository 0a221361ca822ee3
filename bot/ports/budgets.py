"""What is spent on models and reserved for them, and how people ask for it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from bot.model.budget import Level, Limit, Pot, Reserve, Tier
from bot.model.message import PersonId, Place
from bot.model.plan import ModelUse
from bot.model.tenant import TenantId
from bot.model.usage import Allowance, Spent
from bot.ports.actor import Actor


class Budgets(Protocol):
    async def held_by_one(self) -> None:
        """Until this transaction ends, no other replica reserves or books for this tenant."""
        ...

    async def levels(self, limits: Sequence[Limit], now: datetime) -> Sequence[Level]:
        """In the same order. What was reserved for a call that should be over by now counts no more."""
        ...

    async def open(self, pot: Pot, spent: Spent, now: datetime) -> None:
        """A pot that is not there yet, with what was spent before."""
        ...

    async def reserve(self, id: str, pots: Sequence[Pot], reserve: Reserve, until: datetime) -> None:  # noqa: A002
        ...

    async def book(self, id: str, pots: Sequence[Pot], cost: Decimal | None, tokens: int, now: datetime) -> None:  # noqa: A002
        """What the call took, in the place of what was reserved for it. A cost of None is counted as unknown."""
        ...

    async def refused(self, pot: Pot, now: datetime) -> None: ...


@dataclass(frozen=True, slots=True)
class Budget:
    """How a tenant, and whoever asks, stand. `in_file`: the plan is, so nobody can change it from here."""

    levels: Sequence[Level]
    tier: Tier
    model: str = ""  # empty: there is none
    cheaper: str = ""
    unpriced: Sequence[str] = ()  # models without a price, for which money is no limit
    in_file: bool = False
    allowance: Allowance = field(default_factory=Allowance)


class BudgetDesk(Protocol):
    async def state(self, tenant: TenantId, person: PersonId | None = None, place: Place | None = None) -> Budget: ...
    async def use(self, tenant: TenantId) -> ModelUse:
        """What the plan says of it."""
        ...

    async def change(self, actor: Actor, use: ModelUse) -> Budget:
        """Rejected where the plan is kept in a file."""
        ...

    async def request(self, actor: Actor, why: str) -> bool:
        """Tells those who may allow more; False: nobody could be told."""
        ...
