"""Questions about one metric. Its type decides: counters are rated, histograms become quantiles, gauges stay plain."""

import re
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from bot.query.plan import Aggregate, Binary, Call, Expr, Number, Selector
from bot.query.words.asked import Asked
from bot.query.words.counters import counter, entities, reading
from bot.query.words.fits import Fit
from bot.query.words.gauges import gauge
from bot.query.words.histograms import histogram, summary
from bot.query.words.lexicon import DOWN_WORDS, ERROR_WORDS
from bot.query.words.reading import Reading
from bot.query.words.shaping import SECONDS, SHARE, bound_of, converted, fixed, gathered, over, scaled, shaped
from bot.query.words.states import state
from bot.query.words.tokens import stem

# The less of these, the worse.
_GOOD = frozenset(
    "score mos rating quality health success availability uptime free available remaining accuracy ndcg hit hits"
    " satisfaction apdex efficiency yield battery signal throughput fps".split()
)
_SPEED = frozenset("speed velocity throughput kmh mps bps rpm fps bitrate".split())
_FAST = re.compile(r"\b(?:fastest|quickest|slowest)\b", re.IGNORECASE)
_MEANS = ("ratio", "percent", "celsius")


def read(asked: Asked, fit: Fit) -> Reading | None:
    metric = fit.metric
    if asked.top and re.search(r"\bworst\b", asked.text, re.IGNORECASE) and _GOOD & set(metric.words):
        asked = replace(
            asked,
            top=replace(asked.top, bottom=True),
            flags=asked.flags - {"max"} | ({"min"} if not asked.has("avg") else set()),
        )
    if asked.top and _SPEED & set(metric.words) and (fast := _FAST.search(asked.text)):
        asked = replace(asked, top=replace(asked.top, bottom=fast[0].lower().startswith("slow")))
    if asked.has("absent") and not (asked.threshold or fit.by) and not metric.is_flag and not metric.is_instant:
        return reading(Call("absent", (Selector(metric.name, fit.matchers),)), "no data for", "absent", fit)
    if metric.is_instant:
        return _instant(asked, fit)
    if metric.state_label:
        return state(asked, fit)
    if metric.is_flag:
        return _flag(asked, fit)
    if metric.type == "histogram":
        return histogram(asked, fit)
    if metric.type == "counter":
        return counter(asked, fit, metric.name)
    if metric.type == "summary" or metric.quantile_label:
        return summary(asked, fit)
    return gauge(asked, fit)


_ANY = re.compile(r"\s*(?:is |are |do )?(?:there )?any\b", re.IGNORECASE)


def _flag(asked: Asked, fit: Fit) -> Reading | None:
    plain = Selector(fit.metric.name, fit.matchers)
    when = asked.when
    down = asked.has("down") or any(word.low in DOWN_WORDS for word in asked.words)
    down = down or _fails(asked, fit)
    told = any(word.place in fit.by_value and word.low in _DOWN_STATES for word in asked.words)
    down = down and not _tells_trouble(fit)
    down = (down and not told) or asked.has("negative", "absent") or _says_zero(asked, fit)
    if asked.has("flips") or (asked.has("often") and asked.has("delta")):
        span = when.window or timedelta(hours=1)
        flips: Expr = Call("changes", (Selector(fit.metric.name, fit.matchers, span, when.ago),))
        flips = gathered("sum", flips, fit.by) if fit.by else flips
        return reading(shaped(fixed(flips), asked, entities=entities(asked)), "changes of", "changes", fit, 0.2)
    if when.window and asked.unit is not None and asked.unit.dimension == "time":
        held: Expr = over("avg_over_time", plain, when.window, when.ago)
        held = Binary("-", Number(1), held) if down else held
        lasted = scaled(held, when.window.total_seconds() / asked.unit.size)
        return reading(lasted, f"how long it was {'down' if down else 'up'}", "over-time", fit, 0.1)
    if when.window and (asked.has("ratio", "avg", "success") or (_is_up(asked) and not down)):
        inner = over("avg_over_time", plain, when.window, when.ago)
        expr = gathered("avg", inner, fit.by) if fit.by or asked.has("avg") else inner
        return reading(converted(expr, SHARE, asked.unit), "share of time up", "share", fit)
    if when.window and down:
        low = over("min_over_time", plain, when.window, when.ago)
        if asked.has("often"):
            return reading(over("changes", plain, when.window, when.ago), "changes of", "changes", fit)
        return reading(Binary("==", low, Number(0)), "was down", "flag", fit, 0.1)
    if when.ago:
        plain = Selector(fit.metric.name, fit.matchers, offset=when.ago)
    if asked.has("ratio") and when.window:
        held = over("avg_over_time", plain, when.window, when.ago)
        return reading(
            converted(gathered("avg", held, fit.by) if fit.by else held, SHARE, asked.unit),
            "share of time up",
            "over-time",
            fit,
            0.1,
        )
    if asked.threshold:
        return reading(shaped(fixed(plain), asked), "", "threshold", fit)
    if asked.has("ratio"):
        return reading(converted(gathered("avg", plain, fit.by), SHARE, asked.unit), "share up", "share", fit)
    state = Binary("==", plain, Number(0 if down else 1))
    if asked.has("count") or (asked.has("sum") and not down):
        return reading(
            gathered("count" if down else "sum", state if down else plain, fit.by), "how many", "count", fit, 0.1
        )
    if down:
        return reading(state, "down", "flag", fit, 0.15)
    if fit.by:
        return reading(gathered("sum", plain, fit.by), "up", "flag", fit)
    if fit.which or _ANY.match(asked.text):
        return reading(state, "up", "flag", fit, 0.1)
    return reading(plain, "is up", "flag", fit, 0.1 if asked.has("up") else 0)


