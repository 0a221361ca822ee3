"""Questions about histograms and summaries: quantiles, means, counts."""

import re
from datetime import timedelta

from bot.query.plan import NONE, Binary, Call, Expr, Matcher, Number, Selector
from bot.query.words.asked import Asked
from bot.query.words.counters import counter, entities, reading, topped
from bot.query.words.fits import Fit
from bot.query.words.lexicon import LATENCY_WORDS
from bot.query.words.reading import Reading
from bot.query.words.shaping import (
    RATE_WINDOW,
    Value,
    converted,
    fixed,
    gathered,
    over,
    shaped,
)


def histogram(asked: Asked, fit: Fit) -> Reading | None:
    name, when, by = fit.metric.name, asked.when, fit.by or tuple(fit.which)
    timed = any(word.low in LATENCY_WORDS for word in asked.words) and not _spent(asked, fit)
    timed = timed or asked.quantile is not None
    window = when.window if when.window and not asked.has("graph") else RATE_WINDOW
    peak = bool(when.window) and asked.has("max") and (asked.quantile is not None or asked.has("avg") or timed)
    peak = peak and not (asked.top and asked.top.said) and not asked.has("graph")
    if peak:
        window = RATE_WINDOW

    def mean(ago: timedelta) -> Expr:
        halves = [
            gathered("sum", Call("rate", (Selector(f"{name}_{half}", fit.matchers, window, ago),)), by)
            for half in ("sum", "count")
        ]
        return Binary("/", halves[0], halves[1])

    def quantile(ago: timedelta) -> Expr:
        bucket = name if fit.metric.known.native else f"{name}_bucket"
        inner = Call("rate", (Selector(bucket, fit.matchers, window, ago),))
        labels = by if fit.metric.known.native else ("le", *by)
        return Call("histogram_quantile", (Number(asked.quantile or 0.95), gathered("sum", inner, labels)))

    if asked.quantile is None and asked.has("avg") and asked.per is None:
        value, says, frame = Value(mean, fit.metric.unit, by), "mean of", "mean"
    elif timed or asked.quantile is not None or _sized(asked, fit):
        value, says, frame = Value(quantile, fit.metric.unit, by), f"p{100 * (asked.quantile or 0.95):g} of", "quantile"
    elif (asked.has("sum") and not asked.has("count")) or _spent(asked, fit) or _amounts(asked, fit):
        return counter(asked, fit, f"{name}_sum", -0.05)
    else:
        return counter(asked, fit, f"{name}_count", -0.05)
    bonus = 0.15 if asked.quantile is not None or (timed and frame == "quantile") or frame == "mean" else 0.0
    if peak:
        return reading(
            converted(over("max_over_time", value.at(NONE), when.window, when.ago), fit.metric.unit, asked.unit),
            f"peak of {says}",
            "subquery",
            fit,
            bonus,
        )
    if asked.top and not asked.top.said and by and not asked.threshold:
        return reading(
            topped(converted(value.at(when.ago), fit.metric.unit, asked.unit), asked), says, "topk", fit, bonus
        )
    return reading(shaped(value, asked, entities=entities(asked)), says, frame, fit, bonus)


_AMOUNT = re.compile(
    r"\b(?:turnover|revenue|how much|amount|worth|value|sales|income|sold for|earned|spent)\b", re.IGNORECASE
)


def _amounts(asked: Asked, fit: Fit) -> bool:
    """What a histogram of values adds up to, where money is asked for and not how often."""
    money = fit.metric.unit is not None and fit.metric.unit.dimension == "money"
    valued = bool({"value", "amount", "revenue", "price", "turnover"} & set(fit.metric.words))
    return (money or valued) and bool(_AMOUNT.search(asked.text)) and not asked.has("count")


def _sized(asked: Asked, fit: Fit) -> bool:
    return (
        fit.metric.unit is not None
        and fit.metric.unit.dimension == "bytes"
        and "size" in fit.metric.words
        and not asked.has("rate", "count")
    )


def summary(asked: Asked, fit: Fit) -> Reading | None:
    name, when = fit.metric.name, asked.when
    if asked.has("avg"):
        window = when.window or RATE_WINDOW
        halves = [
            gathered("sum", Call("rate", (Selector(f"{name}_{half}", fit.matchers, window, when.ago),)), fit.by)
            for half in ("sum", "count")
        ]
        return reading(
            converted(Binary("/", halves[0], halves[1]), fit.metric.unit, asked.unit), "mean of", "mean", fit
        )
    if not _spent(asked, fit) and (asked.quantile is not None or fit.metric.quantile_label):
        return _told_quantile(asked, fit)
    if _spent(asked, fit) or (asked.has("sum") and not asked.has("count")) or _amounts(asked, fit):
        return counter(asked, fit, f"{name}_sum", -0.05)
    return counter(asked, fit, f"{name}_count", -0.05)


def _told_quantile(asked: Asked, fit: Fit) -> Reading | None:
    """A summary tells its own quantiles: the one asked for or the nearest; the longest of all is the last."""
    held = {float(value): value for value in fit.metric.known.labels.get("quantile", ())}
    if not held:
        return None
    most = bool(_LONGEST.search(asked.text)) and asked.quantile is None
    wanted = 1.0 if most else asked.quantile if asked.quantile is not None else 0.95
    nearest = min(held, key=lambda one: (abs(one - wanted), -one))
    matchers = (*fit.matchers, Matcher("quantile", "=", held[nearest]))
    finer = [label for label in fit.metric.labels if label not in (*fit.by, "quantile")]

    def at(ago: timedelta) -> Expr:
        plain = Selector(fit.metric.name, matchers, offset=ago)
        return gathered("max", plain, fit.by) if fit.by and finer else plain

    says = f"p{100 * nearest:g} of"
    if asked.when.window and not (asked.when.against or asked.has("graph")):
        highest = over("max_over_time", at(NONE), asked.when.window, asked.when.ago)
        return reading(
            shaped(fixed(highest, fit.metric.unit), asked, told=True), f"highest {says}", "quantile", fit, 0.1
        )
    return reading(shaped(Value(at, fit.metric.unit, None), asked), says, "quantile", fit, 0.1)


_LONGEST = re.compile(r"\b(?:longest|slowest|worst|highest|max|maximum|peak)\b", re.IGNORECASE)


_SECONDS_PER = re.compile(
    r"\b(?:seconds?|secs?|minutes|hours|ms|milliseconds)\b[\w ]*"
    r" (?:per|a|an|each|every) (?:second|sec|minute|min|hour|day)\b",
    re.IGNORECASE,
)


def _spent(asked: Asked, fit: Fit) -> bool:
    """`seconds of gc pause per minute`: how long it all took together."""
    timed = fit.metric.unit is not None and fit.metric.unit.dimension == "time"
    told = asked.per is not None and bool(_SECONDS_PER.search(asked.text))
    return asked.has("spent") or (timed and told and asked.quantile is None)
