"""What stands around the lines of a chart: instants, stretches and limits that matter; and bars by name."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, slots=True)
class Mark:
    at: datetime
    label: str
    about: Literal["alert", "deploy", "anomaly", "note"] = "note"


@dataclass(frozen=True, slots=True)
class Band:
    """A stretch of time, of values, or of both; a side that is left open reaches to the edge."""

    label: str
    start: datetime | None = None
    end: datetime | None = None
    low: float | None = None
    high: float | None = None
    breach: bool = False  # else: what is usual


@dataclass(frozen=True, slots=True)
class Threshold:
    value: float
    label: str = "limit"


@dataclass(frozen=True, slots=True)
class Group:
    """One value for each category of its block; NaN where there is none."""

    name: str
    values: tuple[float, ...]
