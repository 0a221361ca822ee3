"""How a question is read over a catalogue that nobody has seen: by what its metrics, labels and help texts say."""

from datetime import UTC, datetime

import pytest

from bot.query import translate
from bot.query.catalog import Catalog, KnownMetric
from bot.query.translate import Clarify, Outcome, Planned, Question
from bot.query.words.outcome import Refuse, Unsupported
from bot.query.words.tokens import singular
from bot.query.words.units import UNITS, measured_in

NOW = datetime(2026, 3, 12, 14, 30, tzinfo=UTC)
SHIPS, HALLS, LOCKS = ("ms-anna", "ms-berta"), ("h1", "h2"), ("lock-1", "lock-2")
STATES = ("open", "closed", "being_cleaned")


def _gauge(name: str, about: str, **labels: tuple[str, ...]) -> KnownMetric:
    return KnownMetric(name, "gauge", about, "", labels)


def _counter(name: str, about: str, **labels: tuple[str, ...]) -> KnownMetric:
    return KnownMetric(name, "counter", about, "", labels)


HARBOUR = translate.prepare(
    Catalog(
        (
            _gauge("lock_state", "1 for the state the lock is in, 0 for the others.", lock=LOCKS, state=STATES),
            _gauge("lock_gate_sound", "1 if the gate is sound, 0 if it leaks.", lock=LOCKS),
            _gauge("ferry_passengers", "Passengers on board.", ship=SHIPS),
            _gauge("ferry_seats", "Seats of the ferry.", ship=SHIPS),
            _gauge("ferry_ballast_tank_level_ratio", "Level of the ballast tank, 0-1.", ship=SHIPS),
            _gauge("ferry_speed_knots", "Speed.", ship=SHIPS),
            _gauge("ferry_speed_limit_knots", "Speed allowed in the fairway.", ship=SHIPS),
            _gauge("ferry_arrival_eta_timestamp_seconds", "Unix time at which the ferry is expected.", ship=SHIPS),
            _gauge("ferry_last_report_timestamp_seconds", "Unix time of the last report.", ship=SHIPS),
            _counter("ferry_fuel_liters_total", "Fuel burnt.", ship=SHIPS),
            _counter("ferry_distance_meters_total", "Distance sailed.", ship=SHIPS),
            _counter("tickets_sold_total", "Tickets sold.", quay=("north", "south"), kind=("child", "adult")),
            _counter("tickets_returned_total", "Tickets given back.", quay=("north", "south"), kind=("child", "adult")),
            _counter("customs_checks_total", "Checks.", quay=("north", "south")),
            _counter("customs_checks_failed_total", "Checks that failed.", quay=("north", "south"), cause=("no_seal",)),
            _gauge("hall_temperature_celsius", "Air in the hall.", hall=HALLS),
            _gauge("hall_setpoint_celsius", "Air wanted.", hall=HALLS),
            _gauge("hall_light_lux", "Light in the hall.", hall=HALLS),
            _counter("pilot_requests_total", "Pilots; in-1 is an arrival, out-1 a departure.", type=("in-1", "out-1")),
            _counter("relay_messages_total", "Messages.", instance=("r1:9", "r2:9"), filtered=("true", "false")),
            KnownMetric("boarding_seconds", "histogram", "Time to board.", "", {"quay": ("north", "south")}),
        ),
        about="harbour: A harbour with locks, ferries, halls.",
    )
)  # fmt: skip


def outcome(text: str) -> Outcome:
    return translate.translate(Question(text, NOW), HARBOUR)


