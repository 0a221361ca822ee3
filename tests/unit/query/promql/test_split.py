"""The same query by one more label, or not at all."""

import pytest

from bot.query.promql.split import split


@pytest.mark.parametrize(
    ("query", "by_pod"),
    [
        ("sum(rate(x[5m]))", "sum by (pod) (rate(x[5m]))"),
        ("sum by (service) (x)", "sum by (service, pod) (x)"),
        ("sum by () (x)", "sum by (pod) (x)"),
        (
            'histogram_quantile(0.95, sum by (le) (rate(x_bucket{service="a"}[5m])))',
            'histogram_quantile(0.95, sum by (le, pod) (rate(x_bucket{service="a"}[5m])))',
        ),
        ("sum(rate(x[5m])) / sum(rate(y[5m]))", "sum by (pod) (rate(x[5m])) / sum by (pod) (rate(y[5m]))"),
        ("x", None),  # told apart by everything already
        ("sum by (pod) (x)", None),
        ("sum without (pod) (x)", None),
        ('sum by (service) (x{a="by (q)"})', None),  # quoted text must not be changed
        ('sum(x{a="sum(b)"})', None),
        ("topk(3, x)", None),
        ("sum(", None),
    ],
)
def test_a_query_by_one_more_label(query, by_pod):
    assert split(query, "pod") == by_pod
