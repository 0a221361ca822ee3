"""Where samples come from: series that one target exposes and that are scraped together."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import promql_parser as syntax

from integrations.demo.promql.vectors import Floats, Ints, Labels


class Reader(Protocol):
    def __call__(self, rows: Sequence[int], ticks: Ints, /) -> Floats:
        """Values of these rows of the batch at these ticks, as rows by ticks; defined for every tick."""
        ...


@dataclass(frozen=True, slots=True)
class Batch:
    """Series whose samples stand at `phase + tick * interval`, in milliseconds.

    A series has samples from its tick `first` to its tick `last`; where it is `ended`, a staleness mark follows.
    """

    phase: int
    interval: int
    labels: tuple[Labels, ...]
    first: Ints
    last: Ints
    ended: tuple[bool, ...]
    read: Reader


class Source(Protocol):
    def select(self, name: str | None, matchers: Sequence[syntax.Matcher], start: int, end: int) -> Sequence[Batch]:
        """Every series that matches and may have a sample between the two instants (milliseconds)."""
        ...
