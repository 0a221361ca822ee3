"""Counters of what models cost, and reservations beside them. One replica at a time counts for a tenant, so what is
read here and what is written after it belong together."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ClauseElement, bindparam, delete, func, select, update

from bot.model.budget import Counted, Level, Limit, Pot, Reserve
from bot.model.usage import Spent
from storage import upsert
from storage.among import among
from storage.budget_tables import model_budgets, model_reservations
from storage.charge_rows import dollars, nanos
from storage.columns import Instant
from storage.locks import one_at_a_time
from storage.of_tenant import OfTenant
from storage.prepared import Prepared


class SqlBudgets(OfTenant):
    async def held_by_one(self) -> None:
        await one_at_a_time(self._connection, f"budget {self._tenant}")

    async def levels(self, limits: Sequence[Limit], now: datetime) -> Sequence[Level]:
        pots = [limit.pot for limit in limits]
        found = await _POTS.all(
            self._connection, tenant=self._tenant, scopes=[pot.scope.value for pot in pots],
            ofs=[pot.of for pot in pots], least=min(pot.since for pot in pots),
        )  # fmt: skip
        rows = {(row.scope, row.of, row.since): row for row in found}
        waiting = await _HELD.all(self._connection, tenant=self._tenant, now=now)
        held = {(row.scope, row.of, row.since): row for row in waiting}
        return [Level(limit, _counted(rows.get(_key(limit.pot)), held.get(_key(limit.pot)))) for limit in limits]

    async def open(self, pot: Pot, spent: Spent, now: datetime) -> None:
        await upsert.add_if_absent(self._connection, model_budgets, self._row(pot, spent, now))

    async def reserve(self, id: str, pots: Sequence[Pot], reserve: Reserve, until: datetime) -> None:  # noqa: A002
        amount = {"cost_nanos": nanos(reserve.cost or Decimal(0)), "tokens": reserve.tokens, "ends_at": until}
        rows = [{**self._of(pot), "id": id, **amount} for pot in pots]
        await upsert.save(self._connection, model_reservations, rows)

    async def book(self, id: str, pots: Sequence[Pot], cost: Decimal | None, tokens: int, now: datetime) -> None:  # noqa: A002
        await self.held_by_one()
        await _LET_GO.change(self._connection, tenant=self._tenant, reservation=id)
        spent = Spent(1, tokens, cost or Decimal(0), int(cost is None))
        await _SPEND.each(self._connection, [self._row(pot, spent, now) for pot in pots])

    async def refused(self, pot: Pot, now: datetime) -> None:
        await self.open(pot, Spent(), now)
        await _REFUSE.change(self._connection, **_named(self._of(pot)), now=now)

    def _row(self, pot: Pot, spent: Spent, now: datetime) -> dict[str, object]:
        return {
            **self._of(pot),
            "cost_nanos": nanos(spent.cost),
            "tokens": spent.tokens,
            "calls": spent.calls,
            "unpriced": spent.unpriced,
            "refused": 0,
            "refused_at": None,
            "changed_at": now,
        }

    def _of(self, pot: Pot) -> dict[str, object]:
        return {"tenant": self._tenant, "scope": pot.scope.value, "of": pot.of, "since": pot.since}


def _counted(row: Any, held: Any) -> Counted:
    held_cost, held_tokens = (dollars(held.nanos), int(held.tokens)) if held else (Decimal(0), 0)
    if row is None:
        return Counted(held_cost=held_cost, held_tokens=held_tokens)
    return Counted(
        dollars(row.cost_nanos), int(row.tokens), row.calls, row.unpriced, held_cost, held_tokens,
        row.refused, row.refused_at,
    )  # fmt: skip


def _key(pot: Pot) -> tuple[str, str, datetime]:
    return pot.scope.value, pot.of, pot.since


def _named(pot: dict[str, object]) -> dict[str, object]:
    return {f"{name}_": value for name, value in pot.items()}


_B, _R = model_budgets.c, model_reservations.c
_NOW = bindparam("now", type_=Instant())
_THIS = (
    _B.tenant == bindparam("tenant_"),
    _B.scope == bindparam("scope_"),
    _B.of == bindparam("of_"),
    _B.since == bindparam("since_", type_=Instant()),
)
_POTS = Prepared(
    select(model_budgets).where(
        _B.tenant == bindparam("tenant"),
        among(_B.scope, "scopes"),
        among(_B.of, "ofs"),
        _B.since >= bindparam("least", type_=Instant()),
    )
)
_HELD = Prepared(
    select(
        _R.scope, _R.of, _R.since, func.sum(_R.cost_nanos).label("nanos"), func.sum(_R.tokens).label("tokens"),
    )
    .where(_R.tenant == bindparam("tenant"), _R.ends_at > _NOW)
    .group_by(_R.scope, _R.of, _R.since)
)  # fmt: skip
_LET_GO = Prepared(
    delete(model_reservations).where(_R.tenant == bindparam("tenant"), _R.id == bindparam("reservation"))
)


def _more(new: upsert.Insert) -> ClauseElement:
    sums = ("cost_nanos", "tokens", "calls", "unpriced")
    set_ = {name: _B[name] + new.excluded[name] for name in sums} | {"changed_at": new.excluded.changed_at}
    return new.on_conflict_do_update(index_elements=[*model_budgets.primary_key], set_=set_)


_SPEND = upsert.either(model_budgets, [column.name for column in model_budgets.columns], _more)
_REFUSE = Prepared(update(model_budgets).where(*_THIS).values(refused=_B.refused + 1, refused_at=_NOW, changed_at=_NOW))
