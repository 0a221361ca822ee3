"""Names in a query that its catalogue does not have: of metrics, labels and fields, and values asked for by `=`."""

from collections.abc import Iterable, Iterator
from typing import Any

import promql_parser as syntax

from bot.query.logql import tree
from integrations.demo.promql.reading import read
from tests.eval import log_worth, worth
from tests.eval.hints import tests_of
from tests.eval.questions import Catalog

ENDINGS = {"histogram": ("_bucket", "_count", "_sum"), "summary": ("", "_count", "_sum")}
EXTRA = {"_bucket": {"le": None}, "": {"quantile": None}}  # any value


def unknown(query: str, lang: str, catalog: Catalog) -> list[str]:
    return _in_metrics(query, catalog) if lang == "promql" else list(_in_logs(query, catalog))


def _in_metrics(query: str, catalog: Catalog) -> list[str]:
    series = dict(_series(catalog))
    found: list[str] = []
    for node in worth.walk(read(query)):
        if isinstance(node, syntax.VectorSelector):
            found += _in_selector(node, series)
        elif isinstance(node, syntax.AggregateExpr) and node.modifier is not None:
            known = set().union(*series.values())
            found += [label for label in node.modifier.labels if label not in known]
    return found


def _in_selector(node: syntax.VectorSelector, series: dict[str, dict[str, Any]]) -> Iterator[str]:
    if node.name not in series:
        yield node.name or "a selector without a metric"
        return
    for matcher in node.matchers.matchers:
        if matcher.name not in series[node.name]:
            yield matcher.name
            continue
        values = series[node.name][matcher.name]
        if matcher.op == syntax.MatchOp.Equal and values is not None and matcher.value not in (*values, ""):
            yield matcher.value


def _series(catalog: Catalog) -> Iterator[tuple[str, dict[str, Any]]]:
    for metric in catalog["metrics"]:
        for ending in ENDINGS.get(metric["type"], ("",)):
            extra = EXTRA.get(ending, {}) if metric["type"] in ENDINGS else {}
            yield metric["name"] + ending, {**metric.get("labels", {}), **extra}


def _in_logs(query: str, catalog: Catalog) -> Iterator[str]:
    logs = catalog.get("logs", {"stream_labels": {}, "apps": {}})
    streams: dict[str, list[str]] = logs["stream_labels"]
    fields = set(streams).union(*(about["fields"] for about in logs["apps"].values()))
    for part in tree.parts(log_worth.read(query)):
        match part:
            case tree.Logs():
                for matcher in part.matchers:
                    if matcher.name not in streams:
                        yield matcher.name
                    elif matcher.sign == "=" and matcher.value not in streams[matcher.name]:
                        yield matcher.value
                yield from (name for name in _in_stages(part.stages) if name not in fields)
            case tree.OverTime(grouping=tree.Grouping(labels)) | tree.Aggregate(grouping=tree.Grouping(labels)):
                yield from (name for name in labels if name not in fields)


def _in_stages(stages: Iterable[tree.Stage]) -> Iterator[str]:
    for stage in stages:
        if isinstance(stage, tree.LabelFilter):
            yield from (test.label for test in tests_of(stage.test) if test.label != "__error__")
        elif isinstance(stage, tree.Unwrap):
            yield stage.label
