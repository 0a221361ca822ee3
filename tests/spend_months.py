"""Charges of some months, as a team with three tools has them."""

import math
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from bot.model.charge import Charge
from bot.model.usage import Tokens

USUAL: Mapping[str, tuple[int, str]] = {  # calls a day, and dollars
    "Document Analyzer": (9, "1.30"), "Chatbot": (50, "0.85"), "Content Generator": (3, "0.47"),
}  # fmt: skip


def daily(until: datetime, days: int = 120, times: float = 1.0, usual: Mapping[str, Any] = USUAL) -> list[Charge]:
    """One charge a tool and day, at noon; it breathes a little with the week."""
    found = []
    for back in range(days):
        at = until.replace(hour=12, minute=0, second=0, microsecond=0) - timedelta(days=back)
        if at > until:
            continue
        week = 1 + 0.1 * math.sin(at.timetuple().tm_yday / 7 * math.tau)
        for tool, (calls, cost) in usual.items():
            paid = Decimal(cost) * Decimal(str(round(times * week, 4)))
            found.append(
                Charge(f"{tool} {at:%Y-%m-%d}", "http", at, tool, "gpt-4o", calls=calls,
                       tokens=Tokens(1000 * calls, 100 * calls), cost=paid, took=timedelta(seconds=calls))
            )  # fmt: skip
    return found


def calls(tool: str, instants: Iterable[datetime], **given: Any) -> list[Charge]:
    """One by one."""
    whole: dict[str, Any] = {"model": "gpt-4o", "tokens": Tokens(900, 80), "cost": Decimal("0.05"), **given}
    return [Charge(f"{tool} {at.isoformat()}", "http", at, tool, **whole) for at in instants]
