"""What may become a datasource, and where one leads: hostile addresses, redirects, names that change, credentials."""

import asyncio
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.model.errors import Problem, Rejected, Unavailable
from bot.model.source import Auth, Datasource, Tls
from bot.ports.opening import Opener as Opening
from integrations.catalog import SOURCES
from integrations.networks import Networks
from integrations.opener import Opener, walled
from tests.contracts.sources import source
from tests.fakes import NOON, DrivenClock
from tests.integration.mail.server import certificate
from tests.unit.prometheus.misbehaving import Reply, serving

HERE = Networks.of(["127.0.0.0/8"])
BUILD = Reply(body={"status": "success", "data": {"version": "2.42.0"}})
METADATA = "http://169.254.169.254/latest/meta-data/"


@asynccontextmanager
async def opener(networks: Networks = HERE) -> AsyncIterator[Opening]:
    async with Opener(SOURCES, networks, DrivenClock()) as opened:
        yield opened


async def probed(one: Datasource, secrets: Mapping[str, str] | None = None, networks: Networks = HERE) -> str:
    async with opener(networks) as opening:
        opened = opening.open(one, secrets or {})
        try:
            return await opened.probe()
        finally:
            await opened.close()


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("ftp://example.com", "must begin with http:// or https://"),
        ("file:///etc/passwd", "must begin with http:// or https://"),
        ("gopher://example.com", "must begin with http:// or https://"),
        ("example.com", "must begin with http:// or https://"),
        ("http://", "must begin with http:// or https://"),
        ("http://ada:hunter22@example.com", "must not contain credentials"),
        ("http://hunter22@example.com", "must not contain credentials"),
        ("http://example.com/?q=hunter22", "must not contain ? or #"),
        ("http://example.com/#hunter22", "must not contain ? or #"),
        ("http://example.com\\@169.254.169.254/", "must not contain"),
        ("http://exa mple.com", "must not contain spaces"),
        ("http://example.com/\r\nHost: x", "must not contain spaces"),
        ("http://ex\u00e4mple.com", "must not contain spaces"),
        ("http://example.com:99999", "cannot be read"),
        ("http://[::1", "cannot be read"),
        (METADATA, "169.254.169.254 is an address that is never called"),
        ("http://[fd00:ec2::254]/", "never called"),
        ("http://[::ffff:a9fe:a9fe]/", "never called"),
        ("http://10.0.0.1:9090", "not in the networks that may be called"),
    ],
)
async def test_an_address_that_can_be_no_source_is_refused_before_it_is_asked(url: str, says: str):
    async with opener() as opening:
        with pytest.raises(Rejected) as caught:
            opening.open(source(url=url), {})
    assert says in caught.value.says
    assert "hunter22" not in f"{caught.value.says}{caught.value.advice}"


@pytest.mark.parametrize("type_", ["influxdb", "other", "prometheus ", ""])
async def test_a_kind_that_nobody_can_read_is_refused_in_a_sentence(type_: str):
    async with opener() as opening:
        with pytest.raises(Rejected, match=f"I cannot read “{type_}” yet; a datasource is prometheus"):
            opening.open(source(type=type_), {})


@pytest.mark.parametrize(
    ("given", "secrets", "says"),
    [
        ({"auth": Auth.BEARER}, {}, "A token is missing."),
        ({"auth": Auth.BASIC, "user": "ada"}, {}, "A password is missing."),
        ({"auth": Auth.BASIC}, {"password": "hunter22"}, "A user is missing."),
        ({"auth": Auth.BEARER}, {"token": "hunter22\r\nHost: x"}, "only signs that a header can carry"),
        ({"org": "a\nb"}, {}, "only signs that a header can carry"),
        ({"tls": Tls("hunter22")}, {}, "The authority's certificate cannot be read."),
        ({"tls": Tls(certificate="x")}, {}, "belong together"),
        ({"tls": Tls(certificate="hunter22")}, {"client_key": "hunter22"}, "or its key cannot be read"),
    ],
)
async def test_credentials_that_cannot_be_used_are_refused_and_not_shown(
    given: Mapping[str, Any], secrets: Mapping[str, str], says: str
):
    async with opener() as opening:
        with pytest.raises(Rejected) as caught:
            opening.open(source(**given), secrets)
    assert says in caught.value.says
    assert "hunter22" not in f"{caught.value.says}{caught.value.advice}"


async def test_a_probe_asks_and_says_what_answers():
    with serving(Reply(), BUILD) as server:
        one = source(url=server.url + "/", auth=Auth.BEARER, org="acme")
        assert await probed(one, {"token": "hunter22"}) == "Prometheus 2.42.0"
    assert [request.path for request in server.seen] == ["/api/v1/query", "/api/v1/status/buildinfo"]
    assert {request.headers["Authorization"] for request in server.seen} == {"Bearer hunter22"}
    assert {request.headers["X-Scope-OrgID"] for request in server.seen} == {"acme"}


@pytest.mark.parametrize(
    ("build", "told"),
    [
        (Reply(404, b"no such page"), "Speaks PromQL"),
        (Reply(body={"status": "success", "data": {"application": "Mimir", "version": "2.9"}}), "Mimir 2.9"),
        (Reply(body={"status": "success", "data": []}), "Prometheus"),
    ],
)  # fmt: skip
async def test_others_that_speak_its_api_are_known_by_what_they_say(build: Reply, told: str):
    with serving(Reply(), build) as server:
        assert await probed(source(url=server.url)) == told


