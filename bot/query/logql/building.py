"""What the grammar's rules become: nodes of the tree. Called by the parser, rule by rule, from the inside out."""

import math
import re
from dataclasses import replace
from itertools import pairwise
from typing import Any, Literal, TypeVar

from lark import Token, Transformer
from lark.visitors import v_args

from bot.query.logql import tree
from bot.query.logql.quoting import to_bytes, to_nanoseconds, unquoted

T = TypeVar("T")

_WHOLE = re.compile("".join(rf"(?:\d+{unit})?" for unit in ("y", "w", "d", "h", "m", "s", "ms")))


class Misread(Exception):  # noqa: N818 - named as the errors people are told of
    def __init__(self, at: int, why: str) -> None:
        super().__init__(why)
        self.at = at
        self.why = why


def place(token: Token) -> int:
    return token.start_pos or 0


def text(token: Token) -> str:
    try:
        return unquoted(token)
    except (ValueError, OverflowError):
        raise Misread(place(token), "a string has a backslash that means nothing") from None


def _tests(first: tree.Test, *rest: Any) -> tree.Test:
    """`and` before `or`, as usual; a comma is an `and` that takes all that follows for its right side."""
    links, tests = rest[::2], (first, *rest[1::2])
    comma = next((i for i, link in enumerate(links) if link.type == "COMMA"), None)
    if comma is not None:
        both = tree.Both(tests[comma], _tests(tests[comma + 1], *rest[2 * comma + 2 :]))
        return _tests(first, *rest[: 2 * comma - 1], both) if comma else both
    groups: list[tree.Test] = [first]
    for link, test in zip(links, tests[1:], strict=True):
        if link.type == "AND":
            groups[-1] = tree.Both(groups[-1], test)
        else:
            groups.append(test)
    either = groups[0]
    for group in groups[1:]:
        either = tree.Either(either, group)
    return either


