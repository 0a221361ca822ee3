"""What those who sell models say of usage and cost, read every hour; what they say later of the same days replaces it.

Tokens are told by the hour and cost by the day, of the same calls. They are never added up: an hour costs what the
table of prices makes of its tokens, and a day that was billed gets one charge more for what the bill differs by.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TypeAlias

from bot.model.charge import Charge
from bot.model.errors import Problem
from bot.model.tenant import DEFAULT_TENANT
from bot.ports.billing import Billed, Biller
from bot.ports.desks import ChargeDesk
from bot.ports.storage import Storage

log = logging.getLogger(__name__)

EVERY, DAY = timedelta(hours=1), timedelta(days=1)
FIRST = timedelta(days=31)  # of the past, when it is read for the first time
REVISED = timedelta(days=3)  # a day may change for so long
CLOSED = timedelta(hours=6)  # after its end; before that, a bill is not whole
BILLING = "billing"  # the operation of what a bill differs by
_NOTHING = Decimal(0)

Key: TypeAlias = tuple[datetime, str, str]


class Bills:
    """For whoever runs the server: its keys are settings of the process, and so the first tenant's."""

    def __init__(
        self, storage: Storage, charges: ChargeDesk, priced: Callable[[Charge], Charge], billers: Sequence[Biller]
    ) -> None:
        self._storage, self._charges, self._priced, self._billers = storage, charges, priced, billers
        self._failing: set[str] = set()

    async def look(self, now: datetime) -> None:
        """One that is away holds up no other, and is read from where it was."""
        for biller in self._billers:
            try:
                await self._looked(biller, now)
            except Problem as problem:
                if biller.name not in self._failing:  # one line when it goes away
                    log.warning("ai_bills_not_read", extra={"source": biller.name, "reason": problem.says})
                self._failing.add(biller.name)
            else:
                self._failing.discard(biller.name)

    async def _looked(self, biller: Biller, now: datetime) -> None:
        async with self._storage.work(DEFAULT_TENANT) as work:
            note = await work.events.note(_note(biller))
        reached = datetime.fromisoformat(note["at"]).astimezone(UTC) if note else None
        if reached and now - reached < EVERY:
            return
        since = max(reached - REVISED, now - FIRST) if reached else now - FIRST
        found = await biller.read(since.replace(hour=0, minute=0, second=0, microsecond=0), now)
        whole = reconciled(found, biller.name, [self._priced(one) for one in found.usage], now)
        await self._charges.take(DEFAULT_TENANT, whole, revised=True)
        async with self._storage.work(DEFAULT_TENANT) as work:
            await work.events.save_note(_note(biller), {"at": now.isoformat()})


def reconciled(found: Billed, source: str, usage: Sequence[Charge], now: datetime) -> Sequence[Charge]:
    """Usage as it is, and of each closed day that was billed the difference. Pure."""
    billed = _summed([one for one in found.costs if one.at + DAY + CLOSED <= now])
    by_table = _summed(usage)
    # What no table has a price of is in the bill: with it, it costs nothing that is not known.
    known = [replace(one, cost=_NOTHING) if one.cost is None and _key(one) in billed else one for one in usage]
    differences = [
        Charge(
            f"{at:%Y-%m-%d} {tool} {model}", source, at, tool, model, BILLING, calls=0,
            cost=cost - by_table.get((at, tool, model), _NOTHING), span=DAY,
        )
        for (at, tool, model), cost in sorted(billed.items())
    ]  # fmt: skip
    return [*known, *differences]


def _summed(charges: Sequence[Charge]) -> Mapping[Key, Decimal]:
    found: dict[Key, Decimal] = {}
    for one in charges:
        found[_key(one)] = found.get(_key(one), _NOTHING) + (one.cost or _NOTHING)
    return found


def _key(charge: Charge) -> Key:
    return charge.at.replace(hour=0, minute=0, second=0, microsecond=0), charge.tool, charge.model


def _note(biller: Biller) -> str:
    return f"ai bills {biller.name}"
