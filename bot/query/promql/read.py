"""PromQL text to the parser's tree, with what must never reach a parser or a server refused on the way.

The parser takes the whole process with it on deep input, so size is measured first. What it accepts beyond Prometheus,
or what reads past a selector, is refused here and for every user of the tree.
"""

from collections.abc import Iterator, Set
from contextlib import contextmanager
from typing import Any

import promql_parser as syntax

from bot.model.errors import Rejected
from bot.model.regexes import fault
from bot.query.bounds import Bounds

BOUNDS = Bounds()
EXPERIMENTAL_AGGREGATIONS = frozenset({"limitk", "limit_ratio"})


@contextmanager
def told() -> Iterator[None]:
    """Whatever the parser says no with, as Rejected: its panics (at `@ NaN`, say) are no Exceptions."""
    try:
        yield
    except (ValueError, OverflowError) as problem:
        raise Rejected(f"This is not PromQL that I can read: {problem}.", code="bad_data") from problem
    except BaseException as problem:
        if type(problem).__name__ != "PanicException":
            raise
        raise Rejected("This is not PromQL that I can read.", code="bad_data") from problem


def read(query: str, bounds: Bounds = BOUNDS) -> syntax.Expr:
    bounds.check(query)
    with told():
        expression = syntax.parse(query)
        for node in nodes(expression):
            _refuse(node)
    return expression


def children(node: Any) -> tuple[Any, ...]:
    match node:
        case syntax.ParenExpr() | syntax.UnaryExpr() | syntax.SubqueryExpr():
            return (node.expr,)
        case syntax.BinaryExpr():
            return (node.lhs, node.rhs)
        case syntax.AggregateExpr():
            return (node.expr,) if node.param is None else (node.param, node.expr)
        case syntax.Call():
            return tuple(node.args)
        case syntax.MatrixSelector():
            return (node.vector_selector,)
        case _:
            return ()


def nodes(expression: Any) -> Iterator[Any]:
    yield expression
    for child in children(expression):
        yield from nodes(child)


def selectors(expression: Any) -> list[Any]:
    return [node for node in nodes(expression) if isinstance(node, syntax.VectorSelector)]


def under(node: Any, functions: Set[str], *, inside: bool = False) -> Iterator[tuple[Any, bool]]:
    """Every selector, and whether one of these functions stands over it."""
    if isinstance(node, syntax.VectorSelector):
        yield node, inside
    inside = inside or (isinstance(node, syntax.Call) and node.func.name in functions)
    for child in children(node):
        yield from under(child, functions, inside=inside)


def bare(node: Any) -> Any:
    """Without the brackets around it."""
    while isinstance(node, syntax.ParenExpr):
        node = node.expr
    return node


def word(member: object) -> str:
    """The parser's enumerations are native and have no `name`."""
    return str(member).rpartition(".")[2]


def _refuse(node: Any) -> None:
    match node:
        case syntax.VectorSelector():
            if node.matchers.or_matchers:
                raise Rejected(
                    "Alternatives between matchers are not PromQL.", code="bad_data", advice="Write =~ instead."
                )
            for matcher in node.matchers.matchers:
                why = fault(matcher.value) if word(matcher.op) in ("Re", "NotRe") else ""
                if why:
                    raise Rejected(f"The expression “{matcher.value}” cannot be read: {why}.", code="bad_data")
        case syntax.Call() if node.func.experimental or node.func.name == "info":
            raise Rejected(f"{node.func.name} is experimental and not asked for here.", code="bad_data")
        case syntax.AggregateExpr() if str(node.op) in EXPERIMENTAL_AGGREGATIONS:
            raise Rejected(f"{node.op} is experimental and not asked for here.", code="bad_data")
        case syntax.BinaryExpr() if node.modifier is not None:
            fill = node.modifier.fill_values
            if fill.lhs is not None or fill.rhs is not None:
                raise Rejected("fill is experimental and not asked for here.", code="bad_data")
