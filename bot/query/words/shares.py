"""Shares within one metric: by a label, by a bucket, or a gauge that is one already."""

import re
from dataclasses import replace
from datetime import timedelta

from bot.query.plan import NONE, Aggregate, Binary, Call, Expr, Matcher, Number, Selector
from bot.query.words import frames
from bot.query.words.asked import Asked
from bot.query.words.fits import SCOPE_LABELS, Fit
from bot.query.words.pairs import BAD
from bot.query.words.prepared import Prepared
from bot.query.words.reading import Reading
from bot.query.words.roles import Word
from bot.query.words.shaping import RATE_WINDOW, SHARE, At, Value, bound_of, converted, gathered, over, shaped
from bot.query.words.synonyms import SYNONYMS
from bot.query.words.tokens import singular, spelled, stem


def of_label(asked: Asked, fit: Fit) -> Reading | None:
    """Those series of a metric that the words pick, out of all of it."""
    metric = fit.metric
    if asked.has("fullness", "filled") and fit.metric.type == "gauge" and not fit.part:
        return None
    if _OF_TIME.search(asked.text):
        return _of_time(asked, fit)
    if two := of_two_values(asked, fit):
        return two
    own = not fit.part and _OF_ITS_OWN.search(asked.text)
    near = tuple(m for m in fit.matchers if _before_share(asked, m))
    near = near or tuple(m for m in fit.matchers if _after_share_said(asked, m))
    if not near and (made := _of_all(asked, fit)):
        return made
    if own:
        return None  # the same place is the whole's too
    if not near and not asked.has("ratio") and not fit.part:
        return None
    bound = asked.threshold is not None and asked.threshold.unit is not None and asked.threshold.unit.size == 0.01
    if not bound and not asked.has("ratio", "success") and all(m.label == metric.code_label for m in fit.part or near):
        return None  # `5xx rate` is so many a second
    part = fit.part or near or (_after_share(fit) if asked.has("of") or _all_states(fit) else ())
    if not part or metric.is_instant or (metric.type == "gauge" and metric.unit and metric.unit.dimension == "share"):
        return None
    if any(m.label in ("resource", "unit", "stat") for m in part):
        return None  # cores and bytes make no sum
    barred = [m for m in part if m.op in ("!=", "!~") and any(n.label == m.label and n is not m for n in part)]
    whole = (*(m for m in fit.matchers if m not in part or m in barred), *_totals(fit, part))
    part = tuple(m for m in fit.matchers if m in part)
    if metric.type == "gauge" and not metric.is_flag:
        name, rated = metric.name, False
    elif metric.type in ("counter", "histogram"):
        name, rated = f"{metric.name}_count" if metric.type == "histogram" else metric.name, True
    else:
        return None

    def side(matchers: tuple[Matcher, ...], ago: timedelta, window: timedelta) -> Expr:
        by = tuple(label for label in (*fit.by, *fit.which))
        if rated:
            return gathered("sum", Call("rate", (Selector(name, matchers, window, ago),)), by)
        return gathered("sum", Selector(name, matchers, offset=ago), by)

    window, peak = windows(asked)

    def at(ago: timedelta) -> Expr:
        rest = tuple(m for m in whole if m not in _totals(fit, part))
        return Binary("/", side((*rest, *part), ago, window), side(whole, ago, window))

    return finished(asked, fit, at, peak, "share of", (metric.name,), 0.12 if fit.part else 0.05)


def of_its_own(asked: Asked, fit: Fit, whole: Prepared) -> bool:
    """`share of all failures`, `among the timeouts`: the whole is what went wrong itself."""
    metric = fit.metric
    if fit.by and set(fit.by) <= set(whole.labels) and not _ALL_OF.search(asked.text):
        return False  # of each, how much of it went wrong
    own = {stem(word) for word in metric.words if word in BAD}
    said = [match["those"].lower().split() for match in _OF_ALL.finditer(asked.text)]
    # `of samples rejected because` tells the part, `of rejected samples` and `of sample rejections` the whole
    behind = (word for words in said for n, word in enumerate(words) if not n or not word.endswith("ed"))
    keys = {stem(spelled(word)) for word in behind}
    return any(key in own or own & set(SYNONYMS.get(key, ())) for key in keys)


_ALL_OF = re.compile(r"\b(?:of all|of total|of every|among|amongst|out of)\b", re.IGNORECASE)
_OF_ALL = re.compile(
    r"\b(?:of|among|amongst|out of) (?:all |the |our |total |every )*(?P<those>\w+(?: \w+)?)", re.IGNORECASE
)
_OF_TIME = re.compile(
    r"\b(?:share|fraction|percent(?:age)?|pct|%|proportion|part|portion|how much) of (?:the |its |their |all )?time\b",
    re.IGNORECASE,
)


