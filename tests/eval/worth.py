"""What a PromQL query is worth in a world, at one instant or over a span."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeAlias

import numpy as np
import promql_parser as syntax

from integrations.demo.promql.evaluate import Evaluation
from integrations.demo.promql.reading import read
from integrations.demo.promql.source import Source
from integrations.demo.promql.vectors import NAME, Bools, Floats, Labels, Value, Vector, without
from integrations.demo.promql.windows import RangeVector, Span, of_batches
from tests.eval.questions import Moments

Answer: TypeAlias = dict[Labels, Floats]  # by labels, without the metric's name; NaN where a step has no value

GROWING = ("increase", "delta", "count_over_time", "sum_over_time", "changes", "resets")  # with the window's length
LEAST, MOST, USUAL = timedelta(minutes=1), timedelta(minutes=15), timedelta(minutes=5)
COMPARING = ("<", "<=", ">", ">=", "==", "!=")
POINTS = 13  # of a graph that are compared


class FreeEvaluation(Evaluation):
    """Reads five minutes for any window between one and fifteen, as if each stood for the same rate."""

    __slots__ = ()

    def _ranged(self, node: syntax.Expr) -> RangeVector:
        if not _is_free(node):
            return super()._ranged(node)
        selector = node.vector_selector
        length = round(USUAL / timedelta(milliseconds=1))
        span = Span(self.at, self._moments(selector.at, selector.offset), length)
        return of_batches(self._select(selector, int(span.starts.min()), int(span.ends.max())), span)

    def _over_time(self, name: str, args: Sequence[syntax.Expr]) -> Vector:
        vector = super()._over_time(name, args)
        if name in GROWING and _is_free(args[0]):
            return Vector(vector.labels, vector.values * (args[0].range / USUAL), vector.present)
        return vector


def _is_free(node: Any) -> bool:
    return isinstance(node, syntax.MatrixSelector) and LEAST <= node.range <= MOST


def worth(query: str, source: Source, at: datetime | Moments, *, free: bool) -> Answer:
    return plain(evaluation(source, at, free=free).of(read(query)))


def evaluation(source: Source, at: datetime | Moments, *, free: bool) -> Evaluation:
    start, end = at if isinstance(at, tuple) else (at, at)
    points = POINTS if isinstance(at, tuple) else 1
    instants = np.linspace(_milliseconds(start), _milliseconds(end), points).round().astype(np.int64)
    kind = FreeEvaluation if free else Evaluation
    return kind(source, instants, int(instants[0]), int(instants[-1]))


def plain(value: Value) -> Answer:
    if not isinstance(value, Vector):
        return {(): value}
    found: Answer = {}
    for labels, values, present in zip(value.labels, value.values, value.present, strict=True):
        if present.any():
            bare = without(labels, (NAME,))
            key = bare if bare not in found else labels  # two metrics with the same labels stay two
            found[key] = np.where(present, values, np.nan)
    return found


def _milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


# Comparisons


@dataclass(frozen=True)
class Comparison:
    """How far above a threshold each series is, and whether it is kept for that; `<` is `>` turned round."""

    op: str
    margins: Floats  # sorted
    size: float  # of the values that are compared, as a rule
    threshold: Floats
    metric: str  # the first that stands in what is compared

    @property
    def parts(self) -> bool:
        """Are some series kept and some not?"""
        kept = KEPT[self.op](self.margins)
        return bool(kept.any() and not kept.all())


KEPT: dict[str, Callable[[Floats], Bools]] = {
    ">": lambda margins: margins > 0,
    ">=": lambda margins: margins >= 0,
    "==": lambda margins: margins == 0,
    "!=": lambda margins: margins != 0,
}


def comparisons(query: str, source: Source, at: datetime | Moments, *, free: bool) -> list[Comparison]:
    """Those of series with a number."""
    eye = evaluation(source, at, free=free)
    found = []
    for node in walk(read(query)):
        if isinstance(node, syntax.BinaryExpr) and str(node.op) in COMPARING:
            left, right = eye.of(node.lhs), eye.of(node.rhs)
            side = node.lhs if isinstance(left, Vector) else node.rhs
            names = [each.name or "" for each in walk(side) if isinstance(each, syntax.VectorSelector)]
            found += compared(str(node.op), left, right, (*names, "")[0])
    return found


def compared(op: str, left: Value, right: Value, metric: str = "") -> Iterator[Comparison]:
    """Nothing where series are compared with series, or numbers with numbers."""
    turned = op.startswith("<") == isinstance(left, Vector) and op[0] in "<>"
    vector, number = (left, right) if isinstance(left, Vector) else (right, left)
    if isinstance(vector, Vector) and not isinstance(number, Vector):
        margins = (vector.values - number)[vector.present]
        margins = np.sort((-margins if turned else margins)[np.isfinite(margins)])
        values = np.abs(vector.values[vector.present & np.isfinite(vector.values)])
        size = float(np.median(values)) if values.size else 0.0
        yield Comparison(op.replace("<", ">"), margins, size, number, metric)


# What stands in a query


def walk(node: Any) -> Iterator[syntax.Expr]:
    yield node
    for name in ("lhs", "rhs", "param", "expr", "vector_selector"):
        child = getattr(node, name, None)
        if isinstance(child, syntax.Expr):
            yield from walk(child)
    for child in getattr(node, "args", ()) or ():
        yield from walk(child)


def selectors(query: str) -> list[syntax.VectorSelector]:
    return [node for node in walk(read(query)) if isinstance(node, syntax.VectorSelector)]
