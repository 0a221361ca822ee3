"""What comes back with the month: jobs on its first or last days, or on a date of it."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from statistics import median

DAY = timedelta(days=1)
STANDS_OUT, ALIKE = 1.5, 2.5  # times what is usual around it; the largest may be so much more than the smallest
FROM_END = 4  # days that are counted from the end of the month


def jobs(first: date, costs: Sequence[float], usual: Sequence[float]) -> dict[int, float]:
    """By day of the month, from its end below zero: what comes on top. Each was there in each month that is known."""
    seen: dict[int, list[tuple[float, float]]] = {}
    for place, cost in enumerate(costs):
        for key in keys(first + place * DAY):
            seen.setdefault(key, []).append((cost, usual[place]))
    found = {}
    for key, every in seen.items():
        tops = [cost - fit for cost, fit in every]
        if (
            len(every) >= 2
            and all(cost > STANDS_OUT * fit > 0 for cost, fit in every)
            and max(tops) <= ALIKE * min(tops)
        ):
            found[key] = median(tops[-3:])
    return _each_once(found)


def on(day: date, found: dict[int, float]) -> float:
    return max((found[key] for key in keys(day) if key in found), default=0.0)


def keys(day: date) -> Iterator[int]:
    yield day.day
    left = (day.replace(day=28) + 4 * DAY).replace(day=1) - day
    if left.days <= FROM_END:
        yield -left.days


def _each_once(found: dict[int, float]) -> dict[int, float]:
    """Days near the end are told by the end, where both would do."""
    at_end = any(key < 0 for key in found)
    return {key: top for key, top in found.items() if key < 28 or not at_end}
