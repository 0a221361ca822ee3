"""The AI usage of tenants as answers read it, and by which names people may ask about it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.model.charge import By, Charge, Charged
from bot.model.tenant import TenantId
from bot.model.usage import DearSession, Talks
from bot.ports.services import Clock
from bot.ports.storage import Storage

LATELY = timedelta(days=70)
REUSED = timedelta(minutes=1)
Names = tuple[Sequence[str], Sequence[str]]


class TenantLedger:
    """Fills bot.ports.ledger.Ledger."""

    def __init__(self, storage: Storage, tenant: TenantId) -> None:
        self._storage, self._tenant = storage, tenant

    async def sums(
        self,
        since: datetime,
        until: datetime,
        by: Sequence[By] = (),
        every: timedelta | None = None,
        tool: str = "",
        model: str = "",
    ) -> Sequence[Charged]:
        async with self._storage.work(self._tenant) as work:
            return await work.charges.sums(since, until, by, every, tool, model)

    async def each(
        self, since: datetime, until: datetime, limit: int, tool: str = "", model: str = ""
    ) -> Sequence[Charge]:
        async with self._storage.work(self._tenant) as work:
            return await work.charges.each(since, until, limit, tool, model)

    async def talks(self, since: datetime, until: datetime) -> Talks:
        async with self._storage.work(self._tenant) as work:
            return Talks(*await work.conversations.counted(since, until))

    async def dearest(self, since: datetime, until: datetime, most: int) -> Sequence[DearSession]:
        async with self._storage.work(self._tenant) as work:
            return await work.usages.dearest(since, until, most)

    async def known(self) -> tuple[datetime, datetime] | None:
        async with self._storage.work(self._tenant) as work:
            return await work.charges.known()


class Ledgers:
    """Fills bot.ports.ledger.LedgerDesk."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage, self._clock = storage, clock
        self._names: dict[TenantId, tuple[datetime, Names]] = {}

    def of(self, tenant: TenantId) -> TenantLedger:
        return TenantLedger(self._storage, tenant)

    async def names(self, tenant: TenantId) -> Names:
        """None known is not remembered: whoever has just connected a source asks about it next."""
        now = self._clock.now()
        if (kept := self._names.get(tenant)) and now - kept[0] < REUSED:
            return kept[1]
        ledger = self.of(tenant)
        if await ledger.known() is None:
            self._names.pop(tenant, None)
            return (), ()
        found = await ledger.sums(now - LATELY, now, (By.TOOL, By.MODEL))
        tools, models = (tuple(dict.fromkeys(one.of[at] for one in found if one.of[at])) for at in (0, 1))
        self._names[tenant] = now, (tools, models)
        return tools, models
