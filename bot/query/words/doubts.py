"""What makes the best reading doubtful: nothing named, a bare kind of figure, another that is as good."""

import re
from collections.abc import Sequence

from bot.query.words.asked import Asked
from bot.query.words.choosing import Prepared as Ground
from bot.query.words.lexicon import ERROR_WORDS, LATENCY_WORDS
from bot.query.words.prepared import Prepared
from bot.query.words.reading import Reading
from bot.query.words.roles import Word

MARGIN, BARE_MARGIN, VAGUE_MARGIN = 0.035, 0.2, 0.5


def names_something(asked: Asked, best: Reading) -> bool:
    fit = best.fit
    if (
        fit.named
        or fit.part
        or (len(best.metrics) > 1 and not _shared_unsaid(asked, best))
        or (best.frame == "share" and asked.has("ratio") and not _shared_unsaid(asked, best))
        or asked.quantile is not None
        or (best.frame in ("expiry", "predict", "age") and _of_time(asked))
        or (best.frame == "flag" and (fit.by_value or asked.has("down", "up", "absent", "negative", "success")))
        or (fit.metric.is_flag and asked.has("down"))
        or _by_unit(asked, fit.metric)
        or (asked.has("fullness", "used") and _fills(fit.metric))
        or (asked.has("age") and {"age", "uptime"} & set(fit.metric.words))
        or (asked.has("delta") and "size" in fit.metric.words)
    ):
        return True
    return any(
        word.place in fit.told and word.place not in fit.by_value and word.place not in fit.grouped
        for word in asked.words
    )


_SHARE = re.compile(r"\b(?:share|percent(?:age)?|pct|fraction|proportion|ratio)\b|(?<!\d)(?<!\d )%", re.IGNORECASE)
_SHARES = frozenset("ratio percent percentage pct perc util utilization".split())
_AHEAD = frozenset({"predict", "age", "expiry"})


def figure_missed(asked: Asked, best: Reading) -> str:
    """What was asked for and is not told by the best reading: a share of something, the time until it is full."""
    metric, unit = best.fit.metric, best.fit.metric.unit
    figured = best.frame not in ("gauge", "rate", "increase", "topk") or len(best.metrics) > 1
    shared = (unit is not None and unit.dimension == "share") or _SHARES & set(metric.words)
    if not (figured or metric.is_flag or shared or asked.when.against or asked.threshold) and _SHARE.search(asked.text):
        return f"I know of nothing that {best.metrics[0]} is a share of. Did you mean one of these?"
    timed = asked.unit is not None and asked.unit.dimension == "time" and asked.has("until", "fullness")
    if timed and best.frame not in _AHEAD and not (unit is not None and unit.dimension == "time"):
        return "I know of nothing that tells how long that takes. Did you mean one of these?"
    return ""


def _of_time(asked: Asked) -> bool:
    timed = asked.has("age", "until", "predict", "absent", "negative", "fullness")
    return bool(timed or asked.when.ahead or asked.threshold or (asked.unit and asked.unit.dimension == "time"))


def _shared_unsaid(asked: Asked, best: Reading) -> bool:
    """A share of two that no word names, and of which nothing says that one is used, free or good."""
    fit = best.fit
    told = fit.named or fit.part or asked.has("used", "free", "fullness", "filled", "success", "miss", "maxed")
    return best.frame == "share" and len(best.metrics) > 1 and asked.threshold is None and not told


def _by_unit(asked: Asked, metric: Prepared) -> bool:
    """`below 5000 euros`: the unit says what is meant."""
    unit = asked.threshold.unit if asked.threshold else asked.unit
    if asked.unit is not None and asked.unit.dimension == "bytes":
        return metric.unit is not None and metric.unit.dimension == "bytes"
    telling = unit is not None and unit.dimension in (
        "money",
        "heat",
        "power",
        "energy",
        "volume",
        "mass",
        "length",
        "speed",
    )
    return telling and metric.unit is not None and unit is not None and metric.unit.dimension == unit.dimension


def _fills(metric: Prepared) -> bool:
    share = metric.unit is not None and metric.unit.dimension == "share"
    return metric.type == "gauge" and (
        share or bool({"level", "fill", "used", "usage", "utilization"} & set(metric.words))
    )


def held_once(asked: Asked, best: Reading, ground: Ground) -> bool:
    """`PUTs per minute`, `inlet temp by host`: asked of a value that no other metric knows as well."""
    held = [word for word in asked.words if word.place in best.fit.by_value]
    if any(_only_holder(word, best.fit.metric, ground) for word in held):
        return True
    figured = asked.when.asked or asked.per or asked.top or asked.has("count", "rate", "ratio", "compare")
    if figured and best.fit.metric.type == "gauge" and asked.has("count"):
        return _held_by_one(asked, best, ground)
    if not figured or best.fit.metric.type not in ("counter", "histogram"):
        return False
    for word in held:
        known = (ground.index.metrics[place] for place in _best_holders(word, ground))
        alike = {one.place for one in known if one.type == best.fit.metric.type and (asked.unit or not _amount(one))}
        if alike == {best.fit.metric.place}:
            return True
    return False


def _only_holder(word: Word, metric: Prepared, ground: Ground) -> bool:
    """Whether a value written out is one metric's alone, and names no service either."""
    index = ground.index
    spelled = any(held.quality >= 0.95 for held in index.find(word.low))
    return spelled and set(index.holding(word.low)) == {metric.place} and not index.in_logs(word.low)


