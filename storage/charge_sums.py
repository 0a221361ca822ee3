"""Sums of charges: whole hours or days as they are kept, what begins or ends within one from the charges themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, bindparam, func, literal_column, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.charge import By, Charged
from bot.model.tenant import TenantId
from storage.charge_rollups import ROLLUPS, SUMS, Rollup
from storage.charge_rows import MICRO, dollars, instant
from storage.charge_tables import ai_charges
from storage.prepared import Prepared


@dataclass(frozen=True, slots=True)
class Asked:
    by: tuple[By, ...] = ()
    every_us: int = 0
    tool: str = ""
    model: str = ""

    @property
    def rollup(self) -> Rollup | None:
        """Whose sums can tell, where any can."""
        fit = (one for one in ROLLUPS if {by.value for by in self.by} <= {*one.alike})
        return next((one for one in fit if self.every_us % one.unit_us == 0), None)


async def read(
    connection: AsyncConnection, tenant: TenantId, since: int, until: int, asked: Asked
) -> Sequence[Charged]:
    """In the order of their time and of what they have in common; none where there is nothing."""
    found: dict[tuple[Any, ...], list[int]] = {}
    for statement, begin, end in _parts(since, until, asked):
        rows = await statement.all(
            connection, tenant=tenant, since=begin, until=end, tool=asked.tool, model=asked.model
        )
        for row in rows:
            of, sums = row[: -len(SUMS)], row[-len(SUMS) :]
            before = found.setdefault(of, [0] * len(SUMS))
            for index, figure in enumerate(sums):
                before[index] += int(figure or 0)
    return [_charged(of, sums, asked) for of, sums in sorted(found.items()) if any(sums)]


def _parts(since: int, until: int, asked: Asked) -> Sequence[tuple[Prepared, int, int]]:
    one_by_one, rollup = _each(asked.by, asked.every_us), asked.rollup
    unit = rollup.unit_us if rollup else 1
    first, last = -(-since // unit), until // unit
    if rollup is None or first >= last:
        return [(one_by_one, since, until)]
    parts = [(_summed(rollup, asked.by, asked.every_us), first, last)]
    edges = ((since, first * unit), (last * unit, until))
    return [*parts, *((one_by_one, begin, end) for begin, end in edges if begin < end)]


def _charged(of: tuple[Any, ...], sums: Sequence[int], asked: Asked) -> Charged:
    at = instant(of[0] * asked.every_us) if asked.every_us else None
    calls, failed, read_, written, cached, counted, cost, unpriced, took, timed = sums
    return Charged(
        tuple(of[1:]) if asked.every_us else tuple(of), at, calls, failed, read_, written, cached, counted,
        dollars(cost), unpriced, took * MICRO, timed,
    )  # fmt: skip


@cache
def _summed(rollup: Rollup, by: tuple[By, ...], every_us: int) -> Prepared:
    it = rollup.table.c
    sums = [func.sum(it[name]).label(name) for name in SUMS]
    return _grouped(it, it[rollup.time], by, every_us // rollup.unit_us, sums)


@cache
def _each(by: tuple[By, ...], every_us: int) -> Prepared:
    it = ai_charges.c
    whole = {name: func.sum(it[name]) for name in SUMS if name in it}
    known = {
        "counted": func.sum(it.calls).filter(it.tokens_read.is_not(None)),
        "unpriced": func.sum(it.calls).filter(it.cost_nanos.is_(None)),
        "timed": func.sum(it.calls).filter(it.took_us.is_not(None)),
    }
    return _grouped(it, it.at_us, by, every_us, [(whole | known)[name].label(name) for name in SUMS])


def _grouped(
    it: Any, time: ColumnElement[int], by: tuple[By, ...], every: int, sums: Sequence[ColumnElement[Any]]
) -> Prepared:
    tool, model = bindparam("tool", type_=Text()), bindparam("model", type_=Text())
    stretch: list[ColumnElement[Any]] = [literal_column(f"{time.name} / {every:d}").label("stretch")] if every else []
    common = [*stretch, *(it[one.value].label(f"by_{one.value}") for one in by)]
    statement: Select[Any] = select(*common, *sums).where(
        it.tenant == bindparam("tenant"),
        time >= bindparam("since", type_=time.type),
        time < bindparam("until", type_=time.type),
        or_(tool == "", it.tool == tool),
        or_(model == "", it.model == model),
    )
    return Prepared(statement.group_by(*(column.name for column in common)) if common else statement)
