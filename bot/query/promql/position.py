"""Where in a query that is not PromQL the trouble begins; the parser itself does not say."""

import re

import promql_parser as syntax

from bot.model.errors import Rejected
from bot.query.promql.read import BOUNDS, told

_TOKEN = re.compile(r"\"(?:[^\"\\]|\\.)*\"?|'(?:[^'\\]|\\.)*'?|`[^`]*`?|[\w.:]+|[=!<>]=|=~|!~|\S")
_CLOSING = {"(": ")", "[": "]", "{": "}"}
_BEGUN = ("", " x", " 1m", ' "x"', '="x"', " (x)", " (x) (x)")  # what may follow what is fine so far
_GRAMMAR = ("invalid", "unexpected", "unclosed")


def position(query: str) -> int | None:
    """The first character of what cannot stand there, counted from 1; None where the grammar is not to blame."""
    try:
        BOUNDS.check(query)
    except Rejected:
        return None  # too large to be tried in parts
    if not _wrong(query):
        return None
    tokens = list(_TOKEN.finditer(query))
    for token in tokens:
        if not _may_go_on(query[: token.end()]):
            return token.start() + 1
    return len(query.rstrip()) + 1


def _wrong(text: str) -> bool:
    """Against the grammar; a wrong type or a lacking argument stands at no one place."""
    try:
        with told():
            syntax.parse(text)
    except Rejected as problem:
        return any(f": {word}" in problem.says for word in _GRAMMAR)
    return False


def _may_go_on(prefix: str) -> bool:
    closing = "".join(reversed(_unclosed(prefix)))
    return any(not _wrong(f"{prefix}{more}{closing}{behind}") for more in _BEGUN for behind in ("", " (x)", " x"))


def _unclosed(text: str) -> list[str]:
    opened: list[str] = []
    for token in _TOKEN.finditer(text):
        if token[0] in _CLOSING:
            opened.append(_CLOSING[token[0]])
        elif opened and token[0] == opened[-1]:
            opened.pop()
    return opened
