"""How good the forecast was on this very spend, and what moved it since the day before."""

import math
from collections.abc import Mapping, Sequence
from datetime import date
from statistics import fmean

from bot.analysis.spend import Costs, forecast
from bot.analysis.spend_calendar import DAY, next_month
from bot.model.spend import Month, Move, PartAhead, Record

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
    """What each part will have cost, all together as much as the whole; what is least sure gives way most."""
    alone = {name: forecast(of_whole(costs, whole), running) for name, costs in parts.items() if costs}
    found = forecast(whole, running)
    spent = [one.spent for one in alone.values()]
    here = _reconciled([one.month for one in alone.values()], spent, found.month.total - found.spent + math.fsum(spent))
    later = _reconciled([one.following for one in alone.values()], [0.0] * len(alone), found.following.total)
    return {name: PartAhead(*each) for name, each in zip(alone, zip(spent, here, later, strict=True), strict=True)}


def _reconciled(months: Sequence[Month], least: Sequence[float], whole: float) -> list[float]:
    """By how wide their ranges are; none below what is spent."""
    missing = whole - math.fsum(month.total for month in months)
    widths = [month.p80.high - month.p80.low for month in months]
    together = math.fsum(widths) or 1.0
    given = [
        max(month.total + missing * width / together, low)
        for month, width, low in zip(months, widths, least, strict=True)
    ]
    ahead = math.fsum(given) - math.fsum(least)
    times = (whole - math.fsum(least)) / ahead if ahead > 0 else 0.0
    return [low + times * (one - low) for one, low in zip(given, least, strict=True)]
