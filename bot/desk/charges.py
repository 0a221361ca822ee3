"""Takes in what AI costs a tenant, from whoever tells of it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.desk import charge_counters
from bot.model.charge import Charge
from bot.model.charge_count import Count
from bot.model.plan import Plan
from bot.model.tenant import TenantId
from bot.model.usage import Price, price_of
from bot.ports.services import Clock, Meters
from bot.ports.storage import Storage

AT_ONCE = 250  # in one transaction; others wait for their turn meanwhile


class Charges:
    """Fills bot.ports.desks.ChargeDesk."""

    def __init__(self, storage: Storage, clock: Clock, meters: Meters, prices: Mapping[str, Price]) -> None:
        self._storage, self._clock, self._meters, self._prices = storage, clock, meters, prices

    async def take(self, tenant: TenantId, charges: Sequence[Charge], *, revised: bool = False) -> int:
        new = 0
        for start in range(0, len(charges), AT_ONCE):
            some = charges[start : start + AT_ONCE]
            async with self._storage.work(tenant) as work:
                whole = named((await work.plans.get() or Plan()), [self.priced(one) for one in some])
                new += await (work.charges.revise(whole) if revised else work.charges.add(whole))
        if charges:
            self._meters.count("ai_charges", new, source=charges[0].source)
        return new

    async def count(self, tenant: TenantId, counts: Sequence[Count]) -> int:
        new = 0
        for tool in {one.tool: None for one in counts}:
            async with self._storage.work(tenant) as work:
                now, plan = self._clock.now(), await work.plans.get() or Plan()
                of_one = [one for one in counts if one.tool == tool]
                grown = await charge_counters.grown(work, tool, of_one, now)
                whole = named(plan, [self.priced(one) for one in grown])
                if whole and not await charge_counters.told_by_spans(work, whole[0].tool, now):
                    new += await work.charges.add(whole)
        self._meters.count("ai_charges", new, source=charge_counters.METRICS)
        return new

    def priced(self, charge: Charge) -> Charge:
        """With a cost from the table, where the source knows none and the table does."""
        if charge.cost is not None or charge.tokens is None:
            return charge
        price = price_of(charge.model, self._prices)
        return replace(charge, cost=price.of(charge.tokens), by_table=True) if price else charge


def named(plan: Plan, charges: Sequence[Charge]) -> Sequence[Charge]:
    """By the names that the tenant gives its tools; what it calls by none is left out, for it is told of elsewhere."""
    names = plan.ai_usage.tools
    found = [replace(one, tool=names[one.tool]) if one.tool in names else one for one in charges]
    return [one for one in found if one.tool]
