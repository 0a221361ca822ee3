"""What AI will cost a tenant, what it may cost, and what would cost less: from its charges."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot.analysis import ai_budget, prompt_growth, savings, spend_ahead, tool_paces, usage_spikes
from bot.desk.office import Office
from bot.model.charge import By, Charge, Charged
from bot.model.errors import Rejected
from bot.model.plan import Plan
from bot.model.spend import Advised, Ahead, NoForecast, Proposal, Spike
from bot.model.spend_limits import AiBudget, Amounts
from bot.model.tenant import TenantId
from bot.model.usage import Price
from bot.ports.actor import Actor
from bot.ports.services import Clock
from bot.ports.storage import Storage

MONTH = timedelta(days=30)
WEEK, BEFORE = timedelta(days=7), timedelta(days=28)
MOST_CALLS, PAGE = 20_000, 1_000  # looked at one by one
KEPT, HARDLY = timedelta(minutes=5), 0.01
TICK = timedelta(microseconds=1)
OFF = "Advice on costs is switched off here."


class Spending:
    """Fills bot.ports.spending.SpendDesk."""

    def __init__(
        self, storage: Storage, clock: Clock, office: Office, prices: Callable[[], Mapping[str, Price]]
    ) -> None:
        self._storage, self._clock, self._office, self._prices = storage, clock, office, prices
        self._looked_at: dict[TenantId, Advised] = {}

    async def ahead(self, tenant: TenantId, *, with_record: bool = True) -> Ahead | NoForecast:
        now, zone = self._clock.now(), await self._zone(tenant)
        async with self._storage.work(tenant) as work:
            plan = await work.plans.get() or Plan()
            since = spend_ahead.begins(zone, now)
            sums = await work.charges.sums(since, now, (By.TOOL,), spend_ahead.every(zone, now))
        known = spend_ahead.daily(sums, zone, now.astimezone(ZoneInfo(zone)).date())
        return await asyncio.to_thread(
            spend_ahead.look_ahead, known, now, zone, plan.ai_budget, with_record=with_record
        )

    async def spikes(self, tenant: TenantId) -> Sequence[Spike]:
        now, zone = self._clock.now(), await self._zone(tenant)
        async with self._storage.work(tenant) as work:
            since = now - usage_spikes.BEFORE - timedelta(days=1)
            sums = await work.charges.sums(since, now, (By.TOOL,), spend_ahead.every(zone, now))
        return usage_spikes.found(sums, zone, now.astimezone(ZoneInfo(zone)).date())

    async def budget(self, tenant: TenantId) -> AiBudget:
        return (await self._office.plan(tenant)).ai_budget

    async def set_budget(self, actor: Actor, tool: str, amounts: Amounts) -> AiBudget:
        def change(plan: Plan) -> Plan:
            return plan.model_copy(update={"ai_budget": plan.ai_budget.with_amounts(tool, amounts)})

        said = {name: str(value) for name, value in amounts.model_dump().items() if value is not None}
        plan = await self._office.amend(actor, "ai_budget.set", change, tool=tool, **said)
        return plan.ai_budget

    async def recommend(self, actor: Actor, *, on: bool) -> None:
        def change(plan: Plan) -> Plan:
            budget = plan.ai_budget.model_copy(update={"recommendations": on})
            return plan.model_copy(update={"ai_budget": budget})

        await self._office.amend(actor, "ai_advice.switch", change, on=on)

    async def advised(self, tenant: TenantId) -> Advised:
        budget, now = await self.budget(tenant), self._clock.now()
        if not budget.recommendations:
            raise Rejected(OFF, advice="An administrator can say `ai advice on`.")
        async with self._storage.work(tenant) as work:
            whole = await work.charges.sums(now - MONTH, now)
        known = self._looked_at.get(tenant)
        if known is None or not _still(known, whole, now):
            known = self._looked_at[tenant] = await self._look(tenant, whole, now)
        return replace(known, proposals=await self._proposed(tenant, budget))

    async def _look(self, tenant: TenantId, whole: Sequence[Charged], now: datetime) -> Advised:
        calls = await self._calls(tenant, now - MONTH, now)
        async with self._storage.work(tenant) as work:
            week = await work.charges.sums(now - WEEK, now, (By.TOOL, By.MODEL))
            before = await work.charges.sums(now - WEEK - BEFORE, now - WEEK, (By.TOOL, By.MODEL))
        return await asyncio.to_thread(_advised, now, calls, whole, week, before, self._prices())

    async def _calls(self, tenant: TenantId, since: datetime, until: datetime) -> Sequence[Charge]:
        """The newest first, a page at a time: whoever asks meanwhile need not wait for all of them."""
        found: dict[tuple[str, str], Charge] = {}
        while len(found) < MOST_CALLS:
            async with self._storage.work(tenant) as work:
                page = await work.charges.each(since, until, PAGE)
            before = len(found)
            found |= {(one.source, one.id): one for one in page}
            if len(page) < PAGE or len(found) == before:
                break
            until = page[-1].at + TICK  # others of the same instant may be on the next page
            await asyncio.sleep(0)
        return list(found.values())

    async def _proposed(self, tenant: TenantId, budget: AiBudget) -> tuple[Proposal, ...]:
        ahead = await self.ahead(tenant, with_record=False)
        return ai_budget.proposals(ahead, budget) if isinstance(ahead, Ahead) else ()

    async def _zone(self, tenant: TenantId) -> str:
        found = await self._storage.directory.tenant(tenant)
        return found.zone if found else "UTC"


def _still(known: Advised, whole: Sequence[Charged], now: datetime) -> bool:
    """What was looked at lately holds while there are hardly more calls."""
    calls, before = sum(one.calls for one in whole), known.calls + known.left_out
    return now - known.until < KEPT and abs(calls - before) <= before * HARDLY


def _advised(
    now: datetime,
    calls: Sequence[Charge],
    whole: Sequence[Charged],
    week: Sequence[Charged],
    before: Sequence[Charged],
    prices: Mapping[str, Price],
) -> Advised:
    every = (*savings.found(calls, prices), *prompt_growth.found(week, before, prices))
    looked_at = sum(one.calls for one in calls)
    return Advised(
        since=now - MONTH,
        until=now,
        calls=looked_at,
        left_out=max(sum(one.calls for one in whole) - looked_at, 0),
        advice=tuple(sorted(every, key=lambda one: (-one.saves, one.name))),
        cost=sum((one.cost for one in whole), Decimal(0)),
        paces=tool_paces.of(week, before),
    )
