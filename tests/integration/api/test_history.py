"""An application over a time, over real HTTP: its figures are those of the demo world, and each names its query."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.desk.reader import Readership
from bot.desk.readers import Readers
from bot.model.lines import nanoseconds
from integrations.demo.log_streams import streams
from integrations.demo.logs import DemoLogs
from integrations.demo.metrics import DemoMetrics
from integrations.demo.world import HISTORY, DemoWorld, milliseconds
from tests.builders import NoMeters
from tests.fakes import NOON, DrivenClock
from tests.integration.api.scene import ADMIN, VIEWER, Scene, scene
from tests.sourcing import OneOfEach

WORLD = DemoWorld(1)
HOUR = timedelta(hours=1)
PROFILE = {"name": "shop checkout", "service_mappings": {"checkout": {}}, "slos": {"error_rate": 0.5}}


@pytest.fixture
async def on(storage, clock: DrivenClock) -> AsyncIterator[Scene]:
    sources = OneOfEach(DemoMetrics(WORLD, clock), DemoLogs(WORLD, clock))
    readers = Readers(sources, Readership(clock, NoMeters()))
    async with scene(storage, clock, readers=readers) as opened:
        await opened.post("/api/applications", PROFILE, key=ADMIN)
        yield opened


def written(start, end) -> dict[str, int]:
    now, found = milliseconds(NOON), {}
    for one in streams(WORLD.seed, now - HISTORY, now, ()):
        if (one.labels["service"], one.labels["env"]) == ("checkout", "prod"):
            lines = sum(1 for _ in one.between(nanoseconds(start) + 1, nanoseconds(end) + 1))
            found[one.labels["level"]] = found.get(one.labels["level"], 0) + lines
    return {level: count for level, count in found.items() if count}


async def test_health_against_its_own_objectives(on: Scene):
    told = await on.get("/api/applications/shop-checkout/health?range=2h", VIEWER)
    assert (told["application"], told["where"]) == ("shop checkout", {"service": "checkout", "env": "prod"})
    held = {one["objective"]: one for one in told["objectives"]}
    assert (held["error_rate"]["target"], held["error_rate"]["is_default"]) == (0.5, False)
    assert held["error_rate"]["result"] == "pass"
    assert held["p95_latency"]["broken"][-1]["ended"] == "still on"  # a bad version runs
    assert told["failed"] / told["requests"] == pytest.approx(held["error_rate"]["measured"])
    assert {one["language"] for one in told["queries"]} == {"promql"}


async def test_events_are_counted_by_level(on: Scene):
    told = await on.get("/api/applications/shop checkout/events/count?range=2h")
    truth = written(NOON - 2 * HOUR, NOON)
    assert {one["level"]: one["count"] for one in told["levels"]} == truth
    assert told["total"] == sum(truth.values()) == sum(v for one in told["levels"] for _, v in one["course"])
    assert sum(one["percent"] for one in told["levels"]) == 100
    assert told["peak"]["count"] > 0
    assert all("count_over_time" in one["query"] for one in told["queries"])
    errors = await on.get("/api/applications/checkout/events/count?range=2h&level=errors&region=us-east")
    assert [one["level"] for one in errors["levels"]] == ["error"]
    assert 0 < errors["total"] < truth["error"]
    assert errors["where"]["region"] == "us-east"


async def test_the_newest_lines_and_what_they_say(on: Scene):
    told = await on.get("/api/grafana/logs/shop-checkout?range=10m&level=errors&limit=50")
    assert (told["full"], len(told["lines"])) == (True, 50)
    assert [one["nanoseconds"] for one in told["lines"]] == sorted(
        (one["nanoseconds"] for one in told["lines"]), reverse=True
    )
    assert {one["level"] for one in told["lines"]} == {"error"}
    assert told["patterns"][0]["text"] == "order <_> failed: statement timeout after <_> ms in orders-db"
    assert sum(one["count"] for one in told["patterns"]) == 50
    found = await on.get("/api/grafana/logs/auth?range=12h&level=errors&containing=session of")
    assert found["lines"]
    assert all("…@example.com" in one["message"] and "…@example.com" in one["text"] for one in found["lines"])


async def test_what_an_alert_did(on: Scene):
    fired = (NOON - timedelta(minutes=30)).isoformat().replace("+00:00", "Z")
    told = await on.get(f"/api/applications/shop-checkout/impact?alert_time={fired}&window=30m")
    assert told["affected"] is True
    assert "p95 latency" in {one["sign"] for one in told["moved"]}
    assert told["start"] == fired
    assert told["deploys"]
    assert told["requests"] > told["failed"] > 0


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("/api/applications/nothing/health", 404, "no application “nothing”"),
        ("/api/applications/nothing/events/count", 404, "No log stream is known as “nothing”"),
        ("/api/applications/checkout/health?env=qa", 404, "There is no env “qa”."),
        ("/api/applications/checkout/health?range=40d", 422, "at most 31 days"),
        ("/api/applications/checkout/health?range=1h&since=2026-03-18T11:00:00Z", 422, "either since or range"),
        ("/api/applications/checkout/health?since=2026-03-18T13:00:00Z", 422, "an end after its start"),
        ("/api/applications/checkout/impact", 422, "alert_time"),
        ("/api/applications/checkout/impact?alert_time=2026-03-19T00:00:00Z", 422, "in the past"),
        ("/api/grafana/logs/checkout?limit=5001", 422, "limit"),
        ("/api/grafana/logs/checkout?levels=error", 422, "levels"),
    ],
)
async def test_what_cannot_be_told(on: Scene, path, status, says):
    answer = await on.ask("GET", path, key=VIEWER)
    assert (answer.status, says in str(answer.json)) == (status, True), answer.text


@pytest.mark.parametrize("path", ["/api/applications/checkout/events/count", "/api/grafana/logs/checkout"])
async def test_without_a_source_of_logs(storage, clock, path):
    readers = Readers(OneOfEach(DemoMetrics(WORLD, clock)), Readership(clock, NoMeters()))
    async with scene(storage, clock, readers=readers) as bare:
        answer = await bare.ask("GET", path, key=VIEWER)
    assert (answer.status, answer.json["error"]) == (422, "No source of logs is connected.")
