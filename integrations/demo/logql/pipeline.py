"""A query's stages, one after the other, over the lines of its streams."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import assert_never

from bot.query.logql import tree
from bot.query.logql.matching import fits
from integrations.demo.logql.filters import label_filter, line_filter
from integrations.demo.logql.measures import number, seconds, size
from integrations.demo.logql.parsers import Step, from_json, from_logfmt, from_pattern, from_regexp, unpacked
from integrations.demo.logql.streams import DETAILS, ERROR, Entry, Lined, selected
from integrations.demo.logql.templates import template

_COLOURS = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
CONVERSIONS = {"": number, "duration": seconds, "duration_seconds": seconds, "bytes": size}


def entries(logs: tree.Logs, streams: Iterable[Lined], start: int, end: int) -> Iterator[Entry]:
    """What is left of the lines with start <= at < end, stream by stream, oldest first."""
    steps = [_step(stage) for stage in logs.stages]
    for stream in selected(logs.matchers, streams):
        for at, line in stream.between(start, end):
            entry = Entry(at, line, dict(stream.labels), stream.labels)
            if all(step(entry) for step in steps):
                yield entry


def _step(stage: tree.Stage) -> Step:
    match stage:
        case tree.LineFilter():
            return line_filter(stage)
        case tree.LabelFilter():
            return label_filter(stage.test)
        case tree.Json():
            return from_json(stage)
        case tree.Logfmt():
            return from_logfmt(stage)
        case tree.Regexp():
            return from_regexp(stage)
        case tree.Pattern():
            return from_pattern(stage)
        case tree.Unpack():
            return unpacked
        case tree.LineFormat():
            return _line_format(stage)
        case tree.LabelFormat():
            return _label_format(stage.changes)
        case tree.Decolorize():
            return _decolorized
        case tree.Drop():
            return _drop(stage.labels)
        case tree.Keep():
            return _keep(stage.labels)
        case tree.Unwrap():
            return _unwrap(stage)
        case _:
            assert_never(stage)


def _line_format(stage: tree.LineFormat) -> Step:
    written = template(stage.template)

    def step(entry: Entry) -> bool:
        entry.line = written(entry)
        return True

    return step


def _label_format(changes: Sequence[tree.Change]) -> Step:
    written = {change.label: template(change.source) for change in changes if change.template}

    def step(entry: Entry) -> bool:
        for change in changes:
            if change.template:
                entry.labels[change.label] = written[change.label](entry)
            elif change.source in entry.labels:
                entry.labels[change.label] = entry.labels.pop(change.source)
        return True

    return step


def _decolorized(entry: Entry) -> bool:
    entry.line = _COLOURS.sub("", entry.line)
    return True


def _named(labels: Sequence[tree.Named], name: str, value: str) -> bool:
    return any(one.label == name and fits(one, value) for one in labels)


def _drop(labels: Sequence[tree.Named]) -> Step:
    def step(entry: Entry) -> bool:
        entry.labels = {name: value for name, value in entry.labels.items() if not _named(labels, name, value)}
        return True

    return step


def _keep(labels: Sequence[tree.Named]) -> Step:
    def step(entry: Entry) -> bool:
        entry.labels = {
            name: value
            for name, value in entry.labels.items()
            if name in (ERROR, DETAILS) or _named(labels, name, value)
        }
        return True

    return step


def _unwrap(stage: tree.Unwrap) -> Step:
    """Lines without the label have no number; a label that is none counts as 0 and is marked as an error."""
    convert = CONVERSIONS[stage.conversion]

    def step(entry: Entry) -> bool:
        text = entry.labels.get(stage.label, "")
        if not text:
            return False
        try:
            entry.number = convert(text)
        except ValueError as problem:
            entry.number = 0.0
            entry.fail("SampleExtractionErr", str(problem))
        return True

    return step
