"""The judge against the dev set's own questions: what is as good as an accepted query, and what is not."""

import os

import numpy as np
import pytest

from tests.eval import hints
from tests.eval.judge import judge
from tests.eval.likeness import same_thresholds
from tests.eval.questions import Answer, QuestionSet, sets
from tests.eval.worth import Comparison

SETS = sets()
HINTS = hints.of(SETS["dev"].questions) if "dev" in SETS else hints.Hints()
GOOD = (
    ("dp01", '(1 - avg by (instance) (rate(node_cpu_seconds_total{mode="idle"}[2m])))'),
    ("dp01", '100 * (1 - avg(rate(node_cpu_seconds_total{mode="idle"}[15m])) by (instance))'),
    (
        "dp02",
        'sum(rate(node_cpu_seconds_total{instance="db-01.internal:9100",mode=~"user|system|iowait|softirq"}[5m]))',
    ),
    ("dp03", 'node_memory_MemAvailable_bytes{instance=~"web-02.*"}'),
    ("dp03", 'node_memory_MemAvailable_bytes{instance="web-02.internal:9100"} / 1024 ^ 3'),
    ("dp07", 'sum by (instance, device) (rate(node_network_transmit_bytes_total{device!="lo"}[5m])) * 8'),
    ("dp13", "probe_ssl_earliest_cert_expiry - time() < 2592000"),
    ("dp15", "sum(increase(mysql_global_status_slow_queries[240m])) by (instance)"),
    ("dp15", "rate(mysql_global_status_slow_queries[4h]) * 14400"),
    ("dp19", 'sum(increase(http_server_requests_total{route="/send"}[10m])) / 600'),
    (
        "dp20",
        'sum(rate(http_server_requests_total{app="api",code="500"}[5m]))'
        ' / sum(rate(http_server_requests_total{app="api"}[5m]))',
    ),
    (
        "dp22",
        'histogram_quantile(0.99, sum(rate(http_server_latency_seconds_bucket{app="webhooks"}[1m])) by (le)) * 1e3',
    ),
    ("dp25", "sum by (provider) (increase(smtp_messages_sent_total[5m])) / 5"),
    ("dp25", "sum by (provider) (rate(smtp_messages_sent_total[5m]))"),
    ("dp27", 'sum(increase(smtp_messages_bounced_total{kind="hard"}[5820s]))'),
    ("dp29", "sum(smtp_queue_size - smtp_queue_size offset 15m)"),
    ("dp33", "increase(kube_pod_container_status_restarts_total[24h]) > 2"),
    ("dp35", "redis_memory_used_bytes"),
    ("dp40", "process_resident_memory_bytes / 1e6 > 500"),
    ("dp46", "sum(increase(cdn_egress_bytes_total[877m]))"),
    ("dp47", "sum(increase(caption_cost_dollars_total[24h] offset 877m))"),
    ("dp49", "max_over_time(sum(viewers_concurrent)[1w:5m])"),
    ("dl01", '{service=~"api"} | json | severity=~"ERROR"'),
    ("dl01", '{service="api"} | json level="severity" | level="ERROR"'),
    ("dl04", '{service="relay"} | logfmt | delay > 1m0s'),
    ("dl05", '{service="cron"} |~ "FAILED"'),
    ("dl08", 'sum(count_over_time({service="api"} | json | severity="ERROR" [1d])) by (message)'),
    ("dl08", 'sum by (message) (rate({service="api"} | json | severity="ERROR" [24h])) * 86400'),
    ("dl11", 'avg_over_time({service="relay"} | logfmt | unwrap duration_seconds(delay) [240m]) by (provider) * 1000'),
    (
        "dl12",
        '100 * sum(count_over_time({service="api"} | json | severity="ERROR" [2h]))'
        ' / sum(count_over_time({service="api"} | json [2h]))',
    ),
    ("dl14", 'sum by (cluster) (bytes_over_time({service="api"}[1h])) / 1024'),
    ("dl16", 'sum by (pod) (count_over_time({service="api"} | json | code == 503 [6h]))'),
    ("dl19", 'sum by (service) (count_over_time({service=~"api|relay|cron"}[10m])) / 600'),
)
WRONG = (
    ("dp01", 'avg by (instance) (rate(node_cpu_seconds_total{mode!="idle"}[5m])) * 100', "other values"),
    ("dp01", '100 - avg(rate(node_cpu_seconds_total{mode="idle"}[5m])) * 100', "other series"),
    ("dp01", '100 - avg by (instance) (rate(node_cpu_seconds_total{mode="idle"}[1h])) * 100', "other values"),
    (
        "dp02",
        '100 - avg(rate(node_cpu_seconds_total{mode="idle",instance="web-01.internal:9100"}[5m])) * 100',
        "other values",
    ),
    ("dp03", "node_memory_MemAvailable_bytes", "other series"),
    ("dp04", "100 * node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes", "other values"),
    ("dp05", "bottomk(2, node_filesystem_avail_bytes)", "other series"),
    ("dp07", "sum by (instance) (rate(node_network_transmit_bytes_total[5m]))", "other values"),
    ("dp07", 'sum by (instance) (rate(node_network_receive_bytes_total{device!="lo"}[5m]))', "other values"),
    ("dp09", "up", "other series"),
    ("dp11", 'max_over_time(node_load1{instance="batch-01.internal:9100"}[5h])', "other values"),
    ("dp11", 'avg_over_time(node_load1{instance="batch-01.internal:9100"}[6h])', "other values"),
    ("dp13", "(probe_ssl_earliest_cert_expiry - time()) / 86400 < 30.1", "another threshold"),
    ("dp15", "increase(mysql_global_status_slow_queries[5m])", "other values"),
    (
        "dp20",
        '100 * sum(rate(http_server_requests_total{app="api",code=~"[45].."}[5m]))'
        ' / sum(rate(http_server_requests_total{app="api"}[5m]))',
        "other values",
    ),
    (
        "dp22",
        'histogram_quantile(0.95, sum by (le) (rate(http_server_latency_seconds_bucket{app="webhooks"}[5m])))',
        "other values",
    ),
    ("dp22", "histogram_quantile(0.99, sum by (le) (rate(http_server_latency_seconds_bucket[5m])))", "other values"),
    (
        "dp23",
        "histogram_quantile(0.5, sum by (le, app) (rate(http_server_latency_seconds_bucket[5m])))",
        "other series",
    ),
    (
        "dp24",
        'avg(rate(http_server_latency_seconds_sum{route="/templates"}[5m])'
        ' / rate(http_server_latency_seconds_count{route="/templates"}[5m]))',
        "other values",
    ),
    ("dp25", "sum by (provider) (increase(smtp_messages_sent_total[5m]))", "other values"),
    ("dp27", 'sum(increase(smtp_messages_bounced_total{kind="hard"}[1h]))', "other values"),
    ("dp29", "delta(smtp_queue_size[15m])", "other series"),
    (
        "dp30",
        'sum(rate(smtp_delivery_seconds_bucket{le="5"}[5m])) / sum(rate(smtp_delivery_seconds_count[5m]))',
        "other values",
    ),
    ("dp33", "increase(kube_pod_container_status_restarts_total[1d]) > 3", ""),
    ("dp33", "increase(kube_pod_container_status_restarts_total[1d]) < 2", ""),
    ("dp34", "kube_deployment_status_replicas_unavailable", "other series"),
    (
        "dp36",
        "sum(rate(http_server_requests_total[5m])) / sum(rate(http_server_requests_total[5m] offset 1w))",
        "other values",
    ),
    ("dp40", "process_resident_memory_bytes > 400e6", ""),
    ("dp40", "process_resident_memory_bytes > 500", ""),
    ("dp46", "sum(increase(cdn_egress_bytes_total[1d]))", "other values"),
    ("dp47", "sum(increase(caption_cost_dollars_total[1d]))", "other values"),
    ("dp49", "max_over_time(viewers_concurrent[7d])", ""),
    ("dp49", "sum(max_over_time(viewers_concurrent[7d]))", "other values"),
    ("dp03", "node_memory_MemAvailable_bytes{", "cannot be read"),
    ("dp03", "this_metric_is_not_there", "no data"),
    ("dl01", '{service="api"} | json | severity="INFO"', "other series"),
    ("dl01", '{service="api"} |= "ERROR"', "other series"),
    ("dl01", '{service="api",cluster="eu"} | json | severity="ERROR"', "other series"),
    ("dl01", 'sum(count_over_time({service="api"} | json | severity="ERROR" [1h]))', "numbers instead of lines"),
    ("dl04", '{service="relay"} | logfmt | delay > 50s', "other series"),
    ("dl05", '{service="cron"}', "other series"),
    ("dl07", '{service="api"} | json | took_ms > 1000', "other series"),
    ("dl08", 'sum by (message) (count_over_time({service="api"} | json | severity="ERROR" [12h]))', "other values"),
    ("dl08", 'sum by (customer) (count_over_time({service="api"} | json | severity="ERROR" [24h]))', "other series"),
    ("dl10", 'quantile_over_time(0.95, {service="api"} | json | unwrap took_ms [1h]) by ()', "other values"),
    ("dl10", 'avg_over_time({service="api"} | json | unwrap took_ms [1h]) by ()', "other values"),
    (
        "dl13",
        'topk(5, sum by (customer) (count_over_time({service="api"} | json | severity="ERROR" [1d])))',
        "other series",
    ),
    ("dl14", 'sum by (cluster) (count_over_time({service="api"}[1h]))', "other values"),
    ("dl15", '{service="cron"} |= "FAILED"', "lines instead of numbers"),
    ("dl17", 'sum(count_over_time({service="api"} | json | severity="ERROR" [1h]))', "other values"),
    ("dl18", 'sum by (customer) (count_over_time({service="api"} | json | severity="ERROR" [1h])) > 2', ""),
    ("dl19", 'sum by (service) (rate({service=~"api|relay"}[5m]))', "other series"),
    ("dl20", 'max(max_over_time({service="relay"} | logfmt | unwrap size [8h]))', "cannot be read"),
    ("dl20", 'max(max_over_time({service="relay"} | logfmt | unwrap bytes(size) [4h]))', ""),
    ("dl01", '{service="api"} | jsn', "cannot be read"),
)


