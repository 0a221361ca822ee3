"""Whether a PromQL query means something: its names, its types, its ranges, and how much it would read."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import promql_parser as syntax

from bot.model.errors import Problem, Rejected
from bot.query.catalog import Catalog
from bot.query.limits import Limits
from bot.query.promql.existence import check_names, known
from bot.query.promql.known import asked_for, at_least, at_most
from bot.query.promql.read import bare, nodes, read, selectors, told, under, word

GROWTH = frozenset({"rate", "increase", "irate", "resets"})
EVERYTHING = Limits()
MOST_STEPS = 11_000  # of a subquery, as of a query
USUAL_STEP = timedelta(minutes=1)  # of a subquery that names none


@dataclass(frozen=True, slots=True)
class Checked:
    text: str
    metrics: tuple[str, ...]
    at_most: int  # series that it reads, if every value of every label met every other one; 0: unknown
    expression: Any = field(repr=False, compare=False)


def checked(query: str, catalog: Catalog | None = None, limits: Limits = EVERYTHING) -> Checked | Problem:
    try:
        with told():
            return _checked(query, catalog, limits)
    except Rejected as problem:
        return problem


def _checked(query: str, catalog: Catalog | None, limits: Limits) -> Checked:
    expression = read(query)
    for node in nodes(expression):
        _check_ranges(node, limits)
        _check_shape(node)
    if catalog is not None:
        check_names(expression, catalog)
        _check_types(expression, catalog)
        _check_size(expression, catalog, limits)
    asked = [name for name in map(asked_for, selectors(expression)) if name]
    return Checked(query, tuple(dict.fromkeys(asked)), _reads(expression, catalog), expression)


def _check_ranges(node: Any, limits: Limits) -> None:
    match node:
        case syntax.MatrixSelector():
            limits.check_span(node.range)
        case syntax.SubqueryExpr(range=timedelta() as span):
            limits.check_span(span)
            if span / (node.step or USUAL_STEP) > MOST_STEPS:
                raise Rejected(
                    f"A subquery has more than {MOST_STEPS:,} steps.", code="range", advice="Take a longer step."
                )


def _check_shape(node: Any) -> None:
    """What is wrong whatever the metrics are."""
    match node:
        case syntax.AggregateExpr() if str(node.op) == "quantile":
            _check_share(node.param, "quantile")
        case syntax.Call() if node.func.name == "quantile_over_time":
            _check_share(node.args[0], "quantile_over_time")
        case syntax.Call() if node.func.name == "histogram_quantile":
            _check_share(node.args[0], "histogram_quantile")
            _check_buckets(node.args[1])


def _check_share(node: Any, name: str) -> None:
    node, sign = bare(node), 1
    if isinstance(node, syntax.UnaryExpr):
        node, sign = bare(node.expr), -1
    if isinstance(node, syntax.NumberLiteral) and not 0 <= sign * node.val <= 1:
        raise Rejected(f"{name} wants a share between 0 and 1, such as 0.95.", code="type")


def _check_buckets(inner: Any) -> None:
    """Buckets are counters, and lose their meaning without `le`; native histograms have neither."""
    if not any(asked_for(selector).endswith("_bucket") for selector in selectors(inner)):
        return
    if any(isinstance(node, syntax.AggregateExpr) and not _keeps(node, "le") for node in nodes(inner)):
        raise Rejected(
            "histogram_quantile needs buckets that still have their label le.", code="type", advice="Add le to by (…)."
        )
    for selector, rated in under(inner, GROWTH | {"delta"}):
        name = asked_for(selector)
        recorded = ":" in name  # by a rule that may have rated it already
        if name.endswith("_bucket") and not rated and not recorded:
            raise Rejected(
                "histogram_quantile needs a rate of the buckets, not their totals since the start.",
                code="type",
                advice="Put rate(…[5m]) around the buckets.",
            )


def _keeps(node: Any, label: str) -> bool:
    if str(node.op) in ("topk", "bottomk"):
        return True
    if node.modifier is None:
        return False
    return (label in node.modifier.labels) == (word(node.modifier.type) == "By")


def _check_types(expression: Any, catalog: Catalog) -> None:
    for node in nodes(expression):
        if not isinstance(node, syntax.Call):
            continue
        if node.func.name in GROWTH:
            inside = bare(node.args[0])
            for one in known(inside.vector_selector, catalog) if isinstance(inside, syntax.MatrixSelector) else ():
                if not (one.type in ("counter", "unknown") or one.native):
                    raise Rejected(
                        f"{node.func.name} needs a counter, and “{one.name}” is a {one.type}.",
                        code="type",
                        advice="Ask for its value, or for delta(…) of it.",
                    )
        if node.func.name == "histogram_quantile":
            for selector in selectors(node.args[1]):
                for one in known(selector, catalog):
                    if one.part != "_bucket" and not one.native and one.type != "unknown" and ":" not in one.name:
                        raise Rejected(
                            f"histogram_quantile needs the buckets of a histogram, and “{one.name}” has none.",
                            code="type",
                        )


def _check_size(expression: Any, catalog: Catalog, limits: Limits) -> None:
    """Only what is certain is refused, and only where the series themselves come back."""
    node = bare(expression)
    if not isinstance(node, syntax.VectorSelector):
        return
    count = sum(at_least(one, node) for one in known(node, catalog))
    if count > limits.series:
        raise Rejected(
            f"That would bring back more than {limits.series:,} series.",
            code="size",
            advice="Name a value of some label, or ask for a sum by one of them.",
        )


def _reads(expression: Any, catalog: Catalog | None) -> int:
    if catalog is None:
        return 0
    return sum(at_most(one, selector) for selector in selectors(expression) for one in known(selector, catalog))
