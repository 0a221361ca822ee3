"""Limits a PromQL query to a tenant: in every selector, and looked after once more before it is sent."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import promql_parser as syntax

from bot.model.errors import Rejected
from bot.query.promql.build import ESCAPES
from bot.query.promql.read import BOUNDS, read, selectors, told, word

# What is added is ours and may make the text longer than a person may write.
SCOPED = replace(BOUNDS, bytes=8 * BOUNDS.bytes)
_LABEL = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")


def scoped(query: str, mandatory: Mapping[str, str]) -> str:
    """The query with `label="value"` in every selector; what it says of these labels itself is replaced."""
    if any(not value for value in mandatory.values()):
        raise Rejected("The tenant's label has no value, so nothing can be limited to it.", code="scope")
    expression = read(query)
    with told():
        text = str(syntax.transform(expression, lambda node: _limited(node, mandatory)).prettify())
        _verify(text, len(selectors(expression)), mandatory)
    return text


def _limited(node: Any, mandatory: Mapping[str, str]) -> Any:
    """A selector with the limit, printed and parsed again: only that is what `prettify` prints."""
    if not isinstance(node, syntax.VectorSelector):
        return None
    own = [matcher for matcher in node.matchers.matchers if matcher.name not in mandatory]
    required = [syntax.Matcher(syntax.MatchOp.Equal, name, value) for name, value in mandatory.items()]
    every = [*own, *required]
    # str() of a selector escapes nothing, and a quoted name may hold anything: what it would print as two selectors
    # must never go back to `transform`, which would visit them in turn until the process dies.
    if any(not _LABEL.fullmatch(one.name) for one in every) or set(node.name or "") & set('"\\\n'):
        raise _unlimited()
    for matcher in every:
        matcher.value = matcher.value.translate(ESCAPES)
    node.matchers = syntax.Matchers(every)
    limited = syntax.parse(str(node))
    if not isinstance(limited, syntax.VectorSelector):
        raise _unlimited()
    return limited


def _verify(text: str, count: int, mandatory: Mapping[str, str]) -> None:
    """Read anew, as Prometheus will read it: a mistake of ours or of the parser must stop here."""
    required = sorted(("Equal", name, value) for name, value in mandatory.items())
    found = [
        sorted((word(one.op), one.name, one.value) for one in node.matchers.matchers if one.name in mandatory)
        for node in selectors(read(text, SCOPED))
    ]
    if len(found) != count or any(each != required for each in found):
        raise _unlimited()


def _unlimited() -> Rejected:
    return Rejected("The query could not be limited to the tenant and was not sent.", code="scope")
