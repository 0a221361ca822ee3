from datetime import timedelta

import pytest

from bot.model.errors import Problem
from bot.query.catalog import Catalog, KnownMetric
from bot.query.limits import Limits
from bot.query.promql.check import Checked, checked

PODS = tuple(f"pod-{number}" for number in range(400))
CATALOG = Catalog(
    metrics=(
        KnownMetric(
            "http_requests_total", "counter", labels={"job": ("api", "web"), "status": ("200", "500"), "pod": PODS}
        ),
        KnownMetric(
            "http_request_duration_seconds", "histogram", labels={"job": ("api", "web"), "le": ("0.1", "+Inf")}
        ),
        KnownMetric("rpc_seconds", "histogram", labels={"job": ("api",)}, native=True),
        KnownMetric("gc_seconds", "summary", labels={"job": ("api",)}),
        KnownMetric("memory_bytes", "gauge", labels={"job": ("api", "web"), "pod": PODS}),
        KnownMetric("build", "gauge"),
        KnownMetric("mystery", "unknown", labels={"job": ("api",)}),
    )
)


@pytest.mark.parametrize(
    ("query", "says", "advice"),
    [
        ("http_request_total", "There is no metric “http_request_total”.", "Nearest: “http_requests_total”"),
        ("memory_byte", "There is no metric “memory_byte”.", "Nearest: “memory_bytes”"),
        ("sum(rate(salzburg[5m]))", "There is no metric “salzburg”.", ""),
        ('{job="api"}', "A selector names no metric that there is.", "Name"),
        ('{__name__=~"nothing.*"}', "A selector names no metric that there is.", "Name"),
        ("http_request_duration_seconds", "is a histogram: its series have other names", "Nearest: “http_request_d"),
        ("rpc_seconds_bucket", "There is no metric “rpc_seconds_bucket”.", ""),
        ('memory_bytes{jo="api"}', "There is no label “jo” on “memory_bytes”.", "Nearest: “job”"),
        ('memory_bytes{le="1"}', "There is no label “le” on “memory_bytes”.", ""),
        ('memory_bytes{job="ap"}', "“memory_bytes” has no job “ap”.", "Nearest: “api”."),
        ("sum by (pot) (memory_bytes)", "There is no label “pot” on these metrics.", "Nearest: “pod”"),
        (
            "memory_bytes / on (instance) http_requests_total",
            "There is no label “instance” on these metrics.",
            "",
        ),
        ("rate(memory_bytes[5m])", "rate needs a counter, and “memory_bytes” is a gauge.", "Ask"),
        ("increase(gc_seconds[5m])", "increase needs a counter, and “gc_seconds” is a summary.", "Ask"),
        ("irate(memory_bytes[5m])", "irate needs a counter", "Ask"),
        (
            "histogram_quantile(0.9, rate(http_requests_total[5m]))",
            "histogram_quantile needs the buckets of a histogram, and “http_requests_total” has none.",
            "",
        ),
        (
            "histogram_quantile(0.9, sum(rate(http_request_duration_seconds_bucket[5m])))",
            "histogram_quantile needs buckets that still have their label le.",
            "Add le",
        ),
        (
            "histogram_quantile(0.9, sum without (le) (rate(http_request_duration_seconds_bucket[5m])))",
            "histogram_quantile needs buckets that still have their label le.",
            "Add le",
        ),
        (
            "histogram_quantile(0.9, http_request_duration_seconds_bucket)",
            "histogram_quantile needs a rate of the buckets",
            "Put rate",
        ),
        (
            "histogram_quantile(95, rate(http_request_duration_seconds_bucket[5m]))",
            "histogram_quantile wants a share between 0 and 1, such as 0.95.",
            "",
        ),
        ("quantile(1.5, memory_bytes)", "quantile wants a share between 0 and 1", ""),
        ("quantile_over_time(-(0.5), memory_bytes[1h])", "quantile_over_time wants a share", ""),
        ("rate(http_requests_total[169h])", "A range within a query may cover 168 h at most.", "Ask"),
        ("max_over_time(memory_bytes[8d:1h])", "A range within a query may cover 168 h at most.", "Ask"),
        ("max_over_time(memory_bytes[7d:10s])", "A subquery has more than 11,000 steps.", "Take"),
        ("info(memory_bytes)", "info is experimental", ""),
        ('memory_bytes{job="a" or job="b"}', "Alternatives between matchers are not PromQL.", "Write"),
        ('memory_bytes{job=~"x{1001}"}', "The expression “x{1001}” cannot be read", ""),
        ('memory_bytes{job=~"(a"}', "illegal regex", ""),
        ("rate(memory_bytes)", "expected type matrix", ""),
        ("memory_bytes +", "This is not PromQL that I can read", ""),
    ],
)
def test_what_means_nothing_is_refused(query, says, advice):
    found = checked(query, CATALOG)

    assert isinstance(found, Problem)
    assert says in found.says
    assert found.advice.startswith(advice)


