"""Shares of two metrics that belong together: a part of its whole, use of a bound, what is there of what is wanted."""

import re
from dataclasses import replace
from datetime import timedelta

from bot.query.plan import Aggregate, Binary, Call, Expr, Matcher, Number, Selector
from bot.query.words.asked import Asked
from bot.query.words.fits import Fit, is_of_one, tells_apart
from bot.query.words.index import Index
from bot.query.words.lexicon import SUCCESS_WORDS
from bot.query.words.linking import link
from bot.query.words.pairs import BAD, DONE, NOISE, WHOLE, Pair, amounts, is_bad, likeness
from bot.query.words.prepared import Prepared
from bot.query.words.reading import Reading
from bot.query.words.roles import Word
from bot.query.words.shaping import Value, gathered, shaped
from bot.query.words.shares import finished, windows
from bot.query.words.tokens import singular, stem


def of_pair(asked: Asked, pair: Pair, index: Index) -> Reading | None:
    """Two metrics: the words may be explained by either."""
    a, b = link(asked, pair.part, index), link(asked, pair.whole, index)
    fit = both(a, b)
    if fit is not None:
        said = _OF_A_PAIR | (SUCCESS_WORDS if BAD & set(pair.part.words) else set())
        fit = replace(fit, loose=tuple(word for word in fit.loose if word.low not in said))
    if (
        fit is None
        or pair.kind == "sum and count"
        or (asked.has("fullness") and (pair.kind == "wanted and there" or _never_full(pair)))
        or (pair.kind in ("wanted and there", "well of all") and not (asked.has("ratio") or _bounds_a_share(asked)))
        or not _wanted(asked, pair, a, b)
    ):
        return None
    gauges = pair.part.type == "gauge"
    part_only = tuple(m for m in a.matchers if m.label in pair.part.labels)
    whole_only = tuple(m for m in b.matchers if m.label in pair.whole.labels)
    by = tuple(
        label
        for label in dict.fromkeys((*a.by, *(_told_apart_by(asked, a, b) if gauges else (*a.which, *b.which)), *b.by))
        if label in pair.part.labels and label in pair.whole.labels
    )
    window, peak = windows(asked)
    total = "increase" if asked.when.window and not asked.has("graph") else "rate"

    def side(metric: Prepared, matchers: tuple[Matcher, ...], ago: timedelta) -> Expr:
        name = f"{metric.name}_count" if metric.type == "histogram" else metric.name
        if gauges:
            plain = Selector(name, matchers, offset=ago)
            summed = not tells_apart(by, metric) if by else one_place
            return gathered("sum", plain, by) if summed or asked.has("sum") else plain
        return gathered(
            "sum", Call("rate" if total == "rate" else "increase", (Selector(name, matchers, window, ago),)), by
        )

    free_asked = asked.has("free") and not asked.has("used")
    one_place = is_of_one(asked, fit, pair.part)

    def at(ago: timedelta) -> Expr:
        part, whole = side(pair.part, part_only, ago), side(pair.whole, whole_only, ago)
        if gauges:
            part, whole = _same_labels(pair, part, whole, by)
        if pair.kind == "free of size":
            share = Binary("/", part, whole)
            return share if free_asked else Binary("-", Number(1), share)
        rest = pair.kind == "well of all" and asked.has("used") and "available" in pair.part.words
        if (
            rest
            or (pair.kind == "used of limit" and free_asked)
            or (pair.kind == "missed of all" and not asked.has("miss"))
        ):
            return Binary("-", Number(1), Binary("/", part, whole))
        if pair.kind == "part and rest":
            good = (asked.has("success") and not _good(pair)) or (gauges and free_asked)
            return Binary("/", whole if good else part, Binary("+", part, whole))
        if (asked.has("success") and not _good(pair)) or (pair.kind == "part of whole" and _denied(asked, a)):
            return Binary("-", Number(1), Binary("/", part, whole))
        return Binary("/", part, whole)

    things = tuple(dict.fromkeys((*a.which, *b.which))) if gauges and asked.top else ()
    fit = replace(fit, groups=by, which=things, score=fit.score - 0.02 * (len(a.loose) + len(b.loose)))
    return finished(
        asked,
        fit,
        at,
        peak,
        "share of",
        (pair.part.name, pair.whole.name),
        _bonus(pair)
        + _filling(asked, pair)
        - (0.25 if pair.kind == "used of limit" and any(m.label not in pair.whole.labels for m in a.part) else 0.0)
        - (0.08 if _ASIDE & {*pair.part.words} and not _ASIDE & {*map(singular, _lows(asked))} else 0.0)
        - (0.15 if _INODES & set(pair.part.words) and not _OF_FILES.search(asked.text) else 0.0),
    )


