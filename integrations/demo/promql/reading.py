"""A query's text, measured before the parser sees it: the parser is native code and dies on very deep or long input."""

import promql_parser as syntax

from bot.query.bounds import Bounds
from bot.query.promql.read import told

BOUNDS = Bounds()


def read(query: str) -> syntax.Expr:
    """The parsed query; Rejected with the parser's own sentence where it is not PromQL."""
    BOUNDS.check(query)
    with told():
        return syntax.parse(query)
