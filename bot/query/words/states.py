"""Gauges that are 1 for the state a thing is in and 0 for the others: which are in it, how many, what share."""

import re
from datetime import timedelta

from bot.query.plan import Binary, Call, Expr, Matcher, Number, Selector
from bot.query.words.asked import Asked
from bot.query.words.counters import entities, reading
from bot.query.words.fits import Fit
from bot.query.words.reading import Reading
from bot.query.words.shaping import SHARE, Value, gathered, over, scaled, shaped
from bot.query.words.tokens import singular


def state(asked: Asked, fit: Fit) -> Reading | None:
    label, when = fit.metric.state_label, asked.when
    named = any(singular(word.low) == label for word in asked.words)
    said = named or any(m.label == label for m in fit.matchers)
    gain = 0.15 if said else -0.1
    plain = Selector(fit.metric.name, fit.matchers)
    if asked.has("flips") or (asked.has("often") and asked.has("delta")):
        span = when.window or timedelta(hours=1)
        flips: Expr = Call("changes", (Selector(fit.metric.name, fit.matchers, span, when.ago),))
        return reading(gathered("sum", flips, fit.by) if fit.by else flips, "changes of", "changes", fit, gain)
    if when.window and asked.unit is not None and asked.unit.dimension == "time":
        held = over("avg_over_time", plain, when.window, when.ago)
        lasted = scaled(held, when.window.total_seconds() / asked.unit.size)
        return reading(lasted, "how long it was in", "over-time", fit, gain)
    if asked.has("ratio", "avg") or (asked.threshold and asked.threshold.unit and asked.threshold.unit.size == 0.01):
        return reading(shaped(_share(asked, fit), asked, told=bool(when.window)), "share in", "share", fit, gain + 0.1)
    if when.window and not asked.has("graph"):
        was = over("max_over_time", plain, when.window, when.ago)
        return reading(Binary("==", was, Number(1)), "was in", "flag", fit, gain)
    return _now(asked, fit, gain)


def _now(asked: Asked, fit: Fit, gain: float) -> Reading | None:
    def at(ago: timedelta) -> Expr:
        here = Selector(fit.metric.name, fit.matchers, offset=ago)
        return gathered("sum", here, fit.by) if fit.by or asked.has("count", "sum") else here

    plain = at(asked.when.ago)
    listed = not (fit.by or asked.has("count", "sum", "graph") or asked.when.against or asked.top)
    if listed and not _IS_IT.match(asked.text) and any(m.label == fit.metric.state_label for m in fit.matchers):
        return reading(Binary("==", plain, Number(1)), "in the state", "flag", fit, gain)
    return reading(shaped(Value(at, None, fit.by or None), asked, entities=entities(asked)), "", "flag", fit, gain)


_IS_IT = re.compile(r"\s*(?:is|are|was|does|do|did)\b", re.IGNORECASE)


def _share(asked: Asked, fit: Fit) -> Value:
    """The average of one state is its share of the things; of several, their sum over all."""
    when, name = asked.when, fit.metric.name
    own = tuple(m for m in fit.matchers if m.label == fit.metric.state_label)
    rest = tuple(m for m in fit.matchers if m not in own)

    def held(matchers: tuple[Matcher, ...], ago: timedelta) -> Expr:
        if when.window and not asked.has("graph"):
            return over("avg_over_time", Selector(name, matchers), when.window, when.ago)
        return Selector(name, matchers, offset=ago)

    def at(ago: timedelta) -> Expr:
        if all(m.op == "=" for m in own):
            return gathered("avg", held(fit.matchers, ago), fit.by)
        return Binary("/", gathered("sum", held(fit.matchers, ago), fit.by), gathered("sum", held(rest, ago), fit.by))

    return Value(at, SHARE, fit.by)
