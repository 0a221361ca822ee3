"""What a follow-up puts in the place of something, and words that are taken as they stand."""

from datetime import UTC, datetime

import pytest

from bot.query import translate
from bot.query.catalog import Catalog, KnownLogs, KnownMetric
from bot.query.translate import Planned, Question

NOW = datetime(2026, 5, 13, 14, 20, tzinfo=UTC)
TERMINALS, CARRIERS = ("east", "west"), ("hapag", "msc")
PORT = translate.prepare(
    Catalog(
        (
            KnownMetric("yard_containers", "gauge", "", "", {"carrier": CARRIERS, "terminal": TERMINALS}),
            KnownMetric("crane_wind_speed_mps", "gauge", "Wind at the crane", "", {"crane": ("c1", "c2")}),
            KnownMetric(
                "gate_requests_total", "counter", "", "", {"gate": ("g1", "g2"), "code": ("200", "404", "500")}
            ),
            KnownMetric("truck_wait_seconds", "histogram", "", "seconds", {"terminal": TERMINALS}),
            KnownMetric("truck_wait_seconds_max", "gauge", "", "seconds", {"terminal": TERMINALS}),
            KnownMetric("pool_connections_used", "gauge", "", "", {"pool": ("main", "read")}),
            KnownMetric("pool_connections_max", "gauge", "", "", {"pool": ("main", "read")}),
            KnownMetric("web_spec_replicas", "gauge", "", "", {"web": ("a", "b")}),
            KnownMetric("web_status_replicas_available", "gauge", "", "", {"web": ("a", "b")}),
            KnownMetric("fee_value_eur", "histogram", "Value of a fee", "eur", {"carrier": CARRIERS}),
            KnownMetric("heap_bytes", "gauge", "", "bytes", {"id": ("G1 Old Gen", "Metaspace")}),
        ),
        {"app": ("gate",)},
        (KnownLogs("gate", "json", {"level": "info|error", "msg": "text"}, '{"level":"info","msg":"truck in"}'),),
    )
)


def query(text: str, *before: str) -> str:
    found = translate.translate(Question(text, NOW, previous=before), PORT)
    return translate.written(found) if isinstance(found, Planned) else type(found).__name__


@pytest.mark.parametrize(
    ("before", "text", "expected"),
    [
        ("pools over 80 % used", "and over 95?", "(pool_connections_used / pool_connections_max) > 0.95"),
        (
            "5xx per gate last hour",
            "same thing but 4xx",
            'sum by (gate) (increase(gate_requests_total{code=~"4.."}[1h]))',
        ),
        ("top 3 carriers by containers", "make it top 5", "topk (5, sum by (carrier) (yard_containers))"),
        ("containers of hapag", "now the msc ones", 'yard_containers{carrier="msc"}'),
        (
            "p95 truck wait at east",
            "same time last week?",
            'histogram_quantile(0.95, sum by (le) (rate(truck_wait_seconds_bucket{terminal="east"}[5m] offset 1w)))',
        ),
    ],
)
def test_a_follow_up_takes_the_place_of_a_part(before: str, text: str, expected: str):
    assert query(text, before) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("grep 'timed out' in gate logs", '{app="gate"} |= "timed out"'),
        ("gate requests since 22:00 UTC yesterday", "sum (increase(gate_requests_total[16h20m]))"),
        ("containers for everyone but hapag", 'yard_containers{carrier!="hapag"}'),
        ("cranes with wind above 15 m/s", "crane_wind_speed_mps > 15"),
        ("main pool used/max", 'pool_connections_used{pool="main"} / pool_connections_max{pool="main"}'),
        ("available < wanted replicas of web", "web_spec_replicas > web_status_replicas_available"),
        ("longest truck wait at west", 'max (truck_wait_seconds_max{terminal="west"})'),
        ("turnover of fees yesterday", "sum (increase(fee_value_eur_sum[1d] offset 14h20m))"),
        ("heap of old gen", 'heap_bytes{id="G1 Old Gen"}'),
        ("containers of carrier marketing", "Clarify"),
        ("clean up the yard", "Refuse"),
        ("give every truck a slot", "Refuse"),
    ],
)
def test_words_are_taken_as_they_are_meant(text: str, expected: str):
    assert query(text) == expected
