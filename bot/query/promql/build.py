"""A plan as PromQL. Every value is quoted here, and names that are none never become text."""

import math
import re
from datetime import timedelta

from bot.model.regexes import literal
from bot.query.plan import (
    NONE,
    Aggregate,
    Binary,
    Call,
    Expr,
    Lines,
    LogRange,
    Matcher,
    Number,
    Selector,
    Subquery,
)

METRIC = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
LABEL = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
WORD = re.compile(r"[a-z_0-9]+")
OPERATORS = frozenset({"+", "-", "*", "/", "%", ">", ">=", "<", "<=", "==", "!=", "and", "unless", "or"})
MATCHES = frozenset({"=", "!=", "=~", "!~"})
_UNITS = (("w", 604800), ("d", 86400), ("h", 3600), ("m", 60), ("s", 1))
ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})


class UnwritableError(ValueError):
    """A plan that names what cannot stand in a query."""


def promql(expr: Expr) -> str:
    match expr:
        case Number(value):
            return number(value)
        case Selector(metric, matchers, window, offset):
            held = ",".join(f"{name(m.label, LABEL)}{one_of(m.op, MATCHES)}{quoted(m.value)}" for m in matchers)
            return f"{_series(metric, held)}{_over(window)}{_back(offset)}"
        case Subquery(inner, window, step, offset):
            return f"{_enclosed(inner)}[{duration(window)}:{duration(step)}]{_back(offset)}"
        case Call(called, inputs):
            return f"{name(called, WORD)}({', '.join(promql(one) for one in inputs)})"
        case Aggregate(op, inner, by, first):
            head = f"{name(op, WORD)}{grouping(by)}"
            return f"{head} ({f'{number(first)}, ' if first is not None else ''}{promql(inner)})"
        case Binary(op, left, right, on):
            match_on = f" on ({', '.join(name(label, LABEL) for label in on)})" if on is not None else ""
            return f"{_enclosed(left)} {one_of(op, OPERATORS)}{match_on} {_enclosed(right)}"
        case Lines() | LogRange():
            raise UnwritableError("log lines have no PromQL")


def grouping(by: tuple[str, ...] | None) -> str:
    return f" by ({', '.join(name(label, LABEL) for label in by)})" if by is not None else ""


def _series(metric: str, held: str) -> str:
    """A metric's name as it is written; names beyond the old alphabet are quoted, as Prometheus 3 reads them."""
    if METRIC.fullmatch(metric):
        return f"{metric}{{{held}}}" if held else metric
    return f"{{{quoted(metric)}{',' if held else ''}{held}}}"


def _enclosed(expr: Expr) -> str:
    text = promql(expr)
    return f"({text})" if isinstance(expr, Binary) else text


def _over(window: timedelta) -> str:
    return f"[{duration(window)}]" if window > NONE else ""


def _back(offset: timedelta) -> str:
    return f" offset {duration(offset)}" if offset > NONE else ""


def duration(span: timedelta) -> str:
    """`97m` and `14h37m`, as Prometheus and Loki read it: no fractions, the largest units first."""
    left = max(1, round(span.total_seconds()))
    parts = []
    for unit, size in _UNITS:
        if left >= size and (unit not in "w" or left % size == 0):
            parts.append(f"{left // size}{unit}")
            left %= size
    return "".join(parts)


def number(value: float) -> str:
    if math.isnan(value) or math.isinf(value):
        raise UnwritableError("a number without an end")
    return f"{int(value)}" if value == int(value) and abs(value) < 1e15 else repr(float(value))


def quoted(value: str) -> str:
    return f'"{value.translate(ESCAPES)}"'


def name(text: str, allowed: re.Pattern[str]) -> str:
    if not allowed.fullmatch(text):
        raise UnwritableError(f"no name in a query: {text!r}")
    return text


def one_of(op: str, allowed: frozenset[str]) -> str:
    if op not in allowed:
        raise UnwritableError(f"no operator: {op!r}")
    return op


def pattern(values: tuple[str, ...]) -> str:
    """A regular expression (RE2, whole value) that matches exactly these values."""
    return "|".join(map(literal, values))


def within(label: str, values: tuple[str, ...], *, leave_out: bool = False) -> Matcher:
    if len(values) == 1:
        return Matcher(label, "!=" if leave_out else "=", values[0])
    return Matcher(label, "!~" if leave_out else "=~", pattern(values))
