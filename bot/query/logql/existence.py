"""Whether the labels, values and fields that a LogQL query names are there; if not, the nearest that are."""

import re
from collections.abc import Iterator, Sequence

from bot.model.errors import Rejected
from bot.model.regexes import compiled
from bot.query.catalog import Catalog, KnownLogs
from bot.query.logql import tree
from bot.query.logql.matching import fits
from bot.query.logql.pattern import split
from bot.query.nearest import listed, nearest

ALWAYS = frozenset({"__error__", "__error_details__", "detected_level"})
_FOREIGN = re.compile(r"[^A-Za-z0-9_]")


def check_names(expression: tree.Expression, catalog: Catalog) -> None:
    for part in tree.parts(expression):
        if isinstance(part, tree.Logs):
            _check_streams(part, catalog)
            _check_fields(part, _used(part.stages), catalog)
        if isinstance(part, tree.OverTime | tree.Aggregate) and part.grouping and not part.grouping.without:
            made = {below.target for below in tree.parts(part) if isinstance(below, tree.LabelReplace)}
            wanted = [label for label in part.grouping.labels if label not in made]
            for logs in tree.selections(part):
                _check_fields(logs, wanted, catalog)


def _check_streams(logs: tree.Logs, catalog: Catalog) -> None:
    known = catalog.stream_labels
    for matcher in logs.matchers if known else ():
        if matcher.name not in known:
            near = nearest(matcher.name, known)
            raise Rejected(f"No log stream has a label “{matcher.name}”.", code="unknown", advice=listed(near))
        values = known[matcher.name]
        if matcher.sign == "=" and matcher.value and values and matcher.value not in values:
            says = f"No log stream has {matcher.name} “{matcher.value}”."
            raise Rejected(says, code="unknown", advice=listed(nearest(matcher.value, values)))


def _check_fields(logs: tree.Logs, wanted: Sequence[str], catalog: Catalog) -> None:
    """Only where it is known what the lines look like."""
    services = _services(logs, catalog)
    fields = {_FOREIGN.sub("_", name): one for one in services for name in one.fields}
    here = ALWAYS | set(catalog.stream_labels) | set(_made(logs.stages))
    if not fields:
        return
    for label in wanted:
        if label in here or any(label.startswith(f"{field}_") for field in fields):
            continue
        if label not in fields:
            if _reads(logs.stages):
                near = nearest(label, {*fields, *catalog.stream_labels})
                raise Rejected(f"These lines have no field “{label}”.", code="unknown", advice=listed(near))
        elif not any(isinstance(stage, tree.Json | tree.Logfmt | tree.Unpack) for stage in logs.stages):
            parser = fields[label].format
            raise Rejected(
                f"“{label}” stands within the lines, and the query does not read them.",
                code="unread",
                advice=f"Add | {parser} before it." if parser in ("json", "logfmt") else "",
            )


def _services(logs: tree.Logs, catalog: Catalog) -> Sequence[KnownLogs]:
    named = [
        one
        for one in catalog.logs
        if any(matcher.sign in ("=", "=~") and fits(matcher, one.service) for matcher in logs.matchers)
    ]
    return named or tuple(catalog.logs)


def _reads(stages: Sequence[tree.Stage]) -> bool:
    """Whether whole lines are taken apart, so that every field gets a label."""
    return any(isinstance(stage, tree.Json | tree.Logfmt) and not stage.extractions for stage in stages)


def _used(stages: Sequence[tree.Stage]) -> list[str]:
    tested = [label for stage in stages if isinstance(stage, tree.LabelFilter) for label in _tested(stage.test)]
    return [*tested, *(stage.label for stage in stages if isinstance(stage, tree.Unwrap))]


def _tested(test: tree.Test) -> Iterator[str]:
    match test:
        case tree.Both() | tree.Either():
            yield from _tested(test.left)
            yield from _tested(test.right)
        case tree.TextTest() | tree.MeasureTest():
            yield test.label


def _made(stages: Sequence[tree.Stage]) -> Iterator[str]:
    """Labels that the query makes itself."""
    for stage in stages:
        match stage:
            case tree.Json(extractions) | tree.Logfmt(extractions=extractions):
                yield from (one.label for one in extractions)
            case tree.Regexp(expression):
                yield from compiled(expression).groupindex
            case tree.Pattern(expression):
                yield from (text for capture, text in split(expression) if capture)
            case tree.LabelFormat(changes):
                yield from (change.label for change in changes)
