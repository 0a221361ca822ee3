"""Pages of the web on a real server: only where allowed, asked again only when changed, gone when they are."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.desk.knowledge import Knowledge
from bot.desk.web_shelf import FRESH, GONE_AFTER, WebShelf
from bot.model.errors import Missing, Problem, Rejected, Unavailable
from bot.model.issue import By
from bot.model.tenant import DEFAULT_TENANT, Tenant
from bot.ports.actor import Actor
from bot.ports.knowledge import Search
from bot.ports.storage import Trail
from integrations.networks import Networks
from integrations.web_pages import pages as web_pages
from integrations.web_pages.pages import WebPages
from storage.storage import SqlStorage
from tests.fakes import DrivenClock

ADA = Actor(DEFAULT_TENANT, By("Ada"), "test")
LOCAL = Networks.of(["127.0.0.0/8"])


@dataclass
class Site:
    """What stands at each path, with what was asked for it."""

    texts: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    statuses: dict[str, int] = field(default_factory=dict)
    headers: dict[str, dict[str, str]] = field(default_factory=dict)
    base: str = ""

    async def answer(self, request: web.Request) -> web.StreamResponse:
        path = request.path
        self.asked.append(path)
        if status := self.statuses.get(path):
            return web.Response(status=status, headers=self.headers.get(path, {}))
        if path not in self.texts:
            return web.Response(status=404)
        text = self.texts[path]
        etag = f'"{hash(text)}"'
        if request.headers.get("If-None-Match") == etag:
            self.asked[-1] += " 304"
            return web.Response(status=304)
        given = {"ETag": etag, "Content-Type": "text/html", **self.headers.get(path, {})}
        return web.Response(body=text.encode(), headers=given)


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    found = Site({"/docs/pool": "<title>Pool runbook</title><main><p>Restart the pool by hand.</p></main>"})
    app = web.Application()
    app.router.add_get("/{path:.*}", found.answer)
    async with TestServer(app) as server:
        found.base = f"http://127.0.0.1:{server.port}"
        yield found


@pytest.fixture(autouse=True)
async def tenant(storage: SqlStorage) -> None:
    await storage.directory.save_tenant(Tenant(DEFAULT_TENANT, "Default"))


@pytest.fixture
async def pages(site: Site, clock: DrivenClock) -> AsyncIterator[WebPages]:
    async with WebPages([f"{site.base}/docs/"], LOCAL, clock) as opened:
        yield opened


@pytest.fixture
def shelf(storage: SqlStorage, clock: DrivenClock, pages: WebPages) -> WebShelf:
    return WebShelf(storage, clock, pages)


@pytest.fixture
def desk(storage: SqlStorage, clock: DrivenClock, shelf: WebShelf) -> Knowledge:
    return Knowledge(storage, clock, {}, shelf)


async def found(desk: Knowledge, query: str) -> list[str]:
    return [hit.document.title for hit in (await desk.search(DEFAULT_TENANT, Search(query))).hits]


async def test_read_found_changed_and_gone(storage, clock, site, shelf, desk):
    made = await desk.read(ADA, f"{site.base}/docs/pool#part", "runbooks", ("pool",))
    assert (made.title, made.category, made.tags, made.url) == (
        "Pool runbook", "runbooks", ("pool",), f"{site.base}/docs/pool",
    )  # fmt: skip
    assert await found(desk, "restart pool") == ["Pool runbook"]
    await shelf.look(clock.now() + FRESH - timedelta(seconds=1))
    assert site.asked == ["/docs/pool"]
    await clock.advance(FRESH.total_seconds())
    await shelf.look(clock.now())
    assert site.asked == ["/docs/pool", "/docs/pool 304"]
    assert (await desk.find(DEFAULT_TENANT, made.id)).updated_at == made.updated_at

    site.texts["/docs/pool"] = "<h1>Pool runbook</h1><p>Drain it first.</p>"
    await clock.advance(FRESH.total_seconds())
    await shelf.look(clock.now())
    assert (await found(desk, "drain"), await found(desk, "by hand")) == (["Pool runbook"], [])
    kept = await desk.find(DEFAULT_TENANT, made.id)
    assert (kept.category, kept.tags, kept.updated_at) == ("runbooks", ("pool",), clock.now())

    del site.texts["/docs/pool"]
    for look in range(1, GONE_AFTER + 1):
        await clock.advance(FRESH.total_seconds())
        await shelf.look(clock.now())
        states = await desk.web_pages(DEFAULT_TENANT)
        assert [one.says for one in states] == (
            [f"There is no page at {site.base}/docs/pool."] if look < GONE_AFTER else []
        )
    assert await found(desk, "drain") == []
    async with storage.work(DEFAULT_TENANT) as work:
        acts = [entry.act for entry in await work.audit.find(Trail())]
    assert acts == ["knowledge.gone", "knowledge.read"]


async def test_a_site_that_is_away_takes_nothing_away_and_says_since_when(clock, site, shelf, desk):
    made = await desk.read(ADA, f"{site.base}/docs/pool")
    site.statuses["/docs/pool"] = 503
    since = None
    for _ in range(GONE_AFTER + 1):
        await clock.advance(FRESH.total_seconds())
        since = since or clock.now()
        await shelf.look(clock.now())
    (state,) = await desk.web_pages(DEFAULT_TENANT)
    assert state.document
    assert state.document.fetched
    assert (state.document.content, state.document.fetched.failing_since) == (made.content, since)
    assert state.says == "127.0.0.1 does not answer at the moment."
    site.statuses.clear()
    await shelf.look(clock.now())  # what could not be read is looked at again without waiting
    (state,) = await desk.web_pages(DEFAULT_TENANT)
    assert state.says == ""


async def test_those_of_the_settings_are_read_by_the_clock_and_shown_before(storage, clock, site, pages):
    listed = [f"{site.base}/docs/pool", f"{site.base}/docs/later", "https://elsewhere.example.com/x"]
    shelf = WebShelf(storage, clock, pages, listed)
    assert {one.says for one in await shelf.every(DEFAULT_TENANT)} == {"It has not been read yet."}
    await shelf.look(clock.now())
    says = {one.address.removeprefix(site.base): one.says for one in await shelf.every(DEFAULT_TENANT)}
    assert says == {
        "/docs/pool": "",
        "/docs/later": f"There is no page at {site.base}/docs/later.",
        "https://elsewhere.example.com/x": "Pages of elsewhere.example.com are not allowed here.",
    }
    site.texts["/docs/later"] = "<p>Here now</p>"
    await shelf.look(clock.now())
    states = await shelf.every(DEFAULT_TENANT)
    assert [one.says for one in states][:2] == ["", ""]
    assert states[0].document
    with pytest.raises(Rejected, match="stands in the settings"):
        await Knowledge(storage, clock, {}, shelf).remove(ADA, states[0].document.id)


async def test_removed_while_it_was_looked_at_it_stays_away(clock, site, shelf, desk):
    made = await desk.read(ADA, f"{site.base}/docs/pool")
    site.texts["/docs/pool"] = "<p>New</p>"
    await clock.advance(FRESH.total_seconds())
    await asyncio.gather(shelf.look(clock.now()), desk.remove(ADA, made.id))
    await shelf.look(clock.now())
    assert await desk.web_pages(DEFAULT_TENANT) == []


@pytest.mark.parametrize(
    "address",
    [
        "{base}/other", "{base}/docs/../other", "{base}/docs/%2e%2e/other", "{base}/docs/%252e%252e/other",
        "{base}/docsx", "http://localhost:1/docs/pool", "https://127.0.0.1/docs/pool", "ftp://127.0.0.1/docs/pool",
        "http://user:pw@127.0.0.1/docs/", "{base}\\@evil.example/docs/", "file:///etc/passwd", "docs", "",
        "http://169.254.169.254/docs/", "{base}/docs/p ool", "http://[::1]:99999999/docs/",
    ],
)  # fmt: skip
async def test_only_what_the_operator_allows(site, pages, address):
    with pytest.raises(Rejected):
        await pages.read(address.format(base=site.base))
    assert site.asked == []


@pytest.mark.parametrize(
    ("to", "raises"),
    [
        ("/docs/pool", None),
        ("/other", Rejected),
        ("http://169.254.169.254/latest/meta-data", Rejected),
        ("file:///etc/passwd", Rejected),
        ("/docs/round", Rejected),
    ],
)
async def test_redirects_lead_no_further_than_addresses(site, pages, to, raises):
    for path in ("/docs/moved", "/docs/round"):
        site.statuses[path], site.headers[path] = 302, {"Location": to if path == "/docs/moved" else path}
    if raises is None:
        page = await pages.read(f"{site.base}/docs/moved")
        assert page
        assert page.content == "Restart the pool by hand."
        return
    with pytest.raises(raises):
        await pages.read(f"{site.base}/docs/moved")
    assert "/other" not in site.asked


@pytest.mark.parametrize(
    ("body", "headers", "problem"),
    [
        ("<p>" + "words " * 50_000, {}, "larger than 200 kB"),
        ("x" * 2_100_000, {"Content-Type": "text/plain"}, "larger than 200 kB"),
        ("%PDF", {"Content-Type": "application/pdf"}, "sends application/pdf"),
        ("<script>all of it</script>", {}, "has no text in it"),
    ],
)
async def test_what_is_no_page(site, pages, body, headers, problem):
    site.texts["/docs/odd"], site.headers["/docs/odd"] = body, headers
    with pytest.raises(Rejected, match=problem):
        await pages.read(f"{site.base}/docs/odd")


async def test_a_name_that_leads_inside_is_not_connected_to(site, clock):
    """The name is allowed; what it is looked up as is not: so a name that changes its mind meets the same wall."""
    port = site.base.rpartition(":")[2]
    async with WebPages([f"http://localhost:{port}/docs/"], Networks(), clock) as walled:
        with pytest.raises(Rejected, match="may not be called"):
            await walled.read(f"http://localhost:{port}/docs/pool")
    assert site.asked == []


async def test_a_page_that_takes_too_long(site, pages, monkeypatch):
    async def slow(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse(headers={"Content-Type": "text/html"})
        await answer.prepare(request)
        await asyncio.Event().wait()
        return answer

    app = web.Application()
    app.router.add_get("/docs/slow", slow)
    monkeypatch.setattr(web_pages, "PATIENCE", 0.2)
    async with (
        TestServer(app) as server,
        WebPages([f"http://127.0.0.1:{server.port}/docs"], LOCAL, DrivenClock()) as it,
    ):
        with pytest.raises(Unavailable):
            await it.read(f"http://127.0.0.1:{server.port}/docs/slow")


async def test_markdown_with_its_words_above(site, desk):
    site.texts["/docs/page.md"] = "---\ntitle: Above\ncategory: runbooks\ntags: a, b\n---\n# Heading\n\nUse `up_total`."
    site.headers["/docs/page.md"] = {"Content-Type": "text/markdown; charset=utf-8"}
    made = await desk.read(ADA, f"{site.base}/docs/page.md")
    assert (made.title, made.category, made.tags, made.metrics) == ("Above", "runbooks", ("a", "b"), ("up_total",))


async def test_none_are_read_where_none_are_allowed(storage, clock):
    desk = Knowledge(storage, clock, {})
    for problem in (Missing, Rejected):
        with pytest.raises(Problem) as raised:
            await desk.read(ADA, "https://docs.example.com/x")
        assert isinstance(raised.value, Rejected | problem)
    await WebShelf(storage, clock).look(clock.now())
