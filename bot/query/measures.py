"""What people ask for by name, and the PromQL that means it. Every value that enters a query is quoted here."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from bot.model.series import Metric
from bot.query.promql.build import quoted, within

WINDOW = timedelta(minutes=5)
SCOPE = ("service", "region", "env", "tool", "model")  # labels that a question may narrow by


@dataclass(frozen=True, slots=True)
class Measure:
    name: str
    title: str
    words: tuple[str, ...]  # how people call it, longest first wins
    unit: str
    query: str  # {m}: matchers in braces, {by}: grouping, {le}: grouping with le, {w}: window
    metric: str  # what must exist for it
    labels: tuple[str, ...] = ("service", "region", "env")  # what it can be narrowed and split by
    worse: Literal["higher", "lower", "neither"] = "neither"
    over: bool = False  # a sum over the whole range asked for, not a value at an instant


MEASURES = (
    Measure(
        "latency", "p95 latency",
        (
            "p95 latency", "latency p95", "95th percentile", "response times", "response time", "latency",
            "latencies", "p95", "slowest", "slower", "slow", "duration",
        ),
        "seconds", "histogram_quantile(0.95, sum{le} (rate(http_request_duration_seconds_bucket{m}[{w}])))",
        "http_request_duration_seconds_bucket", ("service", "region", "env"), "higher",
    ),
    Measure(
        "p99", "p99 latency", ("p99 latency", "latency p99", "p99 response time", "99th percentile", "p99"),
        "seconds", "histogram_quantile(0.99, sum{le} (rate(http_request_duration_seconds_bucket{m}[{w}])))",
        "http_request_duration_seconds_bucket", ("service", "region", "env"), "higher",
    ),
    Measure(
        "p50", "median latency", ("p50 latency", "latency p50", "median response time", "median latency", "p50"),
        "seconds", "histogram_quantile(0.5, sum{le} (rate(http_request_duration_seconds_bucket{m}[{w}])))",
        "http_request_duration_seconds_bucket", ("service", "region", "env"), "higher",
    ),
    Measure(
        "mean", "mean latency",
        (
            "average response time", "average response times", "mean response time", "avg response time",
            "average latency", "mean latency", "avg latency",
        ),
        "seconds",
        "sum{by} (rate(http_request_duration_seconds_sum{m}[{w}]))"
        " / sum{by} (rate(http_request_duration_seconds_count{m}[{w}]))",
        "http_request_duration_seconds_count", ("service", "region", "env"), "higher",
    ),
    Measure(
        "errors", "error rate", ("error rate", "error ratio", "errors", "error", "5xx", "failures", "failing"),
        "ratio",
        'sum{by} (rate(http_requests_total{m,status=~"5.."}[{w}])) / sum{by} (rate(http_requests_total{m}[{w}]))',
        "http_requests_total", ("service", "region", "env"), "higher",
    ),
    Measure(
        "traffic", "request rate",
        ("requests per second", "request rate", "requests", "traffic", "throughput", "rps", "load", "busiest"),
        "req/s", "sum{by} (rate(http_requests_total{m}[{w}]))", "http_requests_total",
    ),
    Measure(
        "memory", "memory in use", ("memory", "ram", "rss", "memory usage"),
        "bytes", "max{by} (process_resident_memory_bytes{m})", "process_resident_memory_bytes", worse="higher",
    ),
    Measure(
        "cpu", "CPU in use", ("cpu usage", "cpu", "processor"),
        "cores", "sum{by} (rate(container_cpu_usage_seconds_total{m}[{w}]))", "container_cpu_usage_seconds_total",
        worse="higher",
    ),
    Measure(
        "disk", "free disk space", ("disk space", "disk", "filesystem", "free space"),
        "ratio", "min{by} (node_filesystem_avail_bytes{m} / node_filesystem_size_bytes{m})",
        "node_filesystem_avail_bytes", ("instance", "mountpoint"), "lower",
    ),
    Measure(
        "queue", "queue depth", ("queue depth", "queue", "backlog"),
        "jobs", "sum{by} (queue_depth{m})", "queue_depth", worse="higher",
    ),
    Measure(
        "connections", "database connections",
        ("db connections", "database connections", "connection pool", "pool", "connections"),
        "connections", "sum{by} (db_pool_connections{m})", "db_pool_connections", ("database", "state"), "higher",
    ),
    Measure(
        "cost", "AI spend", ("ai spend", "ai cost", "spending", "spend", "cost", "costs", "bill"),
        "usd", "sum{by} (increase(ai_cost_usd_total{m}[{w}]))", "ai_cost_usd_total", ("tool", "model"), "higher", True,
    ),
    Measure(
        "tokens", "AI tokens", ("tokens", "token usage"),
        "tokens", "sum{by} (increase(ai_tokens_total{m}[{w}]))", "ai_tokens_total", ("tool", "model"), "neither", True,
    ),
    Measure(
        "calls", "AI calls", ("ai calls", "ai requests", "ai usage", "model calls"),
        "calls", "sum{by} (increase(ai_requests_total{m}[{w}]))", "ai_requests_total", ("tool", "model"),
        "neither", True,
    ),
    Measure(
        "deploys", "deployments", ("deployments", "deployment", "deploys", "deploy", "releases", "release"),
        "deploys", "sum{by} (increase(deployments_total{m}[{w}]))", "deployments_total", ("service", "env"),
        "neither", True,
    ),
)  # fmt: skip

BY_NAME = {measure.name: measure for measure in MEASURES}


def spoken(text: str) -> str:
    """The measure that a lower-case text names, the longest word first; empty where it names none."""
    known = sorted(((word, one.name) for one in MEASURES for word in one.words), key=lambda pair: -len(pair[0]))
    return next((name for word, name in known if re.search(rf"\b{re.escape(word)}s?\b", text)), "")


def of_metric(metric: Metric) -> Measure:
    """A metric that somebody named exactly, read as its type asks: counters as rates, gauges as they are."""
    if metric.type == "counter":
        return Measure(
            metric.name,
            f"{metric.name} per second",
            (),
            "per s",
            f"sum{{by}} (rate({metric.name}{{m}}[{{w}}]))",
            metric.name,
        )
    if metric.type == "histogram":
        return Measure(
            metric.name, f"p95 of {metric.name}", (), metric.unit,
            f"histogram_quantile(0.95, sum{{le}} (rate({metric.name}_bucket{{m}}[{{w}}])))", metric.name,
        )  # fmt: skip
    return Measure(metric.name, metric.name, (), metric.unit, f"avg{{by}} ({metric.name}{{m}})", metric.name)


def write(
    measure: Measure, where: Mapping[str, str | tuple[str, ...]], by: str = "", window: timedelta = WINDOW
) -> str:
    """The query; labels the measure does not have are refused by the caller, never dropped here."""
    matchers = ",".join(_matching(label, value) for label, value in sorted(where.items()))
    le = f" by ({', '.join(name for name in ('le', by) if name)})"
    text = measure.query.replace("{by}", f" by ({by})" if by else "").replace("{le}", le)
    text = text.replace("{m,", "{" + matchers + "," if matchers else "{")
    text = text.replace("{m}", "{" + matchers + "}" if matchers else "")
    return text.replace("{w}", f"{max(1, round(window.total_seconds()))}s" if window != WINDOW else "5m")


def _matching(label: str, value: str | tuple[str, ...]) -> str:
    """A label of one value, or of one of several."""
    if isinstance(value, str):
        return f"{label}={quoted(value)}"
    found = within(label, value)
    return f"{label}{found.op}{quoted(found.value)}"
