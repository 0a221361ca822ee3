"""The same query told apart by one more label, so that a figure can be traced to where it comes from."""

import re

import promql_parser as syntax

from bot.model.errors import Rejected
from bot.query.promql.read import nodes, read, selectors, word

_BY = re.compile(r"\bby\s*\(([^()]*)\)")
_PLAIN = re.compile(r"\b(sum|avg|min|max|count)\s*\((?!\s*\))")


def split(query: str, label: str) -> str | None:
    """None where it cannot be: nothing is put together in it, or it says itself what to leave out."""
    try:
        before = read(query)
    except Rejected:
        return None
    put_together = [one for one in nodes(before) if isinstance(one, syntax.AggregateExpr)]
    if not put_together or any(_already(one, label) for one in put_together):
        return None
    text = _BY.sub(lambda found: f"by ({', '.join(part for part in (found[1].strip(), label) if part)})", query)
    text = _PLAIN.sub(lambda found: f"{found[1]} by ({label}) (", text)
    return text if _same(text, before, len(put_together), label) else None


def _already(one: syntax.AggregateExpr, label: str) -> bool:
    """`without` keeps what it does not name, and then there is nothing to add."""
    by = one.modifier
    return by is not None and (word(by.type) != "By" or label in by.labels)


def _same(text: str, before: syntax.Expr, count: int, label: str) -> bool:
    """Read anew: quoted text may look like a grouping, and must not have been changed."""
    try:
        after = read(text)
    except Rejected:
        return False
    grouped = [one for one in nodes(after) if isinstance(one, syntax.AggregateExpr)]
    named = all(one.modifier is not None and label in one.modifier.labels for one in grouped)
    return len(grouped) == count and named and _selected(after) == _selected(before)


def _selected(expression: syntax.Expr) -> list[str]:
    return [str(one) for one in selectors(expression)]
