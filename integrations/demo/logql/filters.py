"""Which lines stay: by their text, and by their labels."""

import operator
from collections.abc import Callable, Sequence
from typing import assert_never

from bot.model.regexes import compiled
from bot.query.logql import tree
from bot.query.logql.addresses import within
from bot.query.logql.matching import fits
from bot.query.logql.pattern import split
from integrations.demo.logql.measures import addresses, number, seconds, size
from integrations.demo.logql.parsers import Step
from integrations.demo.logql.streams import Entry

COMPARE: dict[str, Callable[[float, float], bool]] = {
    "==": operator.eq, "!=": operator.ne, ">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le,
}  # fmt: skip


def line_filter(stage: tree.LineFilter) -> Step:
    tests = [_has(stage.sign, needle) for needle in stage.needles]
    if stage.sign in ("!=", "!~", "!>"):
        return lambda entry: not any(test(entry.line) for test in tests)
    return lambda entry: any(test(entry.line) for test in tests)


def _has(sign: tree.LineSign, needle: tree.Needle) -> Callable[[str], bool]:
    text = needle.text
    if needle.ip:
        inside = within(text)
        return lambda line: any(inside(address) for address in addresses(line))
    match sign:
        case "|=" | "!=":
            return lambda line: text in line
        case "|~" | "!~":
            expression = compiled(text)
            return lambda line: expression.search(line) is not None
        case "|>" | "!>":
            parts = split(text)
            return lambda line: _like(parts, line)


def _like(parts: Sequence[tuple[bool, str]], line: str) -> bool:
    """Literals in their order, each at the first place it is found, with something for every <_> between and behind."""
    at = 0
    for index, (capture, text) in enumerate(parts):
        if capture:
            continue
        found = line.find(text, at)
        if found < 0 or (index and found == at):
            return False
        at = found + len(text)
    rest = at < len(line)
    return rest is parts[-1][0] if line and parts else not (line or parts)


def label_filter(test: tree.Test) -> Step:
    match test:
        case tree.Both():
            left, right = label_filter(test.left), label_filter(test.right)
            return lambda entry: bool(left(entry) & right(entry))  # both, for either may set an error
        case tree.Either():
            left, right = label_filter(test.left), label_filter(test.right)
            return lambda entry: left(entry) or right(entry)
        case tree.TextTest(label, sign, tree.Ip(text)):
            return _address_test(label, within(text), wanted=sign == "=")
        case tree.TextTest(label, sign, str(value)):
            matcher = tree.Matcher(label, sign, value)
            return lambda entry: fits(matcher, entry.labels.get(label, ""))
        case tree.MeasureTest():
            return _measure_test(test)
        case _:
            raise TypeError(test)


def _address_test(label: str, inside: Callable[..., bool], *, wanted: bool) -> Step:
    def step(entry: Entry) -> bool:
        if label not in entry.labels:
            return False
        return any(inside(address) for address in addresses(entry.labels[label])) is wanted

    return step


def _measure_test(test: tree.MeasureTest) -> Step:
    """A label that cannot be read lets the line pass, marked as an error; so does an earlier error."""
    read, wanted = _reader(test.value)
    compare = COMPARE[test.sign]

    def step(entry: Entry) -> bool:
        if entry.failed:
            return True
        text = entry.labels.get(test.label, "")
        if not text:
            return False
        try:
            return compare(read(text), wanted)
        except ValueError as problem:
            entry.fail("LabelFilterErr", str(problem))
            return True

    return step


def _reader(value: float | tree.Duration | tree.Bytes) -> tuple[Callable[[str], float], float]:
    match value:
        case tree.Duration(nanoseconds):
            return seconds, nanoseconds / 1e9
        case tree.Bytes(count):
            return size, float(count)
        case float():
            return number, value
        case _:
            assert_never(value)
