"""Shares and percentages: a part of one metric by a label, two metrics that belong together, a gauge that is one."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.query.plan import Binary, Call, Expr, Selector
from bot.query.words.asked import Asked
from bot.query.words.fits import Fit, tells_apart
from bot.query.words.index import Index
from bot.query.words.paired import both
from bot.query.words.pairs import BAD, DONE
from bot.query.words.reading import Reading
from bot.query.words.shaping import Value, gathered, scaled, shaped
from bot.query.words.shares import finished, windows
from bot.query.words.tokens import stem


@dataclass(frozen=True)
class Sides:
    """Where in the text the first thing stands, where the second, and what is between them."""

    first: tuple[int, int]
    second: tuple[int, int]
    op: str = "/"
    aside: bool = False  # what is around them is said of both


def of_two(asked: Asked, fits: list[Fit], index: Index) -> Iterator[Reading]:
    """`A divided by B`, `A per B`, `A minus B`: two things named one after the other."""
    sides = _sides(asked)
    if sides is None:
        return
    heads = [fit for fit in fits if _side(asked, fit, *sides.first)]
    tails = [fit for fit in fits if _side(asked, fit, *sides.second)]
    around = {id(fit): _around(asked, fit, index, sides) for fit in (*heads, *tails)}
    heads.sort(key=lambda fit: -_strength(asked, fit, index, *sides.first) - around[id(fit)])
    tails.sort(key=lambda fit: -_strength(asked, fit, index, *sides.second) - around[id(fit)])
    for a in heads[:3]:
        for b in tails[:3]:
            strangers = sides.aside and a.metric.words[:1] != b.metric.words[:1]
            measured = (a.metric.unit is None) != (b.metric.unit is None) and asked.has("of")
            if a.metric is b.metric or strangers or measured or (sides.op != "/" and a.metric.unit != b.metric.unit):
                continue
            merged = both(a, b)
            if merged is None or _unsaid(merged, sides):
                continue
            merged = replace(merged, loose=())
            by = tuple(
                label
                for label in dict.fromkeys((*a.by, *b.by))
                if label in a.metric.labels and label in b.metric.labels
            )
            window, _ = windows(asked)
            gain = _strength(asked, a, index, *sides.first) + _strength(asked, b, index, *sides.second)
            gain += around[id(a)] + around[id(b)]
            lost = {*a.by, *b.by} - set(by)  # a group that was asked for
            gain -= 1.0 if lost else 0.0
            told = (0.25 if sides.op != "/" or sides.aside else 0.0) + _kin(a, b)
            merged = replace(merged, score=merged.score + 0.3 * (gain - 2) + told)
            yield from _two(asked, a, b, replace(merged, groups=by), window, sides.op)


def _unsaid(merged: Fit, sides: Sides) -> bool:
    """Words that neither explains; what stands before the two of an aside only says what they are together."""
    if not sides.aside:
        return bool(merged.loose)
    return any(word.place >= sides.first[0] and word.place < sides.second[1] for word in merged.loose)


def _around(asked: Asked, fit: Fit, index: Index, sides: Sides) -> float:
    if not sides.aside:
        return 0.0
    spans = (range(*sides.first), range(*sides.second))
    outside = [word for word in asked.words if not word.role and not any(word.place in span for span in spans)]
    held = [index.strengths(word.low).get(fit.metric.place, 0.0) for word in outside if not word.soft]
    return sum(held) / (len(held) or 1)


def _kin(a: Fit, b: Fit) -> float:
    """Names that begin alike more often belong together."""
    return 0.08 if a.metric.words[:1] == b.metric.words[:1] else 0.0


def _strength(asked: Asked, fit: Fit, index: Index, start: int, end: int) -> float:
    held = [
        index.strengths(word.low).get(fit.metric.place, 0.0)
        for word in asked.words
        if start <= word.place < end and not word.role and not (word.soft and not index.strengths(word.low))
    ]
    spare = set(fit.metric.words) - {word.low for word in asked.words}
    told = {stem(word) for word in spare & (DONE | BAD)} - asked.meant_stems
    return sum(held) / (len(held) or 1) - 0.01 * len(spare) - (0.3 if told else 0.0)


_BETWEEN = re.compile(
    r"\bas (?:a |an )?(?:share|fraction|percentage|percent|part|proportion|ratio|%) of\b"
    r"|\bdivided by\b|\bagainst\b|\brelative to\b|\bversus\b|\bvs\b|\bout of\b|\bcompared to\b|\bto\b"
    r"|\bover\b|\bminus\b|\bless\b|\bplus\b|/|(?<= )[+-](?= )"
    r"|(?<=ed) of (?=[a-z]+ed\b)|(?:%|\bpercent(?:age)?|\bshare|\bfraction) of\b"
)
_LESSER = re.compile(r"\b(?:is|are|was|were|or|no|any|much) $")
_OPS = {"minus": "-", "less": "-", "plus": "+", "+": "+", "-": "-"}
# `runner utilization per pool (busy of online)`: the two stand alone.
_ASIDE = re.compile(
    r"[(,:]\s*(?P<a>[\w ]+?)\s*(?P<op>/|[+-]|\bof\b|\bover\b|\bminus\b|\bplus\b)\s*(?P<b>[\w ]+?)\s*(?=[),.;?]|$)"
)


def _sides(asked: Asked) -> Sides | None:
    text = asked.text.lower()
    aside = _ASIDE.search(text)
    if aside and all(any(w.place in range(*aside.span(side)) for w in asked.words) for side in ("a", "b")):
        return Sides(aside.span("a"), aside.span("b"), _OPS.get(aside["op"], "/"), aside=True)
    for match in _BETWEEN.finditer(text):
        behind = [word for word in asked.words if word.place >= match.end()]
        if not behind or behind[0].place - match.end() > 12:
            continue
        apart = match[0] == "/" and text[match.start() - 1 : match.end() + 1] == " / "
        if match[0] in ("to", "over", "/") and not (asked.has("ratio") or apart):
            continue
        if match[0] == "less" and (text[match.end() :].startswith(" than") or _LESSER.search(text[: match.start()])):
            continue
        if match[0].endswith(" of") and asked.threshold is not None:
            continue  # `slower than 90 % of the setpoint`
        return Sides((0, match.start()), (match.start(), len(text)), _OPS.get(match[0], "/"))
    return None


def _side(asked: Asked, fit: Fit, start: int, end: int) -> bool:
    """Whether a metric explains by its name what stands there."""
    held = [word for word in asked.words if start <= word.place < end and not word.soft]
    soft = [word for word in asked.words if start <= word.place < end and word.soft]
    plain = [word for word in held if not word.role]
    named = any(word.place in fit.named for word in plain or soft or held)
    return named and all(word.place in fit.told or word.place in fit.named for word in held)


def _two(asked: Asked, a: Fit, b: Fit, merged: Fit, window: timedelta, op: str) -> Iterator[Reading]:
    def side(fit: Fit, ago: timedelta) -> Expr:
        name = f"{fit.metric.name}_count" if fit.metric.type == "histogram" else fit.metric.name
        if fit.metric.type in ("counter", "histogram"):
            function = "increase" if op != "/" and asked.when.window and not asked.has("graph") else "rate"
            return gathered("sum", Call(function, (Selector(name, fit.matchers, window, ago),)), merged.by)
        plain = Selector(name, fit.matchers, offset=ago)
        same = set(a.metric.labels) == set(b.metric.labels) and a.metric.type == b.metric.type
        apart = not merged.by or tells_apart(merged.by, a.metric)
        return plain if same and apart and not asked.has("sum") else gathered("sum", plain, merged.by)

    if op != "/":
        value = Value(lambda ago: Binary(op, side(a, ago), side(b, ago)), a.metric.unit, merged.by)
        expr = shaped(value, asked)
        if expr is not None:
            names = (a.metric.name, b.metric.name)
            yield Reading(expr, merged.score, "difference of" if op == "-" else "sum of", "two", names, merged)
        return

    def at(ago: timedelta) -> Expr:
        return scaled(Binary("/", side(a, ago), side(b, ago)), asked.each)

    made = finished(asked, merged, at, False, "ratio of", (a.metric.name, b.metric.name), 0.02)
    if made is not None:
        yield made
