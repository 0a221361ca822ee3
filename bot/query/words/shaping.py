"""From the value of a thing to what was asked about it: comparisons, limits, ranks, units. For any expression."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeAlias

from bot.query.plan import NONE, Aggregate, Binary, Call, Expr, Number, Selector, Subquery
from bot.query.words.amounts import Threshold
from bot.query.words.asked import Asked
from bot.query.words.units import UNITS, Unit, factor

RATE_WINDOW = timedelta(minutes=5)
At: TypeAlias = Callable[[timedelta], Expr]  # the value so long ago


@dataclass(frozen=True)
class Value:
    """What is measured, as it was any time ago; `by` are the labels it keeps, None where it keeps all."""

    at: At
    unit: Unit | None = None
    by: tuple[str, ...] | None = ()
    overall: str = "sum"  # how series of it are brought together


def fixed(expr: Expr, unit: Unit | None = None) -> Value:
    """What has its time in it already."""
    return Value(lambda _ago: expr, unit)


def shaped(value: Value, asked: Asked, *, entities: bool = False, told: bool = False) -> Expr | None:
    """`entities`: how many things, not how much; `told`: the value stands for the whole window already."""
    when = asked.when
    expr = value.at(when.ago if not told else NONE)
    if when.against:
        expr = _compared(value, asked)
    if asked.threshold and not when.against:
        bound = bound_of(asked.threshold, value.unit)
        if bound is None:
            return None
        expr = Binary(asked.threshold.op, expr, Number(bound))
        return Aggregate("count", expr) if entities else expr
    if asked.threshold and when.against:
        bound = asked.threshold.value
        return Binary(asked.threshold.op, expr, Number(bound))
    if asked.top and asked.top.said:
        expr = Aggregate("bottomk" if asked.top.bottom else "topk", expr, None, float(asked.top.count))
    return expr if when.against and asked.has("relative", "times", "ratio") else converted(expr, value.unit, asked.unit)


def _compared(value: Value, asked: Asked) -> Expr:
    ago, against = asked.when.ago, asked.when.against
    then = against if not asked.when.window or against >= asked.when.window else asked.when.window
    now_, before = value.at(ago), value.at(ago + then)
    sized = asked.unit is not None and asked.unit.dimension != "share"
    if asked.has("relative") and not sized:
        return Binary("*", Number(100), Binary("/", Binary("-", now_, before), before))
    if asked.has("ratio") or _divides(asked):
        return Binary("/", now_, before)
    return Binary("-", now_, before)


def _divides(asked: Asked) -> bool:
    return any(words in asked.text.lower() for words in ("divided by", "ratio", " factor", "times as", "relative to"))


def bound_of(threshold: Threshold, held: Unit | None) -> float | None:
    """A limit in the unit of what it limits; None where the two have nothing in common."""
    if threshold.unit is None:
        if held is not None and held.dimension == "share" and held.size == 1 and threshold.value > 1:
            return tidy(threshold.value / 100)
        return threshold.value
    if threshold.unit.dimension == "share" and (held is None or held.dimension == "share"):
        return tidy(threshold.value * threshold.unit.size / (held.size if held else 1))
    times = factor(threshold.unit, held)
    return None if times is None else tidy(threshold.value * times)


def converted(expr: Expr, held: Unit | None, wanted: Unit | None) -> Expr:
    if wanted is None or held is None or wanted.dimension == "count":
        return expr
    if held.dimension == wanted.dimension and held.size != wanted.size:
        return scaled(expr, held.size / wanted.size)
    if (held.dimension, wanted.dimension) == ("bytes", "bits"):
        return scaled(expr, held.size * 8 / wanted.size)
    return expr


def scaled(expr: Expr, times: float) -> Expr:
    times = tidy(times)
    if times == 1:
        return expr
    if times < 1 and abs(round(1 / times) * times - 1) < 1e-9:
        return Binary("/", expr, Number(float(round(1 / times))))
    return Binary("*", expr, Number(times))


def tidy(value: float) -> float:
    return float(f"{value:.12g}")


def gathered(op: str, inner: Expr, by: tuple[str, ...]) -> Aggregate:
    return Aggregate(op, inner, by or None)


def over(function: str, inner: Expr, window: timedelta, ago: timedelta, first: float | None = None) -> Expr:
    """A function over time: of plain series straight, of anything else by a subquery."""
    ranged: Expr
    if isinstance(inner, Selector):
        ranged = Selector(inner.metric, inner.matchers, window, ago + inner.offset)
    else:
        ranged = Subquery(inner, window, step_for(window), ago)
    return Call(function, (Number(first), ranged) if first is not None else (ranged,))


def step_for(window: timedelta) -> timedelta:
    if window <= timedelta(hours=6):
        return timedelta(minutes=1)
    return timedelta(minutes=5)


PERCENT, SHARE, SECONDS = UNITS["%"], UNITS["ratio"], UNITS["s"]
