"""What comes back with the month: jobs on its first or last days, or on a date of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

DAY = timedelta(days=1)
STANDS_OUT, ALIKE = 1.5, 2.5  # times what is usual around it; the largest may be so much more than the smallest
LATE, FROM_END = 28, 4  # later days are told from the end of the month, and so are its last ones
UNSURE = 0.2  # how far the next one may be off, as a share, were all the same so far


@dataclass(frozen=True, slots=True)
class Job:
    cost: float  # on top of what is usual
    unsure: float  # a share of it


def jobs(first: date, costs: Sequence[float], usual: Sequence[float]) -> dict[int, Job]:
    """By day of the month, from its end below zero. Each was there in each month that is known."""
    seen: dict[int, list[tuple[float, float]]] = {}
    for place, cost in enumerate(costs):
        for key in _keys(first + place * DAY):
            seen.setdefault(key, []).append((cost, usual[place]))
    found = {}
    for key, every in seen.items():
        tops = [cost - fit for cost, fit in every]
        stands_out = all(cost > STANDS_OUT * fit > 0 for cost, fit in every)
        if len(every) >= 2 and stands_out and max(tops) <= ALIKE * min(tops):
            cost = median(tops[-3:])
            found[key] = Job(cost, UNSURE + (max(tops) - min(tops)) / cost / 2)
    return found


def on(day: date, found: Mapping[int, Job]) -> Job:
    return max((found[key] for key in _keys(day) if key in found), key=lambda job: job.cost, default=Job(0.0, 0.0))


def _keys(day: date) -> Iterator[int]:
    if day.day <= LATE:
        yield day.day
    left = (day.replace(day=28) + 4 * DAY).replace(day=1) - day
    if left.days <= FROM_END:
        yield -left.days
