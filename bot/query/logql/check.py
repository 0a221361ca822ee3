"""Whether a LogQL query means something: what Loki would refuse after reading it, and what does not exist."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from bot.model.errors import Problem, Rejected
from bot.model.regexes import compiled, fault
from bot.query.catalog import Catalog
from bot.query.limits import Limits
from bot.query.logql import addresses, tree
from bot.query.logql.existence import check_names
from bot.query.logql.matching import fits
from bot.query.logql.parse import parse, refused
from bot.query.logql.pattern import pattern_fault

COUNTS_LINES = frozenset({"count_over_time", "bytes_rate", "bytes_over_time"})
EITHER = frozenset({"rate", "absent_over_time"})
GROUPED = frozenset(
    f"{name}_over_time" for name in ("avg", "stddev", "stdvar", "quantile", "max", "min", "first", "last")
)
RANKS = frozenset({"topk", "bottomk"})
SORTS = frozenset({"sort", "sort_desc"})
EVERYTHING = Limits()

_PATH = re.compile(r'(?:[A-Za-z_]\w*|\[(?:\d+|"(?:[^"\\]|\\.)*")\])(?:\.[A-Za-z_]\w*|\[(?:\d+|"(?:[^"\\]|\\.)*")\])*')


@dataclass(frozen=True, slots=True)
class Checked:
    text: str
    expression: tree.Expression

    @property
    def lines(self) -> bool:
        """Whether it comes to lines; otherwise to numbers."""
        return isinstance(self.expression, tree.Logs)


def checked(query: str, catalog: Catalog | None = None, limits: Limits = EVERYTHING) -> Checked | Problem:
    try:
        expression = parse(query)
        check(expression)
        _check_spans(expression, limits)
        if catalog is not None:
            check_names(expression, catalog)
    except Rejected as problem:
        return problem
    return Checked(query, expression)


def check(expression: tree.Expression) -> None:
    """Raises Rejected for the first thing that Loki would not take."""
    for at, why in _faults(expression):
        raise refused(at, why)


def _faults(expression: tree.Expression) -> Iterator[tuple[int, str]]:
    for part in tree.parts(expression):
        match part:
            case tree.Logs():
                yield from _logs(part)
                if part is expression and part.unwrap:
                    yield part.unwrap.at, "unwrap makes numbers, which only a function over a range can take"
            case tree.OverTime():
                yield from _over_time(part)
            case tree.Aggregate():
                yield from _aggregate(part)
            case tree.Binary():
                yield from _binary(part)
            case tree.LabelReplace():
                yield from _regex(part.expression, part.at)


def _logs(logs: tree.Logs) -> Iterator[tuple[int, str]]:
    for matcher in logs.matchers:
        if matcher.sign in ("=~", "!~"):
            yield from _regex(matcher.value, matcher.at)
    if all(fits(matcher, "") for matcher in logs.matchers):
        yield logs.at, 'a selector needs a label that cannot be empty, such as {app="checkout"} or {app=~".+"}'
    for stage in logs.stages:
        yield from _stage(stage)
    after = iter(logs.stages)
    if any(isinstance(stage, tree.Unwrap) for stage in after):
        for stage in after:
            if not isinstance(stage, tree.LabelFilter):
                yield logs.unwrap.at if logs.unwrap else logs.at, "only label filters may stand behind unwrap"


def _stage(stage: tree.Stage) -> Iterator[tuple[int, str]]:
    match stage:
        case tree.LineFilter(sign, needles):
            for needle in needles:
                if needle.ip and sign not in ("|=", "!="):
                    yield needle.at, "ip() goes with |= and != only"
                elif needle.ip:
                    yield from _address(needle.text, needle.at)
                elif sign in ("|~", "!~"):
                    yield from _regex(needle.text, needle.at)
                elif sign in ("|>", "!>") and (why := pattern_fault(needle.text, captures=False)):
                    yield needle.at, why
        case tree.Regexp(expression, at):
            yield from _regex(expression, at)
            if not fault(expression) and not compiled(expression).groupindex:
                yield at, "regexp needs a group with a name, such as (?P<status>\\d+)"
        case tree.Pattern(expression, at):
            if why := pattern_fault(expression, captures=True):
                yield at, why
        case tree.Json(extractions):
            for one in extractions:
                if not _PATH.fullmatch(one.path):
                    yield one.at, f"“{one.path}” is not a path into JSON"
        case tree.LabelFilter(test):
            for text in _text_tests(test):
                if isinstance(text.value, tree.Ip):
                    yield from _address(text.value.text, text.at)
                elif text.sign in ("=~", "!~"):
                    yield from _regex(text.value, text.at)
        case tree.LineFormat(template, at):
            yield from _template(template, at)
        case tree.LabelFormat(changes):
            for change in changes:
                if change.template:
                    yield from _template(change.source, change.at)
                if [other.label for other in changes].count(change.label) > 1:
                    yield change.at, f"“{change.label}” is formatted twice"
        case tree.Drop(labels) | tree.Keep(labels):
            for named in labels:
                if named.sign in ("=~", "!~"):
                    yield from _regex(named.value, named.at)


def _text_tests(test: tree.Test) -> Iterator[tree.TextTest]:
    match test:
        case tree.Both() | tree.Either():
            yield from _text_tests(test.left)
            yield from _text_tests(test.right)
        case tree.TextTest():
            yield test


def _template(template: str, at: int) -> Iterator[tuple[int, str]]:
    rest = re.sub(r"\{\{.*?\}\}", "", template, flags=re.DOTALL)
    if "{{" in rest or "}}" in rest:
        yield at, "a template opens {{ and does not close it, or the other way round"


def _over_time(node: tree.OverTime) -> Iterator[tuple[int, str]]:
    name, unwrap = node.function, node.ranged.logs.unwrap
    if node.ranged.length.nanoseconds <= 0:
        yield node.at, "a range must be longer than nothing"
    if unwrap and name in COUNTS_LINES:
        yield unwrap.at, f"{name} counts lines and takes no unwrap"
    if not unwrap and name not in COUNTS_LINES | EITHER:
        yield node.at, f"{name} needs numbers: unwrap a label first"
    if node.grouping and name not in GROUPED:
        yield node.at, f"{name} cannot be grouped; put sum by (…) around it"
    if name == "quantile_over_time" and node.parameter is None:
        yield node.at, "quantile_over_time needs to be told which, such as 0.95"
    if name != "quantile_over_time" and node.parameter is not None:
        yield node.at, f"{name} takes no number"
    if node.parameter is not None and not 0 <= node.parameter <= 1:
        yield node.at, "a quantile lies between 0 and 1"


def _aggregate(node: tree.Aggregate) -> Iterator[tuple[int, str]]:
    if node.function in RANKS and node.parameter is None:
        yield node.at, f"{node.function} needs to be told how many"
    if node.function in RANKS and node.parameter is not None and not (node.parameter >= 1 and node.parameter % 1 == 0):
        yield node.at, f"{node.function} wants a whole number above zero"
    if node.function not in RANKS and node.parameter is not None:
        yield node.at, f"{node.function} takes no number"
    if node.function in SORTS and node.grouping:
        yield node.at, f"{node.function} cannot be grouped"
    if isinstance(node.inner, tree.Number):
        yield node.at, f"{node.function} needs series, not a number"


def _binary(node: tree.Binary) -> Iterator[tuple[int, str]]:
    if node.operator in ("and", "or", "unless"):
        if isinstance(node.left, tree.Number) or isinstance(node.right, tree.Number):
            yield node.at, f"“{node.operator}” stands between series, not numbers"
        if node.matching.many:
            yield node.at, f"“{node.operator}” knows no group_{node.matching.many}"
    if node.matching.as_bool and node.operator not in ("==", "!=", "<", "<=", ">", ">="):
        yield node.at, "bool goes with comparisons only"


def _address(text: str, at: int) -> Iterator[tuple[int, str]]:
    if why := addresses.fault(text):
        yield at, why


def _regex(expression: str, at: int) -> Iterator[tuple[int, str]]:
    if why := fault(expression):
        yield at, f"the expression “{expression}” cannot be read ({why})"


def _check_spans(expression: tree.Expression, limits: Limits) -> None:
    for part in tree.parts(expression):
        if isinstance(part, tree.OverTime):
            limits.check_span(timedelta(microseconds=part.ranged.length.nanoseconds / 1000))
