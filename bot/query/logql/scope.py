"""Limits a LogQL query to a tenant: in every selector, and looked after once more before it is sent."""

from collections.abc import Mapping
from dataclasses import replace

from bot.model.errors import Rejected
from bot.query.logql import tree
from bot.query.logql.parse import BOUNDS, parse
from bot.query.logql.write import written

# What is added is ours and may make the text longer than a person may write.
SCOPED = replace(BOUNDS, bytes=4 * BOUNDS.bytes, operators=2 * BOUNDS.operators)


def scoped(query: str | tree.Expression, mandatory: Mapping[str, str]) -> str:
    """The query with `label="value"` in every selector; what it says of these labels itself is replaced."""
    if any(not value for value in mandatory.values()):
        raise Rejected("The tenant's label has no value, so nothing can be limited to it.", code="scope")
    expression = parse(query) if isinstance(query, str) else query
    required = tuple(tree.Matcher(name, "=", value) for name, value in mandatory.items())

    def limit(logs: tree.Logs) -> tree.Logs:
        own = tuple(matcher for matcher in logs.matchers if matcher.name not in mandatory)
        return replace(logs, matchers=required + own)

    text = written(tree.changed(expression, limit))
    _verify(text, expression, required)
    return text


def _verify(text: str, before: tree.Expression, required: tuple[tree.Matcher, ...]) -> None:
    """Read anew, as Loki will read it: a mistake of ours must stop here."""
    names = {matcher.name for matcher in required}
    selections = tree.selections(parse(text, SCOPED))
    each = [tuple(one for one in logs.matchers if one.name in names) for logs in selections]
    if len(selections) != len(tree.selections(before)) or any(found != required for found in each):
        raise Rejected("The query could not be limited to the tenant and was not sent.", code="scope")
