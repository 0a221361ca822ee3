"""The page of knowledge: the same search as in the chats, over the real desk."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot import incidents
from bot.demo_knowledge import DemoKnowledge
from bot.desk.office import terminal
from bot.model.document import DocumentDraft
from bot.model.tenant import DEFAULT_TENANT, Tenant
from bot.settings import read
from handlers.playground.doubles.bus import Bus, Faults
from handlers.playground.server import create_app
from handlers.web.meters import Meters
from storage.storage import open_storage
from tests.conftest import KEY
from tests.integration.playground.recording import recording_doubles
from tests.sourcing import sourced


def app(knowledge: DemoKnowledge | None) -> web.Application:
    slack, teams = recording_doubles()
    return create_app(slack, teams, Bus(), Faults(), list, knowledge=knowledge)


@pytest_asyncio.fixture
async def http(sqlite_url, clock) -> AsyncIterator[aiohttp.ClientSession]:
    async with open_storage(sqlite_url, keys=[KEY], clock=clock) as storage:
        await storage.directory.save_tenant(Tenant(DEFAULT_TENANT, "Default"))
        settings = read({"NIGHTDESK_KEYS": KEY, "NIGHTDESK_KNOWLEDGE_PAGES": "https://docs.example.com/x"})
        desks = incidents.build(settings, storage, clock, Meters(), {}, {}, sourced(storage, clock, None)).desks
        for number in range(7):
            content = f"Empty disk {number}. <b>Now</b>"
            draft = DocumentDraft(title=f"Disk {number}", content=content, category="runbooks", tags=("disk",))
            await desks.knowledge.add(terminal(DEFAULT_TENANT, "test"), draft)
        async with TestServer(app(DemoKnowledge(desks))) as server, aiohttp.ClientSession(server.make_url("/")) as http:
            yield http


async def look(http: aiohttp.ClientSession, **given: Any) -> tuple[int, Any]:
    async with http.post("/control/knowledge/search", json=given) as answer:
        return answer.status, await answer.json()


async def test_the_page_and_its_parts_are_served(http: aiohttp.ClientSession):
    for path in ("/knowledge", "/page/knowledge.js", "/page/knowledge.css"):
        async with http.get(path) as answer:
            assert answer.status == 200


@pytest.mark.parametrize(
    ("given", "total", "shown"),
    [
        ({"query": "empty disk"}, 7, 5),
        ({"query": "empty disk", "first": 5}, 7, 2),
        ({"query": "empty disk", "category": "runbooks", "tags": "disk", "since": "", "until": ""}, 7, 5),
        ({"query": "empty disk", "category": "billing"}, 0, 0),
        ({"query": "empty disk", "tags_all": "disk,other"}, 0, 0),
        ({"query": "empty disk", "until": "2026-01-01"}, 0, 0),
        ({"query": "empty disk", "source": "issues"}, 0, 0),
    ],
)
async def test_searched_with_the_filters_of_the_chats(http, given, total, shown):
    status, found = await look(http, **given)
    assert (status, found["total"], len(found["results"])) == (200, total, shown)


async def test_one_page_as_text_and_what_there_is_not(http):
    _, found = await look(http, query="disk 3")
    async with http.get(f"/control/knowledge/documents/{found['results'][0]['id']}") as answer:
        page = await answer.json()
    assert (page["title"], page["content"], page["category"]) == ("Disk 3", "Empty disk 3. <b>Now</b>", "runbooks")
    async with http.get("/control/knowledge/documents/kb_none") as answer:
        assert (answer.status, (await answer.json())["error"]) == (404, "There is no document kb_none.")


@pytest.mark.parametrize("given", [{}, {"query": "x", "since": "yesterday"}, {"query": "x" * 501}, {"query": ["x"]}])
async def test_what_cannot_be_looked_for_is_said(http, given):
    status, answer = await look(http, **given)
    assert status == 400
    assert answer["error"].endswith(".")


async def test_how_the_pages_of_the_web_are(http):
    async with http.get("/control/knowledge/pages") as answer:
        (page,) = (await answer.json())["pages"]
    assert (page["address"], page["failing"], page["says"]) == (
        "https://docs.example.com/x", True, "It has not been read yet.",
    )  # fmt: skip


async def test_without_a_knowledge_base():
    async with (
        TestServer(app(None)) as server,
        aiohttp.ClientSession(server.make_url("/")) as http,
        http.get("/control/knowledge/pages") as answer,
    ):
        assert answer.status == 404
