"""What a source lists series by series is one metric each, with the type that its queries need."""

import pytest

from bot.model.series import Labels, Metric, labels_of
from bot.query.folding import fold, known

HISTOGRAM = ("latency_seconds_bucket", "latency_seconds_sum", "latency_seconds_count")
SUMMARY = ("pause_seconds", "pause_seconds_sum", "pause_seconds_count")


@pytest.mark.parametrize(
    ("names", "described", "expected"),
    [
        (HISTOGRAM, [Metric("latency_seconds", "histogram")], [("latency_seconds", "histogram", False)]),
        (HISTOGRAM, [], [("latency_seconds", "histogram", False)]),  # nobody described it, and its parts tell
        (HISTOGRAM, [Metric(f"latency_seconds{part}") for part in ("_bucket", "_sum", "_count")],
         [("latency_seconds", "histogram", False)]),
        (("latency_seconds",), [Metric("latency_seconds", "histogram")], [("latency_seconds", "histogram", True)]),
        (SUMMARY, [Metric("pause_seconds", "summary")], [("pause_seconds", "summary", False)]),
        (SUMMARY[1:], [Metric("pause_seconds", "summary")], [("pause_seconds", "summary", False)]),
        (("jobs_total",), [Metric("jobs_total", "counter")], [("jobs_total", "counter", False)]),
        (("jobs_total",), [Metric("jobs", "counter")], [("jobs_total", "counter", False)]),  # OpenMetrics' way
        (("jobs_total",), [], [("jobs_total", "counter", False)]),
        (("jobs_total",), [Metric("jobs_total", "unknown")], [("jobs_total", "counter", False)]),
        (("jobs_total",), [Metric("jobs_total", "gauge")], [("jobs_total", "gauge", False)]),
        (("queue_depth",), [Metric("queue_depth", "gauge")], [("queue_depth", "gauge", False)]),
        (("queue_depth",), [], [("queue_depth", "unknown", False)]),
        (("oven_bucket",), [], [("oven_bucket", "unknown", False)]),  # a bucket without a count is a bucket
        (("build",), [Metric("build", "info")], [("build", "unknown", False)]),
        ((), [Metric("gone", "gauge")], []),  # described, and there no more
    ],
)  # fmt: skip
def test_one_metric_each(names, described, expected):
    assert [(one.name, one.type, one.native) for one in fold(names, described)] == expected


def test_labels_of_a_histogram_are_read_from_its_counts():
    (one,) = fold(HISTOGRAM, [Metric("latency_seconds", "histogram", "How long.", "seconds")])
    assert one.read == "latency_seconds_count"
    (metric,) = known([one], {"latency_seconds_count": Labels({"service": ("a", "b")}, frozenset({"service"}))})
    assert (metric.help, metric.unit, metric.labels, metric.cut) == (
        "How long.", "seconds", {"service": ("a", "b")}, {"service"},
    )  # fmt: skip


def test_a_label_with_too_many_values_is_known_to_be_cut():
    series = [{"pod": f"pod-{n:03}", "env": "prod"} for n in range(50)]
    found = labels_of(series, most=3)
    assert found == Labels({"env": ("prod",), "pod": ("pod-000", "pod-001", "pod-002")}, frozenset({"pod"}))
