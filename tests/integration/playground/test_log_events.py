"""The live page of log events: what is pushed, and what its buttons do, over the real desk."""

import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot import incidents
from bot.desk.office import terminal
from bot.event_page import EventPage
from bot.incidents import NightDesk
from bot.model.errors import Forbidden
from bot.model.mail import Audience
from bot.model.message import Person, PersonId, Role
from bot.model.tenant import DEFAULT_TENANT, Tenant
from bot.ports.desks import Act
from bot.ports.incidents import Wanted
from bot.settings import read
from handlers.playground.doubles.bus import Bus, Faults
from handlers.playground.log_events import Viewer
from handlers.playground.server import create_app
from handlers.web.meters import Meters
from integrations.demo.log_events import LogEvents
from storage.storage import open_storage
from tests.conftest import KEY
from tests.integration.pipeline.test_event_watch import due, events
from tests.integration.playground.recording import recording_doubles
from tests.sourcing import sourced


@pytest_asyncio.fixture
async def desk(sqlite_url, clock) -> AsyncIterator[NightDesk]:
    async with open_storage(sqlite_url, keys=[KEY], clock=clock) as storage:
        await storage.directory.save_tenant(Tenant(DEFAULT_TENANT, "Default"))
        yield incidents.build(
            read({"NIGHTDESK_KEYS": KEY}), storage, clock, Meters(), {}, {}, sourced(storage, clock, None),
            maker=LogEvents(7),
        )  # fmt: skip


def app(desk: NightDesk | None) -> web.Application:
    slack, teams = recording_doubles()
    return create_app(slack, teams, Bus(), Faults(), list, log_events=EventPage(desk.desks) if desk else None)


@pytest_asyncio.fixture
async def http(desk: NightDesk) -> AsyncIterator[aiohttp.ClientSession]:
    async with TestServer(app(desk)) as server, aiohttp.ClientSession(server.make_url("/")) as http:
        yield http


async def act(http: aiohttp.ClientSession, name: str) -> tuple[int, Any]:
    async with http.post(f"/control/log-events/{name}", json={}) as answer:
        return answer.status, await answer.json()


async def told(stream: aiohttp.ClientResponse) -> Any:
    return json.loads((await stream.content.readuntil(b"\n\n")).removeprefix(b"data: "))


async def test_the_page_and_its_parts_are_served(http: aiohttp.ClientSession):
    for path in ("/log-events", "/page/log-events.js", "/page/stream.js", "/page/log-events.css"):
        async with http.get(path) as answer:
            assert answer.status == 200


async def test_what_is_shown(http: aiohttp.ClientSession, desk: NightDesk):
    await desk.watch.take(DEFAULT_TENANT, [*events("." * 57), *events("xxx", 57)])
    await desk.watch.change_limit(terminal(DEFAULT_TENANT, "test"), "cpu_percent", None)
    async with http.get("/control/log-events") as answer:
        shown = await answer.json()
    assert (shown["running"], shown["seen"], shown["flagged"], len(shown["events"])) == (False, 60, 3, 50)
    assert [one["mark"] for one in shown["events"][:4]] == ["CRITICAL", "FLAGGED", "FLAGGED", ""]
    [issue] = shown["issues"]
    assert (issue["severity"], issue["measured"]) == ("critical", "650 ms, +441 % against the normal 120 ms")
    limits = {one["metric"]: (one["limit"], one["changed"]) for one in shown["thresholds"]}
    assert (limits["latency_ms"], limits["cpu_percent"]) == (("above 500 ms", False), ("off", True))


async def test_news_is_pushed(http: aiohttp.ClientSession, desk: NightDesk):
    async with http.get("/control/log-events/stream") as stream:
        assert await told(stream) == {"may": ["start", "stop", "force", "clear"]}
        assert (await told(stream))["events"] == []
        await desk.watch.take(DEFAULT_TENANT, events("x"))
        assert [one["mark"] for one in (await told(stream))["events"]] == ["FLAGGED"]


async def test_what_came_of_them_is_shown(http: aiohttp.ClientSession, desk: NightDesk, clock):
    await desk.watch.take(DEFAULT_TENANT, events("xxx"))
    actor, [issue] = terminal(DEFAULT_TENANT, "test"), await desk.desks.incidents.find(DEFAULT_TENANT, Wanted())
    done = await desk.desks.mails.draft(actor, issue.id, Audience.CUSTOMER)
    await desk.desks.incidents.act(terminal(DEFAULT_TENANT, "later"), Act("resolve", issue.id, text="rolled back"))
    assert await due(desk._storage, desk.timekeeper, clock) > 0
    async with http.get("/control/log-events") as answer:
        shown = await answer.json()
    assert [(one["id"], one["state"], one["audience"]) for one in shown["drafts"]] == [
        (done.draft.id, "drafted", "customer")
    ]
    [entry] = shown["entries"]
    assert "rolled back" in entry["text"]
    assert entry["by_model"] is False


async def test_its_buttons(http: aiohttp.ClientSession):
    status, shown = await act(http, "start")
    assert (status, shown["running"]) == (200, True)
    assert await act(http, "start") == (400, {"error": "The pipeline is running already."})
    status, shown = await act(http, "force")
    assert (status, shown["flagged"], len(shown["issues"])) == (200, 3, 1)
    status, shown = await act(http, "clear")
    assert (status, shown["events"], shown["issues"]) == (200, [], [])
    status, shown = await act(http, "stop")
    assert (status, shown["running"]) == (200, False)
    status, told = await act(http, "sing")
    assert (status, "sing" in told["error"]) == (400, True)


async def test_whoever_may_not_is_told(desk: NightDesk):
    page, actor = EventPage(desk.desks), terminal(DEFAULT_TENANT, "test")
    viewer = Viewer(Person(PersonId("mei"), DEFAULT_TENANT, "Mei", Role.OPERATOR), actor)
    assert page.may(viewer) == ["start", "stop"]
    with pytest.raises(Forbidden, match="needs the role admin; yours is operator"):
        await page.act(viewer, "clear")


async def test_other_pages_cannot_press(http: aiohttp.ClientSession):
    async with http.post("/control/log-events/clear", data="{}") as answer:
        assert answer.status == 415


async def test_where_there_are_none(clock):
    async with TestServer(app(None)) as server, aiohttp.ClientSession(server.make_url("/")) as http:
        for path in ("", "/stream"):
            async with http.get(f"/control/log-events{path}") as answer:
                assert answer.status == 404
