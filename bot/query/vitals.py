"""The signs by which a service and the machines under it are judged, as measures."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from bot.query.measures import BY_NAME, WINDOW, Measure

# No series for failures is zero failures, as long as there are requests.
_FAILED = 'sum{by} (rate(http_requests_total{m,status=~"5.."}[{w}]))'
_ALL = "sum{by} (rate(http_requests_total{m}[{w}]))"
ERRORS = Measure(
    "errors", "error rate", (), "ratio", f"({_FAILED} or 0 * {_ALL}) / {_ALL}", "http_requests_total", worse="higher"
)
FAILED = Measure(
    "failed", "failed requests", (), "requests",
    'sum{by} (increase(http_requests_total{m,status=~"5.."}[{w}]))', "http_requests_total", over=True,
)  # fmt: skip
REQUESTS = Measure(
    "requests", "requests", (), "requests", "sum{by} (increase(http_requests_total{m}[{w}]))", "http_requests_total",
    over=True,
)  # fmt: skip
BUCKETS = Measure(
    "buckets", "latency", (), "requests", "sum{le} (increase(http_request_duration_seconds_bucket{m}[{w}]))",
    "http_request_duration_seconds_bucket", over=True,
)  # fmt: skip
UP = Measure("up", "availability", (), "ratio", "avg{by} (up{m})", "up", worse="lower")
UP_SUM = Measure("up_sum", "scrapes that succeeded", (), "", "sum{by} (sum_over_time(up{m}[{w}]))", "up", over=True)
UP_COUNT = Measure("up_count", "scrapes", (), "", "sum{by} (count_over_time(up{m}[{w}]))", "up", over=True)

_SERVICE = ("service", "region", "env")
_HOST = ("instance", "region", "env")
_MEMORY_SHARE = "max{by} (process_resident_memory_bytes{m} / container_spec_memory_limit_bytes{m})"
_POOL_SHARE = 'max{by} (db_pool_connections{m,state="active"} / ignoring(state) db_pool_max_connections{m})'
_DB_LATENCY = "histogram_quantile(0.95, sum{le} (rate(db_query_duration_seconds_bucket{m}[{w}])))"
_TOOL = ("tool", "model")
_TOOL_LATENCY = "histogram_quantile(0.95, sum{le} (rate(ai_request_duration_seconds_bucket{m}[{w}])))"
_TOOL_ERRORS = (
    '1 - sum{by} (rate(ai_requests_total{m,outcome="success"}[{w}])) / sum{by} (rate(ai_requests_total{m}[{w}]))'
)
_PROMPT_TOKENS = (
    'sum{by} (rate(ai_tokens_total{m,direction="prompt"}[{w}])) / sum{by} (rate(ai_requests_total{m}[{w}]))'
)
_HOST_CPU = '1 - avg{by} (rate(node_cpu_seconds_total{m,mode="idle"}[{w}]))'
_HOST_MEMORY = "1 - sum{by} (node_memory_MemAvailable_bytes{m}) / sum{by} (node_memory_MemTotal_bytes{m})"
_DISK_TRAFFIC = "max{by} (rate(node_disk_read_bytes_total{m}[{w}]) + rate(node_disk_written_bytes_total{m}[{w}]))"
_DISK_LATENCY = (
    "sum{by} (rate(node_disk_read_time_seconds_total{m}[{w}]))"
    " / sum{by} (rate(node_disk_reads_completed_total{m}[{w}]))"
)
_NETWORK = (
    "sum{by} (rate(node_network_receive_bytes_total{m}[{w}]))"
    " + sum{by} (rate(node_network_transmit_bytes_total{m}[{w}]))"
)


def _gauge(name: str, title: str, unit: str, query: str, metric: str, labels: tuple[str, ...] = _SERVICE) -> Measure:
    return Measure(name, title, (), unit, query, metric, labels, "higher")


@dataclass(frozen=True, slots=True)
class Vital:
    measure: Measure
    aspect: Literal["latency", "errors", "saturation", "dependency", "traffic", "availability"]
    least: float = 0.0  # a smaller change is not worth a word
    full_from: float | None = None  # saturated from here on, whatever is usual
    of: Literal["service", "host", "tool"] = "service"

    @property
    def over(self) -> timedelta:
        """Tools are asked so seldom that five minutes mean little."""
        return timedelta(minutes=30) if self.of == "tool" else WINDOW


VITALS = (
    Vital(BY_NAME["latency"], "latency", 0.02),
    Vital(ERRORS, "errors", 0.005),
    Vital(UP, "availability", 0.001),
    Vital(BY_NAME["traffic"], "traffic", 0.1),
    Vital(BY_NAME["cpu"], "saturation", 0.02),
    Vital(
        _gauge("db_latency", "p95 of database queries", "seconds", _DB_LATENCY, "db_query_duration_seconds_bucket"),
        "dependency", 0.005, 0.3,  # row THV-05
    ),
    Vital(
        _gauge("memory_share", "memory limit in use", "ratio", _MEMORY_SHARE, "container_spec_memory_limit_bytes"),
        "saturation", 0.05, 0.85,  # row THV-11
    ),
    Vital(
        _gauge("pool_share", "database pool in use", "ratio", _POOL_SHARE, "db_pool_max_connections"),
        "saturation", 0.1, 0.9,  # row THV-06
    ),
    Vital(
        _gauge("host_cpu", "CPU of the hosts", "ratio", _HOST_CPU, "node_cpu_seconds_total", _HOST),
        "saturation", 0.1, 0.8, "host",  # row THV-10
    ),
    Vital(
        _gauge("host_memory", "memory of the hosts", "ratio", _HOST_MEMORY, "node_memory_MemAvailable_bytes", _HOST),
        "saturation", 0.1, 0.85, "host",  # row THV-11
    ),
    Vital(
        _gauge("host_disk", "disk traffic of the busiest host", "bytes/s", _DISK_TRAFFIC,
               "node_disk_read_bytes_total", _HOST),
        "saturation", 1e6, 400e6, "host",  # row THV-12
    ),
    Vital(
        _gauge("host_disk_latency", "disk latency of the hosts", "seconds", _DISK_LATENCY,
               "node_disk_read_time_seconds_total", _HOST),
        "saturation", 0.01, 0.5, "host",  # row THV-13
    ),
    Vital(
        _gauge("host_network", "network traffic of the hosts", "bytes/s", _NETWORK, "node_network_receive_bytes_total",
               _HOST),
        "saturation", 1e5, None, "host",  # row THV-14: by its usual alone
    ),
    # Of the tools that ask a model.
    Vital(
        _gauge("tool_latency", "p95 latency", "seconds", _TOOL_LATENCY, "ai_request_duration_seconds_bucket", _TOOL),
        "latency", 0.2, None, "tool",
    ),
    Vital(
        _gauge("tool_errors", "error rate", "ratio", _TOOL_ERRORS, "ai_requests_total", _TOOL),
        "errors", 0.02, None, "tool",
    ),
    Vital(
        _gauge("prompt_tokens", "prompt tokens a request", "tokens", _PROMPT_TOKENS, "ai_tokens_total", _TOOL),
        "dependency", 100, None, "tool",  # row THV-17
    ),
    Vital(
        Measure("tool_calls", "request rate", (), "req/s", "sum{by} (rate(ai_requests_total{m}[{w}]))",
                "ai_requests_total", _TOOL),
        "traffic", 0.01, None, "tool",
    ),
)  # fmt: skip
BY_VITAL = {one.measure.name: one for one in VITALS}
