"""How a budget of AI spend stands, without flapping; and which amounts would suit. Pure."""

import math
from collections.abc import Iterable, Mapping
from enum import StrEnum

from bot.model.spend import Ahead, Budget, Limit, Month, PartAhead, Proposal
from bot.model.spend_limits import AiBudget, Amounts

OPENS, HOLDS = 0.6, 0.4  # how probable a crossing is to be told, and to be told no more
LEAST_DAYS = 7  # of history: before, only what is passed is told
TOO_WIDE = 2.0  # a warning of so many times the month that is expected would warn of nothing


class Stand(StrEnum):
    """From good to bad."""

    WITHIN = "within budget"
    WARNING_AHEAD = "beyond the warning by the month's end"
    WARNING_PASSED = "beyond the warning"
    CRITICAL_AHEAD = "beyond the critical amount by the month's end"
    CRITICAL_PASSED = "beyond the critical amount"


RANK = {stand: rank for rank, stand in enumerate(Stand)}
_OF = {
    "warning": (Stand.WARNING_AHEAD, Stand.WARNING_PASSED),
    "critical": (Stand.CRITICAL_AHEAD, Stand.CRITICAL_PASSED),
}


def stand(budget: Budget, history: int, before: Stand = Stand.WITHIN) -> Stand:
    """`before`: what was told last; it holds a little longer than it takes to be told anew."""
    return max((_reached(one, history, before) for one in budget.limits), key=RANK.__getitem__, default=Stand.WITHIN)


def _reached(limit: Limit, history: int, before: Stand) -> Stand:
    ahead, passed = _OF[limit.kind]
    if limit.passed:
        return passed
    needed = HOLDS if RANK[before] >= RANK[ahead] else OPENS
    return ahead if history >= LEAST_DAYS and limit.crossing.probability >= needed else Stand.WITHIN


def proposals(ahead: Ahead, budget: AiBudget) -> tuple[Proposal, ...]:
    """For all tools together, and for those that have a budget of their own; none where the amounts suit."""
    if ahead.history < LEAST_DAYS or ahead.following.total <= 0:
        return ()
    month, following = ahead.month, ahead.following
    whole = _proposed("", budget, month.total, following)
    own = [
        _proposed(name, amounts, part.month, _scaled(following, part))
        for name, amounts, part in _pairs(budget.tools, ahead.parts)
        if part.following > 0
    ]
    return tuple(one for one in (whole, *own) if one)


def _pairs(amounts: Mapping[str, Amounts], parts: Mapping[str, PartAhead]) -> Iterable[tuple[str, Amounts, PartAhead]]:
    known = {name.casefold(): part for name, part in parts.items()}
    return ((name, one, known[name.casefold()]) for name, one in amounts.items() if name.casefold() in known)


def _scaled(month: Month, part: PartAhead) -> Month:
    """A part is as sure as the whole."""
    times = part.following / month.total
    p80, p95 = (type(one)(one.low * times, one.high * times) for one in (month.p80, month.p95))
    return Month(month.first, part.following, p80, p95)


def _proposed(tool: str, amounts: Amounts, total: float, following: Month) -> Proposal | None:
    reason = _reason(amounts, total, following)
    if not reason:
        return None
    warning = _rounded_up(following.p80.high)
    critical = max(_rounded_up(following.p95.high), warning + 1)
    basis = f"next month is expected at {_usd(following.total)}, four times in five below {_usd(following.p80.high)}"
    return Proposal(tool, warning, critical, f"{reason}; {basis}.")


def _reason(amounts: Amounts, total: float, following: Month) -> str:
    least = amounts.warning or amounts.critical
    if least is None:
        return "No budget is set"
    word = "warning" if amounts.warning else "critical amount"
    if float(least) < min(total, following.total):
        return (
            f"The {word} of {_usd(float(least))} is below what this month ({_usd(total)}) and the next will have cost"
        )
    if float(least) > TOO_WIDE * max(total, following.p80.high):
        return f"The {word} of {_usd(float(least))} is more than twice what is to be expected"
    return ""


def _rounded_up(cost: float) -> int:
    """To two digits that count, and never to nothing."""
    size = 10 ** max(math.floor(math.log10(cost)) - 1, 0) if cost > 0 else 1
    return max(math.ceil(round(cost / size, 6)) * size, 1)


def _usd(cost: float) -> str:
    return f"$ {cost:,.2f}"
