"""Questions about counters: rates, totals of a span, busy processors."""

from datetime import timedelta

from bot.query.plan import NONE, Aggregate, Binary, Call, Expr, Matcher, Number, Selector
from bot.query.words.asked import Asked
from bot.query.words.fits import Fit
from bot.query.words.reading import Reading
from bot.query.words.shaping import (
    RATE_WINDOW,
    SHARE,
    Value,
    converted,
    gathered,
    over,
    scaled,
    shaped,
)
from bot.query.words.units import UNITS


def reading(expr: Expr | None, says: str, frame: str, fit: Fit, bonus: float = 0.0) -> Reading | None:
    if expr is None:
        return None
    return Reading(expr, fit.score + bonus, says, frame, (fit.metric.name,), fit, fit.loose)


def entities(asked: Asked) -> bool:
    return asked.has("count") and asked.threshold is not None


def counter(asked: Asked, fit: Fit, name: str, bonus: float = 0.0) -> Reading | None:
    when = asked.when
    if _is_cpu_mode(fit):
        return _cpu(asked, fit)
    unit = fit.metric.unit if name == fit.metric.name else None
    by = fit.by or tuple(fit.which)
    per = asked.per
    over_span = bool(when.window) and not asked.has("graph") and per is None and not _rated(asked)
    if asked.has("age") and over_span and asked.has("often"):
        over_span = True
    if over_span or (asked.has("delta") and when.window and not when.against):
        value = Value(
            lambda ago: gathered("sum", Call("increase", (Selector(name, fit.matchers, when.window, ago),)), by),
            unit,
            by,
        )
        entity = _event_entities(asked, fit)
        if entity:
            held = gathered("sum", Call("increase", (Selector(name, fit.matchers, when.window, when.ago),)), (entity,))
            return reading(Aggregate("count", Binary(">", held, Number(0))), "how many had", "count", fit, bonus)
        if asked.top and not asked.top.said and by:
            return reading(topped(value.at(when.ago), asked), "most", "topk", fit, bonus)
        made = shaped(value, asked, entities=entities(asked))
        if made is not None and fit.none and not asked.threshold:
            return reading(Binary("==", made, Number(0)), "none of", "increase", fit, bonus)
        if (
            made is not None
            and fit.which
            and not fit.by
            and not (asked.threshold or asked.top or when.against)
            and not asked.has("count")
        ):
            made = Binary(">", made, Number(0))  # which of them had any
        return reading(made, "total of", "increase", fit, bonus)
    window = when.window if when.window and not asked.has("graph") else RATE_WINDOW
    peak = when.window and asked.has("max", "min") and not (asked.top and asked.top.said)
    if peak or (when.window and asked.quantile is not None):
        window = RATE_WINDOW
    if asked.has("avg") and per and when.window:
        window = when.window

    def at(ago: timedelta) -> Expr:
        rate: Expr = Call("rate", (Selector(name, fit.matchers, window, ago),))
        op = "avg" if asked.has("avg") and by and not when.window and per is None else "sum"
        return scaled(gathered(op, rate, by), float(per or 1))

    if peak and not asked.has("graph"):
        function = "min_over_time" if asked.has("min") else "max_over_time"
        return reading(over(function, at(NONE), when.window, when.ago), "peak of", "subquery", fit, bonus)
    if when.window and asked.quantile is not None:
        expr = over("quantile_over_time", at(NONE), when.window, when.ago, asked.quantile)
        return reading(expr, "quantile of the rate of", "subquery", fit, bonus)
    if asked.when.ahead or asked.quantile is not None:
        return None  # of what is only counted no quantile is known
    shown = UNITS["s"] if unit is None and asked.unit and asked.unit.dimension == "time" else unit
    if asked.has("avg") and when.ago == NONE and not by and per is None and asked.has("distinct"):
        return None
    value = Value(at, shown, by)
    if asked.top and not asked.top.said and by and not asked.threshold:
        return reading(topped(converted(at(when.ago), shown, asked.unit), asked), "most", "topk", fit, bonus)
    return reading(shaped(value, asked, entities=entities(asked)), "rate of", "rate", fit, bonus)


def topped(expr: Expr, asked: Asked) -> Expr:
    assert asked.top is not None
    return Aggregate("bottomk" if asked.top.bottom else "topk", expr, None, float(asked.top.count))


def _rated(asked: Asked) -> bool:
    return asked.has("rate") and any(
        word.low in ("rate", "rates", "throughput", "bandwidth", "rps", "qps", "tps", "iops") for word in asked.words
    )


def _event_entities(asked: Asked, fit: Fit) -> str:
    """`how many pods restarted`: the pods are counted, not the restarts."""
    if not asked.has("count") or asked.has("often") or asked.threshold:
        return ""
    for word in asked.words:
        if word.before in ("many", "of") and word.low.endswith("s") and not word.role:
            for label in fit.metric.labels:
                if (
                    label in (word.low[:-1],)
                    and label not in ("job",)
                    and len(fit.named) > 1
                    and asked.has("past", "count")
                ):
                    return label
        if asked.has("distinct") and not word.role:
            for label in fit.metric.labels:
                if label == word.low.rstrip("s"):
                    return label
    return ""


def _is_cpu_mode(fit: Fit) -> bool:
    return "idle" in fit.metric.labels.get("mode", ()) and "cpu" in fit.metric.words


def _cpu(asked: Asked, fit: Fit) -> Reading | None:
    """Processor time by mode: what is not idle is use."""
    when, name = asked.when, fit.metric.name
    modes = tuple(m for m in fit.matchers if m.label == "mode")
    rest = tuple(m for m in fit.matchers if m.label != "mode")
    single = any(m.op == "=" and m.label in ("instance", "node", "host") for m in rest)
    places = tuple(label for label in ("instance", "node", "host") if label in fit.metric.labels)[:1]
    by = fit.by or (tuple(fit.which) if set(fit.which) & set(fit.metric.labels) else ()) or (() if single else places)
    if asked.has("avg") and not fit.by:
        by = ()
    peak = when.window and asked.has("max") and not asked.has("graph")
    window = when.window if when.window and not asked.has("graph") and not peak else RATE_WINDOW

    def at(ago: timedelta) -> Expr:
        if modes:
            held = Call("rate", (Selector(name, (*rest, *modes), window, ago),))
            if modes[0].value == "idle" or modes[0].op == "=":
                return gathered("avg", held, by)
            return gathered("avg", gathered("sum", held, tuple(dict.fromkeys((*places, "cpu", *by)))), by)
        if "mode" in by:
            return gathered("avg", Call("rate", (Selector(name, rest, window, ago),)), by)
        idle = Call("rate", (Selector(name, (*rest, Matcher("mode", "=", "idle")), window, ago),))
        return Binary("-", Number(1), gathered("avg", idle, by))

    value = Value(at, SHARE, by)
    if peak:
        return reading(
            converted(over("max_over_time", at(NONE), when.window, when.ago), SHARE, asked.unit),
            "peak of",
            "subquery",
            fit,
        )
    if asked.top and not asked.threshold:
        return reading(converted(topped(at(when.ago), asked), SHARE, asked.unit), "busiest", "topk", fit)
    return reading(shaped(value, asked, entities=entities(asked)), "processor use", "cpu", fit)
