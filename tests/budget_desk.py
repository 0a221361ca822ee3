"""A desk of budgets, as intents ask for it."""

from dataclasses import dataclass, field

from bot.model.budget import Tier
from bot.model.errors import Forbidden
from bot.model.message import PersonId, Place
from bot.model.plan import ModelUse
from bot.model.tenant import TenantId
from bot.ports.actor import Actor
from bot.ports.budgets import Budget


@dataclass
class BudgetsDesk:
    budget: Budget = field(default_factory=lambda: Budget((), Tier.USUAL))
    standing: ModelUse = field(default_factory=ModelUse)
    wishes: list[tuple[str, str]] = field(default_factory=list)
    reached: bool = True

    async def state(self, tenant: TenantId, person: PersonId | None = None, place: Place | None = None) -> Budget:
        return self.budget

    async def use(self, tenant: TenantId) -> ModelUse:
        return self.standing

    async def change(self, actor: Actor, use: ModelUse) -> Budget:
        if self.budget.in_file:
            raise Forbidden("The plan is kept in a file on the server.")
        self.standing = use
        return self.budget

    async def request(self, actor: Actor, why: str) -> bool:
        self.wishes.append((actor.by.name, why))
        return self.reached
