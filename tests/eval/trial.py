"""One question's worlds, in which a given query is set beside an accepted one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

import numpy as np

from tests.eval import likeness, lines, log_worth, worth
from tests.eval.hints import Hints
from tests.eval.lines import LogWorld
from tests.eval.questions import Catalog, Moments, Query, Question
from tests.eval.world import World
from tests.eval.worth import Answer, Comparison

SEEDS = (1, 2, 3)
SLACK = timedelta(seconds=60)  # by which two spans of a graph may differ


class Trial(Protocol):
    def difference(self, accepted: Query, given: Query) -> str:
        """What differs, in words; nothing where both mean the same."""
        ...


def trial(question: Question, catalog: Catalog, hints: Hints) -> Trial:
    if question.lang == "promql":
        return MetricTrial.of(question, catalog, hints)
    worlds = [lines.world(catalog, question.now, seed, hints.lines) for seed in SEEDS[:2]]
    return LogTrial(question, worlds)


def when(query: Query, now: datetime) -> datetime | Moments:
    return query.range.between(now) if query.range else query.at(now)


def _other_time(at: datetime | Moments, own: datetime | Moments) -> str:
    match at, own:
        case tuple(), tuple():
            near = all(abs(one - other) <= SLACK for one, other in zip(at, own, strict=True))
            return "" if near else "another range"
        case tuple(), _:
            return "a number instead of a graph"
        case _, tuple():
            return "a graph instead of a number"
    return ""


@dataclass(frozen=True)
class MetricTrial:
    question: Question
    worlds: Sequence[World]

    @classmethod
    def of(cls, question: Question, catalog: Catalog, hints: Hints) -> "MetricTrial":
        worlds = [World(catalog, question.now, seed, hints.bounds) for seed in SEEDS]
        for accepted in question.accept[:1]:
            at, free = when(accepted, question.now), question.window == "free"
            worlds = [_fitted(world, accepted.q, at, free=free) for world in worlds]
            worlds[1] = _emptied(worlds[1], accepted.q)
        return cls(question, worlds)

    def difference(self, accepted: Query, given: Query) -> str:
        at, own = when(accepted, self.question.now), when(given, self.question.now)
        if other := _other_time(at, own):
            return other
        own = at if isinstance(at, tuple) else own
        return _other_values(self.question, self.worth(accepted.q, at), self.worth(given.q, own)) or _other_threshold(
            self.comparisons(accepted.q, at), self.comparisons(given.q, own)
        )

    def worth(self, query: str, at: datetime | Moments) -> list[Answer]:
        return [worth.worth(query, world, at, free=self._free) for world in self.worlds]

    def comparisons(self, query: str, at: datetime | Moments) -> list[list[Comparison]]:
        return [worth.comparisons(query, world, at, free=self._free) for world in self.worlds]

    @property
    def _free(self) -> bool:
        return self.question.window == "free"


@dataclass(frozen=True)
class LogTrial:
    question: Question
    worlds: Sequence[LogWorld]

    def difference(self, accepted: Query, given: Query) -> str:
        at, own = when(accepted, self.question.now), when(given, self.question.now)
        listed = log_worth.are_lines(accepted.q)
        if listed != log_worth.are_lines(given.q):
            return "numbers instead of lines" if listed else "lines instead of numbers"
        latest = listed and accepted.range is None  # the last lines, whenever they came
        if not latest and (other := _other_time(at, own)):
            return other
        own = at if isinstance(at, tuple) else own
        return _other_values(self.question, self.worth(accepted.q, at), self.worth(given.q, own)) or _other_threshold(
            self.comparisons(accepted.q, at), self.comparisons(given.q, own)
        )

    def worth(self, query: str, at: datetime | Moments) -> list[Answer]:
        free, limit = self.question.window == "free", self.question.limit
        return [log_worth.worth(query, world, at, free=free, limit=limit) for world in self.worlds]

    def comparisons(self, query: str, at: datetime | Moments) -> list[list[Comparison]]:
        free = self.question.window == "free"
        return [log_worth.comparisons(query, world, at, free=free) for world in self.worlds]


def _other_threshold(accepted: Sequence[Sequence[Comparison]], given: Sequence[Sequence[Comparison]]) -> str:
    same = any(likeness.same_thresholds(a, b) for a, b in zip(accepted, given, strict=True))
    return "" if same else "another threshold"


def _other_values(question: Question, accepted: Sequence[Answer], given: Sequence[Answer]) -> str:
    if not any(given):
        return "no data"
    if likeness.alike(accepted, given, question.scales, question.labels):
        return ""
    return "other values" if likeness.same_labels(accepted, given) else "other series"


def _fitted(world: World, query: str, at: datetime | Moments, *, free: bool) -> World:
    """The world with a metric made larger or smaller, so that some of its series pass a threshold and some do not."""
    for comparison in worth.comparisons(query, world, at, free=free):
        wanted = float(np.abs(comparison.threshold).max()) or 0.5
        if not comparison.parts and comparison.size:
            fitted = replace(world, stretch={**world.stretch, comparison.metric: wanted / comparison.size})
            if all(each.parts for each in worth.comparisons(query, fitted, at, free=free)):
                return fitted
    return world


def _emptied(world: World, query: str) -> World:
    """Without the metric whose absence is asked for."""
    if "absent" not in query:
        return world
    return replace(world, gone=frozenset(selector.name for selector in worth.selectors(query) if selector.name))
