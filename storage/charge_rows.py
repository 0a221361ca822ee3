"""A charge as a row, and back."""

from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from bot.model.charge import Charge
from bot.model.tenant import TenantId
from bot.model.usage import Tokens
from storage.columns import storable

MICRO = timedelta(microseconds=1)
_NANOS = Decimal(1_000_000_000)  # of a US dollar: whole numbers, so that sums are exact on both engines
_BEGIN = datetime(1970, 1, 1, tzinfo=UTC)


def micros(at: datetime) -> int:
    return (at - _BEGIN) // MICRO


def instant(of: int) -> datetime:
    return _BEGIN + of * MICRO


def nanos(cost: Decimal) -> int:
    return int((cost * _NANOS).to_integral_value(ROUND_HALF_EVEN))


def dollars(of: int) -> Decimal:
    return Decimal(int(of)) / _NANOS


def to_row(tenant: TenantId, charge: Charge) -> dict[str, Any]:
    tokens = charge.tokens
    return {
        "tenant": tenant,
        "source": charge.source,
        "id": storable(charge.id),
        "at_us": micros(charge.at),
        "tool": charge.tool,
        "model": charge.model,
        "operation": charge.operation,
        "person": charge.person,
        "endpoint": charge.endpoint,
        "error": charge.error,
        "prompt": charge.prompt,
        "calls": charge.calls,
        "failed": charge.failed,
        "tokens_read": tokens.read if tokens else None,
        "tokens_written": tokens.written if tokens else None,
        "tokens_cached": tokens.cached if tokens else None,
        "estimated": bool(tokens and tokens.estimated),
        "cost_nanos": None if charge.cost is None else nanos(charge.cost),
        "by_table": charge.by_table,
        "took_us": None if charge.took is None else charge.took // MICRO,
        "span_us": charge.span // MICRO,
    }


def to_charge(row: Any) -> Charge:
    tokens = None
    if row.tokens_read is not None:
        tokens = Tokens(row.tokens_read, row.tokens_written, row.tokens_cached, bool(row.estimated))
    return Charge(
        row.id, row.source, instant(row.at_us), row.tool, row.model, row.operation, row.person, row.endpoint,
        row.calls, row.failed, tokens, None if row.cost_nanos is None else dollars(row.cost_nanos),
        None if row.took_us is None else row.took_us * MICRO, row.error, row.prompt, row.span_us * MICRO,
        bool(row.by_table),
    )  # fmt: skip
