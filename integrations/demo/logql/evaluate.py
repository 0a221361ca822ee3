"""Works out a LogQL query over streams of lines: the lines themselves, or numbers at one instant or at many."""

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias, assert_never

import numpy as np

from bot.model.errors import Rejected
from bot.query.logql import tree
from integrations.demo.logql.pipeline import entries
from integrations.demo.logql.streams import ERROR, Entry, Lined, selected
from integrations.demo.logql.windows import Samples, counted, over_time
from integrations.demo.promql import functions
from integrations.demo.promql.aggregate import Grouping, aggregate, grouping
from integrations.demo.promql.binary import Matching, combine
from integrations.demo.promql.vectors import Ints, Labels, Value, Vector, without

Direction = Literal["forward", "backward"]
Parser: TypeAlias = tree.Json | tree.Logfmt | tree.Regexp | tree.Pattern
MAX_STEPS = 11_000
COUNTS = frozenset({"count_over_time", "rate"})  # of whole lines, no matter what they say
ADDS_UP = frozenset({"count_over_time", "rate", "bytes_over_time", "bytes_rate", "sum_over_time"})


def lines(
    query: tree.Logs, streams: Iterable[Lined], start: int, end: int, limit: int, direction: Direction = "backward"
) -> list[Entry]:
    """Lines with start <= at < end (nanoseconds), the newest first unless `forward`; every entry shows its labels."""
    found = entries(query, streams, start, end)
    if direction == "forward":
        return heapq.nsmallest(limit, found, key=lambda entry: entry.at)
    return heapq.nlargest(limit, found, key=lambda entry: entry.at)


def numbers(query: tree.Metric, streams: Iterable[Lined], start: int, end: int, step: int) -> tuple[Value, Ints]:
    """What the query is worth from start to end (nanoseconds), and the instants it was worked out at."""
    if (end - start) // step >= MAX_STEPS:
        raise Rejected(f"More than {MAX_STEPS:,} steps are asked for.", code="bad_data", advice="Take a longer step.")
    at = np.arange(start, end + 1, step, dtype=np.int64)
    return Evaluation(tuple(streams), at).of(query), at


@dataclass(frozen=True, slots=True)
class Evaluation:
    streams: Sequence[Lined]
    at: Ints

    def of(self, node: tree.Metric) -> Value:
        match node:
            case tree.Number(value):
                return np.full(len(self.at), value)
            case tree.Vector(value):
                return functions.to_vector(np.full(len(self.at), value))
            case tree.OverTime():
                return self._absent(node) if node.function == "absent_over_time" else self._over_time(node)
            case tree.Aggregate():
                return self._aggregated(node)
            case tree.Binary(operator, left, right, matching):
                return combine(operator, self.of(left), self.of(right), _matching(matching), as_bool=matching.as_bool)
            case tree.LabelReplace():
                words = (node.target, node.replacement, node.source, node.expression)
                return functions.label_replace(self._vector(node.inner), *words).checked()
            case _:
                assert_never(node)

    def _vector(self, node: tree.Metric) -> Vector:
        value = self.of(node)
        return value if isinstance(value, Vector) else functions.to_vector(value)

    def _samples(self, node: tree.OverTime, group: Grouping) -> Samples:
        unwrap, offset = node.ranged.logs.unwrap, node.ranged.offset.nanoseconds
        start, end = int(self.at[0]) - offset - node.ranged.length.nanoseconds, int(self.at[-1]) - offset
        found: dict[Labels, list[tuple[int, float]]] = {}
        for entry in entries(node.ranged.logs, self.streams, start + 1, end + 1):
            if entry.failed:
                raise _failed(entry)
            worth = entry.number if unwrap else _worth(node.function, entry)
            found.setdefault(group(entry.shown()), []).append((entry.at, worth))
        return {labels: _columns(pairs) for labels, pairs in found.items()}

    def _over_time(self, node: tree.OverTime) -> Vector:
        return self._worked_out(node, _series(node))

    def _worked_out(self, node: tree.OverTime, group: Grouping) -> Vector:
        logs = node.ranged.logs
        if logs.stages or node.function not in COUNTS:
            return over_time(node, self._samples(node, group), self.at)
        return counted(node, [(group(_shown(one)), one) for one in selected(logs.matchers, self.streams)], self.at)

    def _absent(self, node: tree.OverTime) -> Vector:
        counted = tree.OverTime("count_over_time", node.ranged)
        present = over_time(counted, self._samples(counted, lambda _: ()), self.at)
        matchers = node.ranged.logs.matchers
        names = [matcher.name for matcher in matchers]
        labels = {one.name: one.value for one in matchers if one.sign == "=" and names.count(one.name) == 1}
        return functions.absent(present, tuple(sorted(labels.items())))

    def _aggregated(self, node: tree.Aggregate) -> Vector:
        by = node.grouping or tree.Grouping(())
        group = grouping(list(by.labels), inverted=by.without)
        if node.function == "sum" and isinstance(node.inner, tree.OverTime) and node.inner.function in ADDS_UP:
            # Put together before they are counted: every line may be a series of its own.
            inner, series = node.inner if by.labels or by.without else _unparsed(node.inner), _series(node.inner)
            return self._worked_out(inner, lambda labels: group(series(labels)))
        vector = self._vector(node.inner)
        if node.function in ("sort", "sort_desc"):
            return functions.in_order(vector, downwards=node.function == "sort_desc")
        parameter = None if node.parameter is None else np.full(len(self.at), node.parameter)
        return aggregate(node.function, vector, group, parameter)


def _unparsed(node: tree.OverTime) -> tree.OverTime:
    """Where nobody asks for a label, Loki reads none, and lines that cannot be read are counted like the others."""
    logs = node.ranged.logs
    if any(not isinstance(stage, tree.LineFilter | Parser) for stage in logs.stages):
        return node
    stages = tuple(stage for stage in logs.stages if isinstance(stage, tree.LineFilter))
    return replace(node, ranged=replace(node.ranged, logs=replace(logs, stages=stages)))


def _series(node: tree.OverTime) -> Grouping:
    """Which labels make a series: all that are left, but for the one that became the number."""
    by, unwrap = node.grouping, node.ranged.logs.unwrap
    if by is not None and not by.without:
        return grouping(list(by.labels), inverted=False)
    dropped = (*(by.labels if by else ()), *((unwrap.label,) if unwrap else ()))
    return lambda labels: without(labels, dropped)


def _shown(stream: Lined) -> Labels:
    return tuple(sorted((name, value) for name, value in stream.labels.items() if value))


def _worth(function: str, entry: Entry) -> float:
    return float(len(entry.line.encode())) if function in ("bytes_rate", "bytes_over_time") else 1.0


def _columns(pairs: list[tuple[int, float]]) -> tuple[Ints, np.ndarray[tuple[int], np.dtype[np.float64]]]:
    pairs.sort(key=lambda pair: pair[0])
    return np.array([at for at, _ in pairs], dtype=np.int64), np.array([value for _, value in pairs], dtype=np.float64)


def _failed(entry: Entry) -> Rejected:
    error = entry.labels[ERROR]
    return Rejected(
        f"Some lines cannot be read as the query asks ({error}).",
        code="pipeline",
        advice=f'Add | __error__="" to leave them out, or | __error__!="{error}".',
    )


def _matching(matching: tree.Matching) -> Matching:
    return Matching(matching.labels or (), matching.on, matching.many, matching.include)
