"""The demo world's PromQL against a real Prometheus that holds the same samples: same series, same values."""

import math
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import promql_parser as syntax
import pytest

from bot.model.errors import Rejected
from integrations.demo.promql.evaluate import evaluate
from integrations.demo.promql.vectors import Vector
from integrations.demo.world import DemoWorld, milliseconds
from tests.integration.prometheus.peer import Excerpt, ask, serving

pytestmark = [pytest.mark.peers, pytest.mark.timeout(300)]

NOON = datetime(2026, 3, 18, 12, 0, tzinfo=UTC)  # a bad deploy of checkout began at 11:15
START, END = NOON - timedelta(hours=3), NOON + timedelta(minutes=30)
KEPT = (
    '{service=~"checkout|auth|shipping",env="prod"}',
    '{__name__=~"node_cpu.*|node_filesystem.*",region="us-east-2"}',
    '{__name__=~"external_.*|queue_depth|ai_.*"}',
)

BUCKETS = 'http_request_duration_seconds_bucket{service="checkout"}'
MEMORY = "process_resident_memory_bytes"

QUERIES = (
    # selectors
    "queue_depth",
    'http_requests_total{service="checkout",status="500"}',
    'http_requests_total{service!="checkout",method="GET",status=~"[45].."}',
    'http_requests_total{region!~"us-.*"}',
    '{__name__=~"external_.+",provider=~"stripe|maps"}',
    'queue_depth{queue=~"e.*s?"}',
    'queue_depth{queue=~"mail"}',
    'queue_depth{nothing=""}',
    'queue_depth{queue=~".*|x"}',
    "queue_depth offset 10m",
    "queue_depth offset -5m",
    f"queue_depth @ {NOON.timestamp()}",
    "queue_depth @ start()",
    "queue_depth @ end() offset 7m",
    "nothing_of_the_kind",
    'app_info{service="checkout"}',
    # rates and their like
    "rate(http_requests_total[5m])",
    "rate(http_requests_total[1m])",
    "rate(http_requests_total[20s])",
    "rate(http_requests_total[7m13s] offset 11m)",
    f"rate(http_requests_total[10m] @ {NOON.timestamp()})",
    "rate(ai_tokens_total[5m])",
    "increase(http_requests_total[1h])",
    "increase(ai_requests_total[30m])",
    "increase(deployments_total[1h])",
    "irate(http_requests_total[5m])",
    "delta(queue_depth[10m])",
    f"delta({MEMORY}[2h])",
    "idelta(queue_depth[5m])",
    f"deriv({MEMORY}[30m])",
    "deriv(external_service_up[10m])",
    f"predict_linear({MEMORY}[1h], 3600)",
    f"predict_linear({MEMORY}[1h] offset 20m, 4 * 3600)",
    "resets(http_requests_total[2h])",
    "changes(queue_depth[10m])",
    "changes(process_start_time_seconds[3h])",
    # over time
    "avg_over_time(queue_depth[10m])",
    "min_over_time(queue_depth[10m])",
    "max_over_time(queue_depth[10m])",
    "sum_over_time(queue_depth[10m])",
    "count_over_time(queue_depth[10m])",
    "last_over_time(queue_depth[10m])",
    "quantile_over_time(0.9, queue_depth[10m])",
    "quantile_over_time(1.5, queue_depth[10m])",
    "quantile_over_time(-1, queue_depth[10m])",
    "stddev_over_time(queue_depth[10m])",
    f"stddev_over_time({MEMORY}[1h])",
    "stdvar_over_time(queue_depth[10m])",
    "present_over_time(queue_depth[10m])",
    "absent_over_time(queue_depth[10m])",
    'absent_over_time(nothing{a="b"}[10m])',
    # absent, scalars, time
    "absent(queue_depth)",
    'absent(nothing{a="b",c=~"d",e!="f"})',
    'absent(nothing{a="b",a="c"})',
    "absent(sum(nothing))",
    "time()",
    "vector(time())",
    "vector(1)",
    'scalar(queue_depth{queue="orders"})',
    "scalar(queue_depth)",
    "timestamp(queue_depth)",
    "timestamp(queue_depth offset 3m)",
    "timestamp(sum(queue_depth))",
    "pi()",
    "hour()",
    "minute(process_start_time_seconds)",
    "day_of_week()",
    "day_of_month(process_start_time_seconds)",
    "month()",
    "year()",
    # histograms
    f"histogram_quantile(0.95, sum by (le) (rate({BUCKETS}[5m])))",
    f"histogram_quantile(0.5, sum by (le, region) (rate({BUCKETS}[5m])))",
    "histogram_quantile(0.99, rate(http_request_duration_seconds_bucket[10m]))",
    f"histogram_quantile(0, rate({BUCKETS}[5m]))",
    f"histogram_quantile(1, rate({BUCKETS}[5m]))",
    f"histogram_quantile(1.1, rate({BUCKETS}[5m]))",
    f"histogram_quantile(-0.1, rate({BUCKETS}[5m]))",
    'histogram_quantile(0.9, rate(http_request_duration_seconds_bucket{le!="+Inf"}[5m]))',
    'histogram_quantile(0.9, rate(http_request_duration_seconds_bucket{le=~"0.005|0.1|[+]Inf"}[5m]))',
    "histogram_quantile(0.9, rate(ai_request_duration_seconds_bucket[1m]))",
    "histogram_quantile(0.9, ai_request_duration_seconds_bucket)",
    "rate(http_request_duration_seconds_sum[5m]) / rate(http_request_duration_seconds_count[5m])",
    # one value at a time
    "abs(queue_depth - 9)",
    "ceil(external_service_response_seconds * 10)",
    "floor(external_service_response_seconds * 10)",
    "round(external_service_response_seconds, 0.05)",
    "round(external_service_response_seconds * -10)",
    "clamp(queue_depth, 5, 9)",
    "clamp(queue_depth, 9, 5)",
    "clamp_min(queue_depth, 8)",
    "clamp_max(queue_depth, 8)",
    "exp(queue_depth / 10)",
    "ln(queue_depth)",
    "log2(queue_depth - 6)",
    "log10(queue_depth)",
    "sqrt(queue_depth - 6)",
    "sgn(queue_depth - 6)",
    "sort(queue_depth)",
    f"sort_desc({MEMORY})",
    # labels
    'label_replace(queue_depth, "first", "$1", "queue", "(.).*")',
    'label_replace(queue_depth, "queue", "$1-${1}$2", "queue", "(.)(.*)")',
    'label_replace(queue_depth, "env", "", "queue", ".*")',
    'label_replace(queue_depth, "x", "y", "queue", "order")',
    'label_join(app_info, "name", "/", "service", "version")',
    # aggregations
    "sum(queue_depth)",
    "sum by (service) (rate(http_requests_total[5m]))",
    "sum without (method, status) (rate(http_requests_total[5m]))",
    "sum by (nothing) (queue_depth)",
    f"avg by (region) ({MEMORY})",
    f"min by (service) ({MEMORY})",
    f"max by (service, region) ({MEMORY})",
    "count by (service) (http_requests_total)",
    "group by (service) (http_requests_total)",
    f"stddev by (service) ({MEMORY})",
    f"stdvar by (region) ({MEMORY})",
    f"topk(2, {MEMORY})",
    f"topk by (service) (1, {MEMORY})",
    f"bottomk(3, {MEMORY})",
    "topk(0, queue_depth)",
    f"quantile(0.75, {MEMORY})",
    f"quantile by (service) (0.1, {MEMORY})",
    'count_values("depth", queue_depth)',
    'count_values by (service) ("state", db_pool_connections)',
    "max(sqrt(queue_depth - 1000))",
    # operators
    "1 + 2 * 3 ^ 2 % 5 - -4 / 8",
    "-queue_depth",
    "queue_depth * 2 ^ 0.5",
    "10 / (queue_depth - queue_depth)",
    "queue_depth % 4",
    "queue_depth atan2 3",
    "queue_depth > 8",
    "8 < queue_depth",
    "queue_depth >= bool 8",
    "queue_depth != 6",
    "1 == bool 1",
    f"{MEMORY} / container_spec_memory_limit_bytes",
    f"{MEMORY} > {MEMORY} offset 1h",
    f"{MEMORY} > bool on (service, region) {MEMORY} offset 1h",
    "node_filesystem_avail_bytes / node_filesystem_size_bytes < 0.6",
    "sum by (service) (rate(http_requests_total[5m])) * on (service) group_right () "
    "sum by (service, region) (rate(http_requests_total[5m]))",
    'rate(http_requests_total{status="500"}[5m]) / on (service, region) group_left '
    "sum by (service, region) (rate(http_requests_total[5m]))",
    'sum by (service, region, env) (rate(http_requests_total[5m])) * on (service, region) group_left (version) '
    'app_info{service="auth"}',
    'sum by (service) (rate(http_requests_total{status=~"5.."}[5m])) / ignoring () '
    "sum by (service) (rate(http_requests_total[5m]))",
    'rate(http_requests_total{status="500",method="GET"}[5m]) / ignoring (status, method) '
    'rate(http_requests_total{status="200",method="GET"}[5m])',
    f'{MEMORY} and on (service) http_requests_total{{service="auth"}}',
    f'{MEMORY} unless on (service) http_requests_total{{service="auth"}}',
    f'queue_depth > 8 or {MEMORY}{{service="auth"}} > 2.4e8',
    "(queue_depth > 8) or vector(0)",
    "queue_depth and queue_depth > 8",
    "1 - avg by (instance) (rate(node_cpu_seconds_total{mode=\"idle\"}[5m]))",
    "sum(rate(ai_cost_usd_total[1h])) * 86400 * 30",
    # subqueries
    "max_over_time(rate(http_requests_total[2m])[10m:1m])",
    "avg_over_time(sum by (service) (rate(http_requests_total[2m]))[20m:])",
    "quantile_over_time(0.5, (queue_depth > 8)[30m:45s])",
    "rate(sum by (service) (http_requests_total)[10m:30s] offset 5m)",
    "min_over_time(sqrt(queue_depth - 8)[10m:30s])",
    f"deriv({MEMORY}[30m:2m] @ {NOON.timestamp()})",
    # refused by both
    "queue_depth + on (env) queue_depth",
    "queue_depth * on (env) group_left external_service_up",
    'rate({__name__=~"ai_requests_total|ai_tokens_total",tool="triage"}[5m]) + 1',
    'label_replace(queue_depth, "queue", "same", "", "")',
)  # fmt: skip