def _of_time(asked: Asked, fit: Fit) -> Reading | None:
    """`fraction of time spent in gc`: seconds a second."""
    metric = fit.metric
    timed = metric.unit is not None and metric.unit.dimension == "time"
    if not timed or metric.type not in ("histogram", "summary", "counter") or fit.loose:
        return None
    name = metric.name if metric.type == "counter" else f"{metric.name}_sum"
    window, peak = windows(asked)

    def at(ago: timedelta) -> Expr:
        return gathered("sum", Call("rate", (Selector(name, fit.matchers, window, ago),)), (*fit.by, *fit.which))

    return finished(asked, fit, at, peak, "share of time in", (metric.name,), 0.5)


_OF_ITS_OWN = re.compile(r"\bof (?:all |the )?(?:its|their|his|her)\b", re.IGNORECASE)
_SHARE_SAID = r"(?:ratios?|rates?|share|percent(?:age)?|pct|%|fraction|proportion|part)"


_BEHIND = re.compile(rf" {_SHARE_SAID}(?!\w)|(?: requests?| calls?| messages?) (?!rate){_SHARE_SAID}(?!\w)")
_AHEAD = re.compile(rf"{_SHARE_SAID}(?: (?:of|that|which|who|get|gets|got|are|is|were|was|being|all|the))+ $")


def _before_share(asked: Asked, matcher: Matcher) -> bool:
    """`hit ratio`, `waste share`: the value before the word for a share."""
    text = asked.text.lower()
    return any(_BEHIND.match(text[word.place + len(word.text) :]) for word in _saying(asked, matcher))


def _after_share_said(asked: Asked, matcher: Matcher) -> bool:
    """`share of hits`, `% that are on`."""
    text = asked.text.lower()
    return any(_AHEAD.search(text[: word.place]) for word in _saying(asked, matcher))


def _saying(asked: Asked, matcher: Matcher) -> list[Word]:
    values = {value.lower() for value in matcher.value.split("|")}
    keys = {stem(value) for value in values if value.isalpha()}
    return [word for word in asked.words if {word.low, singular(word.low)} & values or stem(word.low) in keys]


def _of_all(asked: Asked, fit: Fit) -> Reading | None:
    """`share of traffic per channel`: each group of what all of them are together."""
    picked = bool(fit.by_value) and _AS_SHARE.search(asked.text)
    if not fit.by or fit.part or picked or not asked.has("of") or not fit.metric.counts:
        return None
    window, peak = windows(asked)

    def at(ago: timedelta) -> Expr:
        held = Call("rate", (Selector(fit.metric.name, fit.matchers, window, ago),))
        return Binary("/", gathered("sum", held, fit.by), Call("scalar", (gathered("sum", held, ()),)))

    return finished(asked, fit, at, peak, "share of", (fit.metric.name,), 0.15)


_AS_SHARE = re.compile(
    r"\bas (?:a |the )?(?:share|part|percentage|percent|fraction|proportion|%) of\b"
    r"|\b(?:share|part|percentage|percent|fraction|proportion|%) of [\w -]+? (?:that|which|who) ",
    re.IGNORECASE,
)


def _totals(fit: Fit, part: tuple[Matcher, ...]) -> list[Matcher]:
    """A label that holds its own sum, `type="total"` beside `type="allocated"`."""
    found = []
    for matcher in part:
        held = [value for value in fit.metric.labels.get(matcher.label, ()) if value.lower() in ("total", "all")]
        if held and matcher.op == "=" and matcher.value not in held:
            found.append(Matcher(matcher.label, "=", held[0]))
    return found


def of_two_values(asked: Asked, fit: Fit) -> Reading | None:
    """`input tokens vs output tokens, ratio`: one value of a label over another."""
    sides = [m for m in fit.matchers if m.op == "=~" and m.value.count("|") == 1 and "." not in m.value]
    if (
        len(sides) != 1
        or fit.metric.type == "histogram"
        or not (_OVER.search(asked.text) or _one_over(asked, sides[0]))
    ):
        return None
    if any(m != sides[0] for m in fit.part):
        return None
    rest = tuple(m for m in fit.matchers if m is not sides[0])
    first, second = sides[0].value.split("|")
    by = tuple(label for label in fit.by if label != sides[0].label)
    window, peak = windows(asked)

    def side(value: str, ago: timedelta) -> Expr:
        matchers = (*rest, Matcher(sides[0].label, "=", value))
        if fit.metric.counts:
            return gathered("sum", Call("rate", (Selector(fit.metric.name, matchers, window, ago),)), by)
        return gathered("sum", Selector(fit.metric.name, matchers, offset=ago), by)

    def at(ago: timedelta) -> Expr:
        return Binary("/", side(first, ago), side(second, ago))

    return finished(asked, replace(fit, groups=by), at, peak, "ratio of", (fit.metric.name,), 0.3)


def _one_over(asked: Asked, matcher: Matcher) -> bool:
    """`clicks over impressions`."""
    said = sorted(_saying(asked, matcher), key=lambda word: word.place)[-2:]
    between = asked.text[said[0].place + len(said[0].text) : said[-1].place].strip().lower() if len(said) == 2 else ""
    return between in ("over", "per", "/", "to", "divided by", "of", "out of")


