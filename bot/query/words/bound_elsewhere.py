"""Use from one exporter and its bound from another, joined on the labels they share: `80 % of their memory limit`."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

from bot.query.plan import Binary, Call, Expr, Selector
from bot.query.words.asked import Asked
from bot.query.words.fits import Fit
from bot.query.words.index import Index
from bot.query.words.prepared import Prepared
from bot.query.words.reading import Reading
from bot.query.words.shaping import RATE_WINDOW, gathered
from bot.query.words.shares import finished
from bot.query.words.tokens import stem

_BOUND_WORDS = frozenset(
    "limit limits quota quotas request requests max maximum capacity allocatable ceiling setpoint setpoints"
    " target targets nominal budget allowance planned plan goal".split()
)


_OF_THEIR = re.compile(
    r"(?:%|percent|pct|share|part|half|quarter) of (?:its|their|his|her)(?: own)? (?P<bound>[\w ]+)", re.IGNORECASE
)


def of_bound(asked: Asked, index: Index, fitted: Callable[[Asked, Index], list[Fit]]) -> Iterator[Reading]:
    """`over 80 % of their memory limit`: use from one exporter, its bound from another, joined on what they share."""
    said = _OF_THEIR.search(asked.text)
    theirs = said.span("bound") if said is not None else (0, 0)
    bounds = [word for word in asked.words if word.low in _BOUND_WORDS]
    bounds = bounds or [word for word in asked.words if word.place in range(*theirs)]
    if not bounds:
        return
    rest = replace(asked, words=tuple(word for word in asked.words if word not in bounds), flags=asked.flags - {"max"})
    wholes = [
        fit
        for fit in fitted(asked, index)[:12]
        if fit.metric.type == "gauge" and any(w.place in fit.named for w in bounds)
    ]
    parts = [
        fit
        for fit in fitted(rest, index)[:16]
        if not fit.loose
        and not {stem(word) for word in _BOUND_WORDS & set(fit.metric.words)} - rest.stems
        and fit.metric.type in ("gauge", "counter")
        and fit.named
        and not fit.metric.is_flag
        and not fit.metric.is_instant
    ]
    for whole in wholes[:2]:
        for part in parts[:4]:
            shared = tuple(
                label for label in part.metric.labels if label in whole.metric.labels and label != "container"
            )
            wanted = tuple(dict.fromkeys((*whole.by, *whole.which, *part.by, *part.which)))
            fixed = {m.label for m in part.matchers if m.op == "="} & {m.label for m in whole.matchers if m.op == "="}
            by = tuple(label for label in wanted if label in shared) or (
                shared if set(shared) == set(part.metric.labels) else tuple(one for one in shared if one not in fixed)
            )
            unsaid = set(whole.loose) & set(part.loose)
            if any(label not in shared for label in (*whole.groups, *(whole.which if asked.top else ()))):
                continue  # it must tell apart what was asked to be told apart
            alike = part.named & whole.named - {word.place for word in bounds}
            if not (by or alike or fixed) or unsaid or part.metric is whole.metric or not _measures_alike(part, whole):
                continue
            merged = replace(
                whole,
                groups=by,
                which=(),
                score=0.7 * max(whole.score, part.score) + 0.3 * min(whole.score, part.score),
                loose=(),
            )

            spent = bool(asked.when.window) and not asked.has("graph") and _same_measure(part, whole)

            def at(
                ago: timedelta, part: Fit = part, whole: Fit = whole, by: tuple[str, ...] = by, spent: bool = spent
            ) -> Expr:
                used: Expr = Selector(part.metric.name, part.matchers, offset=ago)
                if part.metric.counts:
                    function, window = ("increase", asked.when.window) if spent else ("rate", RATE_WINDOW)
                    used = Call(function, (Selector(part.metric.name, part.matchers, window, ago),))
                return Binary(
                    "/",
                    gathered("sum", used, by),
                    gathered("sum", Selector(whole.metric.name, whole.matchers, offset=ago), by),
                )

            names = (part.metric.name, whole.metric.name)
            made = finished(asked, merged, at, False, "share of", names, _relation(part.metric, whole.metric))
            if made is not None:
                yield made


def _relation(part: Prepared, whole: Prepared) -> float:
    """What is of one family, and told apart by the same labels, belongs together."""
    kin = 0.16 if len(set(part.words) & set(whole.words)) > 1 or part.unit else 0.0
    kin += 0.06 if set(part.labels) == set(whole.labels) else 0.0
    kin += 0.03 if part.words[:1] == whole.words[:1] else 0.0
    return kin + (0.04 if part.type == whole.type else 0.0)


def _same_measure(part: Fit, whole: Fit) -> bool:
    """Money of a budget adds up over a span; processors of a limit do not."""
    a, b = part.metric.unit, whole.metric.unit
    return a is not None and b is not None and a.dimension == b.dimension in ("money", "bytes", "energy", "volume")


def _measures_alike(part: Fit, whole: Fit) -> bool:
    if part.metric.counts and part.metric.unit is None and not _PER_TIME & set(whole.metric.words):
        return False  # so many a second are no share of so many
    if part.metric.counts and {"cpu", "core"} & set(part.metric.words) & set(whole.metric.words):
        return True  # seconds a second are cores
    if part.metric.unit is not None and whole.metric.unit is not None:
        return part.metric.unit.dimension == whole.metric.unit.dimension
    if whole.metric.unit is not None and not part.metric.counts:
        return whole.metric.unit.dimension in ("count", "share")
    by_value = {m.value for m in whole.matchers}
    return bool(by_value & set(part.metric.words)) or part.metric.unit is None


_PER_TIME = frozenset("rate second minute hour rps qps tps rpm budget".split())
