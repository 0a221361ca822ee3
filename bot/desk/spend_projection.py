"""What this month will have cost, from the days that the ledger knows."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.analysis.spend import Spend, forecast
from bot.desk import usage_sums
from bot.ports.ledger import Ledger

HISTORY = timedelta(days=100)


async def projected(ledger: Ledger, now: datetime, zone: str, first: datetime, tool: str = "") -> Spend | None:
    """None where nothing of this month is known yet."""
    today = now.astimezone(ZoneInfo(zone)).date()
    began = max(first, now - HISTORY).astimezone(ZoneInfo(zone)).date()
    start = usage_sums.midnight(began, zone)
    every = usage_sums.grain(zone, now)
    sums = await ledger.sums(start, now, (), usage_sums.DAY if zone == "UTC" else every, tool)
    return month(usage_sums.costs(usage_sums.by_day(sums, zone), began, today)) if sums else None


def month(costs: dict[date, float]) -> Spend | None:
    return forecast(costs, running=True) if any(cost > 0 for cost in costs.values()) else None
