"""What AI usage comes to: parts with their shares, unit costs, days and hours of a zone. Pure."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot.model.charge import Charge, Charged, together
from bot.model.series import Point

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NAMELESS = "not named"
Measured = Callable[[Charged], float]


@dataclass(frozen=True, slots=True)
class Part:
    name: str
    sum: Charged
    share: float | None  # of the cost, in percent; None where nobody knows the cost

    @property
    def priced(self) -> bool:
        return is_priced(self.sum)


def is_priced(one: Charged) -> bool:
    """Whether anything of it has a known cost; calls that nobody priced cost something all the same."""
    return one.calls > one.unpriced


def parts(sums: Sequence[Charged], at: int = 0) -> tuple[Part, ...]:
    """By what stands at that place of `of`, the dearest first; their shares add up to 100.0."""
    groups: dict[str, list[Charged]] = {}
    for one in sums:
        groups.setdefault(one.of[at] or NAMELESS, []).append(one)
    whole = {name: together(every) for name, every in groups.items()}
    names = sorted(whole, key=lambda name: (-whole[name].cost, -whole[name].calls, name))
    told = [name for name in names if is_priced(whole[name])]
    share = dict(zip(told, shares([whole[name].cost for name in told]), strict=True))
    return tuple(Part(name, whole[name], share.get(name)) for name in names if whole[name].calls)


def shares(costs: Sequence[Decimal]) -> list[float]:
    """In percent with one decimal, by largest remainders: together 100.0, or nothing where nothing was spent."""
    total = sum(costs, Decimal(0))
    if total <= 0:
        return [0.0 for _ in costs]
    exact = [cost * 1000 / total for cost in costs]
    floors = [int(one) for one in exact]
    missing = 1000 - sum(floors)
    first = sorted(range(len(costs)), key=lambda at: (floors[at] - exact[at], at))[:missing]
    return [(floor + (at in first)) / 10 for at, floor in enumerate(floors)]


def success(one: Charged) -> float:
    return 1 - one.failed / one.calls if one.calls else math.nan


def failing(one: Charged) -> float:
    return one.failed / one.calls if one.calls else math.nan


def latency(one: Charged) -> float:
    """Seconds of a call, as an average."""
    return one.took.total_seconds() / one.timed if one.timed else math.nan


def prompt(one: Charged) -> float:
    """Tokens that a call sends."""
    return one.read / one.counted if one.counted else math.nan


def answer(one: Charged) -> float:
    return one.written / one.counted if one.counted else math.nan


def cached(one: Charged) -> float:
    return one.cached / one.read if one.read else math.nan


def a_call(one: Charged) -> float:
    """What a call costs, of those whose cost is known."""
    return float(one.cost) / (one.calls - one.unpriced) if is_priced(one) else math.nan


def a_thousand(one: Charged) -> float:
    """What 1,000 tokens cost; unknown where some calls have no price or no count, for then the two do not match."""
    whole = not one.unpriced and one.counted == one.calls
    return float(one.cost) * 1000 / one.tokens if whole and one.tokens else math.nan


def calls(one: Charged) -> float:
    return float(one.calls)


def grain(zone: str, at: datetime) -> timedelta:
    """Stretches, counted in UTC, that hours of this zone are made of."""
    away = at.astimezone(ZoneInfo(zone)).utcoffset() or timedelta(0)
    return next(size for size in (HOUR, HOUR / 2, HOUR / 4) if away % size == timedelta(0))


def by_day(sums: Sequence[Charged], zone: str) -> dict[date, Charged]:
    """Of sums by stretches of time; days of the zone's own calendar."""
    days: dict[date, list[Charged]] = {}
    for one in sums:
        if one.at:
            days.setdefault(one.at.astimezone(ZoneInfo(zone)).date(), []).append(one)
    return {day: together(every) for day, every in sorted(days.items())}


def midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, datetime.min.time(), ZoneInfo(zone)).astimezone(UTC)


def daily(sums: Sequence[Charged], zone: str, first: datetime, last: datetime, of: Measured) -> tuple[Point, ...]:
    """One point a day; a day without calls has none of them, and nothing to measure."""
    local = by_day(sums, zone)
    day, end = (at.astimezone(ZoneInfo(zone)).date() for at in (first, last - timedelta(microseconds=1)))
    days = [day + place * DAY for place in range((end - day).days + 1)]
    return tuple(Point(midnight(one, zone), of(local.get(one, Charged()))) for one in days)


def hourly(sums: Sequence[Charged], first: datetime, last: datetime, of: Measured) -> tuple[Point, ...]:
    """Whole hours, those without calls among them."""
    hours: dict[datetime, list[Charged]] = {}
    for one in sums:
        if one.at:
            hours.setdefault(_hour(one.at), []).append(one)
    at, found = _hour(first), []
    while at < last:
        found.append(Point(at, of(together(hours.get(at, [])))))
        at += HOUR
    return tuple(found)


def _hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


def elapsed(start: datetime, end: datetime, known: datetime | None, zone: str) -> int:
    """Days of the calendar where it begins with one, the last among them, else whole days of its length.

    From where usage is known on, if that is later.
    """
    began, place = max(start, known or start), ZoneInfo(zone)
    if start.astimezone(place).time() != time():
        return max(round((end - began) / DAY), 1)
    last = (end - timedelta(microseconds=1)).astimezone(place).date()
    return max((last - began.astimezone(place).date()).days + 1, 1)


def percentile(values: Sequence[float], part: float) -> float:
    """The nearest rank, which is a value that was really seen."""
    ordered = sorted(values)
    return ordered[max(math.ceil(part * len(ordered)) - 1, 0)] if ordered else math.nan


def seconds(every: Sequence[Charge]) -> list[tuple[datetime, float]]:
    """How long single calls took; what is told of many together has no single times."""
    return [(one.at, one.took.total_seconds()) for one in every if one.took is not None and one.calls == 1]
