"""From what is kept of a tenant's charges to its months ahead. Pure."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from bot.analysis.spend import Costs, forecast
from bot.analysis.spend_calendar import DAY
from bot.analysis.spend_record import by_part, moved, of_whole, record
from bot.model.charge import Charged
from bot.model.spend import Ahead, Budget, Crossing, Limit, Move, NoForecast, PartAhead
from bot.model.spend_limits import AiBudget, Amounts

BACK = timedelta(days=160)  # what the track record needs: three months, each with four weeks before
STALE = 10  # days without any charge: then nobody knows this month
MOST_PARTS = 12
MOVERS = 5  # among which the one is looked for that moved the month
OTHERS = "other tools"
NEVER = Crossing(0.0, None, None, None)


@dataclass(slots=True)
class Daily:
    """Of each day what is known of its cost, by tool and together; `calls` and `unpriced` of the month."""

    whole: dict[date, float] = field(default_factory=dict)
    parts: dict[str, dict[date, float]] = field(default_factory=dict)
    calls: int = 0
    unpriced: int = 0


def every(zone: str, at: datetime) -> timedelta:
    """Stretches that never reach over a midnight of this zone."""
    tz = ZoneInfo(zone)
    offsets = [(at - back).astimezone(tz).utcoffset() or timedelta(0) for back in (timedelta(0), BACK)]
    fits = (DAY, timedelta(hours=1), timedelta(minutes=15))
    return next((one for one in fits if not any(offset % one for offset in offsets)), fits[-1])


def begins(zone: str, at: datetime) -> datetime:
    """The midnight from which on charges are looked at."""
    day = (at - BACK).astimezone(ZoneInfo(zone)).date()
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))


def daily(sums: Sequence[Charged], zone: str, today: date) -> Daily:
    """A day of whose calls nobody knows the cost is not one that cost nothing."""
    tz, found = ZoneInfo(zone), Daily()
    for one in sums:
        if one.at is None:
            continue
        day = one.at.astimezone(tz).date()
        if day >= today.replace(day=1):
            found.calls += one.calls
            found.unpriced += one.unpriced
        if one.calls > one.unpriced or one.cost:
            costs = found.parts.setdefault(one.of[0] if one.of else "", {})
            costs[day] = costs.get(day, 0.0) + float(one.cost)
            found.whole[day] = found.whole.get(day, 0.0) + float(one.cost)
    return found


def look_ahead(
    known: Daily, now: datetime, zone: str, budget: AiBudget, *, with_record: bool = True
) -> Ahead | NoForecast:
    today = now.astimezone(ZoneInfo(zone)).date()
    if missing := _missing(known, today):
        return NoForecast(missing, known=bool(known.whole or known.calls))
    whole: Costs = {today: 0.0, **known.whole}
    parts = _few(known.parts)
    found = forecast(whole, running=True)
    tools = by_part(parts, whole, running=True)
    yesterday = {day: cost for day, cost in known.whole.items() if day < today}
    return Ahead(
        at=now,
        zone=zone,
        month=found.month,
        following=found.following,
        spent=found.spent,
        calls=known.calls,
        unpriced=known.unpriced,
        method=found.basis,
        history=len(yesterday),
        since=found.since,
        filled=len(found.filled),
        days=found.known,
        coming=found.days,
        unheard=max((today - found.known_until).days - 1, 0),
        parts=dict(sorted(tools.items(), key=lambda pair: (-pair[1].month, pair[0]))),
        budgets=_budgets(budget, known.parts, whole, tools),
        moved=_moved(yesterday, {name: parts[name] for name in _dearest(tools)}, today),
        record=record(yesterday) if with_record and yesterday else None,
    )


def _missing(known: Daily, today: date) -> str:
    if not known.whole:
        calls = f"Of {known.calls:,} calls this month nobody told the cost" if known.calls else "No charge is known"
        return f"{calls}, so nothing can be forecast."
    last = max(known.whole)
    if (today - last).days > STALE:
        return f"The last charge that I know of is of {last:%d %B %Y}: of this month nothing is known."
    return ""


def _few(parts: Mapping[str, Costs]) -> dict[str, Costs]:
    """The dearest by name, the rest as one."""
    ordered = sorted(parts, key=lambda name: -sum(parts[name].values()))
    rest: dict[date, float] = defaultdict(float)
    for name in ordered[MOST_PARTS:]:
        for day, cost in parts[name].items():
            rest[day] += cost
    few: dict[str, Costs] = {name: parts[name] for name in ordered[:MOST_PARTS]}
    return {**few, OTHERS: rest} if rest else few


def _dearest(tools: Mapping[str, PartAhead]) -> list[str]:
    return sorted(tools, key=lambda name: -tools[name].month)[:MOVERS]


def _moved(yesterday: Costs, parts: Mapping[str, Costs], today: date) -> Move | None:
    if not yesterday or max(yesterday) != today - DAY or today.day == 1:
        return None
    before = {name: {day: cost for day, cost in costs.items() if day < today} for name, costs in parts.items()}
    return moved(yesterday, parts=before)


def _budgets(
    budget: AiBudget, parts: Mapping[str, Costs], whole: Costs, tools: Mapping[str, PartAhead]
) -> tuple[Budget, ...]:
    mine = [_budget("", budget, whole)] if budget.warning or budget.critical else []
    names = {name.casefold(): name for name in parts}
    for tool, amounts in budget.tools.items():
        name = names.get(tool.casefold(), "")
        one = _budget(tool, amounts, of_whole(parts[name], whole)) if name else _untouched(tool, amounts)
        if name in tools:  # the figure of the table, which is scaled to the whole
            one = Budget(tool, one.spent, tools[name].month, one.limits)
        mine.append(one)
    return tuple(mine)


def _budget(tool: str, amounts: Amounts, costs: Costs) -> Budget:
    found = forecast(costs, running=True)
    limits = tuple(
        Limit(kind, amount, found.crossing(amount), found.spent > amount) for kind, amount in _amounts(amounts)
    )
    return Budget(tool, found.spent, found.month.total, limits)


def _untouched(tool: str, amounts: Amounts) -> Budget:
    return Budget(tool, 0.0, 0.0, tuple(Limit(kind, amount, NEVER, False) for kind, amount in _amounts(amounts)))


def _amounts(amounts: Amounts) -> Sequence[tuple[Literal["warning", "critical"], float]]:
    found: list[tuple[Literal["warning", "critical"], float]] = []
    if amounts.warning is not None:
        found.append(("warning", float(amounts.warning)))
    if amounts.critical is not None:
        found.append(("critical", float(amounts.critical)))
    return found
