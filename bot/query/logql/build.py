"""A plan as LogQL. Every value is quoted here, and names that are none never become text."""

from bot.query.plan import (
    NONE,
    Aggregate,
    Binary,
    Call,
    Expr,
    FieldFilter,
    LineFilter,
    Lines,
    LogRange,
    Matcher,
    Number,
    Parser,
    Selector,
    Stage,
    Subquery,
    Unwrap,
)
from bot.query.promql.build import (
    LABEL,
    MATCHES,
    OPERATORS,
    WORD,
    UnwritableError,
    duration,
    grouping,
    name,
    number,
    one_of,
    quoted,
)

_FILTERS = frozenset({"|=", "!=", "|~", "!~"})
_COMPARES = frozenset({"=", "!=", "=~", "!~", ">", ">=", "<", "<=", "=="})


def logql(expr: Expr) -> str:
    match expr:
        case Lines(stream, stages):
            return " ".join([_stream(stream), *(_stage(stage) for stage in stages)])
        case LogRange(function, lines, window, offset, first, by):
            back = f" offset {duration(offset)}" if offset > NONE else ""
            head = f"{number(first)}, " if first is not None else ""
            return f"{name(function, WORD)}({head}{logql(lines)} [{duration(window)}]{back}){grouping(by)}"
        case Aggregate(op, inner, by, first):
            head = f"{number(first)}, " if first is not None else ""
            return f"{name(op, WORD)}{grouping(by)} ({head}{logql(inner)})"
        case Binary(op, left, right, None) if op in OPERATORS:
            return f"{_enclosed(left)} {op} {_enclosed(right)}"
        case Number(value):
            return number(value)
        case Selector() | Subquery() | Call() | Binary():
            raise UnwritableError("LogQL has no such part")


def _enclosed(expr: Expr) -> str:
    return f"({logql(expr)})" if isinstance(expr, Binary) else logql(expr)


def _stream(matchers: tuple[Matcher, ...]) -> str:
    if not matchers:
        raise UnwritableError("a stream needs a matcher")
    if any(matcher.op not in MATCHES for matcher in matchers):
        raise UnwritableError("no such matcher")
    return "{" + ", ".join(f"{name(m.label, LABEL)}{m.op}{quoted(m.value)}" for m in matchers) + "}"


def _stage(stage: Stage) -> str:
    match stage:
        case LineFilter(op, text):
            return f"{one_of(op, _FILTERS)} {quoted(text)}"
        case Parser(parser):
            return f"| {name(parser, WORD)}"
        case FieldFilter(field, op, value, kind):
            return f"| {name(field, LABEL)} {one_of(op, _COMPARES)} {_value(value, kind)}"
        case Unwrap(field, conversion):
            held = name(field, LABEL)
            return f"| unwrap {name(conversion, WORD)}({held})" if conversion else f"| unwrap {held}"


def _value(value: str | float, kind: str) -> str:
    if isinstance(value, float | int):
        return number(value)
    if kind == "measure":
        if not value.replace(".", "", 1).isalnum():
            raise UnwritableError(f"no measure: {value!r}")
        return value
    return quoted(value)
