"""What accepted queries name, so that the data has it: bounds of histograms, phrases, values and sizes in log lines."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bot.query.logql import tree
from bot.query.logql.parse import parse
from tests.eval import worth
from tests.eval.questions import Question

_PLAIN = re.compile(r"[\w .:/-]+")


@dataclass(frozen=True)
class LineHints:
    """Of one service's lines."""

    phrases: frozenset[str] = frozenset()
    values: Mapping[str, frozenset[str]] = field(default_factory=dict)  # by field
    sizes: Mapping[str, frozenset[float]] = field(default_factory=dict)  # thresholds by field, in seconds or bytes


NONE = LineHints()


@dataclass(frozen=True)
class Hints:
    bounds: Mapping[str, frozenset[str]] = field(default_factory=dict)  # `le` by histogram
    lines: Mapping[tuple[str, str], LineHints] = field(default_factory=dict)  # by catalogue and service


def of(questions: Sequence[Question]) -> Hints:
    return Hints(_bounds(questions), _lines(questions))


def _bounds(questions: Sequence[Question]) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for question in questions:
        for accepted in question.accept if question.lang == "promql" else ():
            for selector in worth.selectors(accepted.q):
                limits = [matcher.value for matcher in selector.matchers.matchers if matcher.name == "le"]
                found[(selector.name or "").removesuffix("_bucket")].update(limits)
    return {name: frozenset(limits) for name, limits in found.items() if limits}


def _lines(questions: Sequence[Question]) -> Mapping[tuple[str, str], LineHints]:
    found: dict[tuple[str, str], list[tree.Logs]] = defaultdict(list)
    for question in questions:
        for accepted in question.accept if question.lang == "logql" else ():
            for logs in tree.selections(parse(accepted.q)):
                for matcher in logs.matchers:
                    found[question.catalog, matcher.value].append(logs)
    return {key: _named(selections) for key, selections in found.items()}


def _named(selections: Iterable[tree.Logs]) -> LineHints:
    phrases: set[str] = set()
    values: dict[str, set[str]] = defaultdict(set)
    sizes: dict[str, set[float]] = defaultdict(set)
    for logs in selections:
        for stage in logs.stages:
            if isinstance(stage, tree.LineFilter):
                phrases.update(text for needle in stage.needles if _PLAIN.fullmatch(text := _bare(needle.text)))
            for test in tests_of(stage.test) if isinstance(stage, tree.LabelFilter) else ():
                if isinstance(test, tree.MeasureTest) and test.sign in ("==", "!="):
                    values[test.label].add(f"{_size(test.value):g}")
                elif isinstance(test, tree.MeasureTest):
                    sizes[test.label].add(_size(test.value))
                elif isinstance(test, tree.TextTest) and isinstance(test.value, str) and _PLAIN.fullmatch(test.value):
                    values[test.label].add(test.value)
    return LineHints(
        frozenset(phrases),
        {label: frozenset(known) for label, known in values.items()},
        {label: frozenset(known) for label, known in sizes.items()},
    )


def _bare(text: str) -> str:
    return text.removeprefix("(?i)")


def tests_of(test: tree.Test) -> Iterator[tree.TextTest | tree.MeasureTest]:
    if isinstance(test, tree.Both | tree.Either):
        yield from tests_of(test.left)
        yield from tests_of(test.right)
    else:
        yield test


def _size(value: float | tree.Duration | tree.Bytes) -> float:
    if isinstance(value, tree.Duration):
        return value.nanoseconds / 1e9
    return float(value.count if isinstance(value, tree.Bytes) else value)
