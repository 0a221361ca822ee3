"""Queries that programs write, over real HTTP: metrics of the demo world, logs of a double of Loki."""

from collections.abc import AsyncIterator
from datetime import timedelta

import aiohttp
import pytest

from bot.desk.catalogs import Catalogs
from bot.desk.queries import Queries
from bot.desk.reader import Readership
from bot.desk.readers import Readers
from bot.model.lines import nanoseconds
from integrations.demo.logql.streams import Stream
from integrations.demo.metrics import DemoMetrics
from integrations.demo.world import DemoWorld
from integrations.loki.connection import Access, Connection
from integrations.loki.logs import LokiLogs
from tests.builders import NoMeters
from tests.fakes import NOON
from tests.integration.api.scene import OPERATOR, VIEWER, Scene, scene
from tests.loki import ONE, Loki, serving
from tests.sourcing import OneOfEach

METRICS, LOGS = "/api/grafana/query/prometheus", "/api/grafana/query/loki"
BEGAN = nanoseconds(NOON - timedelta(minutes=30))
LINES = tuple((BEGAN + n * 10**9, f"level=error n={n}") for n in range(5))


@pytest.fixture
async def on(storage, clock) -> AsyncIterator[Scene]:
    shared, source = Readership(clock, NoMeters()), DemoMetrics(DemoWorld(1), clock)
    async with serving(Loki({ONE: (Stream({"app": "api"}, LINES),)})) as loki, aiohttp.ClientSession() as session:
        logs = LokiLogs(Connection(Access(loki.url), session, clock), clock)
        sources = OneOfEach(source, logs)
        queries = Queries(storage, clock, Catalogs(clock), sources, a_minute=5)
        readers = Readers(sources, shared)
        async with scene(storage, clock, queries=queries, readers=readers) as opened:
            yield opened


async def test_a_value_now_and_its_course(on: Scene):
    query = 'sum by (queue) (queue_depth{queue="orders"})'
    now = await on.post(METRICS, {"query": query, "datasource": "demo world"})
    assert (now["query"], now["datasource"], now["cached"], now["step_seconds"]) == (query, "demo world", False, None)
    assert [len(one["points"]) for one in now["series"]] == [1]
    course = await on.post(METRICS, {"query": query, "range": "1h", "step": "5m"})
    assert course["step_seconds"] == 300
    (series,) = course["series"]
    assert len(series["points"]) == 13
    assert series["points"][-1] == now["series"][0]["points"][0]
    again = await on.post(METRICS, {"query": query, "range": "1h", "step": "5m"})
    assert again["cached"]
    assert again["series"] == course["series"]
    assert len(await on.trail("query.promql")) == 3


async def test_what_is_no_number_is_null(on: Scene):
    told = await on.post(METRICS, {"query": "vector(0) / vector(0)"})
    assert told["series"][0]["points"] == [["2026-03-18T12:00:00Z", None]]


async def test_more_points_than_may_be_are_fewer_and_that_is_said(on: Scene):
    told = await on.post(METRICS, {"query": "count(up)", "range": "8d", "step": "1m"})
    assert told["step_seconds"] == 120
    assert told["said"] == ["one point every 2 min, not every 1 min", "read in 2 pieces"]


@pytest.mark.parametrize(
    ("path", "body", "status", "says"),
    [
        (METRICS, {"query": "sum by (x (up)"}, 422, "Look at character 11: “(up)”."),
        (METRICS, {"query": "uq"}, 422, "There is no metric “uq”. Nearest: “up”"),
        (METRICS, {"query": "up", "range": "40d"}, 422, "31 d at most"),
        (METRICS, {"query": "up", "start": "2026-03-18T13:00:00Z"}, 422, "an end after its start"),
        (METRICS, {"query": "up", "start": "2026-03-18T11:00:00Z", "range": "1h"}, 422, "either start or range"),
        (METRICS, {"query": "up", "datasource": "Graphite"}, 404, "There is no datasource “Graphite”."),
        (METRICS, {}, 422, "query"),
        (LOGS, {"query": "{}"}, 422, "a selector needs a label"),
        (LOGS, {"query": '{app="api"}', "limit": 5001}, 422, "limit"),
    ],
)
async def test_what_cannot_run(on: Scene, path, body, status, says):
    answer = await on.ask("POST", path, body)
    assert (answer.status, says in str(answer.json)) == (status, True), answer.text


@pytest.mark.parametrize("path", [METRICS, LOGS])
async def test_who_may_only_look_runs_no_queries_of_their_own(on: Scene, path):
    assert (await on.ask("POST", path, {"query": "up"}, key=VIEWER)).status == 403
    assert await on.trail("query.promql") == []


async def test_so_many_a_minute(on: Scene):
    for _ in range(5):
        await on.post(METRICS, {"query": "count(up)"})
    answer = await on.ask("POST", METRICS, {"query": "count(up)"}, key=OPERATOR)
    assert (answer.status, answer.headers["Retry-After"]) == (429, "12")


async def test_lines_and_what_is_counted_of_them(on: Scene):
    told = await on.post(LOGS, {"query": '{app="api"} | logfmt | n > 1', "limit": 2})
    assert [line["text"] for line in told["lines"]] == ["level=error n=4", "level=error n=3"]
    assert told["said"] == ["the newest 2 lines"]
    oldest = await on.post(LOGS, {"query": '{app="api"}', "range": "45m", "direction": "forward", "limit": 1})
    assert [line["nanoseconds"] for line in oldest["lines"]] == [BEGAN]
    counted = await on.post(LOGS, {"query": 'sum(count_over_time({app="api"}[1h]))'})
    assert [point[1] for point in counted["series"][0]["points"]] == [5]


async def test_without_a_source(storage, clock):
    async with scene(storage, clock) as bare:
        answer = await bare.ask("POST", METRICS, {"query": "up"})
    assert (answer.status, answer.json["error"]) == (422, "No metrics source is connected.")
