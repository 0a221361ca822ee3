"""How good the forecast was on this very spend, and what moved it since the day before."""

import math
from collections.abc import Iterable, Mapping
from datetime import date
from statistics import fmean

from bot.analysis.spend import Costs, forecast
from bot.analysis.spend_calendar import DAY, next_month
from bot.model.spend import Move, PartAhead, Record

ON = (5, 10, 15, 20, 25)  # days of the month on which it is asked
MONTHS, BEFORE = 3, 28  # the latest, each with so many days known before


def record(costs: Costs) -> Record:
    """Of whole months that are over: what would have been told on a few of their days, and what they cost."""
    errors, rates, held80, held95 = [], [], 0, 0
    for first, actual in _whole_months(costs):
        for on in ON:
            day = first.replace(day=on)
            known = {one: cost for one, cost in costs.items() if one <= day}
            if len(known) < BEFORE or max(known) != day:
                continue
            told = forecast(known).month
            errors.append(abs(told.total - actual) / actual)
            length = (next_month(first) - first).days
            rates.append(abs(sum(cost for one, cost in known.items() if one >= first) * length / on - actual) / actual)
            held80 += told.p80.low <= actual <= told.p80.high
            held95 += told.p95.low <= actual <= told.p95.high
    return Record(len(errors), fmean(errors or [0.0]), fmean(rates or [0.0]), held80, held95)


def _whole_months(costs: Costs) -> list[tuple[date, float]]:
    """Each day of theirs is known, and they cost something."""
    last, found = max(costs), []
    first = (last + DAY).replace(day=1)
    for _ in range(MONTHS):
        after, first = first, (first - DAY).replace(day=1)
        days = [costs.get(first + place * DAY) for place in range((after - first).days)]
        known = [cost for cost in days if cost is not None]
        if len(known) == len(days) and sum(known) > 0:
            found.append((first, sum(known)))
    return found


def moved(costs: Costs, running: bool = False, parts: Mapping[str, Costs] | None = None) -> Move | None:
    """Against what the day before would have told of the same month; nothing where it could not have told."""
    last = max(costs)
    yesterday = _until(costs, last - DAY)
    if len(yesterday) < 2 or last.day == 1 or max(yesterday) != last - DAY:
        return None
    now, then = forecast(costs, running), forecast(yesterday)
    by = now.month.total - then.month.total
    surprise = 0.0 if running else costs[last] - dict(then.days)[last]
    part, part_by = _most(parts or {}, costs, by)
    return Move(by, surprise, by - surprise, part, part_by)


def _most(parts: Mapping[str, Costs], whole: Costs, by: float) -> tuple[str | None, float]:
    moves = {name: _alone(of_whole(costs, whole)) for name, costs in parts.items() if costs}
    same_way = {name: move for name, move in moves.items() if move * by > 0}
    name = max(same_way, key=lambda one: abs(same_way[one]), default=None)
    return name, same_way[name] if name else 0.0


def _alone(costs: Costs) -> float:
    """A part that began today had no forecast yesterday: all of it is new."""
    then = _until(costs, max(costs) - DAY)
    return forecast(costs).month.total - (forecast(then).month.total if then else 0.0)


def _until(costs: Costs, last: date) -> dict[date, float]:
    return {day: cost for day, cost in costs.items() if day <= last}


def of_whole(part: Costs, whole: Costs) -> Costs:
    """A part, once it began, cost nothing on a day of which only the others are known."""
    first = min(part)
    return {day: part.get(day, 0.0) for day in whole if day >= first} or {max(whole): 0.0}


def by_part(parts: Mapping[str, Costs], whole: Costs, running: bool = False) -> dict[str, PartAhead]:
    """What each part will have cost. Each is forecast, and what is ahead of them is scaled to what is of the whole."""
    alone = {name: forecast(of_whole(costs, whole), running) for name, costs in parts.items() if costs}
    found = forecast(whole, running)
    here = _times(found.month.total - found.spent, (one.month.total - one.spent for one in alone.values()))
    later = _times(found.following.total, (one.following.total for one in alone.values()))
    return {
        name: PartAhead(one.spent, one.spent + here * (one.month.total - one.spent), later * one.following.total)
        for name, one in alone.items()
    }


def _times(whole: float, parts: Iterable[float]) -> float:
    together = math.fsum(parts)
    return whole / together if together > 0 else 0.0
