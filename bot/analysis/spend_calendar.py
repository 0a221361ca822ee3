"""What comes back with the month: jobs on its first or last days, or on a date of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

DAY = timedelta(days=1)
STANDS_OUT, ALIKE = 1.5, 2.5  # times what is usual around it; the largest may be so much more than the smallest
MONTHS = 4  # the latest; of so many, one may be without
LATE, FROM_END = 28, 4  # later days are told from the end of the month, and so are its last ones
UNSURE = 0.12  # how far the next one may be off, as a share, were all the same so far


@dataclass(frozen=True, slots=True)
class Job:
    cost: float  # on top of what is usual
    unsure: float  # a share of it


def next_month(day: date) -> date:
    return (day.replace(day=28) + 4 * DAY).replace(day=1)


def jobs(first: date, costs: Sequence[float], usual: Sequence[float]) -> dict[int, Job]:
    """By day of the month, from its end below zero."""
    seen: dict[int, list[tuple[float, float]]] = {}
    for place, cost in enumerate(costs):
        for key in _keys(first + place * DAY):
            seen.setdefault(key, []).append((cost, usual[place]))
    found = {key: _job(every[-MONTHS:]) for key, every in seen.items()}
    return {key: job for key, job in found.items() if job}


def _job(seen: Sequence[tuple[float, float]]) -> Job | None:
    """It was there each time; of three times or more, the one that stands out most is not asked."""
    tops = sorted(cost - fit for cost, fit in seen if cost > STANDS_OUT * fit > 0)
    if len(tops) < max(len(seen) - (len(seen) == MONTHS), 2):
        return None
    alike = tops[:-1] if len(tops) > 2 else tops
    if alike[-1] > ALIKE * alike[0]:
        return None
    cost = median(tops)
    return Job(cost, UNSURE + (alike[-1] - alike[0]) / cost / 2)


def on(day: date, found: Mapping[int, Job]) -> Job:
    return max((found[key] for key in _keys(day) if key in found), key=lambda job: job.cost, default=Job(0.0, 0.0))


def _keys(day: date) -> Iterator[int]:
    if day.day <= LATE:
        yield day.day
    left = next_month(day) - day
    if left.days <= FROM_END:
        yield -left.days