def _tells_trouble(fit: Fit) -> bool:
    """`lift_out_of_service`: its 1 says that something is wrong."""
    words = fit.metric.words
    return bool(_TROUBLE & set(words)) or ("out", "of") in pairwise(words)


_TROUBLE = frozenset(
    "fault failed failure failing error down offline alarm broken unhealthy unavailable unreachable degraded"
    " disconnected stuck blocked".split()
)


def _fails(asked: Asked, fit: Fit) -> bool:
    """Failure is asked for, and its 1 says that all is well."""
    own = set(fit.metric.stems) | (fit.metric.help_stems - fit.metric.zero_stems)
    return any(word.low in ERROR_WORDS and stem(word.low) not in own for word in asked.words)


def _is_up(asked: Asked) -> bool:
    return asked.has("up") or any(word.low == "uptime" for word in asked.words)


# Where such a state is a label's value, its 1 says that it is so.
_DOWN_STATES = DOWN_WORDS | {"stopped", "halted", "disabled", "inactive", "closed", "shut"}


def _says_zero(asked: Asked, fit: Fit) -> bool:
    named = {stem(word.low) for word in asked.words if word.place in fit.named} if fit.metric.help_stems else set()
    ones = fit.metric.help_stems - fit.metric.zero_stems
    return any(key in fit.metric.zero_stems and key not in ones | set(fit.metric.stems) for key in asked.stems | named)


def _instant(asked: Asked, fit: Fit) -> Reading | None:
    metric, now = fit.metric, Call("time")
    moment: Expr = Selector(metric.name, fit.matchers)
    if metric.unit is not None and metric.unit.name == "ms":
        moment = scaled(moment, 0.001)
    ahead = metric.expires
    span: Expr = Binary("-", moment, now) if ahead else Binary("-", now, moment)
    bonus = 0.25 if asked.has("age", "until") or asked.when.ahead or asked.threshold or ahead else 0.0
    if asked.when.ahead and ahead:
        limit = Number(asked.when.ahead.total_seconds())
        return reading(_counted(Binary("<", span, limit), asked), "expires within", "expiry", fit, bonus)
    if ahead and any(word.low in ("expired", "overdue") for word in asked.words):
        return reading(_counted(Binary("<", span, Number(0)), asked), "expired", "expiry", fit, bonus)
    if asked.threshold:
        bound = bound_of(asked.threshold, SECONDS)
        if bound is None:
            return None
        return reading(_counted(Binary(asked.threshold.op, span, Number(bound)), asked), "", "threshold", fit, bonus)
    happened = any(word.low.endswith("ed") and word.place in fit.told for word in asked.words)
    if asked.when.window and not ahead and (happened or asked.has("past", "which", "what", "negative", "absent")):
        op = ">" if asked.has("negative", "absent") else "<"
        return reading(Binary(op, span, Number(asked.when.window.total_seconds())), "since", "age", fit, bonus)
    if fit.by:
        span = gathered("min" if ahead else "max", span, fit.by)
    if asked.top:
        soon = ahead == (not asked.top.bottom) if ahead else asked.top.bottom
        op = (
            ("bottomk" if not asked.top.bottom or soon else "topk")
            if ahead
            else ("bottomk" if asked.top.bottom else "topk")
        )
        span = Aggregate(op, span, None, float(asked.top.count))
    elif ahead and _SOONEST.search(asked.text) and not asked.has("until"):
        span = Aggregate("bottomk", span, None, 1.0)
    return reading(converted(span, SECONDS, asked.unit), "time until" if ahead else "time since", "age", fit, bonus)


_SOONEST = re.compile(r"\bsoonest\b|\bfirst to\b|\b(?<!the )next\b(?! \d)|\w+s? first\b", re.IGNORECASE)


def _counted(expr: Expr, asked: Asked) -> Expr:
    return Aggregate("count", expr) if asked.has("count") else expr
