"""Whoever sells models, and tells what they were used for and what was billed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.model.charge import Charge


@dataclass(frozen=True, slots=True)
class Billed:
    """`usage`: calls and tokens of each hour, without a cost. `costs`: what was billed for each day, of no call."""

    usage: Sequence[Charge]
    costs: Sequence[Charge]


class Biller(Protocol):
    """Raises Unavailable or Rejected."""

    name: str  # the source of its charges

    async def read(self, since: datetime, until: datetime) -> Billed:
        """Whole days of UTC; the last may be under way."""
        ...