@pytest.mark.parametrize(
    ("reply", "kind", "says"),
    [
        (Reply(401, b"who?"), Rejected, "eu-prometheus does not accept our credentials"),
        (Reply(200, b"<html>Sign in</html>"), Rejected, "What answers at its address is not a Prometheus."),
        (Reply(500, b"oops"), Unavailable, "eu-prometheus does not answer"),
    ],
)
async def test_a_probe_that_fails_says_what_failed(reply: Reply, kind: type[Problem], says: str):
    with serving(reply) as server, pytest.raises(kind) as caught:
        await probed(source(url=server.url, auth=Auth.BEARER), {"token": "hunter22"})
    assert says in caught.value.says
    assert "hunter22" not in f"{caught.value.says}{caught.value.advice}"


async def test_a_redirect_to_the_metadata_service_is_refused():
    with serving(Reply(302, b"", {"Location": METADATA})) as server, pytest.raises(Rejected) as caught:
        await probed(source(url=server.url))
    assert "169.254.169.254 is an address that is never called" in caught.value.says


async def test_a_redirect_elsewhere_carries_no_credentials():
    with serving(Reply(), BUILD) as other:
        away = Reply(302, b"", {"Location": other.url.replace("127.0.0.1", "localhost") + "/api/v1/query?query=x"})
        with serving(away, Reply(404, b"")) as server:
            await probed(source(url=server.url, auth=Auth.BEARER), {"token": "hunter22"})
    assert [request.headers.get("Authorization") for request in other.seen] == [None]


@pytest.mark.parametrize("location", ["file:///etc/passwd", "gopher://127.0.0.1:70/", "ftp://127.0.0.1/"])
async def test_a_redirect_to_another_scheme_is_not_followed(location: str):
    with serving(Reply(302, b"", {"Location": location})) as server, pytest.raises(Rejected) as caught:
        await probed(source(url=server.url))
    assert "not a Prometheus" in caught.value.says


async def test_a_ring_of_redirects_ends():
    with serving(Reply(302, b"", {"Location": "/again"})) as server, pytest.raises(Rejected):
        await probed(source(url=server.url))
    assert len(server.seen) == 4


def _answering(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> list[str]:
    """A name server that answers so, one after the other; the names that were asked for."""
    asked: list[str] = []
    real = socket.getaddrinfo

    def lookup(host: Any, port: Any, *given: Any, **more: Any) -> Any:
        if host != "rebinding.example":
            return real(host, port, *given, **more)
        asked.append(addresses[min(len(asked), len(addresses) - 1)])
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (asked[-1], port))]

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    return asked


async def test_a_name_that_changes_its_mind_is_checked_each_time(monkeypatch: pytest.MonkeyPatch):
    with serving(Reply()) as server:
        asked = _answering(monkeypatch, "127.0.0.1", "169.254.169.254")
        async with opener() as opening:
            opened = opening.open(source(url=server.url.replace("127.0.0.1", "rebinding.example")), {})
            assert opened.metrics is not None
            assert await opened.metrics.instant("up", NOON) == ()
            with pytest.raises(Rejected, match="never called"):
                await opened.metrics.instant("up", NOON)
            await opened.close()
    assert asked == ["127.0.0.1", "169.254.169.254"], "one look for each connection, and that is the one connected to"
    assert len(server.seen) == 1


async def test_this_machine_is_closed_by_default():
    with serving(Reply()) as server:
        for url in (server.url, server.url.replace("127.0.0.1", "localhost"), server.url.replace("127.0.0.1", "127.1")):
            with pytest.raises(Rejected, match="may not be called"):
                await probed(source(url=url), networks=Networks())
        assert not server.seen


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_the_shared_session_has_the_same_wall(host: str):
    with serving(Reply()) as server:
        url = server.url.replace("127.0.0.1", host)
        async with walled(Networks()) as session:
            with pytest.raises(aiohttp.ClientConnectorError, match="networks that may be called"):
                await session.get(url)
        assert not server.seen
        async with walled(Networks.of(["127.0.0.0/8", "::1/128"])) as session, session.get(url) as answer:
            assert answer.status == 200


async def test_the_shared_session_checks_where_it_is_redirected_to():
    with serving(Reply(302, b"", {"Location": METADATA})) as server:
        async with walled(HERE) as session:
            with pytest.raises(aiohttp.ClientConnectorError, match="never called"):
                await session.get(server.url)


@asynccontextmanager
async def in_private(folder: Path) -> AsyncIterator[tuple[str, str]]:
    """The address of a source behind TLS, and the certificate of its authority."""
    authority, context = await asyncio.to_thread(certificate, folder)

    async def answer(request: web.Request) -> web.Response:
        data = {"version": "3.1"} if "build" in request.path else {"resultType": "vector", "result": []}
        return web.json_response({"status": "success", "data": data})

    app = web.Application()
    app.router.add_get("/{rest:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context)
    await site.start()
    try:
        port = runner.addresses[0][1]
        yield f"https://127.0.0.1:{port}", authority.read_text()
    finally:
        await runner.cleanup()


async def test_certificates_are_verified_by_the_authority_that_is_given(tmp_path: Path):
    async with in_private(tmp_path) as (url, authority):
        with pytest.raises(Rejected, match="certificate of eu-prometheus cannot be verified"):
            await probed(source(url=url))
        assert await probed(source(url=url, tls=Tls(ca=authority))) == "Prometheus 3.1"
        assert await probed(source(url=url, tls=Tls(verify=False))) == "Prometheus 3.1"


async def test_an_open_source_reads_metrics_under_its_own_name():
    with serving(Reply()) as server:
        async with opener() as opening:
            opened = opening.open(source(url=server.url, config={"page": "https://p.example.com"}), {})
            assert opened.metrics is not None
            assert opened.metrics.title == "eu-prometheus"
            assert await opened.metrics.instant("up", NOON) == ()
            assert opened.metrics.link("up", NOON, NOON).startswith("https://p.example.com/graph?")
            await opened.close()