def _told_apart_by(asked: Asked, a: Fit, b: Fit) -> tuple[str, ...]:
    """`cities where 90 % of the drivers are busy`: of each city, its drivers."""
    within = _OF_THE.search(asked.text)
    return (*a.which, *b.which) if within and _bounds_a_share(asked) else ()


_OF_THE = re.compile(
    r"(?:%|percent|pct|half|quarter|third)s? of (?:the|all|our)(?: the| our)? [a-z]+s\b", re.IGNORECASE
)


def _bounds_a_share(asked: Asked) -> bool:
    """`less than 90 % of them are online`."""
    bound = asked.threshold
    return bound is not None and bound.unit is not None and bound.unit.dimension == "share"


def _never_full(pair: Pair) -> bool:
    """A room is full of people, and not of its temperature."""
    return pair.part.unit is not None and pair.part.unit.dimension in ("heat", "speed", "length")


def _lows(asked: Asked) -> tuple[str, ...]:
    return tuple(word.low for word in asked.words)


_ASIDE = frozenset("commit committed virtual swap shared reserved".split())  # not what is meant by memory alone
_INODES = frozenset({"file", "inode"})
_OF_FILES = re.compile(r"inode|files", re.IGNORECASE)


def _denied(asked: Asked, part: Fit) -> bool:
    """`matches that did not finish`: the rest is meant."""
    return any(word.before in ("not", "never") and word.place in part.named for word in asked.words)


def _bonus(pair: Pair) -> float:
    if pair.part.type == "gauge":
        return 0.16 if pair.kind == "used of limit" else 0.14
    near = 0.04 * min(2.0, max(-2.0, likeness(pair.part, pair.whole) - 2))
    return near + (0.06 if pair.whole.type == "histogram" else 0.14)


def _filling(asked: Asked, pair: Pair) -> float:
    """How full something is, is told by what is in it and what it holds, before any other share."""
    filling = asked.has("fullness", "filled") and pair.kind in ("used of limit", "free of size")
    return 0.2 if filling and amounts(pair.part) and not asked.has("free") else 0.0


_LEFT = frozenset("stock inventory balance reserve remaining left".split())


def left_of(asked: Asked, pair: Pair, index: Index) -> Reading | None:
    """`free memory` where only what is used and all there is are measured; and the other way round."""
    wanted = {"used of limit": "free", "free of size": "used"}.get(pair.kind, "")
    if wanted == "free" and _LEFT & set(pair.part.words):
        return None  # it is what is left already
    if not asked.has(wanted) or (wanted == "used" and asked.has("free")) or pair.part.unit != pair.whole.unit:
        return None
    a, b = link(asked, pair.part, index), link(asked, pair.whole, index)
    fit = both(a, b)
    if fit is None:
        return None
    fit = replace(fit, loose=tuple(word for word in fit.loose if word.low not in _OF_A_PAIR))

    def at(ago: timedelta) -> Expr:
        whole, part = (
            Selector(pair.whole.name, b.matchers, offset=ago),
            Selector(pair.part.name, a.matchers, offset=ago),
        )
        if fit.by or asked.has("sum"):
            return Binary("-", gathered("sum", whole, fit.by), gathered("sum", part, fit.by))
        return Binary("-", whole, part)

    expr = shaped(Value(at, pair.whole.unit, fit.by or None), asked)
    names = (pair.part.name, pair.whole.name)
    return None if expr is None else Reading(expr, fit.score + 0.15, "left of", "left", names, fit, fit.loose)


