"""What no catalogue spells out: short names without help, words that restate a unit, things side by side."""

from datetime import UTC, datetime

import promql_parser
import pytest

from bot.query import translate
from bot.query.catalog import Catalog, KnownMetric
from bot.query.translate import Clarify, Planned, Question
from bot.query.words.tokens import abbreviates

NOW = datetime(2026, 5, 13, 14, 20, tzinfo=UTC)
HOSTS = ("web-1", "web-2", "db-1")
QUEUES = ("mail", "thumbs")
SHOP = translate.prepare(
    Catalog(
        (
            KnownMetric("shop_resp_ms", "summary", "", "", {"quantile": ("0.5", "0.95", "0.99"), "host": HOSTS}),
            KnownMetric("shop_worker_jobs_done", "counter", "", "", {"queue": QUEUES}),
            KnownMetric("shop_worker_jobs_err", "counter", "", "", {"queue": QUEUES}),
            KnownMetric("shop_worker_q_len", "gauge", "", "", {"queue": QUEUES}),
            KnownMetric("sys_mem_used_mb", "gauge", "", "", {"host": HOSTS}),
            KnownMetric("sys_mem_total_mb", "gauge", "", "", {"host": HOSTS}),
            KnownMetric("sys_cpu_pct", "gauge", "", "", {"host": HOSTS}),
            KnownMetric("sys_net_rx_bytes", "counter", "", "", {"host": HOSTS, "iface": ("eth0", "eth1")}),
            KnownMetric("sensor_temp_c", "gauge", "", "", {"room": ("rack-a", "rack-b")}),
            KnownMetric("backup_last_ok_ms", "gauge", "Unix time in milliseconds of the last good backup"),
            KnownMetric("rooms_free", "gauge", "Rooms that can be sold", "", {"hotel": ("alfama", "jordaan")}),
            KnownMetric("rooms", "gauge", "Rooms of the hotel", "", {"hotel": ("alfama", "jordaan")}),
            KnownMetric("bookings_total", "counter", "Bookings made", "", {"hotel": ("alfama", "jordaan")}),
            KnownMetric("switch_link_up", "gauge", "1 if the link stands", "", {"link": ("a", "b")}),
            KnownMetric("meter_export", "counter", "Energy exported, in watt hours", "", {"site": ("mad", "dub")}),
            KnownMetric("meter_import", "counter", "Energy imported, in watt hours", "", {"site": ("mad", "dub")}),
        )
    )
)


def query(text: str) -> str:
    found = translate.translate(Question(text, NOW), SHOP)
    assert isinstance(found, Planned), found
    return translate.written(found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("queue length of thumbs", 'shop_worker_q_len{queue="thumbs"}'),
        ("which queue is longest", "topk(1, shop_worker_q_len)"),
        ("inbound bytes per interface", "sum by (iface) (rate(sys_net_rx_bytes[5m]))"),
        (
            "jobs failed ratio x queue",
            "sum by (queue) (rate(shop_worker_jobs_err[5m])) / (sum by (queue) (rate(shop_worker_jobs_err[5m]))"
            " + sum by (queue) (rate(shop_worker_jobs_done[5m])))",
        ),
        (
            "success rate of mail jobs",
            'sum(rate(shop_worker_jobs_done{queue="mail"}[5m])) / (sum(rate(shop_worker_jobs_err{queue="mail"}[5m]))'
            ' + sum(rate(shop_worker_jobs_done{queue="mail"}[5m])))',
        ),
        (
            "free memory in GB on db-1",
            '(sys_mem_total_mb{host="db-1"} - sys_mem_used_mb{host="db-1"}) / 1000',
        ),
        ("any host with mem over 80%", "(sys_mem_used_mb / sys_mem_total_mb) > 0.8"),
        ("occupancy per hotel", "1 - (rooms_free / rooms)"),
        ("warmest room", "topk(1, sensor_temp_c)"),
        ("hours since last backup", "(time() - (backup_last_ok_ms / 1000)) / 3600"),
        ("cpu over time web-2 last 6 hours", 'sys_cpu_pct{host="web-2"}'),
        ("how often did link a flap today", 'changes(switch_link_up{link="a"}[14h20m])'),
        ("good morning, could you tell me whether bookings happened today", "sum(increase(bookings_total[14h20m]))"),
        ("bookings since 8", "sum(increase(bookings_total[6h20m]))"),
        ("bookings since noon, no sorry, since 8", "sum(increase(bookings_total[6h20m]))"),
        (
            "bookings vs last friday same time",
            "sum(rate(bookings_total[5m])) - sum(rate(bookings_total[5m] offset 5d))",
        ),
        (
            "export minus import today in madrid",
            'sum(increase(meter_export{site="mad"}[14h20m])) - sum(increase(meter_import{site="mad"}[14h20m]))',
        ),
        (
            "share of bookings each hotel has",
            "sum by (hotel) (rate(bookings_total[5m])) / scalar(sum(rate(bookings_total[5m])))",
        ),
    ],
)
def test_is_read_as_meant(text: str, expected: str):
    assert str(promql_parser.parse(query(text))) == str(promql_parser.parse(expected))


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("bookings in salzburg", "salzburg"),
        ("gpu usage", "gpu"),
        ("bookings by the globex hotel", "globex"),
    ],
)
def test_an_unknown_noun_is_asked_back(text: str, named: str):
    found = translate.translate(Question(text, NOW), SHOP)

    assert isinstance(found, Clarify)
    assert named in found.message


@pytest.mark.parametrize(
    ("short", "long", "expected"),
    [
        ("iface", "interface", True),
        ("batt", "battery", True),
        ("pkt", "packets", True),
        ("tot", "timeouts", False),
        ("cert", "cert-manager", False),
        ("room", "rooms", False),
    ],
)
def test_short_names_stand_for_longer_ones(short: str, long: str, expected: bool):
    assert abbreviates(short, long) is expected
