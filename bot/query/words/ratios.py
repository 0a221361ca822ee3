"""Shares and percentages: a part of one metric by a label, two metrics that belong together, a gauge that is one."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from bot.query.plan import Binary, Call, Expr, Selector
from bot.query.words.asked import Asked
from bot.query.words.fits import Fit
from bot.query.words.index import Index
from bot.query.words.paired import both
from bot.query.words.reading import Reading
from bot.query.words.shaping import gathered, scaled
from bot.query.words.shares import finished, windows


def of_two(asked: Asked, fits: list[Fit], index: Index) -> Iterator[Reading]:
    """`A divided by B`, `A per B`: two things named one after the other."""
    middle = _middle(asked, fits)
    if middle is None:
        return
    heads = [fit for fit in fits if _side(asked, fit, 0, middle)]
    tails = [fit for fit in fits if _side(asked, fit, middle, len(asked.text))]
    heads.sort(key=lambda fit: -_strength(asked, fit, index, 0, middle))
    tails.sort(key=lambda fit: -_strength(asked, fit, index, middle, len(asked.text)))
    for a in heads[:3]:
        for b in tails[:3]:
            if a.metric is b.metric:
                continue
            merged = both(a, b)
            if merged is None or merged.loose:
                continue
            by = tuple(
                label
                for label in dict.fromkeys((*a.by, *b.by))
                if label in a.metric.labels and label in b.metric.labels
            )
            window, _ = windows(asked)
            gain = _strength(asked, a, index, 0, middle) + _strength(asked, b, index, middle, len(asked.text))
            merged = replace(merged, score=merged.score + 0.3 * (gain - 2))
            yield from _two(asked, a, b, replace(merged, groups=by), window)


def _strength(asked: Asked, fit: Fit, index: Index, start: int, end: int) -> float:
    held = [
        index.strengths(word.low).get(fit.metric.place, 0.0)
        for word in asked.words
        if start <= word.place < end and not word.role
    ]
    spare = len(set(fit.metric.words) - {word.low for word in asked.words})
    return sum(held) / (len(held) or 1) - 0.01 * spare


_BETWEEN = re.compile(
    r"\bas (?:a |an )?(?:share|fraction|percentage|percent|part|proportion|ratio|%) of\b"
    r"|\bdivided by\b|\brelative to\b|\bversus\b|\bvs\b|\bout of\b|\bcompared to\b|\bto\b"
    r"|\bper\b|\bfor each\b|\bfor every\b"
)


def _middle(asked: Asked, fits: list[Fit]) -> int | None:
    """Where the second thing begins; `per request` counts only where no label is called so."""
    for match in _BETWEEN.finditer(asked.text.lower()):
        behind = [word for word in asked.words if word.place >= match.end()]
        if not behind or behind[0].place - match.end() > 12:
            continue
        if match[0] == "to" and not asked.has("ratio"):
            continue
        if match[0] in ("per", "for each", "for every") and behind[0].place in {
            p for fit in fits[:3] for p in fit.grouped
        }:
            continue
        return match.start()
    return None


def _side(asked: Asked, fit: Fit, start: int, end: int) -> bool:
    """Whether a metric explains by its name what stands there."""
    held = [word for word in asked.words if start <= word.place < end and not word.soft]
    soft = [word for word in asked.words if start <= word.place < end and word.soft]
    named = any(word.place in fit.named for word in held or soft)
    return named and all(word.place in fit.told or word.place in fit.named for word in held)


def _two(asked: Asked, a: Fit, b: Fit, merged: Fit, window: timedelta) -> Iterator[Reading]:
    def side(fit: Fit, ago: timedelta) -> Expr:
        name = f"{fit.metric.name}_count" if fit.metric.type == "histogram" else fit.metric.name
        if fit.metric.type in ("counter", "histogram"):
            return gathered("sum", Call("rate", (Selector(name, fit.matchers, window, ago),)), merged.by)
        plain = Selector(name, fit.matchers, offset=ago)
        same = set(a.metric.labels) == set(b.metric.labels) and a.metric.type == b.metric.type
        return plain if same and not merged.by and not asked.has("sum") else gathered("sum", plain, merged.by)

    def at(ago: timedelta) -> Expr:
        return scaled(Binary("/", side(a, ago), side(b, ago)), asked.each)

    made = finished(asked, merged, at, False, "ratio of", (a.metric.name, b.metric.name), 0.02)
    if made is not None:
        yield made
