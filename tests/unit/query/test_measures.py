from datetime import timedelta

import promql_parser
import pytest

from bot.model.series import Metric
from bot.query import measures
from bot.query.measures import BY_NAME, MEASURES


@pytest.mark.parametrize("measure", MEASURES, ids=lambda measure: measure.name)
@pytest.mark.parametrize("by", ["", "service"])
@pytest.mark.parametrize("where", [{}, {"service": "checkout", "env": "prod"}])
def test_every_measure_writes_promql(measure, by, where):
    query = measures.write(measure, where, by, timedelta(hours=2))
    promql_parser.parse(query)
    assert measure.metric in query


@pytest.mark.parametrize("value", ['a"} or up{x="', "back\\slash", "new\nline", "tab\t", "€🎉", "`"])
def test_a_hostile_value_stays_a_value(value):
    query = measures.write(BY_NAME["traffic"], {"service": value})
    parsed = promql_parser.parse(query)
    selectors = []

    def visit(node):
        if isinstance(node, promql_parser.VectorSelector):
            selectors.append(node)
        for child in (
            getattr(node, "expr", None),
            getattr(node, "vs", None),
            getattr(node, "vector_selector", None),
            *(getattr(node, "args", None) or []),
        ):
            if child is not None and not isinstance(child, str):
                visit(child)

    visit(parsed)
    assert len(selectors) == 1
    assert [m.value for m in selectors[0].matchers.matchers] == [value]


@pytest.mark.parametrize(
    ("metric", "query"),
    [
        (Metric("a_total", "counter"), "sum (rate(a_total[5m]))"),
        (Metric("b", "gauge"), "avg (b)"),
        (Metric("c", "histogram"), "histogram_quantile(0.95, sum by (le) (rate(c_bucket[5m])))"),
    ],
)
def test_a_metric_is_read_as_its_type_asks(metric, query):
    assert measures.write(measures.of_metric(metric), {}) == query
