"""How well the kind of a metric goes with the kind of a question."""

import itertools
import re

from bot.query.words.asked import Asked
from bot.query.words.fits import Fit
from bot.query.words.lexicon import DOWN_WORDS, LATENCY_WORDS, UP_WORDS
from bot.query.words.outcomes import STATES
from bot.query.words.pairs import BAD as _BAD
from bot.query.words.prepared import Prepared
from bot.query.words.tokens import singular, stem


def suits(asked: Asked, fit: Fit) -> float:
    metric = fit.metric
    timed = any(
        word.low in LATENCY_WORDS and not (metric.counts and stem(word.low) in metric.stems) for word in asked.words
    )
    return (
        _by_figure(asked, metric, timed)
        + _by_unit(asked, metric)
        + _by_state(asked, metric)
        + _by_change(asked, metric)
        + _by_name(asked, metric, timed)
        + _by_event(asked, fit)
        + _by_length(asked, metric)
        + _by_age(asked, metric)
        + _by_time(asked, fit, timed)
        + _by_state_as_written(asked, fit)
    )


def _by_figure(asked: Asked, metric: Prepared, timed: bool) -> float:
    gained = 0.0
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
    if asked.per is not None and metric.type == "gauge" and metric.unit is None and not _FLOWS & set(metric.words):
        gained -= 0.5  # what is there is no so many a second
    spent = metric.counts and metric.unit is not None and metric.unit.dimension == "time"
    if spent and asked.unit is None and not asked.when.window and (asked.has("count") or _NOW.search(asked.text)):
        gained -= 0.3  # how many there are is told by no seconds
    return gained


_NOW = re.compile(r"\b(?:now|currently|rn|at the moment)\b", re.IGNORECASE)


def _by_unit(asked: Asked, metric: Prepared) -> float:
    gained = 0.0
    if metric.is_flag and asked.unit is not None and asked.unit.dimension not in ("share", "count", "time"):
        gained -= 0.5
    if metric.is_flag and asked.unit is not None and asked.unit.dimension == "time" and not asked.when.window:
        gained -= 0.25
    if asked.unit is not None and asked.unit.dimension not in ("share", "count", "bits"):
        held = metric.unit.dimension if metric.unit else None
        gained += (
            0.1 if held == asked.unit.dimension or (metric.is_instant and asked.unit.dimension == "time") else -0.2
        )
    if metric.counts and metric.unit is not None and metric.unit.dimension == "bytes" and _VOLUME.search(asked.text):
        gained += 0.1
    money = metric.unit is not None and metric.unit.dimension == "money" and metric.type == "counter"
    if money and asked.per is not None and not (asked.unit or _OF_MONEY.search(asked.text)):
        gained -= 0.15  # `purchases per minute` are counted
    if asked.threshold and asked.threshold.unit:
        counted = metric.type == "gauge" and metric.unit is None and not _IS_SHARE & set(metric.words)
        if asked.threshold.unit.size == 0.01 and counted and not metric.is_flag:
            gained -= 0.25  # no count of things is so many percent
        held = metric.unit.dimension if metric.unit else None
        wanted = asked.threshold.unit.dimension
        if wanted not in ("share", "count", "bits", "bytes", "time"):
            gained += 0.3 if held == wanted else -0.6
        if wanted in ("bytes", "time") and held != wanted and not (metric.is_instant and wanted == "time"):
            gained -= 0.3
    return gained


