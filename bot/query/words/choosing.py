"""All readings of a question over metrics, and which of them is meant, if one is."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from heapq import nsmallest

from bot.query.plan import NONE
from bot.query.words import frames, paired, ratios, shares
from bot.query.words.asked import Asked
from bot.query.words.fits import Fit
from bot.query.words.index import Index
from bot.query.words.lexicon import DOWN_WORDS, ERROR_WORDS, LATENCY_WORDS, UP_WORDS
from bot.query.words.linking import link
from bot.query.words.pairs import BAD as _BAD
from bot.query.words.pairs import Pair
from bot.query.words.reading import Reading
from bot.query.words.tokens import singular, stem

CANDIDATES = 48


@dataclass(frozen=True)
class Prepared:
    index: Index
    pairs: tuple[Pair, ...]


def readings(asked: Asked, ground: Prepared) -> list[Reading]:
    """The best first."""
    if asked.has("graph") and asked.when.window and asked.when.ago:  # the span says where it ends
        asked = replace(asked, when=replace(asked.when, ago=NONE))
    fits = fitted(asked, ground.index)
    found = [*_shares(asked, fits, ground), *_plain(asked, fits)]
    return sorted(found, key=lambda reading: -reading.rank)


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
        if word.low in ERROR_WORDS or word.low[:1].isdigit():
            for place in index.coded:
                sums[place] = sums.get(place, 0) + 0.45
    if asked.quantile is not None or any(word.low in LATENCY_WORDS for word in asked.words):
        for place in index.histograms:
            if place in sums or len(index.histograms) < CANDIDATES:
                sums[place] = sums.get(place, 0) + 0.4
    return nsmallest(CANDIDATES, sums, key=lambda place: (-sums[place], place))


def _root(name: str) -> str:
    for end in ("_bucket", "_sum", "_count"):
        name = name.removesuffix(end)
    return name


def suits(asked: Asked, fit: Fit) -> float:
    """How well the kind of metric goes with the kind of question."""
    metric, gained = fit.metric, 0.0
    timed = any(
        word.low in LATENCY_WORDS and not (metric.counts and stem(word.low) in metric.stems) for word in asked.words
    )
    if asked.quantile is not None:
        gained += 0.3 if metric.type in ("histogram", "summary") else 0.0 if asked.when.window else -0.1
        if metric.type == "counter":
            gained -= 0.3
    elif timed:
        is_time = metric.unit is not None and metric.unit.dimension == "time"
        gained += 0.1 if metric.type in ("histogram", "summary") and is_time else 0.0
        if metric.type == "counter" and not is_time:
            gained -= 0.15
        if metric.type == "gauge" and not is_time and not metric.is_instant and not asked.has("deriv", "fullness"):
            gained -= 0.0 if re.search(r"queue|backlog", asked.text.lower()) else 0.12
    elif metric.type == "histogram" and not asked.has("avg") and not (asked.threshold and asked.threshold.unit):
        gained -= 0.06  # its count stands in where there is no counter
    if asked.per is not None or (asked.has("rate") and not asked.has("ratio")):
        gained += 0.06 if metric.type in ("counter", "histogram") else -0.1
    if asked.unit is not None and asked.unit.dimension not in ("share", "count", "bits"):
        held = metric.unit.dimension if metric.unit else None
        gained += (
            0.1 if held == asked.unit.dimension or (metric.is_instant and asked.unit.dimension == "time") else -0.2
        )
    if asked.threshold and asked.threshold.unit:
        held = metric.unit.dimension if metric.unit else None
        wanted = asked.threshold.unit.dimension
        if wanted not in ("share", "count", "bits", "bytes", "time"):
            gained += 0.3 if held == wanted else -0.3
        if wanted in ("bytes", "time") and held != wanted and not (metric.is_instant and wanted == "time"):
            gained -= 0.3
    if asked.has("age", "until") or asked.when.ahead:
        gained += 0.15 if metric.is_instant else 0.0
    elif metric.is_instant and asked.has("negative") and asked.has("success") and asked.when.window:
        gained += 0.35
    elif metric.is_instant and not metric.expires:
        gained -= 0.15
    if metric.is_flag and (asked.has("fullness", "free") or (asked.threshold and asked.threshold.unit)):
        gained -= 0.5
    states = {word.low for word in asked.words} & (DOWN_WORDS | UP_WORDS)
    if states and {"health", "healthy"} & set(metric.words):
        gained += 0.2
    if metric.is_flag and asked.has("until", "predict", "delta", "deriv") and not asked.has("flips", "often"):
        gained -= 0.3
    if metric.counts and asked.has("until"):
        gained -= 0.3
    if asked.has("free") and not asked.has("used") and {"size", "capacity", "limit", "max"} & set(metric.words):
        gained -= 0.1
    if asked.has("free") and not asked.has("used") and {"used", "usage", "inuse", "occupied"} & set(metric.words):
        gained -= 0.2
    if metric.is_instant and asked.threshold and asked.has("negative") and asked.threshold.unit:
        gained += 0.3 if asked.threshold.unit.dimension == "time" else 0.0
    if metric.is_flag and asked.has("absent"):
        gained += 0.2
    if metric.is_flag and asked.has("success") and not (asked.has("ratio", "count") or asked.when.window):
        gained += 0.15
    if not states and metric.is_flag and asked.has("down"):
        gained += 0.15
    if {"fastest", "quickest", "slowest"} & {word.low for word in asked.words} and {"speed", "velocity"} & set(
        metric.words
    ):
        gained += 0.35
    if states and metric.is_flag:
        gained += 0.35 if metric.name == "up" else 0.15
    if asked.has("delta", "deriv", "predict", "fullness") and not asked.when.against:
        gained += 0.05 if metric.type == "gauge" else 0.0
        gained += (
            0.04 if "size" in metric.words or (metric.unit is not None and metric.unit.dimension == "bytes") else 0.0
        )
    if asked.has("fullness") and not asked.has("until", "predict") and metric.type == "gauge":
        share = metric.unit is not None and metric.unit.dimension == "share"
        gained += 0.15 if share or {"level", "fill"} & set(metric.words) else 0.0
    if asked.has("fullness") and asked.has("until", "predict") and metric.type == "gauge":
        stored = {"tank", "stock", "fuel", "cash", "store"} & set(metric.words) or "left" in metric.known.help.lower()
        gained += 0.2 if stored else 0.0
    if asked.has("fullness") and asked.has("until", "predict"):
        gained += (
            0.3 if {"avail", "available", "free", "remaining"} & set(metric.words) and metric.type == "gauge" else -0.1
        )
    if any(word.low in ("biggest", "largest", "smallest", "heaviest") for word in asked.words):
        gained += (
            0.1 if "size" in metric.words or (metric.unit is not None and metric.unit.dimension == "bytes") else 0.0
        )
    if asked.has("count") and asked.when.window and metric.type == "counter":
        gained += 0.04
    if asked.when.window and not asked.has("max", "min", "avg", "delta", "ratio") and metric.type == "counter":
        gained += 0.06 if asked.when.calendar else 0.03
    if {word.low for word in asked.words} & {"length", "depth", "backlog"} and metric.unit is not None:
        gained -= 0.2 if metric.unit.dimension == "time" and not timed else 0.0
    if {"client", "outgoing", "upstream"} & set(metric.words) and not _OUTGOING.search(asked.text):
        gained -= 0.1
    if "rpc" in metric.words and not re.search(r"rpc", asked.text, re.IGNORECASE):
        gained -= 0.06
    if any(word.low != singular(word.low) and word.low in metric.spelled for word in asked.words):
        gained += 0.06
    bounds = _BOUNDS & set(metric.words)
    figure = {"max", "maximum", "highest", "peak", "largest"} if asked.when.window else set()
    said = {stem(one) for one in _BOUND_WORDS if one not in figure}
    if bounds and not any(stem(word.low) in said and word.low not in figure for word in asked.words):
        gained -= 0.12
    if _PREFERRED & set(metric.words):
        gained += 0.05
    if (
        timed
        and metric.type == "gauge"
        and not metric.is_instant
        and metric.unit is not None
        and metric.unit.dimension == "time"
    ):
        gained += 0.1
    if timed and metric.is_instant and not asked.has("age", "until"):
        gained -= 0.3
    if not fit.named and (timed or asked.quantile is not None) and metric.type in ("histogram", "summary"):
        served = {"request", "server", "http", "handling", "rpc"} & set(metric.words)
        gained += 0.05 if served and not {"client", "db"} & set(metric.words) else 0.0
    bad = _BAD & set(metric.words)
    if bad and not any(stem(one) in asked.meant_stems for one in bad):
        gained -= 0.07
    if "seen" in metric.words and any(word.low in ("seen", "heard", "silent", "reported") for word in asked.words):
        gained += 0.3
    if metric.words[-1:] == ("created",) or (metric.words[-1:] == ("info",) and not (asked.has("count") and fit.by)):
        gained -= 0.2
    elif metric.words[-1:] == ("info",) and not asked.when.window:
        gained += 0.15
    return gained


_OUTGOING = re.compile(r"client|outgoing|outbound|upstream|external|calls? to|towards|downstream|depend", re.IGNORECASE)
_BOUNDS = frozenset(
    {
        "limit",
        "limits",
        "quota",
        "spec",
        "max",
        "maximum",
        "capacity",
        "allocatable",
        "desired",
        "threshold",
        "size",
        "total",
    }
) - {"size", "total"}
_BOUND_WORDS = (
    *_BOUNDS,
    "request",
    "desired",
    "wanted",
    "highest",
    "peak",
    "largest",
    "ceiling",
    "allowed",
    "configured",
)
_PREFERRED = frozenset({"usage", "used", "inuse", "utilization", "working", "current", "available"})


def _says_bound(asked: Asked, pair: Pair) -> bool:
    return bool(asked.stems & (set(pair.whole.stems) - set(pair.part.stems)))


def _plain(asked: Asked, fits: list[Fit]) -> Iterator[Reading]:
    penalty = 0.25 if asked.has("ratio") and not asked.when.against else 0.0
    for fit in fits[:24]:
        made = frames.read(asked, fit)
        if made is not None:
            yield replace(made, score=made.score - (penalty if made.frame not in ("cpu", "share") else 0.0))


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
    if re.search(r"\b(?:minus|plus)\b| [+-] ", asked.text.lower()):
        yield from ratios.of_two(asked, fits, ground.index)
    if wants or asked.has("filled"):
        yield from paired.of_bound(asked, ground.index, fitted)
    if asked.has("mismatch", "maxed", "filled", "down", "lacks"):
        wants = wants or asked.has("filled")
        near = {fit.metric.place for fit in fits[:30]}
        for pair in ground.pairs:
            if {pair.part.place, pair.whole.place} & near and (made := paired.equal(asked, pair, ground.index)):
                yield made
    if not wants and not (asked.has("used", "fullness") and asked.top):
        if asked.has("divide"):
            yield from ratios.of_two(asked, fits, ground.index)
        return
    for fit in fits[:16]:
        if (asked.has("ratio") or rated or wants) and (made := shares.of_label(asked, fit)):
            yield made
        if made := shares.of_gauge(asked, fit):
            yield made
    near = {fit.metric.place for fit in fits[:30]}
    for pair in ground.pairs:
        bounded = pair.kind == "used of limit" and pair.whole.place in near and _says_bound(asked, pair)
        if (bounded or pair.part.place in near) and (made := paired.of_pair(asked, pair, ground.index)):
            yield made
    yield from ratios.of_two(asked, fits, ground.index)
