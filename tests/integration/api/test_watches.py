"""Watches and anomalies for programs, over real HTTP and the demo world."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.desk.catalogs import Catalogs
from bot.desk.queries import Queries
from bot.desk.reader import Readership
from bot.desk.readers import Readers
from integrations.demo.metrics import DemoMetrics
from integrations.demo.world import DemoWorld
from tests.builders import NoMeters
from tests.fakes import NOON
from tests.integration.api.scene import VIEWER, Scene, scene, signal
from tests.sourcing import OneOfEach

QUEUE = 'sum by (queue) (queue_depth{queue="orders"})'


@pytest.fixture
async def on(storage, clock) -> AsyncIterator[Scene]:
    sources = OneOfEach(DemoMetrics(DemoWorld(1), clock), None)
    queries = Queries(storage, clock, Catalogs(clock), sources, a_minute=20)
    readers = Readers(sources, Readership(clock, NoMeters()))
    async with scene(storage, clock, queries=queries, readers=readers) as opened:
        yield opened


async def test_a_watch_is_tried_then_kept_then_deleted(on: Scene):
    body = {"query": QUEUE, "name": "orders waiting", "unit": "jobs", "above": 1e6}
    tried = await on.post("/api/watches", body)
    assert (tried["watch"], tried["series"], tried["says"]) == (
        None, 1, "Nothing is watched yet: send it with confirm.",
    )  # fmt: skip
    assert await on.get("/api/watches") == {"watches": []}
    kept = (await on.post("/api/watches", {**body, "confirm": True}))["watch"]
    assert (kept["id"], kept["kind"], kept["above"]) == ("W1", "gauge", 1e6)
    (one,) = (await on.get("/api/watches"))["watches"]
    assert (one["watch"], one["state"], one["strange"]) == (kept, "learning", 0)
    gone = await on.ask("DELETE", "/api/watches/w1")
    assert gone.json["id"] == "W1"
    assert (await on.ask("DELETE", "/api/watches/w1")).status == 404
    assert [entry.details["query"] for entry in await on.trail("watch.deleted")] == [QUEUE]


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({"query": "sum(rate(http_requests_total[5m])"}, "PromQL"),
        ({"query": QUEUE, "kind": "mood"}, "I do not know the kind “mood”."),
        ({"query": 'queue_depth{queue="orders"} > 1e12'}, "no data in the last 7 days"),
    ],
)
async def test_what_cannot_be_watched_is_refused_in_words(on: Scene, body, says):
    refused = await on.ask("POST", "/api/watches", body)
    assert refused.status == 422
    assert says in refused.json["error"]


async def test_watching_takes_an_operator(on: Scene):
    assert (await on.ask("POST", "/api/watches", {"query": QUEUE}, key=VIEWER)).status == 403


async def test_anomalies_are_told_part_by_part_and_other_issues_are_none(on: Scene):
    told = "p95 latency 2 s.\nWhere: 92 % of the excess is region eu.\nConfidence: high, it rests on 7 days."
    strange = replace(signal(2), source="watch", description=told, started_at=NOON)
    await on.desk.pipeline.accept("default", [signal(1), strange])
    (one,) = (await on.get("/api/anomalies?open=true"))["anomalies"]
    assert (one["issue"]["source"], one["where"], one["coincides"]) == (
        "datadog", "92 % of the excess is region eu.", "",
    )  # fmt: skip
    assert [each["source"] for each in one["issue"]["joined"]] == ["watch"]  # both tell of the same
    assert one["confidence"] == "high, it rests on 7 days."