def _by_state(asked: Asked, metric: Prepared) -> float:
    """Moments, flags, and what is free or used."""
    gained = _by_moment(asked, metric)
    if asked.has("age", "until") or asked.when.ahead:
        gained += 0.15 if metric.is_instant else 0.0
    elif metric.is_instant and not metric.expires and asked.has("negative", "absent") and asked.when.window:
        gained += 0.35  # not seen for so long
    elif metric.is_instant and not metric.expires:
        gained -= 0.15
    if metric.is_flag and asked.top is not None and asked.top.said and asked.top.count > 1 and not metric.state_label:
        gained -= 0.5  # a yes or no has no highest
    if metric.is_flag and (asked.has("fullness", "free") or (asked.threshold and asked.threshold.unit)):
        gained -= 0.5
    said = {word.low for word in asked.words}
    states = said & (DOWN_WORDS | UP_WORDS)
    if states and {"health", "healthy"} & set(metric.words):
        gained += 0.35 if "unhealthy" in said and ("un", "healthy") in itertools.pairwise(metric.words) else 0.2
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
    if states and "probe" in metric.words and said & _SITES:
        gained += 0.35
    if states and metric.is_flag:
        gained += (0.05 if states <= _OF_RUNS else 0.35) if metric.name == "up" else 0.15
    return gained


def _by_state_as_written(asked: Asked, fit: Fit) -> float:
    """`DOWN`, `Running`: a state spelled as one metric spells it."""
    held = {value for m in fit.matchers for value in m.value.split("|") if not value.islower() and len(value) > 2}
    said = {word.text for word in asked.words if not word.quoted}
    return 0.15 if held & said and any(m.label in STATES for m in fit.matchers if m.value in said) else 0.0


_VOLUME = re.compile(
    r"\b(?:upload|download|data|traffic|transfer|egress|ingress|read|write)s? (?:volume|size|amount)\b", re.IGNORECASE
)
_FLOWS = frozenset("rate rates throughput speed per flow velocity frequency rps qps tps iops".split())
_SITES = frozenset("site sites website websites url urls page pages domain domains homepage homepages".split())
# What a run or a call does; a target is down.
_OF_RUNS = frozenset({"failed", "failing", "broken"})
_EXPIRY = re.compile(
    r"expir|cert|ssl|tls|renew|valid|until|till|laps|\b(?:due|next|before|left|when|ends?|eta|arriv\w*|overdue|late)\b",
    re.IGNORECASE,
)


def _by_moment(asked: Asked, metric: Prepared) -> float:
    if not metric.is_instant:
        return 0.0
    rated = -0.5 if asked.per is not None else 0.0  # a moment comes once
    bound = asked.threshold.unit if asked.threshold else None
    tiny = bound is not None and bound.dimension == "time" and bound.size < 1  # no age is told in milliseconds
    return rated + (-0.5 if tiny else 0.0) - (0.3 if metric.expires and not _EXPIRY.search(asked.text) else 0.0)


def _by_change(asked: Asked, metric: Prepared) -> float:
    """Growth, filling up, sizes, and counts of a span."""
    gained = 0.0
    if asked.has("delta", "deriv", "predict", "fullness") and not asked.when.against:
        gained += 0.05 if metric.type == "gauge" else 0.0
        gained += (
            0.04 if "size" in metric.words or (metric.unit is not None and metric.unit.dimension == "bytes") else 0.0
        )
    if asked.has("fullness") and not asked.has("until", "predict") and metric.type == "gauge":
        gained += 0.15 if _tells_fill(asked, metric) else 0.0
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
    return gained


def _tells_fill(asked: Asked, metric: Prepared) -> bool:
    """A level, or a share that was named in full: fragmentation says nothing about how full a pool is."""
    if {"level", "fill", "full", "used", "usage", "utilization", "occupancy", "charge", "soc"} & set(metric.words):
        return True
    share = metric.unit is not None and metric.unit.dimension == "share"
    return share and set(metric.stems) - {stem(metric.unit.name if metric.unit else "")} <= asked.meant_stems | _SHARES


_SHARES = frozenset(stem(word) for word in "ratio percent percentage pct share".split())


