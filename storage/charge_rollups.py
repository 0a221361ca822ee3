"""Sums of every hour, and of every day by person, kept in step with the charges in the same transaction."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.charge import Charge
from bot.model.tenant import TenantId
from storage import upsert
from storage.charge_rows import MICRO, micros, nanos
from storage.charge_tables import ai_charge_days, ai_charge_hours
from storage.prepared import Prepared

SUMS = (
    "calls", "failed", "tokens_read", "tokens_written", "tokens_cached", "counted", "cost_nanos", "unpriced",
    "took_us", "timed",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rollup:
    table: Table
    time: str  # the column of the stretch, counted since 1970
    unit_us: int
    alike: tuple[str, ...]
    count: Prepared


def _rollup(table: Table, time: str, unit_us: int, *alike: str) -> Rollup:
    keys, it = ("tenant", time, *alike), table.c
    count = upsert.either(
        table,
        (*keys, *SUMS),
        lambda new: new.on_conflict_do_update(
            index_elements=keys, set_={name: it[name] + new.excluded[name] for name in SUMS}
        ),
    )
    return Rollup(table, time, unit_us, alike, count)


HOUR_US = 3_600_000_000
HOURS = _rollup(
    ai_charge_hours, "hour", HOUR_US, "tool", "model", "operation", "endpoint", "error", "source"
)  # fmt: skip
DAYS = _rollup(ai_charge_days, "day", 24 * HOUR_US, "tool", "model", "person", "source")
ROLLUPS = (HOURS, DAYS)


async def count(connection: AsyncConnection, tenant: TenantId, charges: Sequence[Charge], times: int = 1) -> None:
    """In the order of their keys, so that two who count do not wait for each other."""
    for rollup in ROLLUPS:
        found: dict[tuple[int | str, ...], list[int]] = {}
        for one in charges:
            key = (micros(one.at) // rollup.unit_us, *(getattr(one, name) for name in rollup.alike))
            sums = found.setdefault(key, [0] * len(SUMS))
            for index, figure in enumerate(_figures(one)):
                sums[index] += times * figure
        names = ("tenant", rollup.time, *rollup.alike, *SUMS)
        rows = [dict(zip(names, (tenant, *key, *sums), strict=True)) for key, sums in sorted(found.items())]
        await rollup.count.each(connection, rows)


def _figures(charge: Charge) -> tuple[int, ...]:
    tokens, cost, took = charge.tokens, charge.cost, charge.took
    return (
        charge.calls,
        charge.failed,
        tokens.read if tokens else 0,
        tokens.written if tokens else 0,
        tokens.cached if tokens else 0,
        charge.calls if tokens else 0,
        0 if cost is None else nanos(cost),
        charge.calls if cost is None else 0,
        0 if took is None else took // MICRO,
        0 if took is None else charge.calls,
    )
