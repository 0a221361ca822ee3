"""The sums of each hour, kept in step with the charges in the same transaction."""

from collections.abc import Iterable

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.charge import Charge
from bot.model.tenant import TenantId
from storage import upsert
from storage.charge_rows import MICRO, micros, nanos
from storage.charge_tables import ai_charge_hours

HOUR_US = 3_600_000_000
ALIKE = ("tool", "model", "operation", "endpoint", "error", "source")
SUMS = (
    "calls", "failed", "tokens_read", "tokens_written", "tokens_cached", "counted", "cost_nanos", "unpriced",
    "took_us", "timed",
)  # fmt: skip
_KEYS = ("tenant", "hour", *ALIKE)


async def count(connection: AsyncConnection, tenant: TenantId, charges: Iterable[Charge], times: int = 1) -> None:
    """In the order of their keys, so that two who count do not wait for each other."""
    found: dict[tuple[int | str, ...], list[int]] = {}
    for one in charges:
        sums = found.setdefault(_key(one), [0] * len(SUMS))
        for index, figure in enumerate(_figures(one)):
            sums[index] += times * figure
    named = [dict(zip((*_KEYS, *SUMS), (tenant, *key, *sums), strict=True)) for key, sums in sorted(found.items())]
    await _COUNT.each(connection, named)


def _key(charge: Charge) -> tuple[int | str, ...]:
    alike = charge.tool, charge.model, charge.operation, charge.endpoint, charge.error, charge.source
    return (micros(charge.at) // HOUR_US, *alike)


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


_SUM = ai_charge_hours.c
_COUNT = upsert.either(
    ai_charge_hours,
    (*_KEYS, *SUMS),
    lambda new: new.on_conflict_do_update(
        index_elements=_KEYS, set_={name: _SUM[name] + new.excluded[name] for name in SUMS}
    ),
)
