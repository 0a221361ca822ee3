"""Where a metric counts exactly that, the metric; where a service and its field are named, its lines."""

from datetime import UTC, datetime

import pytest

from bot.query import translate
from bot.query.catalog import Catalog, KnownLogs, KnownMetric
from bot.query.translate import Planned, Question

NOW = datetime(2026, 5, 13, 14, 20, tzinfo=UTC)
HOSTS, CODES, SUPPLIERS = ("shop.example", "api.example"), ("200", "404", "500", "503"), ("alpha", "beta")
INN = translate.prepare(
    Catalog(
        (
            KnownMetric("weblog_responses_total", "counter", "Answers.", "", {"vhost": HOSTS, "status": CODES}),
            KnownMetric("quote_duration_seconds", "histogram", "Time of a quote.", "seconds", {"supplier": SUPPLIERS}),
            KnownMetric(
                "vap_transmit_bytes_total", "counter", "Bytes sent to clients.", "bytes", {"essid": ("a", "b")}
            ),
            KnownMetric("house_revenue_euros_total", "counter", "Revenue of a house.", "", {"house": ("x", "y")}),
        ),
        {"app": ("nginx", "rates", "history")},
        (
            KnownLogs("nginx", "json", {"vhost": "string", "status": "number, http status", "essid": "string"}, "{}"),
            KnownLogs(
                "rates",
                "logfmt",
                {"supplier": "alpha|beta", "took": "duration such as 90ms", "fn": "string", "result": "ok|late"},
                "supplier=alpha took=90ms fn=quote result=ok",
            ),
            KnownLogs("history", "logfmt", {"level": "info|error", "lag": "duration such as 2s"}, "level=info lag=2s"),
        ),
    )
)


def query(text: str) -> str:
    found = translate.translate(Question(text, NOW), INN)
    return translate.written(found) if isinstance(found, Planned) else type(found).__name__


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5xx per vhost over the last hour", 'sum by (vhost) (increase(weblog_responses_total{status=~"5.."}[1h]))'),
        ("404s by vhost, last hour", 'sum by (vhost) (increase(weblog_responses_total{status="404"}[1h]))'),
        ("mbit/s towards clients per essid", "sum by (essid) (rate(vap_transmit_bytes_total[5m])) / 125000"),
        ("p99 quote duration per supplier",
         "histogram_quantile(0.99, sum by (le, supplier) (rate(quote_duration_seconds_bucket[5m])))"),
        ("revenue so far today all houses together", "sum (increase(house_revenue_euros_total[14h20m]))"),
        ("5xx per vhost in the nginx logs, last hour",
         'sum by (vhost) (count_over_time({app="nginx"} | json | status =~ "5.." [1h]))'),
        ("p99 of took by supplier in rates, last 3h",
         'quantile_over_time(0.99, {app="rates"} | logfmt | unwrap duration(took) [3h]) by (supplier)'),
        ("max took in rates, last hour", 'max_over_time({app="rates"} | logfmt | unwrap duration(took) [1h]) by ()'),
        ("late results in rates by function, last 90 minutes",
         'sum by (fn) (count_over_time({app="rates"} | logfmt | result = "late" [1h30m]))'),
        ("biggest history lag, last 12h", 'max_over_time({app="history"} | logfmt | unwrap duration(lag) [12h]) by ()'),
    ],
)  # fmt: skip
def test_which_of_the_two(text: str, expected: str):
    assert query(text) == expected
