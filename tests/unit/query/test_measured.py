"""What figures are measured in, by the query they come from."""

from datetime import timedelta

import pytest

from bot.query.catalog import Catalog, KnownMetric
from bot.query.measured import unit
from bot.query.plan import Aggregate, Binary, Call, Expr, Lines, LogRange, Number, Plan, Selector, Unwrap

W = timedelta(minutes=5)
KNOWN = Catalog(
    (
        KnownMetric("http_requests_total", "counter"),
        KnownMetric("http_failures_total", "counter"),
        KnownMetric("sent_bytes_total", "counter"),
        KnownMetric("wait_seconds", "histogram"),
        KnownMetric("node_cpu_seconds_total", "counter"),
        KnownMetric("free_bytes", "gauge"),
        KnownMetric("took", "gauge", "Time it took, in milliseconds."),
        KnownMetric("full_ratio", "gauge"),
        KnownMetric("spent_usd_total", "counter"),
        KnownMetric("rooms", "gauge", "Rooms of the hotel."),
    )
)


def rate(name: str) -> Expr:
    return Aggregate("sum", Call("rate", (Selector(name, window=W),)))


def quantile(inner: Expr) -> Expr:
    return Call("histogram_quantile", (Number(0.95), inner))


@pytest.mark.parametrize(
    ("expr", "measured_in"),
    [
        (Selector("free_bytes"), "bytes"),
        (Selector("took"), "ms"),
        (Selector("full_ratio"), "ratio"),
        (Selector("rooms"), ""),
        (Selector("unheard_of"), ""),
        (rate("http_requests_total"), "per s"),
        (rate("sent_bytes_total"), "bytes/s"),
        (rate("spent_usd_total"), "usd per s"),
        (rate("node_cpu_seconds_total"), "cores"),
        (Call("increase", (Selector("spent_usd_total", window=W),)), "usd"),
        (Call("increase", (Selector("http_requests_total", window=W),)), ""),
        (quantile(rate("wait_seconds_bucket")), "seconds"),
        (Binary("*", quantile(rate("wait_seconds_bucket")), Number(1000)), "ms"),
        (Binary("/", rate("wait_seconds_sum"), rate("wait_seconds_count")), "seconds"),
        (
            Binary("/", rate("http_failures_total"), rate("http_requests_total")),
            "",
        ),  # of what each other, only words say
        (Binary("*", Binary("/", rate("http_failures_total"), rate("http_requests_total")), Number(100)), "percent"),
        (Binary("-", Number(1), Selector("full_ratio")), "ratio"),
        (Binary("*", Binary("-", Number(1), rate("node_cpu_seconds_total")), Number(100)), "percent"),
        (Binary("/", Selector("free_bytes"), Number(1024**3)), "GiB"),
        (Binary("/", Selector("free_bytes"), Number(1e9)), "GB"),
        (Binary("*", rate("sent_bytes_total"), Number(8)), "bit/s"),
        (Binary("/", Selector("free_bytes"), Number(7)), ""),
        (Binary(">", Selector("free_bytes"), Number(7)), "bytes"),
        (Aggregate("count", Binary(">", Selector("free_bytes"), Number(7))), ""),
        (Binary("/", Selector("free_bytes"), Selector("rooms")), "bytes"),
        (Binary("/", Selector("rooms"), Selector("rooms")), ""),
        (LogRange("count_over_time", Lines(()), W), "lines"),
        (LogRange("rate", Lines(()), W), "lines/s"),
        (LogRange("bytes_rate", Lines(()), W), "bytes/s"),
        (LogRange("avg_over_time", Lines((), (Unwrap("delay", "duration"),)), W), "seconds"),
        (LogRange("max_over_time", Lines((), (Unwrap("took_ms"),)), W), "ms"),
        (LogRange("max_over_time", Lines((), (Unwrap("guests"),)), W), ""),
    ],
)
def test_what_it_is_measured_in(expr: Expr, measured_in: str) -> None:
    assert unit(Plan("promql", expr, ""), KNOWN) == measured_in


def test_a_share_of_things_is_a_ratio() -> None:
    taken = Binary("/", Selector("rooms"), Selector("rooms"))
    assert unit(Plan("promql", taken, "", frame="share"), KNOWN) == "ratio"
