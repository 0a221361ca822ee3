"""LogQL text to a tree."""

from functools import cache
from typing import cast

from lark import Lark, Token
from lark.exceptions import UnexpectedCharacters, UnexpectedEOF, UnexpectedInput, UnexpectedToken

from bot.model.errors import Rejected
from bot.query.bounds import Bounds
from bot.query.logql import tree
from bot.query.logql.building import Builder, Misread

BOUNDS = Bounds(operators=60)


@cache
def _parser() -> Lark:
    """Made for the first query and not before, for its tables take as long as a few hundred queries."""
    return Lark.open("grammar.lark", rel_to=__file__, parser="lalr", lexer="basic", transformer=Builder())


def parse(query: str, bounds: Bounds = BOUNDS) -> tree.Expression:
    """The tree; Rejected with a sentence that says where it went wrong."""
    bounds.check(query)
    try:
        return cast(tree.Expression, _parser().parse(query))
    except UnexpectedInput as problem:
        raise refused(*_told(query, problem)) from None
    except Misread as problem:
        raise refused(problem.at, problem.why) from None


def refused(at: int, why: str) -> Rejected:
    """`at` counts from zero; people count from one."""
    return Rejected(f"This is not LogQL that I can read: at character {at + 1}, {why}.", code="bad_data")


def _told(query: str, problem: UnexpectedInput) -> tuple[int, str]:
    match problem:
        case UnexpectedCharacters():
            letter = query[problem.pos_in_stream or 0]
            if letter in "\"'`":
                why = "single quotes are not known" if letter == "'" else "a quote is opened and not closed"
                return problem.pos_in_stream or 0, why
            return problem.pos_in_stream or 0, f"“{letter}” is not expected"
        case UnexpectedToken(token=token) if token.type != "$END":
            return token.start_pos or 0, f"“{_short(token)}” is not expected"
        case UnexpectedToken() | UnexpectedEOF() | _:
            return len(query), "the query ends too early"


def _short(token: Token) -> str:
    return token if len(token) <= 30 else f"{token[:30]}…"
