"""A query's text, checked before the parser sees it: the parser is native code and dies on very deep or long input."""

import promql_parser as syntax

from bot.model.errors import Rejected

MAX_BYTES = 4096
MAX_OPERATORS = 20
MAX_DEPTH = 20

_OPERATORS = frozenset("+-*/%^<>=!")
_WORDS = frozenset({"and", "or", "unless", "atan2"})


def read(query: str) -> syntax.Expr:
    """The parsed query; Rejected with the parser's own sentence where it is not PromQL."""
    _guard(query)
    try:
        return syntax.parse(query)
    except ValueError as problem:
        raise Rejected(f"This is not a query the demo world can read: {problem}.", code="bad_data") from problem


def _guard(query: str) -> None:
    if len(query.encode()) > MAX_BYTES:
        raise Rejected(f"The query is longer than {MAX_BYTES} bytes.", code="bad_data")
    operators, depth = _measure(query)
    if operators > MAX_OPERATORS:
        raise Rejected(f"The query has more than {MAX_OPERATORS} operators.", code="bad_data")
    if depth > MAX_DEPTH:
        raise Rejected(f"The query is nested deeper than {MAX_DEPTH} brackets.", code="bad_data")


def _measure(query: str) -> tuple[int, int]:
    """How many operators, and how many brackets deep; what stands in quotes does not count."""
    operators = depth = deepest = 0
    word = quote = ""
    escaped = before = False
    for letter in query + " ":
        if quote:
            if letter == quote and not escaped:
                quote = ""
            escaped = letter == "\\" and not escaped and quote != "`"
            continue
        if letter.isalnum() or letter in "_:":
            word, before = word + letter, False
            continue
        operators += word in _WORDS
        word = ""
        is_operator = letter in _OPERATORS
        operators += is_operator and (not before or letter in "+-")  # `>=` is one, `--` are two
        before = is_operator
        if letter in "\"'`":
            quote = letter
        elif letter in "([{":
            depth += 1
            deepest = max(deepest, depth)
        elif letter in ")]}":
            depth -= 1
    return operators, deepest
