"""Every source: recorded payloads become just these signals, and whatever else comes is Malformed, never an error."""

import json
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.model.errors import Malformed
from bot.model.plan import JsonSource
from bot.model.severity import Severity
from bot.model.signal import LONGEST_NAME, LONGEST_TEXT, LONGEST_VALUE, MOST_LABELS, Signal
from integrations.catalog import WEBHOOKS
from integrations.integration import Arrived
from tests.fakes import NOON
from tests.unit.integrations.recorded import FOLDER, arrived, payloads, told

PARSERS = {webhook.name: webhook.parse for webhook in WEBHOOKS}
RECORDED = payloads()
MAPPING = JsonSource(
    each="items", fingerprint="id", title="title", status="state", severity="level", labels={"tags": "tags[]"},
    started_at="at", link="url", description="more",
)  # fmt: skip


def parse(source: str, body: Any, headers: dict[str, str] | None = None, mapping: JsonSource | None = MAPPING):
    return PARSERS[source](Arrived(body, headers or {}, {}, NOON, mapping))


def body_of(source: str, name: str) -> Any:
    return json.loads((FOLDER / source / f"{name}.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("source", "path"), RECORDED, ids=[f"{source}/{path.stem}" for source, path in RECORDED])
def test_a_recorded_payload_becomes_these_signals(source: str, path: Path):
    expected = json.loads(path.with_suffix(".signals.json").read_text(encoding="utf-8"))
    assert [told(signal) for signal in PARSERS[source](arrived(path))] == expected


def test_every_source_has_recorded_payloads():
    assert {source for source, _ in RECORDED} == set(PARSERS)


# What is wrong is named


def changed(source: str, name: str, *path: str | int, to: Any) -> Any:
    body = place = deepcopy(body_of(source, name))
    for step in path[:-1]:
        place = place[step]
    if to is ...:
        del place[path[-1]]
    else:
        place[path[-1]] = to
    return body


def grouped(*path: str | int, to: Any) -> Any:
    return changed("alertmanager", "grouped", "alerts", *path, to=to)


def alarm(**changes: Any) -> Any:
    envelope = body_of("cloudwatch", "alarm")
    return {**envelope, "Message": json.dumps({**json.loads(envelope["Message"]), **changes})}


@pytest.mark.parametrize(
    ("source", "body", "field"),
    [
        ("alertmanager", [], ""),
        ("alertmanager", None, ""),
        ("alertmanager", {"message": "another kind of payload"}, "alerts"),
        ("alertmanager", {"alerts": {}}, "alerts"),
        ("alertmanager", grouped(2, "startsAt", to="yesterday"), "alerts[2].startsAt"),
        ("alertmanager", grouped(1, to=7), "alerts[1]"),
        ("alertmanager", grouped(0, "status", to="odd"), "alerts[0].status"),
        ("alertmanager", grouped(0, "labels", to=[]), "alerts[0].labels"),
        ("alertmanager", grouped(0, "labels", "job", to={}), "alerts[0].labels.job"),
        ("alertmanager", {"status": "firing", "alerts": [{}]}, "alerts[0].labels"),
        ("grafana", {"alerts": [{"labels": {"a": "b"}}], "state": "odd"}, "alerts[0].status"),
        ("ruler", {}, "alerts"),
        ("ruler", None, "alerts"),
        ("ruler", [{"labels": {"a": "b"}, "endsAt": "9999-12-31T23:59:59-14:00"}], "alerts[0].endsAt"),
        ("pagerduty", {}, "event_action"),
        ("pagerduty", {"event_action": "snooze"}, "event_action"),
        ("pagerduty", {"event_action": "resolve"}, "dedup_key"),
        ("pagerduty", changed("pagerduty", "trigger", "dedup_key", to="k" * 256), "dedup_key"),
        ("pagerduty", changed("pagerduty", "trigger", "payload", to=...), "payload.severity"),
        ("pagerduty", changed("pagerduty", "trigger", "payload", "summary", to=" "), "payload.summary"),
        ("pagerduty", changed("pagerduty", "trigger", "payload", "source", to=None), "payload.source"),
        ("pagerduty", changed("pagerduty", "trigger", "payload", "severity", to="loud"), "payload.severity"),
        ("pagerduty", changed("pagerduty", "trigger", "links", to=[1]), "links[0]"),
        ("cloudwatch", {}, "Type"),
        ("cloudwatch", {"Type": "Notification"}, "Message"),
        ("cloudwatch", {"Type": "Notification", "Message": "Your bill is ready."}, "Message"),
        ("cloudwatch", alarm(AlarmName=""), "Message.AlarmName"),
        ("cloudwatch", alarm(NewStateValue="PANIC"), "Message.NewStateValue"),
        ("cloudwatch", alarm(Trigger=[]), "Message.Trigger"),
        ("datadog", {"alert_id": "$ALERT_ID"}, "alert_id"),
        ("datadog", {"alert_id": 1, "date": "today"}, "date"),
        ("sentry", {"data": {}}, "action"),
        ("sentry", {"action": "created", "data": {}}, "data"),
        ("sentry", {"action": "created", "data": {"issue": {}}}, "data.issue.id"),
        ("sentry", {"action": "critical", "data": {"metric_alert": {}}}, "data.metric_alert.id"),
        ("generic", {}, "items"),
        ("generic", {"items": [{"title": "a"}, {"title": " "}]}, "items[1].title"),
        ("generic", {"items": [{"title": {}}]}, "items[0].title"),
        ("generic", {"items": [{"title": "a", "at": "soon"}]}, "items[0].at"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(source: str, body: Any, field: str):
    with pytest.raises(Malformed) as refused:
        parse(source, body)
    assert refused.value.field == field
    assert str(refused.value)


def test_more_alerts_than_one_delivery_may_have():
    with pytest.raises(Malformed, match="more than 10000 entries"):
        parse("ruler", [{"labels": {"a": "b"}}] * 10_001)


# Whatever comes

NAMES = sorted(
    {
        name
        for _, path in RECORDED
        for name in json.dumps(json.loads(path.read_text(encoding="utf-8"))).split('"')
        if name.isidentifier()
    }
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(NAMES)
ANY_JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(NAMES) | st.text(), inner, max_size=6),
    max_leaves=30,
)


def within(signal: Signal) -> None:
    assert len(signal.labels) <= MOST_LABELS
    for name, value in signal.labels.items():
        assert 0 < len(name) <= LONGEST_NAME
        assert 0 < len(value) <= LONGEST_VALUE
    assert len(signal.title) <= LONGEST_NAME
    assert len(signal.fingerprint) <= LONGEST_NAME
    assert signal.fingerprint
    assert "\n" not in signal.title
    assert max(map(len, (signal.description, signal.expression, signal.graph))) <= LONGEST_TEXT
    for link in (signal.runbook, signal.dashboard, signal.graph):
        assert not link or link.startswith(("http://", "https://"))
    texts = [signal.title, signal.description, *signal.labels, *signal.labels.values(), signal.measured, signal.normal]
    assert not any(sign in text for text in texts for sign in "\x00\x1b\u202e\ud800")
    assert signal.started_at <= NOON
    assert signal.ended_at is None or signal.started_at <= signal.ended_at <= NOON


@pytest.mark.parametrize("source", PARSERS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=ANY_JSON)
def test_any_json_gives_signals_or_malformed(source: str, body: Any):
    try:
        signals = parse(source, body)
    except Malformed:
        return
    for signal in signals:
        within(signal)


def places(value: Any) -> list[tuple[Any, Any]]:
    steps = (
        list(value.items()) if isinstance(value, dict) else list(enumerate(value)) if isinstance(value, list) else []
    )
    return [(value, step) for step, _ in steps] + [one for _, inner in steps for one in places(inner)]


@pytest.mark.parametrize(("source", "path"), RECORDED, ids=[f"{source}/{path.stem}" for source, path in RECORDED])
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_real_payload_with_anything_in_one_place(source: str, path: Path, data: st.DataObject):
    given = arrived(path)
    body = given.body
    if source == "cloudwatch" and body["Message"].startswith("{") and data.draw(st.booleans()):
        alarm = json.loads(body["Message"])
        place, step = data.draw(st.sampled_from(places(alarm)))
        place[step] = data.draw(ANY_JSON)
        body["Message"] = json.dumps(alarm)
    else:
        place, step = data.draw(st.sampled_from(places(body)))
        place[step] = data.draw(ANY_JSON)
    try:
        signals = PARSERS[source](given)
    except Malformed:
        return
    for signal in signals:
        within(signal)


# Caps and literal text


def firing(**changes: Any) -> Signal:
    body = body_of("alertmanager", "firing")
    body["alerts"][0] |= changes
    (signal,) = parse("alertmanager", body)
    return signal


def test_ten_thousand_labels_are_cut_to_those_that_matter():
    labels = {f"a{number}": "x" for number in range(10_000)} | {"alertname": "Many", "service": "checkout"}
    signal = firing(labels=labels)
    assert len(signal.labels) == MOST_LABELS
    assert (signal.labels["alertname"], signal.service) == ("Many", "checkout")
    assert signal.labels == firing(labels=dict(reversed(labels.items()))).labels


def test_a_million_characters_are_cut_and_say_so():
    signal = firing(annotations={"summary": "s" * 10**6, "description": "d" * 10**6}, labels={"l" * 10**6: "v" * 10**6})
    assert (len(signal.title), len(signal.description)) == (LONGEST_NAME, LONGEST_TEXT)
    assert signal.title.endswith("…")
    assert signal.description.endswith("…")
    assert {len(name): len(value) for name, value in signal.labels.items()} == {LONGEST_NAME: LONGEST_VALUE}


def test_what_alerts_say_is_literal():
    signal = firing(
        labels={"alertname": "<!channel>", "job": "a\u202eb\x00"}, annotations={"summary": "<!channel> *x*"}
    )
    assert signal.title == "<!channel> *x*"
    assert signal.labels == {"alertname": "<!channel>", "job": "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}"}


@pytest.mark.parametrize(
    "bad",
    [
        "javascript:alert(1)", "data:text/html,x", "ftp://a.example", "//a.example", "https://", "https:// a", "x",
        "https://good.example@evil.example/", "https://a.example/\u202e", "http://[::1", "http://a:0/",
        "https://a.example/" + "x" * 4000, 7, {}, None,
    ],
)  # fmt: skip
def test_only_addresses_become_links(bad: object):
    signal = firing(annotations={"runbook_url": bad, "dashboard_url": bad}, generatorURL=bad)
    assert (signal.runbook, signal.dashboard, signal.graph) == ("", "", "")


# Instants


@pytest.mark.parametrize(
    ("starts", "ends", "started", "ended"),
    [
        ("2026-03-18T12:30:00Z", "2026-03-18T12:40:00Z", NOON, NOON),  # a clock that is ahead
        ("2026-03-18T11:30:00Z", "2026-03-18T11:00:00Z", NOON - timedelta(minutes=30), NOON - timedelta(minutes=30)),
        ("2026-03-18T11:30:00Z", None, NOON - timedelta(minutes=30), NOON),
        (None, "0001-01-01T00:00:00Z", NOON, NOON),
        ("0001-01-01T00:00:00+05:00", "2026-03-18T13:59:59.999999999+02:00", NOON, NOON),
        ("2026-03-18t11:30:00z", "1773834900", NOON - timedelta(minutes=30), NOON - timedelta(minutes=5)),
        (1773834900000, 1773834960.5, NOON - timedelta(minutes=5), datetime(2026, 3, 18, 11, 56, 0, 500_000, UTC)),
    ],
)
def test_nothing_begins_in_the_future_or_ends_before_it_began(starts: Any, ends: Any, started: Any, ended: Any):
    signal = firing(status="resolved", startsAt=starts, endsAt=ends)
    assert (signal.started_at, signal.ended_at) == (started, ended)


# Single sources


def test_the_same_labels_are_the_same_alert_to_a_ruler():
    one, other, another = parse(
        "ruler", [{"labels": {"a": "1", "b": "2"}}, {"labels": {"b": "2", "a": "1", "c": ""}}, {"labels": {"a": "1"}}]
    )
    assert one.fingerprint == other.fingerprint != another.fingerprint


def test_an_event_sent_again_without_a_key_is_the_same_alert():
    event = body_of("pagerduty", "bare")
    (one,), (again,) = parse("pagerduty", event), parse("pagerduty", dict(reversed(event.items())))
    (other,) = parse("pagerduty", changed("pagerduty", "bare", "payload", "summary", to="Another import"))
    assert one.fingerprint == again.fingerprint != other.fingerprint


def test_a_long_key_of_pagerduty_is_told_apart():
    keys = ["k" * 255, "k" * 254 + "l"]
    one, other = (parse("pagerduty", changed("pagerduty", "trigger", "dedup_key", to=key))[0] for key in keys)
    assert one.fingerprint != other.fingerprint


def test_news_of_an_installation_of_sentry_is_no_alert():
    body = {"action": "created", "data": {"installation": {"uuid": "x"}}}
    assert parse("sentry", body, {"sentry-hook-resource": "installation"}) == ()


@pytest.mark.parametrize(
    ("transition", "kind", "priority", "status", "severity"),
    [
        ("Triggered", "error", "P1", "firing", Severity.CRITICAL),
        ("Triggered", "error", "", "firing", Severity.HIGH),
        ("Warn", "warning", "P1", "firing", Severity.MEDIUM),
        ("Warn", "warning", "P5", "firing", Severity.LOW),
        ("Re-No Data", "error", "P2", "firing", Severity.MEDIUM),
        ("Renotify", "error", "P2", "firing", Severity.HIGH),
        ("Recovered", "success", "P2", "resolved", Severity.HIGH),
        ("Null", "success", "", "resolved", Severity.MEDIUM),
        ("", "info", "", "firing", Severity.LOW),
    ],
)
def test_transitions_of_datadog(transition: str, kind: str, priority: str, status: str, severity: Severity):
    body = {**body_of("datadog", "triggered"), "transition": transition, "type": kind, "priority": priority}
    (signal,) = parse("datadog", body)
    assert (signal.status, signal.severity, signal.title) == (status, severity, "Checkout answers slowly")


def test_a_generic_source_without_a_mapping_is_told():
    with pytest.raises(Malformed, match="no mapping"):
        parse("generic", {}, mapping=None)
