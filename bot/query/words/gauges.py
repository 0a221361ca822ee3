"""Questions about gauges: as they are, over time, how they change, what becomes of them."""

import re
from datetime import timedelta

from bot.query.plan import Aggregate, Binary, Call, Expr, Number, Selector
from bot.query.words.asked import Asked
from bot.query.words.counters import entities, reading, topped
from bot.query.words.fits import WIDER, Fit
from bot.query.words.label_nouns import label_of
from bot.query.words.pairs import amounts
from bot.query.words.reading import Reading
from bot.query.words.shaping import (
    SECONDS,
    Value,
    bound_of,
    converted,
    fixed,
    gathered,
    over,
    scaled,
    shaped,
)
from bot.query.words.tokens import singular

# Between things of one kind; between two times or two values it is a comparison.
_BETWEEN = re.compile(
    r"\b(?:difference|spread|gap|imbalance) (?:of (?:the )?[\w ]+? )?(?:between|across|among) (?:the |all )*\w+s\b"
    r"|\bmax(?:imum)? minus min(?:imum)?\b",
    re.IGNORECASE,
)


def gauge(asked: Asked, fit: Fit) -> Reading | None:
    metric, when = fit.metric, asked.when
    timed = asked.threshold is not None and asked.threshold.unit is not None
    if timed and asked.threshold and asked.threshold.unit and asked.threshold.unit.dimension == "time" and _counts(fit):
        return None  # `parcels waiting longer than 10 minutes`: how many there are says not how long
    plain = Selector(metric.name, fit.matchers)
    op = together(asked, fit)
    by = fit.by

    def at(ago: timedelta) -> Expr:
        here = Selector(metric.name, fit.matchers, offset=ago)
        if by:
            return gathered(op, here, by)
        if asked.has("avg") and not when.window:
            return gathered("avg", here, by)
        if asked.has("sum", "count") and fit.which and asked.threshold and _countable(fit):
            return gathered("sum", here, fit.which)
        if asked.has("count") and not asked.threshold and not _countable(fit) and _counts_things(asked, fit):
            return gathered("count", here, by)
        if asked.has("sum") or (asked.has("count") and not asked.threshold and not asked.has("often")):
            return gathered("sum", here, by) if _countable(fit) or asked.has("sum") else here
        return here

    if asked.has("flips") or (asked.has("often") and asked.has("delta")):
        flips: Expr = Call(
            "changes", (Selector(metric.name, fit.matchers, when.window or timedelta(hours=1), when.ago),)
        )
        return reading(gathered("sum", flips, by) if by else flips, "changes of", "changes", fit, 0.1)
    if when.ahead and (asked.has("predict") or not asked.has("until", "fullness")):
        window = when.window or max(timedelta(hours=1), min(when.ahead, timedelta(days=7)))
        guess: Expr = Call(
            "predict_linear", (Selector(metric.name, fit.matchers, window), Number(when.ahead.total_seconds()))
        )
        guess = gathered(op, guess, by) if by else guess
        if asked.threshold:
            bound = bound_of(asked.threshold, metric.unit)
            guess = guess if bound is None else Binary(asked.threshold.op, guess, Number(bound))
        elif asked.has("fullness") and _is_room(fit):
            guess = Binary("<", guess, Number(0))
        else:
            guess = converted(guess, metric.unit, asked.unit)
        return reading(guess, "as it will be", "predict", fit)
    empties = _is_room(fit) or (_RUNS_OUT.search(asked.text) and not metric.is_flag)
    if (asked.has("until") or (asked.has("fullness") and asked.has("predict"))) and empties:
        window = when.window or timedelta(hours=6)
        slope = Call("deriv", (Selector(metric.name, fit.matchers, window),))
        left: Expr = Binary("/", plain, Binary("*", slope, Number(-1)))
        return reading(converted(left, SECONDS, asked.unit), "time until empty", "predict", fit)
    if when.window and not when.against and (not asked.has("graph") or asked.has("delta", "deriv")):
        return _over_window(asked, fit, op)
    if asked.has("deriv") or (asked.has("delta") and not when.against):
        sloped = asked.has("deriv") or asked.per is not None
        window = when.window or (timedelta(minutes=15) if asked.has("deriv") else timedelta(hours=1))
        call: Expr = Call("deriv" if sloped else "delta", (Selector(metric.name, fit.matchers, window),))
        call = gathered("sum", call, by) if by or asked.has("sum") else call
        return reading(
            converted(scaled(call, float(asked.per or 1)), metric.unit, asked.unit), "change of", "delta", fit
        )
    if asked.has("stddev"):
        spread: Expr = (
            over("stddev_over_time", plain, when.window, when.ago)
            if when.window
            else Aggregate("stddev", plain, by or None)
        )
        return reading(spread, "spread of", "stddev", fit)
    if _BETWEEN.search(asked.text) and not when.window and not when.against:
        ends = [gathered(one, plain, by) for one in ("max", "min")]
        return reading(converted(Binary("-", ends[0], ends[1]), metric.unit, asked.unit), "spread of", "spread", fit)
    if asked.quantile is not None and not when.window:
        return reading(Aggregate("quantile", plain, by or None, asked.quantile), "quantile of", "quantile", fit)
    if when.window and when.against and not asked.has("graph"):
        function = "max_over_time" if asked.has("max") else "min_over_time" if asked.has("min") else "avg_over_time"

        def over_at(ago: timedelta) -> Expr:
            held = over(function, plain, when.window, ago)
            return gathered(op, held, by) if by else held

        return reading(shaped(Value(over_at, metric.unit, by or None, op), asked), "", "compare", fit)
    if asked.top and not asked.threshold:
        return reading(_ranked(asked, fit), "most of", "topk", fit)
    if asked.has("distinct") and asked.has("count") and fit.which:
        inner = Aggregate("count", plain, fit.which)
        return reading(Aggregate("count", inner), "how many", "count", fit)
    if fit.none and not asked.threshold:
        return reading(Binary("==", at(when.ago), Number(0)), "none of", "gauge", fit)
    value = Value(at, metric.unit, by or None, op)
    expr = shaped(value, asked, entities=entities(asked))
    if expr is not None and not asked.threshold and _only_some(asked, fit):
        expr = Binary(">", expr, Number(0))
    return reading(expr, "", "gauge", fit)


