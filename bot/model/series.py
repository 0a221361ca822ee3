"""Numbers over time."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from math import isfinite, isnan

SPARKS = "▁▂▃▄▅▆▇█"


@dataclass(frozen=True, slots=True)
class Point:
    at: datetime
    value: float


@dataclass(frozen=True, slots=True)
class Series:
    name: str
    points: tuple[Point, ...] = ()
    unit: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    cumulative: bool = False  # each point is the sum of all up to it

    @property
    def known(self) -> list[float]:
        """Its values, without the gaps."""
        return [point.value for point in self.points if not isnan(point.value)]

    def sparkline(self, width: int = 24) -> str:
        """The shape in one line; each mark is the mean of its share of the points."""
        values = [point.value for point in self.points if isfinite(point.value)]
        if not values:
            return ""
        width = min(width, len(values))
        edges = [round(i * len(values) / width) for i in range(width + 1)]
        means = [sum(values[a:b]) / (b - a) for a, b in pairwise(edges)]
        low, span = min(means), (max(means) - min(means)) or 1.0
        return "".join(SPARKS[min(7, int((mean - low) / span * 8))] for mean in means)


@dataclass(frozen=True, slots=True)
class Metric:
    """What a source says about one of its metrics."""

    name: str
    type: str = "unknown"  # counter, gauge, histogram, summary, unknown
    help: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Labels:
    """The labels of one metric's series, with the values they have had lately; of those in `cut` there are more."""

    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    cut: frozenset[str] = frozenset()


def labels_of(series: Iterable[Mapping[str, str]], most: int) -> Labels:
    """From the labels of each series; the values that are listed are the first by name."""
    found: dict[str, set[str]] = {}
    for one in series:
        for label, value in one.items():
            found.setdefault(label, set()).add(value)
    values = {label: tuple(sorted(found[label])[:most]) for label in sorted(found)}
    return Labels(values, frozenset(label for label, every in found.items() if len(every) > most))