@pytest.fixture(scope="module")
def dev() -> QuestionSet:
    if "dev" not in SETS:
        if os.environ.get("CI"):
            pytest.fail("The dev set is not beside the project.")
        pytest.skip("The dev set is not beside the project.")
    return SETS["dev"]


def when(dev: QuestionSet, name: str) -> dict[str, object]:
    """The range of lines is not what these tables are about."""
    question = next(question for question in dev.questions if question.id == name)
    return {"range": question.accept[0].range} if question.lang == "logql" else {}


def verdict(dev: QuestionSet, name: str, **answer: object):
    question = next(question for question in dev.questions if question.id == name)
    given = Answer.model_validate({"status": "ok", **answer})
    return judge(question, given, dev.catalogs[question.catalog], HINTS)


@pytest.mark.parametrize(("name", "query"), GOOD)
def test_what_means_the_same_counts(dev, name, query):
    assert verdict(dev, name, query=query, **when(dev, name)).why == ""


@pytest.mark.parametrize(("name", "query", "why"), WRONG)
def test_what_means_something_else_does_not(dev, name, query, why):
    found = verdict(dev, name, query=query, **when(dev, name))

    assert not found.right
    assert why in found.why


@pytest.mark.parametrize(
    ("name", "answer", "why"),
    [
        ("dp18", {"range": {"last": "2h"}}, ""),
        ("dp18", {"range": {"start": "2026-03-18T12:37:00Z", "end": "2026-03-18T14:37:00Z"}}, ""),
        ("dp18", {"range": {"last": "1h"}}, "another range"),
        ("dp18", {"range": {"last": "a while"}}, "cannot be read: “a while” is not a duration."),
        ("dp18", {}, "a number instead of a graph"),
        ("dp28", {"range": {"last": "2h"}}, "a graph instead of a number"),
        ("dl06", {"limit": 10}, ""),
        ("dl06", {"limit": 10, "range": {"last": "1h"}}, ""),
        ("dl06", {"limit": 20}, "limit 20 instead of 10"),
        ("dl01", {"range": {"last": "2h"}}, "another range"),
        ("dl01", {}, "a number instead of a graph"),
        ("dl05", {"range": {"last": "877m"}}, ""),
        ("dp47", {"time": "2026-03-18T00:00:00Z", "query": "sum(increase(caption_cost_dollars_total[24h]))"}, ""),
        (
            "dp47",
            {"time": "2026-03-18T01:00:00Z", "query": "sum(increase(caption_cost_dollars_total[24h]))"},
            "other values",
        ),
    ],
)
def test_a_graph_is_over_its_span_and_a_number_at_its_time(dev, name, answer, why):
    question = next(question for question in dev.questions if question.id == name)

    assert verdict(dev, name, **{"query": question.accept[0].q, **answer}).why == why