def mean_of(asked: Asked, pair: Pair, index: Index) -> Reading | None:
    """`average order value` of two counters: what it adds up to over how many there were."""
    if pair.kind != "sum and count" or not asked.has("avg"):
        return None
    a, b = link(asked, pair.part, index), link(asked, pair.whole, index)
    fit = both(a, b)
    if fit is None:
        return None
    by = tuple(label for label in a.by if label in pair.whole.labels)
    window, _ = windows(asked)

    def at(ago: timedelta) -> Expr:
        sides = [
            gathered("sum", Call("rate", (Selector(metric.name, side.matchers, window, ago),)), by)
            for metric, side in ((pair.part, a), (pair.whole, b))
        ]
        return Binary("/", sides[0], sides[1])

    expr = shaped(Value(at, pair.part.unit, by), asked)
    names = (pair.part.name, pair.whole.name)
    return None if expr is None else Reading(expr, fit.score + 0.2, "mean of", "mean", names, fit, fit.loose)


def equal(asked: Asked, pair: Pair, index: Index) -> Reading | None:
    """`deployments not at desired replicas`, `autoscalers that are maxed out`: two gauges beside each other."""
    if asked.has("down") and pair.kind == "well of all":
        return _unwell(asked, pair, index)
    if asked.has("lacks") and not asked.has("mismatch") and pair.kind == "wanted and there":
        return _unwell(asked, pair, index)
    if not (
        (asked.has("mismatch") and pair.kind == "wanted and there")
        or (asked.has("maxed") and pair.kind == "used of limit")
    ):
        return None
    a, b = link(asked, pair.part, index), link(asked, pair.whole, index)
    fit = both(a, b)
    if fit is None:
        return None
    left, right = Selector(pair.part.name, a.matchers), Selector(pair.whole.name, b.matchers)
    fewer = pair.kind == "wanted and there" and _FEWER.search(asked.text)
    expr: Expr = Binary(">" if fewer else "!=" if asked.has("mismatch") else ">=", left, right)
    if asked.has("count"):
        expr = Aggregate("count", expr)
    if fewer:
        fit = replace(fit, loose=tuple(word for word in fit.loose if singular(word.low) not in ("pod", "replica")))
    says = "is not" if asked.has("mismatch") else "has reached"
    alike = 0.08 * len(set(pair.part.words) & set(pair.whole.words)) - 0.15 * len(a.loose)
    return Reading(expr, fit.score + 0.3 + alike, says, "equal", (pair.part.name, pair.whole.name), fit, fit.loose)


_FEWER = re.compile(r"\bnot (?:have|having|got|get|running) |\b(?:fewer|less|short|miss\w*|lack\w*)\b|<", re.IGNORECASE)
_LACKING = frozenset("miss misses missing lack lacks lacking short few".split())


def _unwell(asked: Asked, pair: Pair, index: Index) -> Reading | None:
    """All less those that are well."""
    a, b = link(asked, pair.part, index), link(asked, pair.whole, index)
    fit = both(a, b)
    if fit is None:
        return None
    by = tuple(label for label in (*a.by, *a.which) if label in pair.whole.labels)
    fit = replace(fit, loose=tuple(word for word in fit.loose if word.low not in _LACKING))
    sides = [Selector(pair.whole.name, b.matchers), Selector(pair.part.name, a.matchers)]
    sides = sides[::-1] if pair.kind == "wanted and there" else sides
    left, right = (gathered("sum", side, by) if by else side for side in sides)
    expr: Expr = Binary("-", left, right)
    if not asked.has("count", "by") and not re.search(r"\b(?:amount|number)\b", asked.text.lower()):
        expr = Binary(">", expr, Number(0))
    return Reading(expr, fit.score + 0.25, "not well among", "equal", (pair.part.name, pair.whole.name), fit, fit.loose)