_RUNS_OUT = re.compile(r"\brun(?:s|ning)? out\b", re.IGNORECASE)


def _counts(fit: Fit) -> bool:
    return fit.metric.unit is None and amounts(fit.metric)


def _counts_things(asked: Asked, fit: Fit) -> bool:
    """`how many flights are watched for delay`: the things, not their delays."""
    return any(word.before in ("many", "of") and label_of(word.low, fit.metric) for word in asked.words)


def _only_some(asked: Asked, fit: Fit) -> bool:
    """`deployments with unavailable replicas`: those that have any. Of a count of something unwanted."""
    listed = any(word.guessed for word in asked.words) and bool(fit.which)
    asks = fit.which and asked.has("what") and not asked.top
    return bool(
        (listed or asks)
        and not asked.has("fullness")
        and not asked.has("count", "sum", "avg", "by")
        and not asked.when.against
        and _countable(fit)
    )


def _is_room(fit: Fit) -> bool:
    return bool({"avail", "available", "free", "remaining", "left"} & set(fit.metric.words))


def _countable(fit: Fit) -> bool:
    unit = fit.metric.unit
    return unit is None or unit.dimension in ("bytes", "bits", "money", "count")


_AVERAGED = frozenset(
    "temperature temp celsius utilization load load1 load5 load15 percent perc level score"
    " voltage pressure humidity ratio util rpm speed velocity kmh hertz frequency volts dbm ppm".split()
)


def _adds_up(fit: Fit) -> bool:
    """Whether several of it make one: people and bytes do, temperatures do not."""
    return _countable(fit) and not _AVERAGED & set(fit.metric.words)


def together(asked: Asked, fit: Fit) -> str:
    """How series of a gauge become one: shares, temperatures and times are averaged, amounts are added."""
    if asked.has("avg"):
        return "avg"
    if asked.has("sum"):
        return "sum"
    if asked.has("max") and not (asked.top and asked.top.said):
        return "max"
    if asked.has("min") and not (asked.top and asked.top.said):
        return "min"
    unit = fit.metric.unit
    if unit is not None and unit.dimension in ("share", "heat", "time"):
        return "avg" if unit.dimension != "time" else "max"
    return "avg" if _AVERAGED & set(fit.metric.words) else "sum"


