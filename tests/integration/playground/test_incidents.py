"""Starting and stopping incidents over the control API, and the pages that the buttons under an issue open."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from aiohttp.test_utils import TestServer

from bot.model.errors import Malformed, Missing
from bot.model.reply import Reply
from handlers.playground.doubles.bus import Bus, Faults
from handlers.playground.incidents import Incidents
from handlers.playground.papers import Papers
from handlers.playground.server import create_app
from tests.integration.playground.recording import TwoIncidents, recording_doubles


class OneRunbook:
    def runbook(self, name: str) -> Reply:
        if name != "fire":
            raise Missing("There is no such runbook.")
        return Reply("<b>Leave</b> the house.", title="Fire")

    async def dashboard(self, name: str) -> Reply:
        return Reply("All green.", title=name)

    async def graph(self, query: str, span: str = "", until: str = "") -> Reply:
        if not query:
            raise Malformed("g0.expr", "is missing")
        return Reply(f"{query} {span} {until}", title="Graph")


async def served(incidents: Incidents | None, papers: Papers | None) -> AsyncIterator[aiohttp.ClientSession]:
    slack, teams = recording_doubles()
    app = create_app(slack, teams, Bus(), Faults(), list, incidents=incidents, papers=papers)
    async with TestServer(app) as server, aiohttp.ClientSession(server.make_url("/")) as http:
        yield http


@pytest.fixture
def world() -> TwoIncidents:
    return TwoIncidents()


@pytest_asyncio.fixture
async def http(world: TwoIncidents) -> AsyncIterator[aiohttp.ClientSession]:
    async for http in served(world, OneRunbook()):
        yield http


@pytest_asyncio.fixture
async def bare() -> AsyncIterator[aiohttp.ClientSession]:
    async for http in served(None, None):
        yield http


async def asked(http: aiohttp.ClientSession, method: str, path: str, **given: Any) -> tuple[int, Any]:
    async with http.request(method, path, **given) as response:
        return response.status, await response.json()


async def test_incidents_are_listed(http: aiohttp.ClientSession) -> None:
    status, answer = await asked(http, "GET", "/control/incidents")

    assert (status, answer["available"]) == (200, True)
    assert [one["id"] for one in answer["incidents"]] == ["fire", "flood"]


async def test_they_are_started_and_stopped(http: aiohttp.ClientSession, world: TwoIncidents) -> None:
    _, started = await asked(http, "POST", "/control/incidents/fire", json={})
    assert (started["changed"], world.running["fire"]) == (True, True)
    _, again = await asked(http, "POST", "/control/incidents/fire", json={})
    assert (again["ok"], again["changed"]) == (True, False)

    _, stopped = await asked(http, "DELETE", "/control/incidents/fire")
    assert (stopped["changed"], stopped["incidents"][0]["running"]) == (True, False)


async def test_all_are_stopped_at_once(http: aiohttp.ClientSession, world: TwoIncidents) -> None:
    world.running = {"fire": True, "flood": True}

    status, _ = await asked(http, "DELETE", "/control/incidents")

    assert (status, set(world.running.values())) == (200, {False})


@pytest.mark.parametrize("method", ["POST", "DELETE"])
async def test_an_unknown_one_is_told_in_a_sentence(http: aiohttp.ClientSession, method: str) -> None:
    given = {"json": {}} if method == "POST" else {}
    status, answer = await asked(http, method, "/control/incidents/quake", **given)

    assert (status, answer["error"]) == (404, "There is no prepared incident “quake”.")


async def test_other_pages_of_the_browser_cannot_start_anything(
    http: aiohttp.ClientSession, world: TwoIncidents
) -> None:
    status, _ = await asked(http, "POST", "/control/incidents/fire", data="x")

    assert (status, world.running["fire"]) == (415, False)


async def test_where_nothing_can_fail_it_says_so(bare: aiohttp.ClientSession) -> None:
    assert await asked(bare, "GET", "/control/incidents") == (200, {"available": False, "incidents": []})
    status, answer = await asked(bare, "POST", "/control/incidents/fire", json={})
    assert (status, answer["error"]) == (404, "There is no world behind these chats that could fail.")


@pytest.mark.parametrize(
    ("path", "status", "holds"),
    [
        ("/demo/runbook/fire", 200, "&lt;b&gt;Leave&lt;/b&gt; the house."),
        ("/demo/runbook/quake", 404, "There is no such runbook."),
        ("/demo/dashboard/checkout", 200, "All green."),
        ("/demo/graph?g0.expr=up&g0.range_input=1h&g0.end_input=2026-03-18+12:00:00", 200, "up 1h 2026-03-18 12:00:00"),
        ("/demo/graph", 400, "g0.expr: is missing"),
    ],
)
async def test_papers_are_pages(http: aiohttp.ClientSession, path: str, status: int, holds: str) -> None:
    async with http.get(path) as response:
        page = await response.text()
        assert (response.status, response.content_type) == (status, "text/html")
        assert "default-src 'self'" in response.headers["Content-Security-Policy"]
    assert holds in page
