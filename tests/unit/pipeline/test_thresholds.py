"""Events against thresholds: flagged at one, critical at the third in a row, over after five clean ones."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model.log_event import EventId, Kind, LogEvent
from bot.model.severity import Severity
from bot.pipeline import event_signals, thresholds
from bot.pipeline.thresholds import BY_METRIC, DEFAULTS, check, table
from tests.fakes import NOON

LIMITS = table({})


def event(number: int = 0, service: str = "auth-api", **metrics: float) -> LogEvent:
    at = NOON + timedelta(seconds=number)
    given = metrics or {"latency_ms": 120}
    return LogEvent(EventId(f"EVT-{number}-x"), at, Kind.API, service, "m", "us-east-1", metrics=given)


def marks(*events: LogEvent, limits=LIMITS) -> str:
    """A letter for each: `.` clean, `f` flagged, `C` critical."""
    found = check(events, {}, limits).verdicts
    return "".join("C" if one.event.critical else "f" if one.event.flagged else "." for one in found)


def sequence(said: str, **metrics: float) -> list[LogEvent]:
    """`x` breaks a threshold, `.` does not; a small letter and a capital are two services."""
    services = {"x": "a", ".": "a", "X": "b", "-": "b"}
    bad = metrics or {"latency_ms": 650}
    return [event(n, services[sign], **(bad if sign in "xX" else {"latency_ms": 120})) for n, sign in enumerate(said)]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("x", "f"),
        ("xx", "ff"),
        ("xxx", "ffC"),
        ("xxxx", "ffCC"),
        ("xx.xx", "ff.ff"),  # a clean one begins the count anew
        ("xx.xxx", "ff.ffC"),
        ("xXxXxX", "ffffCC"),  # each service for itself
        ("xx-x", "ff.C"),  # a clean event of another service resets nothing
        ("xX-xX", "ff.ff"),
        ("....", "...."),
    ],
)
def test_one_is_flagged_and_three_in_a_row_are_critical(said, expected):
    assert marks(*sequence(said)) == expected


def test_several_metrics_in_one_event_count_once():
    both = {"latency_ms": 650, "status_code": 500}
    found = check([event(n, **both) for n in range(3)], {}, LIMITS).verdicts
    assert [len(one.event.breaches) for one in found] == [2, 2, 2]
    assert [one.event.critical for one in found] == [False, False, True]


def test_what_is_told_stays_one_trouble_while_the_metric_changes():
    events = [event(0, latency_ms=650), event(1, latency_ms=650), event(2, latency_ms=650)]
    events += [event(3, status_code=500, latency_ms=650), event(4, status_code=500)]
    told = [one.opens.metric for one in check(events, {}, LIMITS).verdicts if one.opens]
    assert told == ["latency_ms", "latency_ms", "status_code"]


@pytest.mark.parametrize(
    ("metric", "fine", "broken"),
    [
        ("latency_ms", 500, 500.1),
        ("status_code", 400, 500),
        ("error_rate", 0.01, 0.011),
        ("query_time_ms", 300, 301),
        ("pool_connections", 44, 45),
        ("pool_waiting", 0, 1),
        ("slow_queries", 5, 6),
        ("page_load_ms", 3000, 3001),
        ("js_errors", 0, 1),
        ("cpu_percent", 80, 81),
        ("memory_percent", 85, 86),
        ("disk_io_mbps", 400, 401),
        ("disk_latency_ms", 500, 501),
        ("availability", 0.999, 0.998),
    ],
)
def test_the_limits(metric, fine, broken):
    assert marks(event(0, **{metric: fine}), event(1, **{metric: broken})) == ".f"


@pytest.mark.parametrize(
    ("metric", "normal", "fine", "broken", "severity"),
    [
        ("p95_ms", 1200, 2399, 2500, Severity.MEDIUM),
        ("p95_ms", 1200, 2399, 4200, Severity.HIGH),
        ("network_mbps", 10, 29, 30, Severity.MEDIUM),
        ("prompt_tokens", 800, 1599, 2400, Severity.MEDIUM),
        ("usage", 100, 299, 440, Severity.LOW),
    ],
)
def test_against_what_is_normal(metric, normal, fine, broken, severity):
    usual = [event(n, **{metric: normal}) for n in range(20)]
    found = check([*usual, event(20, **{metric: fine}), event(21, **{metric: broken})], {}, LIMITS).verdicts
    assert not found[20].event.flagged
    assert thresholds.severity(found[21].event) is severity


def test_without_a_history_nothing_is_held_against_it():
    assert marks(event(0, p95_ms=99_999)) == "."


def test_a_note_of_low_severity_makes_nothing_critical():
    usual = [event(n, usage=100) for n in range(20)]
    assert marks(*usual, *(event(20 + n, usage=500) for n in range(4)))[20:] == "ffff"


def test_what_is_normal_is_the_last_hundred_events_of_the_service():
    old = [event(n, latency_ms=400) for n in range(100)]
    new = [event(100 + n, latency_ms=120) for n in range(100)]
    checked = check([*old, *new], {}, LIMITS)
    assert len(checked.standings["auth-api"].recent) == 100
    last = check([event(200, latency_ms=650), event(201, "other", latency_ms=650)], checked.standings, LIMITS)
    mine, other = (one.event.breaches[0] for one in last.verdicts)
    assert (mine.value, mine.limit, mine.normal, mine.severity) == (650, 500, 120, Severity.MEDIUM)
    assert other.normal is None
    assert thresholds.measured(mine) == "650 ms, +441 % against the normal 120 ms"
    assert thresholds.measured(other) == "650 ms"
    assert thresholds.limit(mine) == "above 500 ms"


def test_batches_go_on_where_the_last_one_ended():
    events = sequence("xx.xxx....x.....")
    whole = check(events, {}, LIMITS)
    known, parts = {}, []
    for one in events:
        checked = check([one], known, LIMITS)
        known, parts = {**known, **checked.standings}, [*parts, *checked.verdicts]
    assert parts == list(whole.verdicts)
    assert known == whole.standings


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("xxx", ["firing"]),
        ("xxxxxx", ["firing"]),  # told again and again: what is newest
        ("xxx....", ["firing"]),
        ("xxx.....", ["firing", "resolved"]),
        ("xxx..........", ["firing", "resolved"]),  # once
        ("xxx....x....", ["firing"]),  # five in a row
        ("xxx.....xxx", ["firing", "resolved", "firing"]),
        ("xx.....", []),
    ],
)
def test_what_is_said_of_a_service(said, expected):
    found = event_signals.signals(check(sequence(said), {}, LIMITS).verdicts)
    assert [one.status for one in found] == expected
    assert {one.fingerprint for one in found} <= {"a:latency_ms"}


def test_a_signal_tells_value_threshold_baseline_and_change():
    calm = [event(n) for n in range(10)]
    [signal] = event_signals.signals(
        check([*calm, *(event(10 + n, latency_ms=650) for n in range(3))], {}, LIMITS).verdicts
    )
    assert signal.title == "API latency of auth-api is above 500 ms"
    assert (signal.measured, signal.normal) == ("650 ms, +441 % against the normal 120 ms", "above 500 ms")
    assert (signal.severity, signal.service, signal.region) == (Severity.CRITICAL, "auth-api", "us-east-1")
    assert signal.started_at == NOON + timedelta(seconds=10)
    assert "EVT-12-x" in signal.description


def test_a_tenants_own_limits():
    limits = table({"latency_ms": 800, "status_code": None, "p95_ms": 4})
    assert marks(event(0, latency_ms=700), event(1, status_code=503), event(2, latency_ms=801), limits=limits) == "..f"
    assert limits["p95_ms"].severe == 6
    assert replace(limits["latency_ms"], limit=500) == BY_METRIC["latency_ms"]


def test_every_threshold_says_what_it_is():
    assert [one.says() for one in DEFAULTS] == [
        "above 500 ms", "at least 500", "at least 2x the normal", "above 1 %", "above 300 ms",
        "at least 45 connections", "above 0", "above 5", "above 3,000 ms", "more than none", "above 80 %", "above 85 %",
        "above 400 MB/s", "above 500 ms", "at least 3x the normal", "below 99.9 %", "at least 3x the normal",
        "at least 2x the normal",
    ]  # fmt: skip