def _ranked(asked: Asked, fit: Fit) -> Expr:
    plain = Selector(fit.metric.name, fit.matchers, offset=asked.when.ago)
    assert asked.top is not None
    by = fit.by or tuple(label for label in fit.which if _spelled(label, asked))
    many = [label for label, values in fit.metric.labels.items() if len(values) > 1 and label not in by]
    if not asked.top.said and not fit.which:
        return converted(gathered("min" if asked.top.bottom else "max", plain, by), fit.metric.unit, asked.unit)
    op = together(asked, fit)
    finer = fit.by or (op == "sum" and not all(label in WIDER for label in many))
    inner: Expr = gathered(op, plain, by) if by and many and finer else plain
    return converted(topped(inner, asked), fit.metric.unit, asked.unit)


def _spelled(label: str, asked: Asked) -> bool:
    """`top 3 channels`, `most watched channel`."""
    return any(singular(word.low) == label for word in asked.words) or any(
        word.low.rstrip("s") in label.lower() or word.low in label.lower()
        for word in asked.words
        if word.role == "which" or word.low.endswith("s")
    )


def _alone(fit: Fit) -> bool:
    """One series is left: there is nothing to add up."""
    return set(fit.metric.labels) <= {m.label for m in fit.matchers if m.op == "="}


def _over_window(asked: Asked, fit: Fit, op: str) -> Reading | None:
    when, metric, by = asked.when, fit.metric, fit.by
    plain = Selector(metric.name, fit.matchers)
    summed = asked.has("sum") or (asked.has("across") and asked.has("max") and _adds_up(fit))
    summed = summed and not _alone(fit)
    if asked.has("deriv"):
        call: Expr = scaled(
            Call("deriv", (Selector(metric.name, fit.matchers, when.window, when.ago),)), float(asked.per or 1)
        )
        call = gathered("sum", call, by) if by or summed else call
        return reading(converted(call, metric.unit, asked.unit), "slope of", "deriv", fit)
    if asked.has("delta"):
        call = Call("delta", (Selector(metric.name, fit.matchers, when.window, when.ago),))
        value = fixed(gathered("sum", call, by) if by or summed else call, metric.unit)
        return reading(shaped(value, asked, told=True), "change of", "delta", fit, 0.05)
    function, first = "avg_over_time", None
    if asked.quantile is not None:
        function, first = "quantile_over_time", asked.quantile
    elif asked.has("stddev"):
        function = "stddev_over_time"
    elif (asked.has("min") or (asked.top and asked.top.bottom)) and not asked.has("avg"):
        function = "min_over_time"
    elif asked.has("max") or (asked.top and not asked.top.said and not asked.has("avg")):
        function = "max_over_time"
    inner: Expr = plain
    if summed and function != "avg_over_time":
        inner = gathered("sum", plain, by)
    elif (
        by
        and function != "avg_over_time"
        and _countable(fit)
        and len([v for label, v in metric.labels.items() if label not in by and len(v) > 1])
    ):
        inner = gathered(together(asked, fit) if not asked.has("max", "min") else "sum", plain, by)
    held = over(function, inner, when.window, when.ago, first)
    if by and function in ("max_over_time", "min_over_time") and inner is plain:
        held = gathered(function[:3], held, by)
    ranked = asked.top is not None and asked.top.said and not by and not summed
    if function == "avg_over_time" and (asked.has("avg") or by or summed) and not ranked:
        held = gathered("sum" if summed else "avg" if asked.has("avg") and not by else op, held, by)
    if asked.top and (asked.top.said or (fit.which and not by)) and not asked.threshold:
        held = topped(held, asked)
    says = {"avg_over_time": "average of", "max_over_time": "highest", "min_over_time": "lowest"}.get(function, "")
    value = fixed(held, metric.unit)
    if asked.threshold:
        if not asked.has("avg", "max", "min") and asked.threshold.op in (">", ">="):
            held = over("max_over_time", plain, when.window, when.ago)
        return reading(
            shaped(fixed(held, metric.unit), asked, entities=entities(asked), told=True),
            says,
            "over-time",
            fit,
        )
    return reading(converted(held, value.unit, asked.unit), says, "over-time", fit)