SPANS = {
    "instant": (NOON + timedelta(seconds=7), NOON + timedelta(seconds=7), 60),
    "just after the deploy": (NOON - timedelta(minutes=42), NOON - timedelta(minutes=42), 60),
    "range": (START - timedelta(minutes=10), END + timedelta(minutes=10), 97),
    "dense range": (NOON - timedelta(minutes=50), NOON - timedelta(minutes=40), 5),
}


@pytest.fixture(scope="module")
def excerpt() -> Excerpt:
    return Excerpt(DemoWorld(seed=1).at(END), milliseconds(START), milliseconds(END))


@pytest.fixture(scope="module")
def prometheus(tmp_path_factory: pytest.TempPathFactory, excerpt: Excerpt) -> Iterator[str]:
    folder: Path = tmp_path_factory.mktemp("prometheus")
    batches = []
    for text in KEPT:
        selector = syntax.parse(text)
        assert isinstance(selector, syntax.VectorSelector)
        batches += excerpt.select(None, selector.matchers.matchers, excerpt.start, excerpt.end)
    with serving(folder, batches) as url:
        yield url


Answer = dict[tuple[tuple[str, str], ...], dict[int, float]]


def theirs(url: str, query: str, start: datetime, end: datetime, step: int) -> Answer | None:
    """By labels and by time (milliseconds); None where the query is refused."""
    if start == end:
        answer = ask(url, "query", query=query, time=start.timestamp())
    else:
        answer = ask(url, "query_range", query=query, start=start.timestamp(), end=end.timestamp(), step=step)
    if answer["status"] != "success":
        return None
    result = answer["data"]["result"]
    if answer["data"]["resultType"] == "scalar":
        result = [{"metric": {}, "values": [result]}]
    return {
        tuple(sorted(row["metric"].items())): {
            round(at * 1000): float(value) for at, value in row.get("values") or [row["value"]]
        }
        for row in result
    }