@pytest.mark.parametrize(
    ("name", "answer", "why"),
    [
        ("da02", {"status": "clarify", "message": "Which one: the API or SMTP?"}, ""),
        ("da02", {"status": "clarify", "message": "Which?", "options": ["http_server_latency_seconds"]}, ""),
        ("da02", {"status": "clarify", "message": "Which?"}, "the message does not mention"),
        ("da02", {"status": "refuse", "message": "smtp"}, "refuse instead of clarify"),
        ("da02", {"status": "ok", "query": "up"}, "ok instead of clarify"),
        ("da05", {"status": "refuse", "message": "Not another tenant's."}, ""),
        (
            "da05",
            {"status": "clarify", "message": "So?", "query": 'x{tenant="initech"}'},
            "the query has what it must not",
        ),
        ("dp28", {"status": "clarify", "message": "Which queue?"}, "clarify instead of ok"),
        ("dl05", {"status": "ok", "lang": "promql", "query": "up"}, "promql instead of logql"),
    ],
)
def test_a_question_back_names_what_it_asks_about(dev, name, answer, why):
    assert why in (verdict(dev, name, **answer).why or "") if why else verdict(dev, name, **answer).right


@pytest.mark.parametrize(
    ("margins", "given", "same"),
    [
        ([0.0, 1.0, 2.0], [0.0, 1.0, 2.0], True),  # a count equals its threshold
        ([0.0, 1.0, 2.0], [0.0, 1000.0, 2000.0], True),  # in another unit
        ([0.0, 1.0, 2.0], [1.0, 2.0, 3.0], False),
        ([0.0, 0.0], [0.0, 0.0], True),
        ([0.0, 0.0], [0.0, 1.0], False),
        ([-1.0, 1.0], [1.0, -1.0], False),
    ],
)
def test_a_value_on_its_threshold_is_like_itself(margins: list[float], given: list[float], same: bool) -> None:
    one, other = (Comparison(">", np.array(held), 5.0, np.array([5.0]), "jobs") for held in (margins, given))
    assert same_thresholds([one], [other]) is same
