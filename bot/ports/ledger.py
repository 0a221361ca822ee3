"""What answers read of a tenant's AI usage; filled by bot/desk/ledger.py."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bot.model.charge import By, Charge, Charged
from bot.model.tenant import TenantId
from bot.model.usage import DearSession, Talks


class Ledger(Protocol):
    """The charges of one tenant, to read."""

    async def sums(
        self,
        since: datetime,
        until: datetime,
        by: Sequence[By] = (),
        every: timedelta | None = None,
        tool: str = "",
        model: str = "",
    ) -> Sequence[Charged]: ...

    async def each(
        self, since: datetime, until: datetime, limit: int, tool: str = "", model: str = ""
    ) -> Sequence[Charge]:
        """One by one, the newest first."""
        ...

    async def talks(self, since: datetime, until: datetime) -> Talks:
        """Our own sessions, and what was said in them."""
        ...

    async def dearest(self, since: datetime, until: datetime, most: int) -> Sequence[DearSession]:
        """Of our own sessions, those whose answers cost most."""
        ...

    async def known(self) -> tuple[datetime, datetime] | None:
        """When the first and the last was; None where no usage is told."""
        ...


class LedgerDesk(Protocol):
    def of(self, tenant: TenantId) -> Ledger: ...

    async def names(self, tenant: TenantId) -> tuple[Sequence[str], Sequence[str]]:
        """The tools and the models that were used lately; none where no usage is told."""
        ...
