"""Works out a query over a source of samples, at one instant or at many at once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np
import promql_parser as syntax

from bot.model.errors import Rejected
from integrations.demo.promql import functions
from integrations.demo.promql.aggregate import aggregate, grouping
from integrations.demo.promql.binary import Matching, combine
from integrations.demo.promql.ranges import RANGE_FUNCTIONS
from integrations.demo.promql.reading import read
from integrations.demo.promql.source import Batch, Source
from integrations.demo.promql.vectors import NAME, Floats, Ints, Labels, Value, Vector
from integrations.demo.promql.windows import RangeVector, Span, instant, of_batches, of_vector

LOOKBACK = 300_000  # how old a sample may be and still count, in milliseconds
SUBQUERY_STEP = 60_000
MAX_STEPS = 11_000
MAX_POINTS = 2_000_000


def evaluate(query: str, source: Source, start: int, end: int, step: int) -> tuple[Value, Ints]:
    """What the query is worth from start to end (milliseconds), and the instants it was worked out at."""
    if (end - start) // step >= MAX_STEPS:
        raise Rejected(f"More than {MAX_STEPS:,} steps are asked for.", code="bad_data", advice="Take a longer step.")
    at = np.arange(start, end + 1, step, dtype=np.int64)
    value = Evaluation(source, at, start, end).of(read(query))
    return value, at


@dataclass(frozen=True, slots=True)
class Evaluation:
    source: Source
    at: Ints
    start: int  # of the whole query, for `@ start()`
    end: int

    def of(self, node: syntax.Expr) -> Value:
        match node:
            case syntax.ParenExpr():
                return self.of(node.expr)
            case syntax.NumberLiteral():
                return np.full(len(self.at), node.val)
            case syntax.VectorSelector():
                return self._selected(node)[0]
            case syntax.UnaryExpr():
                return self._negated(self.of(node.expr))
            case syntax.BinaryExpr():
                return self._binary(node)
            case syntax.AggregateExpr():
                return self._aggregated(node)
            case syntax.Call():
                return self._called(node)
            case _:
                raise Rejected(
                    "A query has to come to a number or to series with one value at a time.", code="bad_data"
                )

    def _vector(self, node: syntax.Expr) -> Vector:
        value = self.of(node)
        return value if isinstance(value, Vector) else functions.to_vector(value)

    def _number(self, node: syntax.Expr) -> Floats:
        value = self.of(node)
        return functions.to_scalar(value) if isinstance(value, Vector) else value

    # Selectors

    def _moments(self, at: syntax.AtModifier | None, offset: timedelta | None) -> Ints:
        moments = self.at
        if at is not None:
            fixed = {"Start": self.start, "End": self.end}.get(_last_word(at.type))
            if fixed is None and at.at is not None:
                fixed = round(at.at.timestamp() * 1000)
            moments = np.full(len(self.at), fixed, dtype=np.int64)
        return np.asarray(moments - _milliseconds(offset))

    def _select(self, node: syntax.VectorSelector, start: int, end: int) -> list[Batch]:
        if node.matchers.or_matchers:
            raise Rejected("Alternatives between matchers are not PromQL; write =~ instead.", code="bad_data")
        batches = list(self.source.select(node.name, node.matchers.matchers, start, end))
        if sum(len(batch.labels) for batch in batches) * len(self.at) > MAX_POINTS:
            raise Rejected("The query would read too many series at too many steps.", code="execution")
        return batches

    def _selected(self, node: syntax.VectorSelector) -> tuple[Vector, Ints]:
        moments = self._moments(node.at, node.offset)
        batches = self._select(node, int(moments.min()) - LOOKBACK, int(moments.max()))
        return instant(batches, moments, LOOKBACK)

    def _ranged(self, node: syntax.Expr) -> RangeVector:
        match node:
            case syntax.ParenExpr():
                return self._ranged(node.expr)
            case syntax.MatrixSelector():
                selector = node.vector_selector
                span = Span(self.at, self._moments(selector.at, selector.offset), _milliseconds(node.range))
                batches = self._select(selector, int(span.starts.min()), int(span.ends.max()))
                return of_batches(batches, span)
            case syntax.SubqueryExpr():
                return self._subquery(node)
            case _:
                raise Rejected("This function wants a range of samples, such as metric[5m].", code="bad_data")

    def _subquery(self, node: syntax.SubqueryExpr) -> RangeVector:
        step = _milliseconds(node.step) or SUBQUERY_STEP
        span = Span(self.at, self._moments(node.at, node.offset), _milliseconds(node.range))
        first = -(-int(span.starts.min()) // step) * step  # on the first multiple of the step within the window
        at = np.arange(first, int(span.ends.max()) + 1, step, dtype=np.int64)
        if len(at) > MAX_STEPS:
            raise Rejected(f"A subquery asks for more than {MAX_STEPS:,} steps.", code="bad_data")
        if not len(at):
            return of_batches([], span)
        inner = replace(self, at=at)._vector(node.expr)
        return of_vector(inner, at, span)

    # Operators

    @staticmethod
    def _negated(value: Value) -> Value:
        return value.with_values(-value.values).checked() if isinstance(value, Vector) else np.asarray(-value)

    def _binary(self, node: syntax.BinaryExpr) -> Value:
        modifier = node.modifier
        as_bool = modifier is not None and modifier.return_bool
        return combine(str(node.op), self.of(node.lhs), self.of(node.rhs), _matching(modifier), as_bool=as_bool)

    def _aggregated(self, node: syntax.AggregateExpr) -> Vector:
        param: Floats | str | None = None
        if isinstance(node.param, syntax.StringLiteral):
            param = node.param.val
        elif node.param is not None:
            param = self._number(node.param)
        labels = node.modifier.labels if node.modifier else []
        inverted = node.modifier is not None and _last_word(node.modifier.type) == "Without"
        return aggregate(str(node.op), self._vector(node.expr), grouping(labels, inverted=inverted), param)

    # Functions

    def _called(self, node: syntax.Call) -> Value:
        name, args = node.func.name, node.args
        if name in RANGE_FUNCTIONS:
            return self._over_time(name, args)
        if name in functions.POINTWISE:
            vector = self._vector(args[0]) if args else functions.to_vector(self.at / 1000)
            with np.errstate(all="ignore"):
                values = functions.POINTWISE[name](vector.values, *(self._number(arg) for arg in args[1:]))
            return vector.with_values(values).checked()
        match name:
            case "time":
                return self.at / 1000
            case "pi":
                return np.full(len(self.at), np.pi)
            case "vector":
                return functions.to_vector(self._number(args[0]))
            case "scalar":
                return functions.to_scalar(self._vector(args[0]))
            case "timestamp":
                return self._timestamp(args[0])
            case "absent":
                return functions.absent(self._vector(args[0]), _labels_asked_for(args[0]))
            case "absent_over_time":
                counted = self._ranged(args[0]).apply(RANGE_FUNCTIONS["count_over_time"].compute, 1)
                return functions.absent(counted, _labels_asked_for(args[0]))
            case "clamp":
                return functions.clamp(self._vector(args[0]), *map(self._number, args[1:])).checked()
            case "sort" | "sort_desc":
                return functions.in_order(self._vector(args[0]), downwards=name == "sort_desc")
            case "histogram_quantile":
                with np.errstate(all="ignore"):
                    return functions.histogram_quantile(self._number(args[0]), self._vector(args[1])).checked()
            case "label_replace":
                target, template, source, text = _texts(args[1:])
                return functions.label_replace(self._vector(args[0]), target, template, source, text).checked()
            case "label_join":
                target, separator, *sources = _texts(args[1:])
                return functions.label_join(self._vector(args[0]), target, separator, sources).checked()
            case _:
                raise Rejected(f"The demo world does not know the function “{name}”.", code="bad_data")

    def _over_time(self, name: str, args: Sequence[syntax.Expr]) -> Vector:
        function = RANGE_FUNCTIONS[name]
        windows = [arg for arg in args if _is_range(arg)]
        numbers = [self._number(arg) for arg in args if not _is_range(arg)]
        vector = self._ranged(windows[0]).apply(lambda window: function.compute(window, *numbers), function.least)
        return vector.with_values(vector.values, named=function.named).checked()

    def _timestamp(self, node: syntax.Expr) -> Vector:
        while isinstance(node, syntax.ParenExpr):
            node = node.expr
        if isinstance(node, syntax.VectorSelector):
            vector, taken = self._selected(node)
            return vector.with_values(taken / 1000).checked()
        vector = self._vector(node)
        return vector.with_values(np.broadcast_to(self.at / 1000, vector.values.shape)).checked()


def _matching(modifier: syntax.BinModifier | None) -> Matching:
    if modifier is None:
        return Matching()
    if modifier.fill_values.lhs is not None or modifier.fill_values.rhs is not None:
        raise Rejected("The demo world does not know “fill”.", code="bad_data")
    many = {"ManyToOne": "left", "OneToMany": "right"}.get(_last_word(modifier.card), "")
    return Matching(
        labels=tuple(modifier.matching.labels) if modifier.matching else (),
        on=modifier.matching is not None and _last_word(modifier.matching.type) == "Include",
        many=many,  # type: ignore[arg-type]
        include=tuple(modifier.group_labels or ()),
    )


def _last_word(member: object) -> str:
    """The parser's enumerations are native and have no `name`."""
    return str(member).rpartition(".")[2]


def _milliseconds(duration: timedelta | None) -> int:
    return 0 if duration is None else round(duration / timedelta(milliseconds=1))


def _is_range(node: syntax.Expr) -> bool:
    while isinstance(node, syntax.ParenExpr):
        node = node.expr
    return isinstance(node, syntax.MatrixSelector | syntax.SubqueryExpr)


def _texts(args: Sequence[syntax.Expr]) -> list[str]:
    return [arg.val for arg in args if isinstance(arg, syntax.StringLiteral)]


def _labels_asked_for(node: syntax.Expr) -> Labels:
    """What is known about a series that is not there: the labels that were asked for by `=`, each once."""
    while isinstance(node, syntax.ParenExpr):
        node = node.expr
    if isinstance(node, syntax.MatrixSelector):
        node = node.vector_selector
    if not isinstance(node, syntax.VectorSelector):
        return ()
    asked = [(matcher.name, matcher.value) for matcher in node.matchers.matchers if _last_word(matcher.op) == "Equal"]
    names = [matcher.name for matcher in node.matchers.matchers]
    return tuple(sorted(pair for pair in asked if pair[0] != NAME and names.count(pair[0]) == 1 and pair[1]))