def _by_event(asked: Asked, fit: Fit) -> float:
    """`started an hour ago` is no matter of the last heartbeat."""
    if not fit.metric.is_instant or not asked.has("age"):
        return 0.0
    happened = [word for word in asked.words if len(word.low) > 4 and word.low.endswith("ed") and not word.role]
    return (
        -0.35 if happened and not any(word.place in fit.told or word.place in fit.named for word in happened) else 0.0
    )


def _by_length(asked: Asked, metric: Prepared) -> float:
    """The longest queue is the one with the most in it, and not the one that takes longest."""
    if not _LONG_QUEUE.search(asked.text) or asked.has("spent"):
        return 0.0
    counted = metric.type == "gauge" and metric.unit is None and not (metric.is_flag or metric.is_instant)
    return 0.2 if counted else -0.3


_LONG_QUEUE = re.compile(
    r"\b(?:longest|shortest) (?:[\w-]+ ){0,2}(?:queues?|lines?|backlogs?|lists?)\b(?! (?:time|wait|latency|duration))"
    r"|\bqueue length\b",
    re.IGNORECASE,
)


def _by_age(asked: Asked, metric: Prepared) -> float:
    """`how old is the oldest`: an age that is measured as such."""
    aged = metric.unit is not None and metric.unit.dimension == "time" and metric.type == "gauge"
    if not aged or not asked.has("age"):
        return 0.0
    return 0.3 if {"age", "uptime", "oldest"} & {*metric.words, *metric.help_words} else 0.1


def _by_name(asked: Asked, metric: Prepared, timed: bool) -> float:
    gained = 0.08 * _side_by_side(asked, metric)
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
    bad = _BAD & set(metric.words)
    if bad and not any(stem(one) in asked.meant_stems for one in bad):
        gained -= 0.07
    if metric.name.endswith("_max") and metric.unit is not None and metric.unit.dimension == "time":
        gained += 0.4 if _LONGEST.search(asked.text) and asked.quantile is None else -0.15
    if {"file", "inode"} & set(metric.words) and {"filesystem", "fs", "disk"} & set(metric.words):
        gained -= 0.0 if re.search(r"inode|files", asked.text, re.IGNORECASE) else 0.15
    if "size" in metric.words and re.search(r"\bhow (?:big|large)\b", asked.text, re.IGNORECASE):
        gained += 0.15
    if re.match(r"\s*how (?:much|many) (?:\w+ )?(?:is|are)\b", asked.text, re.IGNORECASE) and not asked.when.window:
        gained += 0.06 if metric.type == "gauge" else 0.0
    if "seen" in metric.words and any(word.low in ("seen", "heard", "silent", "reported") for word in asked.words):
        gained += 0.3
    return gained


def _side_by_side(asked: Asked, metric: Prepared) -> int:
    """`order value`: words that stand beside each other in the name as well."""
    named = set(itertools.pairwise(metric.words))
    return sum(
        (singular(a.low), singular(b.low)) in named and b.place == a.place + len(a.text) + 1
        for a, b in itertools.pairwise(asked.words)
    )


def _by_time(asked: Asked, fit: Fit, timed: bool) -> float:
    metric, gained = fit.metric, 0.0
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
    if metric.words[-1:] == ("created",) or (metric.words[-1:] == ("info",) and not (asked.has("count") and fit.by)):
        gained -= 0.2
    elif metric.words[-1:] == ("info",) and not asked.when.window:
        gained += 0.15
    return gained


_IS_SHARE = frozenset("ratio percent percentage pct perc share util utilization usage load".split())
_OF_MONEY = re.compile(
    r"money|cost|cash|revenue|turnover|amount|earn|spen[dt]|worth|value|price|income|sales|budget|fee|pay|charge|[$€£]"
    r"|usd|eur|gbp|dollar|euro",
    re.IGNORECASE,
)
_LONGEST = re.compile(r"\b(?:longest|slowest|worst|highest|max|maximum|peak)\b", re.IGNORECASE)
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
        "setpoint",
        "target",
        "nominal",
        "configured",
    }
)
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
