"""A day on which a tool is used far more than on its days before. Pure; fewer calls than usual are no trouble."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from bot.model.charge import Charged
from bot.model.spend import Spike

BEFORE = timedelta(days=28)
LEAST_DAYS = 7
FAR, BEYOND = 3.0, 1.5  # times the average, and times the busiest day before


@dataclass(frozen=True, slots=True)
class _Measure:
    name: str
    of: Callable[[Charged], float]
    least: float  # fewer on the day are no matter


MEASURES = (
    _Measure("calls", lambda one: one.calls, 50),
    _Measure("tokens", lambda one: one.tokens, 50_000),
    _Measure("cost", lambda one: float(one.cost), 1.0),
)


def found(sums: Iterable[Charged], zone: str, today: date) -> tuple[Spike, ...]:
    """By tool and stretches of time; of each tool the measure that is farthest from its average."""
    tz, days = ZoneInfo(zone), dict[str, dict[date, list[Charged]]]()
    for one in sums:
        if one.at is not None:
            mine = days.setdefault(one.of[0], defaultdict(list))
            mine[one.at.astimezone(tz).date()].append(one)
    each = (_spike(tool, mine, today) for tool, mine in sorted(days.items()))
    return tuple(one for one in each if one)


def _spike(tool: str, days: Mapping[date, Sequence[Charged]], today: date) -> Spike | None:
    before = [day for day in days if today - BEFORE <= day < today]
    if len(before) < LEAST_DAYS or today not in days:
        return None
    spikes = []
    for measure in MEASURES:
        now = sum(map(measure.of, days[today]))
        usual = [sum(map(measure.of, days[day])) for day in before]
        average = sum(usual) / ((today - max(min(before), today - BEFORE)).days)
        if now >= measure.least and average > 0 and now >= FAR * average and now >= BEYOND * max(usual):
            spikes.append(Spike(tool, today, measure.name, now, average, len(usual)))
    return max(spikes, key=lambda one: one.seen / one.average, default=None)
