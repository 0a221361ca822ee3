"""The plan that holds for a tenant, with what follows from it, kept for a few seconds."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.model.plan import Plan
from bot.model.tenant import TenantId
from bot.pipeline import heartbeats
from bot.pipeline.grouping import Grouping
from bot.ports.services import Clock
from bot.ports.storage import Storage, UnitOfWork

KEPT = timedelta(seconds=3)


@dataclass(frozen=True, slots=True)
class Standing:
    plan: Plan
    grouping: Grouping
    workspaces: Mapping[str, str]


class Standings:
    def __init__(self, storage: Storage, clock: Clock, workspaces: Callable[[str], Awaitable[str]]) -> None:
        self._storage, self._clock, self._workspaces = storage, clock, workspaces
        self._kept: dict[TenantId, tuple[datetime, Standing]] = {}

    async def of(self, tenant: TenantId) -> Standing:
        """Read outside of what is being written: asking a platform for its workspace may take a while."""
        now = self._clock.now()
        read_at, kept = self._kept.get(tenant, (now - KEPT, None))
        if kept and now - read_at < KEPT:
            return kept
        async with self._storage.work(tenant) as work:
            plan = await work.plans.get() or Plan()
            if kept is None or plan.heartbeats != kept.plan.heartbeats:
                await heartbeats.arm(work, plan, now)
        standing = await self._made(plan)
        self._kept[tenant] = (now, standing)
        return standing

    async def inside(self, work: UnitOfWork) -> Standing:
        return await self._made(await work.plans.get() or Plan())

    def forget(self, tenant: TenantId) -> None:
        self._kept.pop(tenant, None)

    async def _made(self, plan: Plan) -> Standing:
        unnamed = {target.platform for route in plan.routes for target in route.to if not target.workspace}
        return Standing(plan, Grouping(plan), {name: await self._workspaces(name) for name in sorted(unnamed)})