def _good(pair: Pair) -> bool:
    return bool({"succeeded", "success", "successful", "completed", "hit", "finished"} & set(pair.part.words))


def _wanted(asked: Asked, pair: Pair, a: Fit, b: Fit) -> bool:
    if pair.kind == "part and rest" and {"hit", "hits"} & set(pair.part.words):
        return not asked.has("miss")
    if pair.kind == "part and rest" and {"miss", "misses"} & set(pair.part.words):
        return asked.has("miss")
    if pair.kind == "part and rest" and pair.part.type == "gauge" and asked.has("used", "fullness", "free"):
        return True
    if pair.kind == "part of whole" and (
        not _told_apart(asked, pair) or (_by_outcome(b) and BAD & set(pair.part.words))
    ):
        return False
    if pair.kind in ("part of whole", "part and rest"):
        if (said := _said_whole(asked)) and said.place in a.named and said.place not in b.told and _picked(a, pair):
            return False
        if asked.has("among") and a.part and not a.loose:
            return False
        own = {*pair.part.stems} - {*pair.whole.stems}
        return (
            bool(a.named - b.named or own & asked.stems)
            or asked.has("success")
            or bool(a.part and not b.part and is_bad(pair.part))
        )
    if pair.kind == "missed of all":
        return asked.has("miss") or bool(_HIT.search(asked.text))
    return True


_HIT = re.compile(r"\bhits?\b|\bserved from\b|\bcached\b", re.IGNORECASE)


def _picked(part: Fit, pair: Pair) -> bool:
    """Whether the part is narrowed by what only it tells."""
    return bool(part.part) or any(m.label not in pair.whole.labels for m in part.matchers)


def _by_outcome(whole: Fit) -> bool:
    """The whole tells by a label of its own what became of each."""
    return any(m.label not in ("type", "kind", "mode", "phase") for m in whole.part)


def _told_apart(asked: Asked, pair: Pair) -> bool:
    """`tls handshake failures` are the failures that are meant only where a handshake was spoken of."""
    own = {stem(w) for w in set(pair.part.words) - set(pair.whole.words) - BAD - NOISE - DONE - WHOLE}
    return not own or bool(own & asked.meant_stems)


# What a pair says by being one.
_OF_A_PAIR = frozenset("free left remaining available used usage full unused spare headroom capacity".split())
_SHARE_OF = re.compile(
    r"\b(?:share|percent|percentage|pct|%|fraction|proportion|part|portion|out) of (?:all |the |total |our |every )*",
    re.IGNORECASE,
)


def _said_whole(asked: Asked) -> Word | None:
    """`as share of all cancels`: the whole is said."""
    match = _SHARE_OF.search(asked.text)
    return None if match is None else next((word for word in asked.words if word.place == match.end()), None)


def both(a: Fit, b: Fit) -> Fit | None:
    """The words explained by one of the two, and what both agree upon."""
    left_over = tuple(word for word in a.loose if word in b.loose)
    names = a.named | b.named
    if not names and not a.by_value & b.by_value and not a.told & b.told:
        return None
    covered = max(a.score, b.score)
    extra = 0.08 * len((b.named - a.named) | (a.named - b.named)) if a.loose or b.loose else 0.04
    matchers = tuple(dict.fromkeys((*a.matchers, *b.matchers)))
    return replace(
        a, score=min(covered + extra, 1.2), loose=left_over, matchers=matchers, groups=a.groups or b.groups, named=names
    )


def _same_labels(pair: Pair, part: Expr, whole: Expr, by: tuple[str, ...]) -> tuple[Expr, Expr]:
    """Where one of the two has more labels, both are summed to what they share."""
    if by or set(pair.part.labels) == set(pair.whole.labels) or isinstance(part, Aggregate):
        return part, whole
    shared = tuple(label for label in pair.part.labels if label in pair.whole.labels)
    return gathered("sum", part, shared), gathered("sum", whole, shared)
