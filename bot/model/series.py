"""Numbers over time."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from math import isfinite

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
