"""All readings of a question over metrics, and which of them is meant, if one is."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from heapq import nsmallest

from bot.query.plan import NONE, Aggregate
from bot.query.words import bound_elsewhere, bounds, frames, kindred, paired, ratios, shares
from bot.query.words.against import Bounded, against, apart
from bot.query.words.asked import Asked
from bot.query.words.fits import Fit
from bot.query.words.index import Index
from bot.query.words.lexicon import ERROR_WORDS, LATENCY_WORDS
from bot.query.words.linking import link
from bot.query.words.pairs import Pair, is_bad
from bot.query.words.per_each import per_each
from bot.query.words.reading import Reading
from bot.query.words.roles import Word
from bot.query.words.suiting import suits

CANDIDATES = 48


@dataclass(frozen=True)
class Prepared:
    index: Index
    pairs: tuple[Pair, ...]
    bounded: tuple[Bounded, ...] = ()


def readings(asked: Asked, ground: Prepared) -> list[Reading]:
    """The best first."""
    if asked.has("graph") and asked.when.window and asked.when.ago:  # the span says where it ends
        asked = replace(asked, when=replace(asked.when, ago=NONE))
    fits = fitted(asked, ground.index)
    found = [*_shares(asked, fits, ground), *_plain(asked, fits), *_bounds(asked, ground)]
    return sorted(bounds.told(asked, found, ground.index), key=lambda reading: -reading.rank)


def _bounds(asked: Asked, ground: Prepared) -> Iterator[Reading]:
    yield from against(asked, ground.bounded, ground.index)
    yield from apart(asked, ground.bounded, ground.index)


def fitted(asked: Asked, index: Index) -> list[Fit]:
    fits = [link(asked, index.metrics[place], index) for place in _near(asked, index)]
    fits = [replace(fit, score=fit.score + suits(asked, fit)) for fit in fits]
    return sorted(fits, key=lambda fit: fit.score - 0.6 * len(fit.loose), reverse=True)


def _near(asked: Asked, index: Index) -> list[int]:
    """The metrics worth a closer look."""
    sums: dict[int, float] = {}
    for word in asked.words:
        weight = 0.3 if word.soft else 1.0
        for place, strength in index.strengths(word.low).items():
            sums[place] = sums.get(place, 0) + weight * strength
        exact = index.by_name.get(word.text) or index.by_name.get(_root(word.text))
        if exact is not None:
            sums[exact.place] = sums.get(exact.place, 0) + 5
        if not word.soft:
            for place in index.holding(word.low):
                sums[place] = sums.get(place, 0) + 0.8
            for place in index.told_apart_by(word.low) if _only_a_thing(word, index) else ():
                sums[place] = sums.get(place, 0) + (0.0 if index.metrics[place].is_flag else 0.3)
        if word.low in ERROR_WORDS or word.low[:1].isdigit():
            for place in index.coded:
                sums[place] = sums.get(place, 0) + 0.45
    if asked.quantile is not None or any(word.low in LATENCY_WORDS for word in asked.words):
        for place in index.histograms:
            if place in sums or len(index.histograms) < CANDIDATES:
                sums[place] = sums.get(place, 0) + 0.4
    for place in _by_unit(asked, index):
        sums[place] = sums.get(place, 0) + 0.6
    return nsmallest(CANDIDATES, sums, key=lambda place: (-sums[place], place))


def _only_a_thing(word: Word, index: Index) -> bool:
    """A plural that names no metric of its own, and things that labels tell apart."""
    return (word.low.endswith("s") or word.role in ("group", "which")) and max(
        index.strengths(word.low).values(), default=0.0
    ) < NAMED


NAMED = 0.8


def _by_unit(asked: Asked, index: Index) -> Iterator[int]:
    """`hotter than 45 degrees`, `kWh today`: the unit names what is measured."""
    unit = asked.threshold.unit if asked.threshold and asked.threshold.unit else asked.unit
    if unit is not None and unit.dimension in _TELLING:
        yield from (one.place for one in index.metrics if one.unit is not None and one.unit.dimension == unit.dimension)


_TELLING = ("heat", "power", "energy", "volume", "mass", "length", "speed", "money")


def _root(name: str) -> str:
    for end in ("_bucket", "_sum", "_count"):
        name = name.removesuffix(end)
    return name


def _says_bound(asked: Asked, pair: Pair) -> bool:
    return bool(asked.stems & (set(pair.whole.stems) - set(pair.part.stems)))


def _plain(asked: Asked, fits: list[Fit]) -> Iterator[Reading]:
    bound = asked.threshold.unit if asked.threshold else None
    shared = bound is not None and bound.size == 0.01  # so many events a second are no so many percent
    penalty = 0.25 if asked.has("ratio") and not asked.when.against else 0.0
    for fit in fits[:24]:
        made = frames.read(asked, fit)
        if made is not None:
            no_share = 0.5 if shared and made.frame in ("rate", "increase") and fit.metric.unit is None else 0.0
            plain = 0.6 if _ranks_one(made) else penalty if made.frame not in ("cpu", "share") else 0.0
            yield replace(made, score=made.score - plain - no_share)


def _ranks_one(made: Reading) -> bool:
    """The highest of one sum is that sum: nothing was told apart."""
    ranked = made.expr if isinstance(made.expr, Aggregate) and made.expr.op in ("topk", "bottomk") else None
    return ranked is not None and isinstance(ranked.inner, Aggregate) and not ranked.inner.by


def _shares(asked: Asked, fits: list[Fit], ground: Prepared) -> Iterator[Reading]:
    rated = any(word.low in ("rate", "rates") for word in asked.words) and asked.per is None
    succeeds = asked.has("success") and any(
        word.low in ("availability", "success", "successful", "successes") for word in asked.words
    )
    wants = (
        asked.has("ratio")
        or (succeeds and not asked.when.window and not asked.has("count", "age"))
        or rated
        or (asked.has("used", "fullness") and asked.threshold is not None)
    )
    bounded = asked.threshold is not None and (asked.has("ratio") or asked.has("count"))
    if bounded:
        for fit in fits[:12]:
            if made := shares.of_bucket(asked, fit):
                yield made
    if asked.threshold is not None and asked.threshold.unit is not None and asked.threshold.unit.dimension == "share":
        wants = True
    near = {fit.metric.place for fit in fits[:30]}
    for pair in ground.pairs:
        if pair.part.place in near:
            if (
                asked.has("free", "used")
                and not (wants or asked.has("filled"))
                and (made := paired.left_of(asked, pair, ground.index))
            ):
                yield made
            if made := paired.mean_of(asked, pair, ground.index):
                yield made
    if asked.has("until", "predict") and not asked.has("ratio"):
        return
    yield from per_each(asked, fits, ground.index, fitted)
    if re.search(r"\b(?:minus|plus|less(?! than))\b| [+-] ", asked.text.lower()):
        yield from ratios.of_two(asked, fits, ground.index)
    if wants or asked.has("filled"):
        yield from bound_elsewhere.of_bound(asked, ground.index, fitted)
    if asked.has("mismatch", "maxed", "filled", "down", "lacks"):
        wants = wants or asked.has("filled")
        near = {fit.metric.place for fit in fits[:30]}
        for pair in ground.pairs:
            if {pair.part.place, pair.whole.place} & near and (made := paired.equal(asked, pair, ground.index)):
                yield made
    if not wants and not (asked.has("used", "fullness") and asked.top):
        if asked.has("divide"):
            yield from filter(None, (shares.of_two_values(asked, fit) for fit in fits[:6]))
            yield from ratios.of_two(asked, fits, ground.index)
        return
    wholes = {
        p.part.place: p.whole for p in ground.pairs if p.kind in ("part of whole", "part and rest") and is_bad(p.part)
    }
    limited = {p.part.place for p in ground.pairs if p.kind in ("used of limit", "part and rest")}
    spare = {p.whole.place for p in ground.pairs if p.kind == "part and rest" and p.whole.type == "gauge"}
    limited |= spare if asked.has("free") else set()
    for fit in fits[:16]:
        if (asked.has("ratio") or rated or wants) and (made := shares.of_label(asked, fit)):
            whole = wholes.get(fit.metric.place)
            outer = whole is not None and not shares.of_its_own(asked, fit, whole)
            outer = outer or (asked.has("used", "free") and not fit.part and fit.metric.place in limited)
            yield replace(made, score=made.score - 0.4) if outer else made
        if made := shares.of_gauge(asked, fit):
            yield made
    near = {fit.metric.place for fit in fits[:30]}
    for pair in ground.pairs:
        bounded = pair.kind == "used of limit" and pair.whole.place in near and _says_bound(asked, pair)
        if (bounded or pair.part.place in near) and (made := paired.of_pair(asked, pair, ground.index)):
            yield made
    yield from ratios.of_two(asked, fits, ground.index)
    if asked.has("ratio"):
        counted = {pair.part.place for pair in ground.pairs if pair.part.counts and pair.kind != "sum and count"}
        alone = (fit for fit in fits[:4] if fit.metric.counts and fit.metric.place not in counted)
        yield from filter(None, (kindred.of_all_kin(asked, fit, ground.index) for fit in alone))