@pytest.mark.parametrize(
    ("query", "metrics", "at_most"),
    [
        ("http_requests_total", ("http_requests_total",), 1600),
        ('http_requests_total{job="api", status!="200"}', ("http_requests_total",), 400),
        ('http_requests_total{pod=~"pod-1.?", status=~"5.."}', ("http_requests_total",), 22),
        (
            "histogram_quantile(0.9, sum by (le, job) (rate(http_request_duration_seconds_bucket[5m])))",
            ("http_request_duration_seconds_bucket",),
            4,
        ),
        ("histogram_quantile(0.9, sum(rate(rpc_seconds[5m])))", ("rpc_seconds",), 1),
        (
            "rate(http_request_duration_seconds_sum[5m]) / rate(http_request_duration_seconds_count[5m])",
            ("http_request_duration_seconds_sum", "http_request_duration_seconds_count"),
            8,
        ),
        ('gc_seconds{quantile="0.5"}', ("gc_seconds",), 1),
        ("rate(gc_seconds_count[5m])", ("gc_seconds_count",), 1),
        ("rate(mystery[5m])", ("mystery",), 1),
        ('build{anything="x"}', ("build",), 1),
        ('absent(memory_bytes{job="gone"})', ("memory_bytes",), 400),
        ('sum by (team) (label_replace(memory_bytes, "team", "$1", "job", "(.*)"))', ("memory_bytes",), 800),
        ('count by (v) (count_values("v", memory_bytes))', ("memory_bytes",), 800),
        ('{__name__=~"memory.*"}', (), 800),
        ("1 + 1", (), 0),
    ],
)
def test_what_means_something_passes_with_what_it_reads(query, metrics, at_most):
    found = checked(query, CATALOG)

    assert isinstance(found, Checked), found
    assert (found.metrics, found.at_most) == (metrics, at_most)


@pytest.mark.parametrize(
    ("query", "passes"),
    [
        ("memory_bytes", False),
        ('memory_bytes{job="api"}', True),
        ("sum(memory_bytes)", True),
        ("topk(5, memory_bytes)", True),
    ],
)
def test_series_that_are_certainly_too_many_are_refused(query, passes):
    assert isinstance(checked(query, CATALOG, Limits(series=100)), Checked) is passes


@pytest.mark.parametrize(
    "query",
    ["up @ 1e300", "up @ NaN", "up offset 99999999y", "max_over_time(up[99999999y:1m])", "up[5m:0s]", "up[5m:1ns]"],
)
def test_instants_and_durations_beyond_all_bounds_stop_nothing(query):
    assert isinstance(checked(query), Checked | Problem)


def test_without_a_catalogue_the_language_itself_is_checked():
    assert isinstance(checked("rate(whatever[5m])"), Checked)
    assert isinstance(checked("histogram_quantile(0.9, sum(rate(x_bucket[5m])))"), Problem)
    assert isinstance(checked("rate(x[2h])", limits=Limits(span=timedelta(hours=1))), Problem)