@v_args(inline=True)
class Builder(Transformer[Token, tree.Expression]):
    # Lines

    def logs(self, opened: Token, *rest: Any) -> tree.Logs:
        matchers = rest[0] if rest and isinstance(rest[0], tuple) else ()
        return tree.Logs(matchers, rest[1:] if matchers else rest, place(opened))

    def inner(self, inside: T) -> T:
        return inside

    def matchers(self, *each: tree.Matcher) -> tuple[tree.Matcher, ...]:
        return each

    def matcher(self, name: Token, sign: Any, value: Token) -> tree.Matcher:
        return tree.Matcher(str(name), str(sign), text(value), place(name))  # type: ignore[arg-type]

    def needle(self, value: Token) -> tree.Needle:
        return tree.Needle(text(value), at=place(value))

    def ip_needle(self, _: Token, value: Token) -> tree.Needle:
        return tree.Needle(text(value), ip=True, at=place(value))

    def line_filter(self, sign: Token, *needles: tree.Needle) -> tree.LineFilter:
        return tree.LineFilter(str(sign), needles)  # type: ignore[arg-type]

    def extraction(self, label: Token, _: Token | None = None, path: Token | None = None) -> tree.Extraction:
        return tree.Extraction(str(label), text(path) if path else str(label), place(label))

    def extractions(self, *each: tree.Extraction) -> tuple[tree.Extraction, ...]:
        return each

    def json(self, extractions: tuple[tree.Extraction, ...] = ()) -> tree.Json:
        return tree.Json(extractions)

    def logfmt(self, *rest: Any) -> tree.Logfmt:
        extractions = rest[-1] if rest and isinstance(rest[-1], tuple) else ()
        return tree.Logfmt("--strict" in rest, "--keep-empty" in rest, extractions)

    def regexp(self, _: Token, value: Token) -> tree.Regexp:
        return tree.Regexp(text(value), place(value))

    def pattern(self, _: Token, value: Token) -> tree.Pattern:
        return tree.Pattern(text(value), place(value))

    def unpack(self) -> tree.Unpack:
        return tree.Unpack()

    def decolorize(self) -> tree.Decolorize:
        return tree.Decolorize()

    def line_format(self, _: Token, value: Token) -> tree.LineFormat:
        return tree.LineFormat(text(value), place(value))

    def change(self, label: Token, _: Token, source: Token) -> tree.Change:
        template = source.type == "STRING"
        return tree.Change(str(label), text(source) if template else str(source), template, place(label))

    def label_format(self, *changes: tree.Change) -> tree.LabelFormat:
        return tree.LabelFormat(changes)

    def named(self, label: Token, sign: Any = None, value: Token | None = None) -> tree.Named:
        if value is None:
            return tree.Named(str(label), at=place(label))
        return tree.Named(str(label), str(sign), text(value), place(label))  # type: ignore[arg-type]

    def drop(self, *labels: tree.Named) -> tree.Drop:
        return tree.Drop(labels)

    def keep(self, *labels: tree.Named) -> tree.Keep:
        return tree.Keep(labels)

    def unwrap(self, word: Token, *rest: Any) -> tree.Unwrap:
        return tree.Unwrap(str(rest[-1]), str(rest[0]) if len(rest) > 1 else "", place(word))  # type: ignore[arg-type]

    # Label filters

    def label_filter(self, test: tree.Test) -> tree.LabelFilter:
        return tree.LabelFilter(test)

    def tests(self, first: tree.Test, *rest: Any) -> tree.Test:
        """Side by side is as with a comma between."""
        linked: list[Any] = []
        for before, part in pairwise((first, *rest)):
            apart = not isinstance(before, Token) and not isinstance(part, Token)
            linked += (Token("COMMA", ","), part) if apart else (part,)
        return _tests(first, *linked)

    def text_test(self, label: Token, sign: Any, value: Token) -> tree.TextTest:
        return tree.TextTest(str(label), str(sign), text(value), place(label))  # type: ignore[arg-type]

    def ip_test(self, label: Token, sign: Any, _: Token, value: Token) -> tree.TextTest:
        return tree.TextTest(str(label), str(sign), tree.Ip(text(value)), place(label))  # type: ignore[arg-type]

    def measure_test(self, label: Token, sign: Any, value: float | tree.Duration | tree.Bytes) -> tree.MeasureTest:
        return tree.MeasureTest(str(label), "==" if sign == "=" else str(sign), value)  # type: ignore[arg-type]

    def duration(self, *rest: Token) -> tree.Duration:
        return tree.Duration(to_nanoseconds(rest[-1]) * (-1 if len(rest) > 1 else 1))

    def size(self, value: Token) -> tree.Bytes:
        return tree.Bytes(to_bytes(value))

    # Numbers

    def number(self, *rest: Token) -> float:
        value = float(rest[-1])
        if math.isinf(value):
            raise Misread(place(rest[-1]), "a number is too large")
        return -value if rest[0] == "-" else value

    def ranged(self, logs: tree.Logs, length: Token, *rest: Any) -> tree.Ranged:
        offset = rest[0] if rest and isinstance(rest[0], tree.Duration) else tree.Duration(0)
        stages = tuple(part for part in rest if not isinstance(part, tree.Duration))
        if stages and logs.stages:
            raise Misread(place(length), "a range stands either before the pipeline or after it, not within")
        if not _WHOLE.fullmatch(length):
            raise Misread(place(length), "a range is written in whole units, largest first, such as 1h30m")
        inside = tree.Logs(logs.matchers, logs.stages or stages, logs.at)
        return tree.Ranged(inside, tree.Duration(to_nanoseconds(length)), offset)

    def offset(self, _: Token, *rest: Token) -> tree.Duration:
        return self.duration(*rest)

    def labels(self, *names: Token) -> tuple[str, ...]:
        return tuple(str(name) for name in names)

    def grouping(self, word: Token, labels: tuple[str, ...]) -> tree.Grouping:
        return tree.Grouping(labels, without=word == "without")

    def over_time(self, function: Token, *rest: Any) -> tree.OverTime:
        parameter, ranged, grouping = _arguments(rest)
        return tree.OverTime(str(function), ranged, parameter, grouping, place(function))

    def aggregate(self, function: Token, *rest: Any) -> tree.Aggregate:
        parameter, inner, grouping = _arguments(rest)
        return tree.Aggregate(str(function), inner, parameter, grouping, place(function))

    def aggregate_grouped(self, function: Token, grouping: tree.Grouping, *rest: Any) -> tree.Aggregate:
        return self.aggregate(function, *rest, grouping)

    def literal(self, value: float) -> tree.Number:
        return tree.Number(value)

    def vector(self, _: Token, value: float) -> tree.Vector:
        return tree.Vector(value)

    def label_replace(self, word: Token, inner: tree.Metric, *words: Token) -> tree.LabelReplace:
        target, replacement, source, expression = (text(each) for each in words)
        return tree.LabelReplace(inner, target, replacement, source, expression, place(word))

    # Operators

    def join(self, word: Token, labels: tuple[str, ...]) -> tree.Matching:
        return tree.Matching(labels=labels, on=word == "on")

    def side(self, word: Token) -> Literal["left", "right"]:
        return "left" if word == "group_left" else "right"

    def matching(self, *rest: Any) -> tree.Matching:
        matching = next((part for part in rest if isinstance(part, tree.Matching)), tree.Matching())
        for part in rest:
            match part:
                case "left" | "right":
                    matching = replace(matching, many=part)
                case tuple():
                    matching = replace(matching, include=part)
        return replace(matching, as_bool="bool" in rest)

    def binary(self, left: tree.Metric, word: Token, matching: tree.Matching, right: tree.Metric) -> tree.Binary:
        return tree.Binary(str(word), left, right, matching, place(word))


def _arguments(rest: tuple[Any, ...]) -> tuple[float | None, Any, tree.Grouping | None]:
    parameter, rest = (rest[0], rest[1:]) if isinstance(rest[0], float) else (None, rest)
    return parameter, rest[0], rest[1] if len(rest) > 1 else None
