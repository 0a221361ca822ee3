"""What a counter of AI usage says at a moment: of so many calls, so much."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Counts(StrEnum):
    READ = "read"  # tokens
    WRITTEN = "written"
    TOOK = "took"  # seconds


@dataclass(frozen=True, slots=True)
class Count:
    """`cumulative`: since `start`, or else from `start` to `at`."""

    counts: Counts
    series: str  # all that makes it one counter
    tool: str
    model: str
    operation: str
    error: str
    start: datetime
    at: datetime
    calls: int
    total: float
    cumulative: bool
