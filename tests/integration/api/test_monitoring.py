"""Log events by the API (rows API-05 to API-11, API-48), and as OpenTelemetry sends them."""

import gzip
import io
import json
from datetime import timedelta
from typing import Any

import pytest

from tests.fakes import NOON
from tests.integration.api.scene import ADMIN, OPERATOR, VIEWER, Scene
from tests.unit.api.otlp import in_protobuf

INGEST = "/api/monitoring/ingest"


@pytest.fixture
async def on_events(on: Scene) -> Scene:
    await on.key("ev", source="events")
    return on


def event(number: int, latency: float = 120, **given: Any) -> dict[str, Any]:
    return {
        "event_id": f"EVT-{number}-abc", "timestamp": (NOON + timedelta(seconds=number)).isoformat(),
        "event_type": "api", "service_name": "checkout", "region": "us-east-1", "customer_id": "acme",
        "severity": "info", "message": f"number {number}", "metrics": {"latency_ms": latency}, **given,
    }  # fmt: skip


async def test_a_batch_comes_in_once(on_events: Scene):
    on = on_events
    batch = {"events": [event(n) for n in range(3)]}
    answer = await on.ask("POST", INGEST, batch, key="ev")
    assert (answer.status, answer.json) == (202, {"accepted": 3, "new": 3})
    assert (await on.post(INGEST, batch["events"], key="ev")) == {"accepted": 3, "new": 0}
    shown = await on.get("/api/monitoring/events?limit=2")
    assert [one["event_id"] for one in shown["events"]] == ["EVT-2-abc", "EVT-1-abc"]
    assert shown["events"][0] == {
        **event(2), "timestamp": "2026-03-18T12:00:02Z", "endpoint": "", "user_agent": "", "stack_trace": "",
        "flagged": False, "critical": False, "breaches": [],
    }  # fmt: skip
    assert (await on.get("/api/monitoring/events/EVT-1-abc"))["message"] == "number 1"
    assert (await on.ask("GET", "/api/monitoring/events/EVT-9-abc", key=VIEWER)).status == 404


async def test_three_in_a_row_are_an_issue(on_events: Scene):
    on = on_events
    await on.post(INGEST, {"events": [*(event(n) for n in range(5)), *(event(5 + n, 650) for n in range(3))]}, key="ev")
    flagged = (await on.get("/api/monitoring/flagged"))["events"]
    assert [(one["flagged"], one["critical"]) for one in flagged] == [(True, True), (True, False), (True, False)]
    assert flagged[0]["breaches"] == [
        {"metric": "latency_ms", "value": 650, "limit": 500, "normal": 120, "severity": "medium"}
    ]
    [issue] = (await on.get("/api/monitoring/ai-actions"))["issues"]
    assert (issue["source"], issue["severity"]) == ("events", "critical")
    await on.post("/api/drafts", {"issue": issue["id"], "audience": "customer"}, key=OPERATOR)
    actions = await on.get("/api/monitoring/ai-actions")
    [alert] = actions["alerts"]
    assert (alert["related_issue_id"], alert["alert_type"], alert["state"]) == (issue["id"], "customer", "drafted")
    assert actions["entries"] == []
    status = await on.get("/api/monitoring/status")
    assert status == {"running": False, "event_count": 8, "flagged_count": 3, "queue": 0}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"events": [event(0, metrics={"latency_ms": "slow"})]}, "events[0].metrics.latency_ms"),
        ({"events": [{**event(0), "colour": "red"}]}, "events[0].colour"),
        ({"events": [event(n % 7) for n in range(1001)]}, "events"),
        ({}, "events"),
    ],
)
async def test_what_is_wrong_is_named_and_nothing_is_kept(on_events: Scene, body: Any, field: str):
    answer = await on_events.ask("POST", INGEST, body, key="ev")
    assert (answer.status, answer.json["field"]) == (400, field)
    assert (await on_events.get("/api/monitoring/status"))["event_count"] == 0


async def test_a_body_that_is_too_large(on_events: Scene):
    answer = await on_events.ask("POST", INGEST, data=io.BytesIO(b" " * (1024 * 1024 + 1)), key="ev")
    assert answer.status == 413


async def test_only_keys_of_events_bring_events(on_events: Scene):
    for key in (ADMIN, OPERATOR, "", "nobody"):
        assert (await on_events.ask("POST", INGEST, {"events": []}, key=key)).status == 401
        assert (await on_events.ask("POST", "/v1/logs", {}, key=key)).status == 401


async def test_begun_and_ended_once(on_events: Scene):
    on = on_events
    assert (await on.post("/api/monitoring/start", {"rate": 60}))["running"]
    again = await on.ask("POST", "/api/monitoring/start", {})
    assert (again.status, again.json["error"]) == (400, "The pipeline is running already.")
    assert not (await on.post("/api/monitoring/stop"))["running"]
    again = await on.ask("POST", "/api/monitoring/stop")
    assert (again.status, again.json["error"]) == (400, "The pipeline is not running.")
    assert (await on.ask("POST", "/api/monitoring/start", {}, key=VIEWER)).status == 403
    assert (await on.ask("POST", "/api/monitoring/start", {"rate": 0})).status == 422


