"""So much of one thing for each of another: `refunds per ticket`, `kWh per km`, `participants per room`."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.query.plan import Binary, Call, Expr, Selector
from bot.query.words.asked import Asked
from bot.query.words.fits import Fit
from bot.query.words.index import Index
from bot.query.words.label_nouns import NAMELESS, label_of
from bot.query.words.linking import link
from bot.query.words.outcomes import PREPOSITIONS
from bot.query.words.places import is_place
from bot.query.words.prepared import Prepared
from bot.query.words.reading import Reading
from bot.query.words.roles import Word
from bot.query.words.shaping import Value, gathered, scaled, shaped
from bot.query.words.shares import windows
from bot.query.words.tokens import singular, spelled, stem
from bot.query.words.units import UNITS, Unit, factor

LEAST = 0.6
_COUNTED = ("counter", "histogram")


@dataclass(frozen=True)
class _Side:
    """One of the two: the metric with what was said of it, and the unit it is told in."""

    fit: Fit
    strength: float
    unit: Unit | None = None

    @property
    def metric(self) -> Prepared:
        return self.fit.metric

    @property
    def rated(self) -> bool:
        return self.metric.type in _COUNTED


def per_each(
    asked: Asked, fits: list[Fit], index: Index, fitted: Callable[[Asked, Index], list[Fit]]
) -> Iterator[Reading]:
    each = next((word for word in asked.words if word.role == "group" and word.before == "per"), None)
    if each is None or (asked.each == 1 and any(_explains(fit, each, index) for fit in fits[:5])):
        return
    other = _phrase(asked, each)
    heads = list(_heads(asked, each, other, index, fitted))
    tails = list(_tails(asked, other, index)) if heads else []
    for head in heads[:6]:
        for tail in tails:
            if made := _one_per_other(asked, head, tail, each):
                yield made


def _explains(fit: Fit, each: Word, index: Index) -> bool:
    """`errors per region`: a label; `time per token`: a name that says so itself."""
    own = f"per {singular(each.low)}" in " ".join(fit.metric.words)
    counted = singular(each.low) in UNITS or any(_counts(each.low, metric) for metric in index.metrics)
    named = bool(label_of(each.low, fit.metric) or (is_place(each.low) and set(NAMELESS) & set(fit.groups)))
    named = named or not counted
    return not fit.loose and ((each.place in fit.grouped and named) or own)


def _counts(noun: str, metric: Prepared) -> bool:
    """`orders_placed_total` counts orders: behind the noun stands no other."""
    one = singular(noun)
    behind = metric.words[metric.words.index(one) + 1 :] if one in metric.words else ("-",)
    return all(
        word.endswith("ed") or word in ("total", "count", "made", "sold", "sent", "value", "amount", *_MONEY)
        for word in behind
    )


_MONEY = ("euro", "usd", "dollar", "chf", "eur", "gbp")


def _phrase(asked: Asked, each: Word) -> tuple[Word, ...]:
    """The words behind `per` that say of what: `ticket sold`, up to the next group, place or comma."""
    found = [each]
    for word in asked.words:
        if word.place > each.place:
            if word.role or word.before in PREPOSITIONS or re.search("[,(]", asked.text[found[-1].place : word.place]):
                break
            found.append(word)
    return tuple(found)


def _heads(
    asked: Asked, each: Word, other: tuple[Word, ...], index: Index, fitted: Callable[[Asked, Index], list[Fit]]
) -> Iterator[_Side]:
    """What stands before `per` names it, by a word or by its unit."""
    unit = _unit_said(asked.text[: each.place])
    words = tuple(word for word in asked.words if word not in other)
    plain = replace(asked, words=words, unit=None, flags=asked.flags - {"avg", "by"})
    fits = fitted(plain, index)
    if unit is not None:
        near = {fit.metric.place for fit in fits}
        of_unit = (metric for metric in index.metrics if _in(unit, metric) and metric.place not in near)
        fits += [link(plain, metric, index) for metric in of_unit]
    for fit in fits[:60]:
        told = unit is not None and _in(unit, fit.metric)
        if fit.loose or (unit is not None and not told) or not (told or fit.named) or label_of(each.low, fit.metric):
            continue
        yield _Side(fit, fit.score + (0.3 if told else 0.0), unit)


def _tails(asked: Asked, other: tuple[Word, ...], index: Index) -> Iterator[_Side]:
    unit = next((unit for word in other if (unit := UNITS.get(word.low) or UNITS.get(singular(word.low)))), None)
    rest = tuple(word for word in asked.words if word not in other and (word.role == "group" or index.find(word.low)))
    own = (replace(other[0], role=""), *other[1:])
    plain = replace(asked, words=(*own, *rest), unit=None)
    for metric in index.metrics:
        by_unit = unit is not None and unit.dimension not in ("share", "count") and _in(unit, metric)
        held = [index.strengths(word.low).get(metric.place, 0.0) for word in own]
        strength = max(*held, 0.8 if by_unit else 0.0)
        if strength < LEAST or metric.type not in (*_COUNTED, "gauge") or metric.is_flag or metric.is_instant:
            continue
        fit = link(plain, metric, index)
        missed = sum(not word.light and not by_unit for word in fit.loose if word in own)
        spare = len(set(metric.stems) - {stem(spelled(word.low)) for word in asked.words} - _PLAIN)
        measured = 0.1 if metric.type == "histogram" else 0.2 if metric.unit is not None and not by_unit else 0.0
        yield _Side(fit, strength - 0.04 * spare - 0.5 * missed - measured, unit if by_unit else None)


_PLAIN = frozenset(stem(word) for word in "total count order request attempt number".split())


def _unit_said(text: str) -> Unit | None:
    for word in reversed(re.findall(r"[a-zµ]+", text.lower())):
        unit = UNITS.get(word) if len(word) > 1 else None
        if unit is not None and unit.dimension not in ("share", "count", "time"):
            return unit
    return None


def _in(unit: Unit, metric: Prepared) -> bool:
    return metric.unit is not None and metric.unit.dimension == unit.dimension


def _one_per_other(asked: Asked, head: _Side, tail: _Side, each: Word) -> Reading | None:
    a, b = head.metric, tail.metric
    by = head.fit.by
    if a is b or head.rated != tail.rated or any(label not in b.labels for label in by):
        return None
    window, _ = windows(asked)

    def side(one: _Side, ago: timedelta) -> Expr:
        name = f"{one.metric.name}_count" if one.metric.type == "histogram" else one.metric.name
        matchers = tuple(m for m in (*head.fit.matchers, *one.fit.matchers) if m.label in one.metric.labels)
        matchers = tuple(dict.fromkeys(matchers))
        if not one.rated:
            return gathered("sum", Selector(name, matchers, offset=ago), by)
        held = gathered("sum", Call("rate", (Selector(name, matchers, window, ago),)), by)
        times = factor(one.unit, one.metric.unit) if one.unit is not None else None
        return scaled(held, 1 / times) if times else held

    value = Value(lambda ago: scaled(Binary("/", side(head, ago), side(tail, ago)), asked.each), None, by)
    expr = shaped(value, replace(asked, unit=None, flags=asked.flags - {"ratio"}))
    kin = (0.08 if a.words[:1] == b.words[:1] else 0.0) + (0.06 if set(a.labels) == set(b.labels) else 0.0)
    fit = replace(head.fit, score=head.strength + 0.1 + 0.35 * tail.strength + kin, named=head.fit.named | {each.place})
    return None if expr is None else Reading(expr, fit.score, "for each of", "share", (a.name, b.name), fit)
