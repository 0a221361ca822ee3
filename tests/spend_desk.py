"""A desk of AI spend with nothing on it, or what a test puts there."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.model.spend import Advised, Ahead, NoForecast, Spike
from bot.model.spend_limits import AiBudget, Amounts
from bot.model.tenant import TenantId
from bot.ports.actor import Actor
from tests.fakes import NOON


@dataclass
class Spendings:
    ahead_: Ahead | NoForecast = field(
        default_factory=lambda: NoForecast("No charge is known, so nothing can be forecast.", known=False)
    )
    advised_: Advised = field(default_factory=lambda: Advised(NOON, NOON, 0))
    budget_: AiBudget = field(default_factory=AiBudget)

    async def ahead(self, tenant: TenantId, *, with_record: bool = True) -> Ahead | NoForecast:
        return self.ahead_

    async def spikes(self, tenant: TenantId) -> Sequence[Spike]:
        return ()

    async def budget(self, tenant: TenantId) -> AiBudget:
        return self.budget_

    async def set_budget(self, actor: Actor, tool: str, amounts: Amounts) -> AiBudget:
        self.budget_ = self.budget_.with_amounts(tool, amounts)
        return self.budget_

    async def recommend(self, actor: Actor, *, on: bool) -> None:
        self.budget_ = self.budget_.model_copy(update={"recommendations": on})

    async def advised(self, tenant: TenantId) -> Advised:
        return self.advised_