async def test_cleared_by_administrators(on_events: Scene):
    on = on_events
    await on.post(INGEST, {"events": [event(n, 650) for n in range(3)]}, key="ev")
    assert (await on.ask("POST", "/api/monitoring/clear")).status == 403
    await on.clock.advance(1)
    assert (await on.post("/api/monitoring/clear", key=ADMIN)) == {"cleared": 3}
    assert (await on.get("/api/monitoring/events"))["events"] == []
    assert (await on.get("/api/monitoring/ai-actions"))["issues"] == []
    assert [one["status"] for one in (await on.get("/api/issues"))["issues"]] == ["resolved"]


async def test_a_limit_of_ones_own(on_events: Scene):
    on = on_events
    path = "/api/monitoring/thresholds/latency_ms"
    assert (await on.ask("PUT", path, {"limit": 700})).status == 403
    changed = (await on.ask("PUT", path, {"limit": 700}, key=ADMIN)).json["thresholds"]
    assert [(one["limit"], one["default"]) for one in changed if one["metric"] == "latency_ms"] == [(700, 500)]
    await on.post(INGEST, {"events": [event(0, 650)]}, key="ev")
    assert (await on.get("/api/monitoring/flagged"))["events"] == []
    assert (await on.ask("PUT", path, {"limit": -1}, key=ADMIN)).status == 422
    await on.ask("PUT", path, {"default": True}, key=ADMIN)
    found = (await on.get("/api/monitoring/thresholds"))["thresholds"]
    assert next(one["limit"] for one in found if one["metric"] == "latency_ms") == 500
    assert [one.details["after"] for one in await on.trail("threshold.change")] == [500, 700]


RECORD = {
    "timeUnixNano": str(int(NOON.timestamp()) * 10**9), "severityNumber": 17, "body": {"stringValue": "it failed"},
    "attributes": [
        {"key": "http.response.status_code", "value": {"intValue": "503"}},
        {"key": "http.server.request.duration", "value": {"doubleValue": 0.65}},
        {"key": "http.route", "value": {"stringValue": "/pay"}},
    ],
}  # fmt: skip
RESOURCE = [
    {"key": "service.name", "value": {"stringValue": "payments"}},
    {"key": "cloud.region", "value": {"stringValue": "eu-west-1"}},
]


def request(*records: Any, resource: Any = RESOURCE) -> dict[str, Any]:
    return {"resourceLogs": [{"resource": {"attributes": resource}, "scopeLogs": [{"logRecords": list(records)}]}]}


@pytest.mark.parametrize("form", ["json", "protobuf", "gzip"])
async def test_opentelemetry_in_each_of_its_forms(on_events: Scene, form: str):
    on = on_events
    for _ in range(2):  # exporters send again what was not acknowledged
        if form == "json":
            answer = await on.ask("POST", "/v1/logs", request(RECORD, RECORD), key="ev")
            assert (answer.status, answer.json) == (
                200,
                {"partialSuccess": {"rejectedLogRecords": 0, "errorMessage": ""}},
            )
            continue
        data = in_protobuf(request(RECORD, RECORD))
        headers = {"Authorization": "Bearer ev", "Content-Type": "application/x-protobuf"}
        if form == "gzip":
            data, headers = gzip.compress(data), {**headers, "Content-Encoding": "gzip"}
        async with on.client.post("/v1/logs", data=data, headers=headers) as response:
            assert (response.status, response.content_type) == (200, "application/x-protobuf")
            assert await response.read() == b""
    first, second = (await on.get("/api/monitoring/events"))["events"]
    assert first["event_id"] != second["event_id"], "the same line twice is two lines"
    assert first["service_name"] == "payments"
    assert first["region"] == "eu-west-1"
    assert (first["severity"], first["message"], first["endpoint"]) == ("error", "it failed", "/pay")
    assert first["metrics"] == {"status_code": 503, "latency_ms": 650}
    assert [one["metric"] for one in first["breaches"]] == ["status_code", "latency_ms"]


async def test_records_of_no_service_are_told_back(on_events: Scene):
    on = on_events
    answer = await on.ask("POST", "/v1/logs", request(RECORD, resource=[]), key="ev")
    assert answer.json["partialSuccess"]["rejectedLogRecords"] == 1
    headers = {"Authorization": "Bearer ev", "Content-Type": "application/x-protobuf"}
    data = in_protobuf(request(RECORD, resource=[]))
    async with on.client.post("/v1/logs", data=data, headers=headers) as response:
        assert (await response.read())[2:4] == b"\x08\x01"


@pytest.mark.parametrize("data", [b"\xff", b"\x0a\xff\xff\xff\xff\x0f", b"\x0a\x02\x12", b"hello there"])
async def test_what_is_no_protobuf(on_events: Scene, data: bytes):
    headers = {"Authorization": "Bearer ev", "Content-Type": "application/x-protobuf"}
    async with on_events.client.post("/v1/logs", data=data, headers=headers) as response:
        assert response.status == 400
        assert "protobuf" in json.loads(await response.text())["error"]


@pytest.mark.parametrize("body", [{"resourceLogs": 1}, {"resourceLogs": [{"scopeLogs": [7]}]}, []])
async def test_what_is_no_request_of_opentelemetry(on_events: Scene, body: Any):
    assert (await on_events.ask("POST", "/v1/logs", body, key="ev")).status == 400