def ours(excerpt: Excerpt, query: str, start: datetime, end: datetime, step: int) -> Answer | None:
    kept = _Kept(excerpt)
    try:
        value, at = evaluate(query, kept, milliseconds(start), milliseconds(end), step * 1000)
    except Rejected:
        return None
    if not isinstance(value, Vector):
        return {(): dict(zip(at.tolist(), value.tolist(), strict=True))}
    rows = zip(value.labels, value.values, value.present, strict=True)
    answer = {
        labels: {int(t): float(v) for t, v, p in zip(at, values, there, strict=True) if p}
        for labels, values, there in rows
    }
    return {labels: points for labels, points in answer.items() if points}


class _Kept:
    """Only what Prometheus was given."""

    def __init__(self, excerpt: Excerpt) -> None:
        self._excerpt = excerpt
        self._wanted = [syntax.parse(text).matchers.matchers for text in KEPT]  # type: ignore[attr-defined]

    def select(self, name, matchers, start, end):  # type: ignore[no-untyped-def]
        return [
            batch for wanted in self._wanted for batch in self._excerpt.select(name, [*matchers, *wanted], start, end)
        ]


def _equal(a: float, b: float) -> bool:
    if math.isnan(a) or math.isnan(b):
        return math.isnan(a) and math.isnan(b)
    return math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-12)


@pytest.mark.parametrize("span", SPANS)
@pytest.mark.parametrize("query", QUERIES)
def test_the_demo_world_answers_as_prometheus_does(prometheus: str, excerpt: Excerpt, query: str, span: str) -> None:
    expected = theirs(prometheus, query, *SPANS[span])
    answer = ours(excerpt, query, *SPANS[span])

    if expected is None or answer is None:
        assert answer is None
        assert expected is None
        return
    assert answer.keys() == expected.keys()
    for labels, points in expected.items():
        assert answer[labels].keys() == points.keys(), labels
        wrong = {t: (answer[labels][t], v) for t, v in points.items() if not _equal(answer[labels][t], v)}
        assert not wrong, (labels, dict(list(wrong.items())[:3]))


@pytest.mark.parametrize("query", ["sort(queue_depth)", f"sort_desc({MEMORY})", f"topk(3, {MEMORY})"])
def test_the_order_of_an_instant_is_the_same(prometheus: str, excerpt: Excerpt, query: str) -> None:
    expected = theirs(prometheus, query, *SPANS["instant"])
    answer = ours(excerpt, query, *SPANS["instant"])

    assert answer is not None
    assert expected is not None
    assert list(answer) == list(expected)


def test_there_is_something_to_compare(prometheus: str) -> None:
    answered = [query for query in QUERIES if theirs(prometheus, query, *SPANS["range"])]

    assert len(answered) >= 130