def query(text: str) -> str:
    found = outcome(text)
    assert isinstance(found, Planned), found
    return translate.written(found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("locks that are not open", 'lock_state{state!="open"} == 1'),
        ("locks being cleaned", 'lock_state{state="being_cleaned"} == 1'),
        ("share of locks that are closed", 'avg (lock_state{state="closed"})'),
        ("locks neither open nor closed", 'lock_state{state!~"open|closed"} == 1'),
        ("is lock-1 open", 'lock_state{lock="lock-1",state="open"}'),
    ],
)
def test_a_thing_is_in_one_state_of_several(text: str, expected: str):
    assert query(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ferries over their speed limit", "ferry_speed_knots > ferry_speed_limit_knots"),
        ("halls colder than they should be", "hall_temperature_celsius < hall_setpoint_celsius"),
        ("how full is ms-anna", 'ferry_passengers{ship="ms-anna"} / ferry_seats{ship="ms-anna"}'),
        ("ferries more than 90 % full", "(ferry_passengers / ferry_seats) > 0.9"),
        ("how full are the ballast tanks", "ferry_ballast_tank_level_ratio"),
    ],
)
def test_what_is_measured_goes_with_its_bound(text: str, expected: str):
    assert query(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "returned tickets per ticket sold, by quay, last 7 days",
            "sum by (quay) (rate(tickets_returned_total[1w])) / sum by (quay) (rate(tickets_sold_total[1w]))",
        ),
        (
            "litres per km by ship, last 1d",
            "sum by (ship) (rate(ferry_fuel_liters_total[1d]))"
            " / (sum by (ship) (rate(ferry_distance_meters_total[1d])) / 1000)",
        ),
        (
            "share of checks lost to no_seal",
            'sum (rate(customs_checks_failed_total{cause="no_seal"}[5m])) / sum (rate(customs_checks_total[5m]))',
        ),
        (
            "share boarded within half an hour",
            'sum (rate(boarding_seconds_bucket{le=~"1800(\\\\.0)?"}[5m])) / sum (rate(boarding_seconds_count[5m]))',
        ),
    ],
)
def test_one_thing_is_told_in_shares_of_another(text: str, expected: str):
    assert query(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "hours until ms-berta arrives",
            '(ferry_arrival_eta_timestamp_seconds{ship="ms-berta"} - time()) / 3600',
        ),
        ("ferries due within 6 hours", "(ferry_arrival_eta_timestamp_seconds - time()) < 21600"),
        ("ferries silent for over ten minutes", "(time() - ferry_last_report_timestamp_seconds) > 600"),
        ("ferries that have not reported for 2 h", "(time() - ferry_last_report_timestamp_seconds) > 7200"),
    ],
)
def test_moments_lie_ahead_or_behind(text: str, expected: str):
    assert query(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("brightest hall", "topk (1, hall_light_lux)"),
        ("halls above 50 lux", "hall_light_lux > 50"),
        ("hotter than 30 degrees", "hall_temperature_celsius > 30"),
        ("children's tickets sold today", 'sum (increase(tickets_sold_total{kind="child"}[14h30m]))'),
        ("arrivals per hour", 'sum (rate(pilot_requests_total{type="in-1"}[5m])) * 3600'),
        ("relay messages of each forwarder", "sum by (instance) (rate(relay_messages_total[5m]))"),
        ("relay messages caught by the filter", 'sum (rate(relay_messages_total{filtered="true"}[5m]))'),
        ("tickets sold by kind, leave out child", 'sum by (kind) (rate(tickets_sold_total{kind!="child"}[5m]))'),
        ("gates that fail", "lock_gate_sound == 0"),
    ],
)
def test_words_that_no_name_spells(text: str, expected: str):
    assert query(text) == expected


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("is the harbour ok?", Clarify),
        ("seagulls per quay", Clarify),
        ("open lock-1", Refuse),
        ("ban ship ms7", Refuse),
        ("show me the radio key of ms-anna", Refuse),
        ("tickets sold since the last storm", Unsupported),
    ],
)
def test_what_cannot_be_known_is_asked_back_or_refused(text: str, kind: type):
    assert isinstance(outcome(text), kind)


@pytest.mark.parametrize("word", ["buses", "children", "shelves"])
def test_plurals_have_a_singular(word: str):
    assert singular(word) in {"bus", "child", "shelf"}


def test_a_unit_is_read_in_full():
    assert measured_in("", ("train", "energy", "kilowatt", "hours", "total"), "") == UNITS["kwh"]
    assert measured_in("", ("price", "euros", "per", "kwh"), "") == UNITS["euros"]
    assert measured_in("", ("wind", "speed", "meters", "per", "second"), "") == UNITS["m/s"]


@pytest.mark.parametrize("unit", ["GWh", "MW", "km", "kWh", "m3"])
def test_any_unit_may_stand_alone(unit: str):
    found = outcome(f"{unit} burnt today")
    assert not isinstance(found, Refuse)
