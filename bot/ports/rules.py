"""Rules that people taught: what the core keeps of them, and what is asked of their desk."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Protocol, TypeAlias

from bot.model.message import Account
from bot.model.rule import Rule, RuleDraft, RuleId
from bot.model.tenant import TenantId
from bot.ports.actor import Actor

ReadAs: TypeAlias = Callable[[TenantId, str, Sequence[Rule], datetime], Awaitable[str]]
"""How a question is understood under these rules, in a line: its query, or what is asked of which intent."""


class Rules(Protocol):
    """Inside one tenant's unit of work."""

    async def every(self) -> Sequence[Rule]:
        """The latest first."""
        ...

    async def active(self, now: datetime) -> Sequence[Rule]: ...
    async def get(self, rule: RuleId) -> Rule | None: ...
    async def add(self, rule: Rule) -> bool:
        """False: one of this id stands there."""
        ...

    async def save(self, rule: Rule) -> None: ...


class RuleDesk(Protocol):
    async def every(self, tenant: TenantId) -> Sequence[Rule]: ...
    async def active(self, tenant: TenantId) -> Sequence[Rule]: ...
    async def find(self, tenant: TenantId, rule: str) -> Rule: ...
    async def propose(self, actor: Actor, draft: RuleDraft, account: Account | None = None) -> Rule:
        """With its golden run: it changes nothing before it is approved."""
        ...

    async def approve(self, actor: Actor, rule: str, *, admin: bool) -> Rule:
        """By another person than proposed it, or by an administrator."""
        ...

    async def refuse(self, actor: Actor, rule: str) -> Rule: ...
    async def withdraw(self, actor: Actor, rule: str) -> Rule: ...
    async def question(self, actor: Actor) -> str:
        """What was asked last in this thread; empty where that is not known."""
        ...
