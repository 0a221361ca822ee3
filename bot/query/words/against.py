"""A gauge set against what it should be or may be at most: `warmer than their setpoint`, `over their speed limit`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from bot.query.plan import Aggregate, Binary, CompareOp, Expr, Selector
from bot.query.words.asked import Asked
from bot.query.words.fits import Fit
from bot.query.words.index import Index
from bot.query.words.linking import link
from bot.query.words.paired import both
from bot.query.words.pairs import NOISE
from bot.query.words.prepared import Prepared
from bot.query.words.reading import Reading
from bot.query.words.shaping import gathered
from bot.query.words.tokens import stem

BOUNDS = frozenset(
    "setpoint target limit limits max maximum min minimum threshold nominal desired wanted ordered planned scheduled"
    " contract contracted contractual agreed licensed allowed permitted quota capacity set expected goal spec rated"
    " required forecast".split()
)
_SHOULD = frozenset(
    "setpoint target nominal desired wanted ordered planned scheduled set expected goal spec forecast".split()
)
_MAY = BOUNDS - _SHOULD


@dataclass(frozen=True)
class Bounded:
    """What is measured, and its bound."""

    held: Prepared
    bound: Prepared


def bounded(index: Index) -> tuple[Bounded, ...]:
    bounds = [metric for metric in index.metrics if _may_bound(metric)]
    by_stem: dict[str, list[Prepared]] = {}
    for metric in index.metrics if bounds else ():
        if metric.type == "gauge" and not _may_bound(metric):
            for key in {*map(stem, metric.words), *metric.help_stems}:
                by_stem.setdefault(key, []).append(metric)
    found = []
    for bound in bounds:
        near = min((by_stem.get(key, []) for key in _own(bound)), key=len, default=[])
        found += [Bounded(held, bound) for held in near if _go_together(held, bound)]
    return tuple(found)


def _own(bound: Prepared) -> frozenset[str]:
    """What it is a bound of, by its name."""
    return frozenset(stem(word) for word in set(bound.words) - BOUNDS - NOISE)


def _may_bound(metric: Prepared) -> bool:
    return metric.type == "gauge" and bool(BOUNDS & set(metric.words)) and not (metric.is_flag or metric.is_instant)


def _go_together(held: Prepared, bound: Prepared) -> bool:
    if (
        held is bound
        or held.is_flag
        or held.is_instant
        or held.unit != bound.unit
        or not set(bound.labels) <= set(held.labels)
    ):
        return False
    own = _own(bound)
    alike = own <= {*map(stem, held.words), *held.help_stems}
    near = bound.unit is not None or held.words[:1] == bound.words[:1]
    return bool(own) and alike and (near or held.words[:2] == bound.words[:2] or len(own) > 1)


_BOUND = "|".join(sorted({*BOUNDS, "limits", "targets", "setpoints", "quotas", "capacities"}, key=len, reverse=True))
_WHOSE = r"(?:its|their|the|his|her|own|\s)*"
_GRANTS = "allows?|permits?|wants?|demands?|tolerates?"
SET_AGAINST = re.compile(
    r"\b(?P<op>[a-z]+(?:er|ess|ore) than|over|above|beyond|exceed(?:s|ed|ing)?|past|below|under|beneath)\s+"
    rf"{_WHOSE}(?P<bound>(?:\w+ ){{0,2}}?(?:{_BOUND})\b|what (?:is|was) (?:{_BOUND})"
    rf"|(?:[a-z]+ )?(?P<grants>{_GRANTS})\b"
    r"|(?:it|they|what it|what they)\s+(?P<must>should|ought|must|may|can|are allowed|is allowed)\b)",
    re.IGNORECASE,
)
_LESS = re.compile(
    r"(?:colder|cooler|slower|lower|smaller|shorter|fewer|less|emptier|drier|dryer|weaker|lighter|cheaper|younger"
    r"|quieter|thinner|below|under|beneath)\b",
    re.IGNORECASE,
)


def against(asked: Asked, pairs: tuple[Bounded, ...], index: Index) -> Iterator[Reading]:
    match = SET_AGAINST.search(asked.text)
    if match is None or asked.threshold is not None:
        return
    for pair in pairs:
        if _says(match, pair) and (made := _compared(asked, pair, match, index)):
            yield made


_APART = re.compile(
    r"\b(?:how far|how much|distance|deviat\w+|gap|difference|headroom)\b[^,]*?\b"
    r"(?P<op>from|off|away|above|over|below|under|short|to|between)\b"
    rf"[^,]*?\b(?:its|their|the)\s+(?P<bound>(?:{_BOUND})s?)\b",
    re.IGNORECASE,
)


def apart(asked: Asked, pairs: tuple[Bounded, ...], index: Index) -> Iterator[Reading]:
    """`how far is each zone from its setpoint`: the one less the other."""
    match = _APART.search(asked.text)
    if match is None or asked.threshold is not None or asked.has("ratio") or asked.when.window:
        return
    for pair in pairs:
        a, b = link(asked, pair.held, index), link(asked, pair.bound, index)
        fit = both(a, b)
        if {stem(match["bound"].lower())} & set(pair.bound.stems) and fit is not None and fit.named:
            sides = _sides(asked, pair, replace(fit, groups=()))
            less = match["op"].lower() in ("below", "under", "short")
            expr = Binary("-", *(sides[::-1] if less else sides))
            loose = tuple(word for word in fit.loose if not match.start("bound") <= word.place < match.end())
            fit = replace(fit, loose=loose, score=fit.score + 0.4 - 0.1 * len(a.loose))
            names = (pair.held.name, pair.bound.name)
            yield Reading(expr, fit.score, "distance from its bound", "two", names, fit, loose)


def _compared(asked: Asked, pair: Bounded, match: re.Match[str], index: Index) -> Reading | None:
    a, b = link(asked, pair.held, index), link(asked, pair.bound, index)
    fit = both(a, b)
    if fit is None or not (fit.named or fit.by_value):
        return None
    op: CompareOp = "<" if _LESS.match(match["op"]) else ">"
    expr: Expr = Binary(op, *_sides(asked, pair, fit))
    if asked.has("count"):
        expr = Aggregate("count", expr)
    loose = tuple(word for word in fit.loose if not match.start() <= word.place < match.end())
    fit = replace(fit, loose=loose, score=fit.score + 0.5 - 0.1 * len(a.loose))
    return Reading(expr, fit.score, "set against its bound", "equal", (pair.held.name, pair.bound.name), fit, loose)


def _sides(asked: Asked, pair: Bounded, fit: Fit) -> tuple[Expr, Expr]:
    """Both with the same labels: what is told apart finer than its bound is summed up to it."""
    by = tuple(label for label in fit.by if label in pair.held.labels and label in pair.bound.labels)
    finer = set(pair.held.labels) != set(pair.bound.labels)

    def side(metric: Prepared) -> Expr:
        matchers = tuple(m for m in fit.matchers if m.label in metric.labels)
        plain = Selector(metric.name, matchers, offset=asked.when.ago)
        return gathered("sum", plain, by or tuple(pair.bound.labels)) if by or finer else plain

    return side(pair.held), side(pair.bound)


def _says(match: re.Match[str], pair: Bounded) -> bool:
    """`should be` fits a setpoint, `may be` a limit; a word of the bound must be a word of its name."""
    words = set(pair.bound.words)
    if match["grants"]:
        return bool(words & (_MAY | _SHOULD))
    if must := match["must"]:
        return bool(words & (_MAY if must.lower() in ("may", "can", "are allowed", "is allowed") else _SHOULD))
    said = {stem(word) for word in re.findall("[a-z]+", match["bound"].lower())}
    kinds = (_SHOULD, _MAY)
    return bool(said & set(pair.bound.stems)) or any(said & {stem(w) for w in kind} and words & kind for kind in kinds)
