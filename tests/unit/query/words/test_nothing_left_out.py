"""What a word changes is never left out: an outcome, a share, a rank, a limit; where nothing tells it, it is asked."""

from datetime import UTC, datetime

import pytest

from bot.query import translate
from bot.query.catalog import Catalog, KnownLogs, KnownMetric
from bot.query.translate import Clarify, Outcome, Planned, Question
from bot.query.words.outcome import Refuse

NOW = datetime(2026, 3, 12, 14, 30, tzinfo=UTC)
DEPOTS, DRONES = ("nord", "ost"), ("d-1", "d-2", "d-3")


def _gauge(name: str, about: str, **labels: tuple[str, ...]) -> KnownMetric:
    return KnownMetric(name, "gauge", about, "", labels)


def _counter(name: str, about: str, **labels: tuple[str, ...]) -> KnownMetric:
    return KnownMetric(name, "counter", about, "", labels)


FLEET = translate.prepare(
    Catalog(
        (
            _gauge("hall_temperature_celsius", "Air in the hall.", depot=DEPOTS),
            _gauge("hall_setpoint_celsius", "Air wanted.", depot=DEPOTS),
            _gauge("parcels_waiting", "Parcels that wait.", depot=DEPOTS, priority=("express", "normal")),
            _gauge("store_used_bytes", "", volume=("maps", "video")),
            _gauge("cell_state", "1 for the state the cell is in.", cell=("a", "b"), state=("live", "standby", "off")),
            _gauge("camera_bitrate_bps", "Bitrate of the camera.", drone=DRONES),
            _gauge("link_hit_ratio", "Share answered by the cache, 0-1.", depot=DEPOTS),
            _gauge("broker_open_fds", "Open file descriptors.", node=("mq@box-1", "mq@box-2")),
            _counter("deliveries_total", "By outcome.", depot=DEPOTS, outcome=("delivered", "returned", "lost")),
            _counter("drone_motor_faults_total", "Motor faults.", drone=DRONES, motor=("fl", "fr")),
            _counter("stall_seconds_total", "Seconds stalled.", depot=DEPOTS, model=("k2", "k4")),
            _counter("flight_seconds_total", "Seconds flown.", depot=DEPOTS, model=("k2", "k4")),
            _counter("api_requests_total", "Requests.", method=("GET", "POST"), code=("200", "404", "500", "502")),
            _gauge("up", "1 if the last scrape succeeded.", job=("dispatch", "radio"), instance=("a:1", "b:1")),
        ),
        stream_labels={"service": ("dispatch", "radio")},
        logs=(
            KnownLogs(
                "dispatch",
                "json",
                {"level": "info|warn|error", "kind": "position|battery", "path": "string", "took_ms": "number, ms"},
                '{"level":"info","kind":"position","path":"/orders","took_ms":12}',
            ),
            KnownLogs("radio", "plain text", {}, "10:01 link to d-2 lost after 12 s"),
        ),
        about="A fleet of drones.",
    )
)  # fmt: skip


def outcome(text: str) -> Outcome:
    return translate.translate(Question(text, NOW), FLEET)


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("how far is the hall of nord from its setpoint", ("hall_temperature_celsius", " - hall_setpoint_celsius")),
        ("delivery success rate by depot last 7d", ('outcome="delivered"', " / sum by (depot)")),
        ("deliveries returned vs delivered ratio", ('outcome="returned"', '/ sum (rate(deliveries_total{outcome="d')),
        ("top 2 drones by motor faults today", ("topk (2, sum by (drone) (",)),
        ("cache hits worse than 80 %", ("link_hit_ratio < 0.8",)),
        ("fds of box-2", ('node="mq@box-2"',)),
        ("cells not live", ('cell_state{state!="live"} == 1',)),
        ("which cells are off now", ('cell_state{state="off"} == 1',)),
        ("everything but 200s today", ('code!="200"',)),
        ("non GET requests per minute", ('method!="GET"', "* 60")),
        ("4xx and 5xx share", ('code=~"4..|5.."',)),
        ("requests with 500 or 502, per minute", ('code=~"500|502"', "* 60")),
        ("mbit/s of camera d-1", ('camera_bitrate_bps{drone="d-1"} / 1000000',)),
        ("video volume growth per day", ("deriv(store_used_bytes", "* 86400")),
        ("is radio up", ('up{job="radio"}',)),
        ("lines about link lost in radio since 8am", ('|= "link" |= "lost"',)),
        ("position vs battery lines of dispatch 1h", ("sum by (kind) (count_over_time(",)),
        ("dispatch log lines for /orders", ('path = "/orders"',)),
    ],
)
def test_a_word_that_changes_the_meaning_is_in_the_query(question: str, parts: tuple[str, ...]):
    planned = outcome(question)

    assert isinstance(planned, Planned), planned
    query = translate.written(planned)
    assert [part for part in parts if part not in query] == [], query


@pytest.mark.parametrize(
    "question",
    [
        "parcels waiting longer than 10 minutes",  # how many there are says not how long
        "parcels waiting as a share of it all",
        "p95 of motor faults",  # only counted
        "slowest 5 dispatch calls 1h",
        "speed of dispatch",
        "express faults",
        "unflown seconds today",  # what is flown is told, and not what is not
        "deliveries and errors",
    ],
)
def test_what_nothing_tells_is_asked_back(question: str):
    assert isinstance(outcome(question), Clarify)


@pytest.mark.parametrize("question", ["ground all drones", "land d-1", "recycle radio", "switch nord to ost"])
def test_an_order_on_a_thing_by_its_name_is_refused(question: str):
    assert isinstance(outcome(question), Refuse)
