"""Whether the metrics, labels and values that a query names are there; if not, the nearest that are."""

from collections.abc import Sequence, Set
from typing import Any

import promql_parser as syntax

from bot.model.errors import Rejected
from bot.query.catalog import Catalog
from bot.query.nearest import listed, nearest
from bot.query.promql.known import NAME, Known, asked_for, find, matching, names
from bot.query.promql.read import nodes, under, word

ABSENCE = frozenset({"absent", "absent_over_time"})  # that may ask for what is not there


def check_names(expression: Any, catalog: Catalog) -> None:
    for selector, absence in under(expression, ABSENCE):
        found = known(selector, catalog)
        if len(found) == 1:
            _check_labels(selector, found[0], values=not absence)
    for node in nodes(expression):
        wanted = _labels_named(node)
        there = _labels_there(node, catalog) if wanted else None
        if there is not None:
            for label in wanted:
                if label not in there:
                    raise _no_label(label, "these metrics", there)


def known(selector: Any, catalog: Catalog) -> Sequence[Known]:
    name = asked_for(selector)
    if not name:
        found = matching(selector, catalog)
        if not found:
            raise Rejected("A selector names no metric that there is.", code="unknown", advice="Name the metric.")
        return found
    one = find(name, catalog)
    if one is not None:
        return (one,)
    metric = catalog.by_name.get(name)
    if metric is not None:
        parts = listed(name + part for part in ("_bucket", "_sum", "_count"))
        raise Rejected(f"“{name}” is a histogram: its series have other names.", code="unknown", advice=parts)
    raise Rejected(f"There is no metric “{name}”.", code="unknown", advice=listed(nearest(name, names(catalog))))


def _check_labels(selector: Any, one: Known, *, values: bool) -> None:
    for matcher in selector.matchers.matchers if one.labels else ():
        if matcher.name not in one.labels:
            raise _no_label(matcher.name, f"“{one.name}”", one.labels)
        complete = values and matcher.name not in one.metric.cut
        there = one.metric.labels.get(matcher.name, ()) if complete else ()
        if word(matcher.op) == "Equal" and matcher.value and there and matcher.value not in there:
            raise Rejected(
                f"“{one.name}” has no {matcher.name} “{matcher.value}”.",
                code="unknown",
                advice=listed(nearest(matcher.value, there)),
            )


def _no_label(label: str, owner: str, there: Set[str]) -> Rejected:
    near = nearest(label, sorted(set(there) - {NAME}))
    return Rejected(f"There is no label “{label}” on {owner}.", code="unknown", advice=listed(near))


def _labels_named(node: Any) -> Sequence[str]:
    """Labels that grouping or matching relies on; those that are taken away may as well not be there."""
    match node:
        case syntax.AggregateExpr() if node.modifier is not None and word(node.modifier.type) == "By":
            return tuple(node.modifier.labels)
        case syntax.BinaryExpr() if node.modifier is not None and node.modifier.matching is not None:
            on = word(node.modifier.matching.type) == "Include"
            return (*(node.modifier.matching.labels if on else ()), *(node.modifier.group_labels or ()))
        case _:
            return ()


def _labels_there(node: Any, catalog: Catalog) -> frozenset[str] | None:
    """Every label that may come out of what stands below; None where not all is known."""
    there: set[str] = set()
    for below in nodes(node):
        match below:
            case syntax.VectorSelector():
                found = known(below, catalog)
                if any(not one.labels for one in found):
                    return None
                there.update(*(one.labels for one in found))
            case syntax.Call() if below.func.name in ("label_replace", "label_join"):
                there.add(below.args[1].val)
            case syntax.AggregateExpr(param=syntax.StringLiteral(val=label)):  # count_values
                there.add(label)
    return frozenset(there)
