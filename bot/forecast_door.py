"""`nightdesk forecast`: `date,value` lines of what each day cost in, one JSON object with the month's total out."""

import json
import math
import sys
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, TextIO

from bot.analysis.spend import Spend, forecast
from bot.analysis.spend_record import moved, record
from bot.model.spend import Month, Record

NOTHING = {"", "nan", "null", "none", "na", "n/a", "-"}
FEWEST = 3  # days: fewer tell no average
YEARS, MOST, LEAST = range(1970, 2200), 1e15, 1e-9  # amounts nearer to nothing are nothing


class UnreadableError(ValueError):
    """A sentence that says which line, and why."""


def read(lines: Iterable[str]) -> dict[date, float]:
    """What is known; a day without a value is left out, for nobody knows what it cost."""
    found: dict[date, float] = {}
    empty: set[date] = set()
    for number, line in enumerate(lines, 1):
        text = line.strip().lstrip("\ufeff")
        if not text or (not found and not empty and text.replace(" ", "").lower().startswith(("date,", "day,"))):
            continue
        day, value = _parted(text, number)
        if day in found or day in empty:
            raise UnreadableError(f"Line {number}: {day} is there twice. One line a day is read.")
        if value is None:
            empty.add(day)
        else:
            found[day] = value
    if not found:
        raise UnreadableError("There is no day with a value. Lines like “2026-03-01,12.50” are read.")
    return found


def _parted(text: str, number: int) -> tuple[date, float | None]:
    day, comma, value = (part.strip().strip('"') for part in text.partition(","))
    if not comma:
        raise UnreadableError(f"Line {number} is not “date,value”: {text[:60]!r}.")
    try:
        at = datetime.fromisoformat(day).date()
    except ValueError:
        raise UnreadableError(f"Line {number}: {day[:40]!r} is no date like 2026-03-01.") from None
    if at.year not in YEARS:
        raise UnreadableError(f"Line {number}: {at} is not of the years {YEARS.start} to {YEARS.stop - 1}.")
    if value.lower() in NOTHING:
        return at, None
    try:
        cost = float(value)
    except ValueError:
        cost = math.nan
    if not abs(cost) <= MOST:
        raise UnreadableError(f"Line {number}: {value[:40]!r} is no amount like 12.50.")
    return at, cost if abs(cost) >= LEAST else 0.0


def told(costs: dict[date, float], running: bool, budget: float | None) -> dict[str, Any]:
    found = forecast(costs, running)
    return {
        **_month(found.month, "month_total"),
        "month": f"{found.month.first:%Y-%m}",
        "spent": _round(found.spent),
        "known_until": found.known_until.isoformat(),
        "method": found.basis,
        "level_since": found.since and found.since.isoformat(),
        "estimated_days": [day.isoformat() for day in found.filled],
        "next_month": {"month": f"{found.following.first:%Y-%m}", **_month(found.following, "total")},
        "budget": _budget(found, budget),
        "moved_since_yesterday": _moved(costs, running),
        "track_record": _record(record(costs)),
        "notes": [*_notes(found, len(costs))],
    }


def _month(month: Month, name: str) -> dict[str, Any]:
    return {
        name: _round(month.total),
        "p80": {"low": _round(month.p80.low), "high": _round(month.p80.high)},
        "p95": {"low": _round(month.p95.low), "high": _round(month.p95.high)},
    }


def _budget(found: Spend, budget: float | None) -> dict[str, Any] | None:
    if budget is None:
        return None
    crossing = found.crossing(budget)
    days = {"passed_on": crossing.on, "earliest": crossing.early, "latest": crossing.late}
    return {
        "amount": budget,
        "probability": round(crossing.probability, 3),
        **{name: day and day.isoformat() for name, day in days.items()},
    }


def _moved(costs: dict[date, float], running: bool) -> dict[str, float] | None:
    by = moved(costs, running)
    if by is None:
        return None
    return {"by": _round(by.by), "last_day": _round(by.surprise), "days_ahead": _round(by.ahead)}


def _record(found: Record) -> dict[str, Any] | None:
    if not found.tries:
        return None
    return {
        "forecasts": found.tries,
        "mean_error": round(found.error, 4),
        "mean_error_run_rate": round(found.run_rate, 4),
        "within_p80": found.held80,
        "within_p95": found.held95,
    }


def _notes(found: Spend, days: int) -> Iterable[str]:
    if days < FEWEST:
        yield f"Only {days} {'day is' if days == 1 else 'days are'} known: this is little more than a guess."
    elif found.basis == "the average so far":
        yield f"Only {days} days are known, so the average goes on and the ranges are wide."
    if found.filled:
        count = len(found.filled)
        yield f"{count} {'day' if count == 1 else 'days'} of the month without a value: estimated, and in the total."


def _round(cost: float) -> float:
    """Twelve digits: a scorer sees what was computed, and nobody the noise of the machine."""
    return float(f"{cost:.12g}")


def serve(lines: Iterable[str], out: TextIO, problems: TextIO, running: bool, budget: float | None) -> int:
    try:
        costs = read(lines)
    except UnreadableError as problem:
        problems.write(f"{problem}\n")
        return 2
    out.write(json.dumps(told(costs, running, budget), ensure_ascii=False) + "\n")
    return 0


def run(running: bool, budget: float | None) -> int:
    sys.stdin.reconfigure(errors="replace")  # type: ignore[union-attr]
    try:
        return serve(sys.stdin, sys.stdout, sys.stderr, running, budget)
    except KeyboardInterrupt:
        return 130
