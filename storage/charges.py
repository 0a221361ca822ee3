"""What AI costs a tenant. Each charge is kept once, and counted once among the sums of its hour."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Integer, Text, and_, bindparam, delete, or_, select

from bot.model.charge import By, Charge, Charged
from bot.model.usage import OURS
from storage import charge_rollups, charge_sums, locks, upsert
from storage.among import among
from storage.charge_rows import MICRO, instant, micros, to_charge, to_row
from storage.charge_tables import ai_charges
from storage.columns import storable
from storage.of_tenant import OfTenant
from storage.prepared import Prepared


class SqlCharges(OfTenant):
    async def add(self, charges: Sequence[Charge]) -> int:
        told = {_key(one): one for one in reversed(charges)}
        await self._turn()
        known = {_key(one) for one in await self._standing([*told.values()])}
        new = [one for key, one in reversed(told.items()) if key not in known]
        await self._keep(new)
        return len(new)

    async def revise(self, charges: Sequence[Charge]) -> int:
        told = {_key(one): one for one in charges}
        await self._turn()
        known = {_key(one): one for one in await self._standing([*told.values()])}
        grown = [one for key, one in told.items() if key not in known or self._row(known[key]) != self._row(one)]
        before = [known[key] for one in grown if (key := _key(one)) in known]
        for source, ids in _by_source(before).items():
            await _REMOVE.change(self._connection, tenant=self._tenant, source=source, ids=ids)
        await charge_rollups.count(self._connection, self._tenant, before, times=-1)
        await self._keep(grown)
        return len(grown)

    async def sums(
        self,
        since: datetime,
        until: datetime,
        by: Sequence[By] = (),
        every: timedelta | None = None,
        tool: str = "",
        model: str = "",
    ) -> Sequence[Charged]:
        asked = charge_sums.Asked(tuple(by), every // MICRO if every else 0, tool, model)
        return await charge_sums.read(self._connection, self._tenant, micros(since), micros(until), asked)

    async def each(
        self, since: datetime, until: datetime, limit: int, tool: str = "", model: str = ""
    ) -> Sequence[Charge]:
        found = await _EACH.all(
            self._connection,
            tenant=self._tenant,
            since=micros(since),
            until=micros(until),
            tool=tool,
            model=model,
            limit=limit,
        )
        return [to_charge(row) for row in found]

    async def known(self) -> tuple[datetime, datetime] | None:
        row = await _KNOWN.first(self._connection, tenant=self._tenant)
        return None if row is None or row.first is None else (instant(row.first), instant(row.last))

    async def _turn(self) -> None:
        await locks.one_at_a_time(self._connection, f"charges of {self._tenant}")

    async def _standing(self, charges: Sequence[Charge]) -> Sequence[Charge]:
        found: list[Charge] = []
        for source, ids in _by_source(charges).items():
            rows = await _STANDING.all(self._connection, tenant=self._tenant, source=source, ids=ids)
            found += [to_charge(row) for row in rows]
        return found

    async def _keep(self, charges: Sequence[Charge]) -> None:
        await upsert.add_all(self._connection, ai_charges, [self._row(one) for one in charges])
        await charge_rollups.count(self._connection, self._tenant, charges)

    def _row(self, charge: Charge) -> dict[str, Any]:
        return to_row(self._tenant, charge)


def _key(charge: Charge) -> tuple[str, str]:
    return charge.source, storable(charge.id)


def _by_source(charges: Sequence[Charge]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in charges:
        found.setdefault(one.source, []).append(one.id)
    return found


_IT = ai_charges.c
_TOOL, _MODEL = bindparam("tool", type_=Text()), bindparam("model", type_=Text())
_MINE = _IT.tenant == bindparam("tenant")
_THESE = and_(_MINE, _IT.source == bindparam("source"), among(_IT.id, "ids"))
_STANDING = Prepared(select(ai_charges).where(_THESE))
_REMOVE = Prepared(delete(ai_charges).where(_THESE))
_EACH = Prepared(
    select(ai_charges)
    .where(
        _MINE,
        _IT.at_us >= bindparam("since"),
        _IT.at_us < bindparam("until"),
        or_(_TOOL == "", _IT.tool == _TOOL),
        or_(_MODEL == "", _IT.model == _MODEL),
    )
    .order_by(_IT.at_us.desc(), _IT.source, _IT.id.desc())
    .limit(bindparam("limit", type_=Integer()))
)
_OTHERS = select(_IT.at_us).where(_MINE, _IT.source != OURS)
# Each end by itself: both at once would read every row.
_KNOWN = Prepared(
    select(
        _OTHERS.order_by(_IT.at_us).limit(1).scalar_subquery().label("first"),
        _OTHERS.order_by(_IT.at_us.desc()).limit(1).scalar_subquery().label("last"),
    )
)