_OVER = re.compile(r"\bratio\b|\bdivided by\b|\bto\b.*\bratio\b", re.IGNORECASE)


def _all_states(fit: Fit) -> bool:
    """`servfail percentage`: no place among the labels."""
    return bool(fit.matchers) and all(m.label not in SCOPE_LABELS for m in fit.matchers)


def _after_share(fit: Fit) -> tuple[Matcher, ...]:
    """`share of traffic from eu`: with no other part named, a place is it; of several, not the service."""
    services = ("service", "app", "application", "job", "service_name")
    return tuple(m for m in fit.matchers if m.label not in services) or fit.matchers


def windows(asked: Asked) -> tuple[timedelta, bool]:
    peak = bool(asked.when.window) and asked.has("max", "min") and not (asked.top and asked.top.said)
    if peak or not asked.when.window or asked.has("graph"):
        return RATE_WINDOW, peak and not asked.has("graph")
    return asked.when.window, False


def finished(
    asked: Asked, fit: Fit, held: At, peak: bool, says: str, names: tuple[str, ...], bonus: float
) -> Reading | None:
    value = Value(held, SHARE, fit.by)
    if peak:
        function = "min_over_time" if asked.has("min") else "max_over_time"
        expr: Expr | None = converted(over(function, held(NONE), asked.when.window, asked.when.ago), SHARE, asked.unit)
    elif asked.top and not asked.threshold and _ranks(asked, fit):
        ranked = Aggregate(
            "bottomk" if asked.top.bottom else "topk", held(asked.when.ago), None, float(asked.top.count)
        )
        expr = converted(ranked, SHARE, asked.unit)
    else:
        plain = (
            replace(asked, flags=asked.flags - {"ratio", "times"})
            if asked.when.against and not _divided(asked)
            else asked
        )
        expr = shaped(value, plain, entities=asked.has("count") and asked.threshold is not None)
    return None if expr is None else Reading(expr, fit.score + bonus, says, "share", names, fit, fit.loose)


def _ranks(asked: Asked, fit: Fit) -> bool:
    return bool(_HIGHEST_OF.search(asked.text)) or (
        bool(fit.by or fit.which) and (bool(asked.top and asked.top.said) or not _says_max(asked))
    )


_HIGHEST_OF = re.compile(r"\bhas the highest share of its\b", re.IGNORECASE)  # as `nearest to its limit` is put


def _says_max(asked: Asked) -> bool:
    return not any(
        word.low not in ("max", "maximum", "min", "minimum") and word.low.endswith(("est", "rst"))
        for word in asked.words
    )


def _divided(asked: Asked) -> bool:
    return "divided" in asked.text.lower() or "ratio of" in asked.text.lower()


def of_bucket(asked: Asked, fit: Fit) -> Reading | None:
    """The share of observations under a bound, by the bucket that ends there."""
    threshold, metric = asked.threshold, fit.metric
    if threshold is None or metric.type != "histogram" or metric.known.native:
        return None
    bound = bound_of(threshold, metric.unit)
    if bound is None or (threshold.unit is None and metric.unit is not None and not asked.has("ratio")):
        return None
    window, peak = windows(asked)
    count_only = asked.has("count") and not asked.has("ratio")
    slower = threshold.op in (">", ">=")
    by = (*fit.by, *fit.which)

    def side(suffix: str, extra: tuple[Matcher, ...], ago: timedelta, function: str = "rate") -> Expr:
        return gathered(
            "sum", Call(function, (Selector(f"{metric.name}{suffix}", (*fit.matchers, *extra), window, ago),)), by
        )

    def at(ago: timedelta) -> Expr:
        function = "increase" if count_only else "rate"
        under = side("_bucket", (_le(bound),), ago, function)
        if count_only:
            return Binary("-", side("_count", (), ago, function), under) if slower else under
        share = Binary("/", under, side("_count", (), ago))
        return Binary("-", Number(1), share) if slower else share

    unlimited = replace(
        asked, threshold=None, unit=asked.unit if asked.unit and asked.unit.dimension == "share" else None, top=None
    )
    return finished(
        unlimited, fit, at, peak, f"share {'over' if slower else 'within'} the bound of", (metric.name,), 0.3
    )


def _le(bound: float) -> Matcher:
    """Whole bounds are exported as `10` and as `10.0`."""
    if bound == int(bound):
        return Matcher("le", "=~", f"{int(bound)}(\\.0)?")
    return Matcher("le", "=", f"{bound:.12g}")


def of_gauge(asked: Asked, fit: Fit) -> Reading | None:
    """A gauge that is a share already."""
    unit = fit.metric.unit
    named = {"ratio", "percent", "utilization", "util", "percentage", "pct"} & set(fit.metric.words)
    if fit.metric.type not in ("gauge", "unknown") or not (named or (unit is not None and unit.dimension == "share")):
        return None
    found = frames.read(replace(asked, flags=asked.flags - {"ratio"}), fit)
    return None if found is None else replace(found, score=found.score + 0.12)
