"""What AI will cost, what it may cost, and what would cost less; see bot/ports/desks.py."""

from collections.abc import Sequence
from typing import Protocol

from bot.model.spend import Advised, Ahead, NoForecast, Spike
from bot.model.spend_limits import AiBudget, Amounts
from bot.model.tenant import TenantId
from bot.ports.actor import Actor


class SpendDesk(Protocol):
    async def ahead(self, tenant: TenantId, *, with_record: bool = True) -> Ahead | NoForecast:
        """This month and the next, in the tenant's zone, beside its budgets. `with_record`: and how good that was."""
        ...

    async def spikes(self, tenant: TenantId) -> Sequence[Spike]:
        """Tools that are used far more today than on a usual day."""
        ...

    async def budget(self, tenant: TenantId) -> AiBudget: ...
    async def set_budget(self, actor: Actor, tool: str, amounts: Amounts) -> AiBudget:
        """`tool` empty: of all together. Without an amount it is not watched. Refused where a file holds the plan."""
        ...

    async def recommend(self, actor: Actor, *, on: bool) -> None:
        """Whether advice on costs is given."""
        ...

    async def advised(self, tenant: TenantId) -> Advised:
        """From the calls of the last month. Rejected where advice is switched off."""
        ...
