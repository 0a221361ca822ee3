"""Lines as they are kept, and as a pipeline works on them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

import numpy as np

from bot.query.logql import tree
from bot.query.logql.matching import fits
from integrations.demo.promql.vectors import Ints, Labels

ERROR, DETAILS = "__error__", "__error_details__"
_FOREIGN = re.compile(r"[^A-Za-z0-9_]")


class Lined(Protocol):
    """Lines under one set of labels; instants are nanoseconds since 1970."""

    @property
    def labels(self) -> Mapping[str, str]: ...

    def between(self, start: int, end: int) -> Iterable[tuple[int, str]]:
        """Those with start <= at < end, oldest first."""
        ...

    def before(self, at: Ints) -> Ints:
        """How many there were by each instant, itself left out, since some beginning: differences count lines."""
        ...


S = TypeVar("S", bound=Lined)


@dataclass(frozen=True, slots=True)
class Stream:
    """Lines that are kept, oldest first."""

    labels: Mapping[str, str]
    lines: Sequence[tuple[int, str]]

    def between(self, start: int, end: int) -> Iterable[tuple[int, str]]:
        return (line for line in self.lines if start <= line[0] < end)

    def before(self, at: Ints) -> Ints:
        times = np.array([when for when, _ in self.lines], dtype=np.int64)
        return np.searchsorted(times, at, side="left").astype(np.int64)


@dataclass(slots=True)
class Entry:
    """One line on its way through a pipeline, which changes it in place."""

    at: int
    line: str
    labels: dict[str, str]
    stream: Mapping[str, str] = field(repr=False)
    number: float = 0.0  # what unwrap made of a label

    @property
    def failed(self) -> bool:
        return bool(self.labels.get(ERROR))

    def fail(self, error: str, details: str = "") -> None:
        self.labels[ERROR] = error
        if details:
            self.labels[DETAILS] = details

    def extract(self, name: str, value: str) -> None:
        """A label found in the line; one of the stream keeps its name and this one gets another."""
        name = clean(name)
        if not name:
            return
        self.labels[f"{name}_extracted" if name in self.stream else name] = value

    def shown(self) -> Labels:
        return tuple(sorted((name, value) for name, value in self.labels.items() if value))


def clean(name: str) -> str:
    """A key as the name of a label."""
    name = _FOREIGN.sub("_", name.strip())
    return f"_{name}" if name[:1].isdigit() else name


def selected(matchers: Sequence[tree.Matcher], streams: Iterable[S]) -> list[S]:
    return [
        stream for stream in streams if all(fits(matcher, stream.labels.get(matcher.name, "")) for matcher in matchers)
    ]
