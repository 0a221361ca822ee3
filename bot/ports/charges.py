"""Where the charges of a tenant are kept."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bot.model.charge import By, Charge, Charged


class Charges(Protocol):
    async def add(self, charges: Sequence[Charge]) -> int:
        """How many were new. What is known by its source and id stays as it was told first."""
        ...

    async def revise(self, charges: Sequence[Charge]) -> int:
        """How many changed. What is told now takes the place of what was told before: a day that is not over grows."""
        ...

    async def sums(
        self,
        since: datetime,
        until: datetime,
        by: Sequence[By] = (),
        every: timedelta | None = None,
        tool: str = "",
        model: str = "",
    ) -> Sequence[Charged]:
        """Those with since <= at < until, our own calls among them, as `ASSISTANT`. None where there is nothing.

        `every`: in stretches of time, counted in UTC. By the hour, or by person and the day, it is quick."""
        ...

    async def each(
        self, since: datetime, until: datetime, limit: int, tool: str = "", model: str = ""
    ) -> Sequence[Charge]:
        """One by one, the newest first."""
        ...

    async def known(self) -> tuple[datetime, datetime] | None:
        """When the first and the last was; None where there is none, ours not counted."""
        ...
