"""Things called by a piece of their name, by what all of a kind are called, or by the three letters of a place."""

from datetime import UTC, datetime

import pytest

from bot.query import translate
from bot.query.catalog import Catalog, KnownLogs, KnownMetric
from bot.query.translate import Clarify, Planned, Question

NOW = datetime(2026, 5, 13, 14, 20, tzinfo=UTC)
SITES, LINKS = ("gva", "zrh", "bsl"), ("WAN_FIBER", "WAN_LTE")
NET = translate.prepare(
    Catalog(
        (
            KnownMetric("link_loss_percentage", "gauge", "Packets lost.", "", {"name": LINKS}),
            KnownMetric("link_rtt_milliseconds", "gauge", "Round trip.", "", {"name": LINKS}),
            KnownMetric("sensor_celsius", "gauge", "", "", {"name": ("CPU1 Temp", "Inlet Temp"), "id": ("n/pve2",)}),
            KnownMetric("queue_visible", "gauge", "Messages.", "", {"queuename": ("crm", "crm-dlq", "mail")}),
            KnownMetric("bids_total", "counter", "Bids.", "", {"bidder": ("dsp-red", "dsp-blue"), "site": SITES}),
            KnownMetric("radio_clients", "gauge", "Stations.", "", {"essid": ("staff", "guest"), "site": SITES}),
            KnownMetric("checkout_total", "counter", "Checkouts.", "", {"payment": ("card", "cash"), "site": SITES}),
        ),
        {"app": ("audit",), "site": SITES},
        (KnownLogs("audit", "json", {"op": "read|delete", "user": "string"}, '{"op":"read","user":"u1"}'),),
    )
)  # fmt: skip


def query(text: str) -> str:
    found = translate.translate(Question(text, NOW), NET)
    return translate.written(found) if isinstance(found, Planned) else type(found).__name__


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("loss on lte", 'link_loss_percentage{name="WAN_LTE"}'),
        ("rtt of the fiber", 'link_rtt_milliseconds{name="WAN_FIBER"}'),
        ("celsius of cpu1", 'sensor_celsius{name="CPU1 Temp"}'),
        ("inlet temp", 'sensor_celsius{name="Inlet Temp"}'),
        ("celsius on pve2", 'sensor_celsius{id="n/pve2"}'),
        ("messages visible in the dlq", 'queue_visible{queuename="crm-dlq"}'),
        ("bids per dsp", "sum by (bidder) (rate(bids_total[5m]))"),
        ("bids of each dsp today", "sum by (bidder) (increase(bids_total[14h20m]))"),
        ("clients per ssid", "sum by (essid) (radio_clients)"),
        ("clients in geneva by ssid", 'sum by (essid) (radio_clients{site="gva"})'),
        ("bids in zurich, last hour", 'sum (increase(bids_total{site="zrh"}[1h]))'),
        ("audit log lines in basel, last hour", '{app="audit", site="bsl"}'),
        ("checkouts by payment method, last hour", "sum by (payment) (increase(checkout_total[1h]))"),
    ],
)
def test_it_is_found(text: str, expected: str):
    assert query(text) == expected


@pytest.mark.parametrize("text", ["loss on the satellite", "bids in vienna", "celsius of psu3", "clients per floor"])
def test_what_is_no_piece_of_any_is_asked_about(text: str):
    assert isinstance(translate.translate(Question(text, NOW), NET), Clarify)
