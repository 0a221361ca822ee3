"""What a tenant may still spend: reserved before each call, booked after it, whoever else calls at the same time."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from bot.model.budget import Level, Limit, Pot, Reserve, Tier, at_most, day_of, limits, tier
from bot.model.plan import ModelUse, Plan
from bot.model.prices import price_of
from bot.model.tenant import TenantId
from bot.model.usage import OURS, Usage
from bot.ports.model import Brief, LanguageModel
from bot.ports.services import Clock, Meters
from bot.ports.storage import Storage, UnitOfWork

AFTER_ITS_TIME = timedelta(minutes=1)  # a reservation outlives its call by that, should nobody book it

Told = Callable[[UnitOfWork, Brief[Any], Level], Awaitable[None]]
"""Tells of a limit that is used up; called more often than it may be told."""


@dataclass(frozen=True, slots=True)
class Held:
    """One call may begin, with this model."""

    id: str
    model: str
    pots: tuple[Pot, ...]
    reserve: Reserve
    tier: Tier
    use: ModelUse = field(default_factory=ModelUse)  # as the plan had it when it began


class Purse:
    def __init__(self, storage: Storage, clock: Clock, meters: Meters, model: LanguageModel, told: Told) -> None:
        self._storage, self._clock, self._meters = storage, clock, meters
        self._model, self._told = model, told
        self._known: set[tuple[TenantId, Pot, str]] = set()  # what was told of

    async def hold(self, tenant: TenantId, brief: Brief[Any], texts: Sequence[str]) -> Held | None:
        """None: not for this task, or no more today."""
        now = self._clock.now()
        found = await self._storage.directory.tenant(tenant)
        day = day_of(now, found.zone if found else "UTC")
        async with self._storage.work(tenant) as work:
            use = (await work.plans.get() or Plan()).model
            if brief.task.value not in use.use_for:
                return None
            wanted = limits(
                use.allowance(self._model.allowance), day, background=not brief.task.waited_for,
                person=brief.person or "", session=brief.session if brief.task.waited_for else "",
            )  # fmt: skip
            await work.budgets.held_by_one()
            levels = await standing(work, wanted, now)
            way = tier(levels, cheaper=bool(self._model.cheaper))
            if way is not Tier.RULES:
                pots = [level.limit.pot for level in levels]
                return replace(await self._reserved(work, brief, texts, pots, way, now), use=use)
            over = await self._refused(work, tenant, brief, levels, now)
        if over:
            self._remember(tenant, brief, over)
        return None

    async def book(self, work: UnitOfWork, held: Held, usage: Usage, *, billed: bool) -> None:
        """`billed`: without a count of tokens, the call may have cost as much as was reserved for it."""
        if usage.tokens is not None:
            cost, tokens = usage.cost, usage.tokens.all
        else:
            cost, tokens = (held.reserve.cost, held.reserve.tokens) if billed else (Decimal(0), 0)
        await work.budgets.book(held.id, held.pots, cost, tokens, self._clock.now())

    async def _reserved(
        self, work: UnitOfWork, brief: Brief[Any], texts: Sequence[str], pots: list[Pot], way: Tier, now: datetime
    ) -> Held:
        model = self._model.cheaper if way is Tier.CHEAPER else self._model.model_of(brief.task)
        reserve = at_most(texts, self._model.longest_of(brief.task), price_of(model, self._model.prices))
        held = Held(uuid4().hex, model, tuple(pots), reserve, way)
        await work.budgets.reserve(held.id, held.pots, reserve, now + brief.patience + AFTER_ITS_TIME)
        return held

    async def _refused(
        self, work: UnitOfWork, tenant: TenantId, brief: Brief[Any], levels: Sequence[Level], now: datetime
    ) -> Level | None:
        """The limit that is used up; None where it is only reserved, and so may be free again in a moment."""
        over = next((level for level in levels if level.used_up), None)
        first = over or next(level for level in levels if level.full)
        await work.budgets.refused(first.limit.pot, now)
        self._meters.count("model_calls", task=brief.task.value, outcome="limit" if over else "reserved")
        if over and (tenant, over.limit.pot, brief.session) not in self._known:
            await self._told(work, brief, over)
            return over
        return None

    def _remember(self, tenant: TenantId, brief: Brief[Any], over: Level) -> None:
        if len(self._known) > 1000:
            self._known.clear()
        self._known.add((tenant, over.limit.pot, brief.session))


async def standing(work: UnitOfWork, wanted: Sequence[Limit], now: datetime) -> Sequence[Level]:
    """The tenant's day, which stands first, begins with what was booked in it before it was counted here."""
    levels = await work.budgets.levels(wanted, now)
    day = levels[0]
    if day.counted.calls:
        return levels
    before = await work.usages.spent(OURS, day.limit.pot.since, day.limit.pot.until)
    if not before.calls:
        return levels
    await work.budgets.open(day.limit.pot, before, now)
    return await work.budgets.levels(wanted, now)
