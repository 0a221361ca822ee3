"""The tree as text, in a form that reads back into the same tree."""

from collections.abc import Sequence
from typing import assert_never

from bot.query.logql import tree
from bot.query.logql.quoting import duration, number, quoted

# How tightly operators bind; what is equally tight stands to the left, but for powers.
TIGHTNESS = {
    "or": 1, "and": 2, "unless": 2, "==": 3, "!=": 3, "<": 3, "<=": 3, ">": 3, ">=": 3, "+": 4, "-": 4,
    "*": 5, "/": 5, "%": 5, "^": 6,
}  # fmt: skip


def written(expression: tree.Expression) -> str:
    match expression:
        case tree.Logs():
            return _logs(expression)
        case tree.OverTime():
            start = "" if expression.parameter is None else f"{number(expression.parameter)}, "
            return f"{expression.function}({start}{_ranged(expression.ranged)}){_grouping(expression.grouping)}"
        case tree.Aggregate():
            start = "" if expression.parameter is None else f"{number(expression.parameter)}, "
            grouping = _grouping(expression.grouping)
            return f"{expression.function}{grouping}{' ' if grouping else ''}({start}{written(expression.inner)})"
        case tree.Binary():
            return _binary(expression)
        case tree.LabelReplace():
            words = (expression.target, expression.replacement, expression.source, expression.expression)
            return f"label_replace({written(expression.inner)}, {', '.join(map(quoted, words))})"
        case tree.Number():
            return number(expression.value)
        case tree.Vector():
            return f"vector({number(expression.value)})"
        case _:
            assert_never(expression)


def _logs(logs: tree.Logs) -> str:
    words, before = [f"{{{', '.join(map(_matcher, logs.matchers))}}}"], None
    for stage in logs.stages:
        if isinstance(before, tree.Drop | tree.Keep) and isinstance(stage, tree.LineFilter):
            words.append('|= ""')  # every line has it; else `drop a != "x"` would be read as one
        words.append(_stage(stage))
        before = stage
    return " ".join(words)


def _ranged(ranged: tree.Ranged) -> str:
    offset = f" offset {duration(ranged.offset.nanoseconds)}" if ranged.offset.nanoseconds else ""
    return f"{_logs(ranged.logs)} [{duration(ranged.length.nanoseconds)}]{offset}"


def _grouping(grouping: tree.Grouping | None) -> str:
    if grouping is None:
        return ""
    return f" {'without' if grouping.without else 'by'} ({', '.join(grouping.labels)})"


def _matcher(matcher: tree.Matcher) -> str:
    return f"{matcher.name}{matcher.sign}{quoted(matcher.value)}"


def _stage(stage: tree.Stage) -> str:
    match stage:
        case tree.LineFilter():
            return f"{stage.sign} {' or '.join(map(_needle, stage.needles))}"
        case tree.Json():
            return f"| json{_extractions(stage.extractions)}"
        case tree.Logfmt():
            flags = f"{' --strict' if stage.strict else ''}{' --keep-empty' if stage.keep_empty else ''}"
            return f"| logfmt{flags}{_extractions(stage.extractions)}"
        case tree.Regexp():
            return f"| regexp {quoted(stage.expression)}"
        case tree.Pattern():
            return f"| pattern {quoted(stage.expression)}"
        case tree.Unpack():
            return "| unpack"
        case tree.LabelFilter():
            return f"| {_test(stage.test)}"
        case tree.LineFormat():
            return f"| line_format {quoted(stage.template)}"
        case tree.LabelFormat():
            return f"| label_format {', '.join(map(_change, stage.changes))}"
        case tree.Decolorize():
            return "| decolorize"
        case tree.Drop():
            return f"| drop {_named(stage.labels)}"
        case tree.Keep():
            return f"| keep {_named(stage.labels)}"
        case tree.Unwrap():
            return f"| unwrap {f'{stage.conversion}({stage.label})' if stage.conversion else stage.label}"
        case _:
            assert_never(stage)


def _needle(needle: tree.Needle) -> str:
    return f"ip({quoted(needle.text)})" if needle.ip else quoted(needle.text)


def _extractions(extractions: Sequence[tree.Extraction]) -> str:
    words = [one.label if one.label == one.path else f"{one.label}={quoted(one.path)}" for one in extractions]
    return f" {', '.join(words)}" if words else ""


def _change(change: tree.Change) -> str:
    return f"{change.label}={quoted(change.source) if change.template else change.source}"


def _named(labels: Sequence[tree.Named]) -> str:
    return ", ".join(f"{one.label}{one.sign}{quoted(one.value)}" if one.sign else one.label for one in labels)


def _test(test: tree.Test) -> str:
    match test:
        case tree.Both():
            return f"{_side(test.left)} and {_side(test.right)}"
        case tree.Either():
            return f"{_side(test.left)} or {_side(test.right)}"
        case tree.TextTest(label, sign, tree.Ip(text)):
            return f"{label}{sign}ip({quoted(text)})"
        case tree.TextTest(label, sign, str(value)):
            return f"{label}{sign}{quoted(value)}"
        case tree.MeasureTest():
            return f"{test.label} {test.sign} {_measure(test.value)}"
        case _:
            raise TypeError(test)


def _side(test: tree.Test) -> str:
    return f"({_test(test)})" if isinstance(test, tree.Both | tree.Either) else _test(test)


def _measure(value: float | tree.Duration | tree.Bytes) -> str:
    match value:
        case tree.Duration():
            return duration(value.nanoseconds)
        case tree.Bytes():
            return f"{value.count}B"
        case _:
            return number(value)


def _binary(binary: tree.Binary) -> str:
    own, upwards = TIGHTNESS[binary.operator], binary.operator == "^"
    left = _operand(binary.left, own + upwards)
    right = _operand(binary.right, own + (not upwards))
    return f"{left} {binary.operator}{_matching(binary.matching)} {right}"


def _operand(metric: tree.Metric, least: int) -> str:
    loose = isinstance(metric, tree.Binary) and TIGHTNESS[metric.operator] < least
    return f"({written(metric)})" if loose else written(metric)


def _matching(matching: tree.Matching) -> str:
    out = " bool" if matching.as_bool else ""
    if matching.labels is not None:
        out += f" {'on' if matching.on else 'ignoring'} ({', '.join(matching.labels)})"
    if matching.many:
        out += f" group_{matching.many} ({', '.join(matching.include)})"
    return out
