"""Grafana as the way to its datasources, over real HTTP."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.desk.office import terminal
from bot.model.errors import Missing, Problem, Rejected, Unavailable
from bot.model.source import Auth, Datasource, SourceDraft
from bot.model.tenant import DEFAULT_TENANT, Tenant
from bot.ports.opening import Signpost
from bot.sourcing import Sourcing
from integrations.catalog import SOURCES
from integrations.networks import Networks
from integrations.opener import Opener
from integrations.prometheus.explore import Explore
from storage.storage import SqlStorage, open_storage
from tests.conftest import KEY
from tests.contracts.sources import source
from tests.fakes import NOON, DrivenClock
from tests.sourcing import sourced
from tests.unit.prometheus.misbehaving import Reply, Server, serving

ME = terminal(DEFAULT_TENANT, "t1")
SECRET = "glsa_hunter22"
KNOWN: list[dict[str, Any]] = [
    {"uid": "p/1", "name": "Mimir", "type": "prometheus"},
    {"uid": "l1", "name": "Loki", "type": "loki"},
    {"uid": "m1", "name": "MySQL", "type": "mysql"},
    {"name": "without a uid", "type": "prometheus"},
    "not even one",  # type: ignore[list-item]
]


def grafana(server: Server, listed: Any = KNOWN) -> None:
    server.by_path = {
        "/api/datasources": Reply(body=listed),
        "/api/health": Reply(body={"version": "11.2.0", "database": "ok"}),
    }


async def opened(one: Datasource) -> tuple[str, list[tuple[str, str, str]]]:
    async with Opener(SOURCES, Networks.of(["127.0.0.0/8"]), DrivenClock()) as opener:
        made = opener.open(one, {"token": SECRET})
        assert isinstance(made, Signpost)
        return await made.probe(), [(each.id, each.type, each.url) for each in await made.offers()]


async def test_it_says_its_version_and_which_it_knows():
    with serving() as server:
        grafana(server)
        told, offers = await opened(source(type="grafana", url=server.url, auth=Auth.BEARER))
    assert told == "Grafana 11.2.0, 3 datasources"
    assert offers == [
        ("p/1", "prometheus", f"{server.url}/api/datasources/proxy/uid/p%2F1"),
        ("l1", "loki", f"{server.url}/api/datasources/proxy/uid/l1"),
        ("m1", "mysql", f"{server.url}/api/datasources/proxy/uid/m1"),
    ]
    assert {request.headers["Authorization"] for request in server.seen} == {f"Bearer {SECRET}"}


@pytest.mark.parametrize(
    ("reply", "kind", "says"),
    [
        (Reply(401, b""), Rejected, "does not accept our credentials"),
        (Reply(403, b""), Rejected, "does not accept our credentials"),
        (Reply(302, b"", {"Location": "/login"}), Rejected, "is not a Grafana"),
        (Reply(302, b"", {"Location": "http://169.254.169.254/"}), Rejected, "is not a Grafana"),
        (Reply(200, b"<html>"), Rejected, "is not a Grafana"),
        (Reply(body={"a": 1}), Rejected, "is not a Grafana"),
        (Reply(200, b"[" * 100_000), Rejected, "is not a Grafana"),
        (Reply(200, b" " * 5_000_000), Rejected, "too large"),
        (Reply(502, b""), Unavailable, "does not answer"),
        (Reply(cut=True), Unavailable, "does not answer"),
    ],
)
async def test_what_goes_wrong_is_said_without_the_token(reply: Reply, kind: type[Problem], says: str):
    with serving() as server:
        server.by_path = {"/api/datasources": reply}
        with pytest.raises(kind) as caught:
            await opened(source(type="grafana", url=server.url, auth=Auth.BEARER))
    assert says in caught.value.says
    assert SECRET not in f"{caught.value.says}{caught.value.advice}"


async def test_nobody_there_is_said():
    with serving() as server:
        url = server.url
    with pytest.raises(Unavailable, match="eu-prometheus does not answer"):
        await opened(source(type="grafana", url=url, auth=Auth.BEARER))


async def test_this_machine_is_closed_by_default():
    async with Opener(SOURCES, Networks(), DrivenClock()) as opener:
        made = opener.open(source(type="grafana", url="http://localhost:3000", auth=Auth.BEARER), {"token": SECRET})
        with pytest.raises(Rejected, match="may not be called"):
            await made.probe()


@pytest.fixture
async def desks(sqlite_url: str, clock: DrivenClock) -> AsyncIterator[tuple[SqlStorage, Sourcing]]:
    async with (
        open_storage(sqlite_url, keys=[KEY], clock=clock) as storage,
        Opener(SOURCES, Networks.of(["127.0.0.0/8"]), clock) as opener,
    ):
        await storage.directory.save_tenant(Tenant(DEFAULT_TENANT, "Default"))
        sourcing = sourced(storage, clock, opener)
        yield storage, sourcing
        await sourcing.registry.close()


async def test_one_of_them_becomes_a_datasource_of_its_own(desks: tuple[SqlStorage, Sourcing]):
    storage, sourcing = desks
    with serving(Reply()) as server:
        grafana(server)
        draft = SourceDraft.model_validate({"name": "g", "type": "grafana", "url": server.url, "token": SECRET})
        await sourcing.desk.add(ME, draft)
        assert await sourcing.registry.metrics(DEFAULT_TENANT) is None
        offer, logs = await sourcing.desk.offers(DEFAULT_TENANT, "g")  # nobody can read the third yet
        assert (offer.name, logs.name) == ("Mimir", "Loki")
        made = await sourcing.desk.adopt(ME, "g", offer.id)
        assert (made.name, made.type, made.is_default, made.kept) == ("Mimir", "prometheus", True, ("token",))
        metrics = await sourcing.registry.metrics(DEFAULT_TENANT)
        assert metrics is not None
        await metrics.instant("up", NOON)
        assert server.seen[-1].path == "/api/datasources/proxy/uid/p%2F1/api/v1/query"
        assert server.seen[-1].headers["Authorization"] == f"Bearer {SECRET}"
        assert metrics.link("up", NOON, NOON).startswith(f"{server.url}/explore?")
        assert await sourcing.desk.offers(DEFAULT_TENANT, "g") == [logs]
        with pytest.raises(Missing, match="or it is here already"):
            await sourcing.desk.adopt(ME, "g", offer.id)
        with pytest.raises(Rejected, match="Mimir knows the way to no other"):
            await sourcing.desk.offers(DEFAULT_TENANT, "Mimir")
    async with storage.work(DEFAULT_TENANT) as work:
        assert SECRET not in repr(await work.audit.latest(9))


def test_a_link_opens_the_query_in_explore():
    link = Explore("https://g.example.com", "p/1").link('up{job="a b"}', NOON, NOON)
    assert link.startswith("https://g.example.com/explore?schemaVersion=1&panes=")
    assert "%22uid%22%3A+%22p%2F1%22" in link
    assert "1773835200000" in link