def _best_holders(word: Word, ground: Ground) -> frozenset[int]:
    """The metrics that have the word itself for a value, before those that have one like it."""
    index = ground.index
    found = index.find(word.low)
    most = max((held.quality for held in found), default=0.0)
    labels = {(held.label, value) for held in found if held.quality == most for value in held.values}
    exact = (
        place
        for place in index.holding(word.low)
        if any(value in index.metrics[place].labels.get(label, ()) for label, value in labels)
    )
    return frozenset(exact) or frozenset(index.holding(word.low))


def alone_in_unit(asked: Asked, found: Sequence[Reading]) -> bool:
    """`in service for over 5 years`: of all that explain every word, one alone is told in such a unit."""
    unit = asked.threshold.unit if asked.threshold and asked.threshold.unit else asked.unit
    spent = found[0].fit.metric.counts and unit is not None and unit.dimension == "time"
    if unit is None or spent or unit.dimension in ("share", "count"):
        return False
    held = [
        one.fit.metric.unit is not None and one.fit.metric.unit.dimension == unit.dimension
        for one in found
        if not one.loose
    ]
    return held[:1] == [True] and sum(held) == 1


def _amount(metric: Prepared) -> bool:
    """Bytes and money are asked for by name or unit, not by how often something was."""
    return metric.unit is not None and metric.unit.dimension in ("bytes", "money")


def _held_by_one(asked: Asked, best: Reading, ground: Ground) -> bool:
    """`how many brakes in bern`: the one level that has all that was said for values."""
    places = [set(ground.index.holding(word.low)) for word in asked.words if word.place in best.fit.by_value]
    levels = [ground.index.metrics[place] for place in (set.intersection(*places) if places else ())]
    counted = [
        one for one in levels if one.type == "gauge" and one.unit is None and not (one.is_flag or one.is_instant)
    ]
    return counted == [best.fit.metric]


def rivals_of(asked: Asked, found: Sequence[Reading]) -> list[Reading]:
    best = found[0]
    margin = MARGIN
    if _is_vague(asked, best):
        margin = VAGUE_MARGIN if len(asked.text.split()) > 1 else BARE_MARGIN
    if _is_bare(asked, best):
        margin = 1.0
    rivals = []
    for one in found[1:]:
        if (
            one.loose
            or not one.fit.told
            or (one.fit.metric.is_instant and not best.fit.metric.is_instant)
            or set(one.metrics) == set(best.metrics)
            or one.rank < best.rank - margin
            or one.frame == "share" != best.frame
        ):
            continue
        if set(one.metrics) & set(best.metrics) and len(best.metrics) + len(one.metrics) > 2 and margin == MARGIN:
            continue
        if margin == MARGIN and _more_general(best, one):
            continue
        if margin == MARGIN and one.fit.told < best.fit.told:
            continue  # it leaves out something that was said
        if one.expr == best.expr or (margin == MARGIN and _state_before_event(asked, best, one)):
            continue
        rivals.append(one)
    return rivals[:3]


def _state_before_event(asked: Asked, best: Reading, other: Reading) -> bool:
    """`tokens by method`: without a span or a rate, how many there are and not how many came."""
    timed = asked.when.asked or asked.per or asked.quantile or asked.has("rate", "past", "avg", "graph")
    here, there = best.fit.metric, other.fit.metric
    return not timed and here.type == "gauge" and there.counts and here.unit == there.unit and not here.is_flag


def _more_general(best: Reading, other: Reading) -> bool:
    """Without the word that sets the other apart, the plain one is meant."""
    mine, theirs = set(best.fit.metric.words), set(other.fit.metric.words)
    extra = theirs - mine
    return mine - theirs <= _NEUTRAL and bool(extra - _NEUTRAL)


_NEUTRAL = frozenset(
    {
        "processed",
        "handled",
        "received",
        "requests",
        "request",
        "message",
        "online",
        "active",
        "open",
        "usage",
        "used",
        "working",
        "set",
        "total",
        "second",
        "byte",
        "count",
        "current",
        "ratio",
        "bucket",
    }
)


def _is_vague(asked: Asked, best: Reading) -> bool:
    """`how is latency`: one noun, no place, no figure."""
    content = [word for word in asked.words if not word.soft]
    plain = not (asked.quantile or asked.threshold or asked.top or asked.per or asked.unit or asked.when.asked)
    blamed = bool(content) and all(word.low in ERROR_WORDS for word in content) and not best.fit.named
    if plain and blamed and not best.fit.by and best.fit.matchers == best.fit.part:
        return True
    return bool(
        plain
        and len(content) <= 1
        and not best.fit.matchers
        and not best.fit.by
        and not asked.has("avg", "max", "min", "count", "sum", "rate", "ratio", "graph", "down")
        and (
            len(asked.text.split()) == 1
            or re.match(
                r"\s*how(?:'s| is|s| are| does)\b(?!\s+(?:many|much|long|far|fast|old|often|busy|full"
                r"|big|large|high|hot))",
                asked.text.lower(),
            )
        )
    )


_GENERIC = (
    ERROR_WORDS
    | LATENCY_WORDS
    | frozenset("requests traffic throughput failed queue usage load size length depth count".split())
)


def _is_bare(asked: Asked, best: Reading) -> bool:
    """`latency?`, `p95 latency please`, `how many errors`: a kind of figure, and nothing says of what."""
    said = [word for word in asked.words if word.low in _GENERIC or not word.soft]
    bare = bool(said) and all(word.low in _GENERIC for word in said)
    return bare and not (best.fit.by or best.fit.which or asked.threshold or asked.top or asked.per or asked.when.asked)
