"""The desk of rules, as tests of other things need it."""

from collections.abc import Sequence

from bot.model.errors import Missing
from bot.model.message import Account
from bot.model.rule import Rule, RuleDraft
from bot.model.tenant import TenantId
from bot.ports.actor import Actor


class Untaught:
    """Nobody has taught anything."""

    async def every(self, tenant: TenantId) -> Sequence[Rule]:
        return ()

    async def active(self, tenant: TenantId) -> Sequence[Rule]:
        return ()

    async def find(self, tenant: TenantId, rule: str) -> Rule:
        raise Missing(f"There is no rule “{rule}”.")

    async def propose(self, actor: Actor, draft: RuleDraft, account: Account | None = None) -> Rule:
        return await self.find(actor.tenant, draft.kind)

    async def approve(self, actor: Actor, rule: str, *, admin: bool) -> Rule:
        return await self.find(actor.tenant, rule)

    async def refuse(self, actor: Actor, rule: str) -> Rule:
        return await self.find(actor.tenant, rule)

    async def withdraw(self, actor: Actor, rule: str) -> Rule:
        return await self.find(actor.tenant, rule)

    async def question(self, actor: Actor) -> str:
        return ""


class Taught(Untaught):
    """These hold."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = rules

    async def active(self, tenant: TenantId) -> Sequence[Rule]:
        return self._rules
