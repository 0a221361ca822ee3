"""Where sources hold several tenants, each reads and knows of its own alone; what cannot be limited is not read."""

import aiohttp
import pytest

from bot.desk.log_catalog import read_logs
from bot.desk.open_sources import Unopened
from bot.desk.tenancy import Tenancy
from bot.model.errors import Rejected, Unavailable
from bot.model.lines import nanoseconds
from bot.model.profile import ProfileDraft
from bot.model.source import SourceDraft
from bot.model.tenant import TenantId
from bot.sourcing import build
from integrations.demo.logql.streams import Stream
from integrations.demo.metrics import DemoMetrics
from integrations.demo.world import DemoWorld
from integrations.loki.connection import Access, Connection
from integrations.loki.logs import LokiLogs
from tests.builders import FakeMetrics, turn
from tests.fakes import NOON, DrivenClock
from tests.loki import ONE, Loki, serving
from tests.sourcing import OneOfEach, Openings

ACME = TenantId("acme")


class Both(FakeMetrics):
    """Knows what it was limited to, and hands itself back."""

    def limited(self, only):
        self.only = only
        return self


@pytest.fixture
def source():
    return Both(lambda query, at: [({}, 1.0)])


async def test_every_query_is_limited_even_where_nobody_thought_of_it(source):
    limited = await Tenancy(OneOfEach(source), "org").metrics(ACME)
    await limited.instant('up{org="globex"}', NOON)
    await limited.range("sum(up) / sum(down)", NOON, NOON, NOON - NOON.replace(hour=11))
    assert source.only == {"org": "acme"}
    assert all("globex" not in query and query.count('org="acme"') == len(query.split("/")) for query in source.asked)


async def test_it_is_one_source_as_long_as_it_is_open_and_another_for_another_tenant(source):
    inner = OneOfEach(source)
    tenancy = Tenancy(inner, "org")
    first = await tenancy.metrics(ACME)
    assert await tenancy.metrics(ACME) is first
    assert await tenancy.metrics(TenantId("globex")) is not first
    inner._metrics = Both(lambda query, at: [])
    assert await tenancy.metrics(ACME) is not first


async def test_what_cannot_be_limited_is_not_read():
    with pytest.raises(Rejected, match="test source cannot be limited to a tenant, and is not read"):
        await Tenancy(OneOfEach(FakeMetrics(lambda query, at: [])), "org").metrics(ACME)


async def test_what_cannot_be_opened_says_why():
    unopened = await Tenancy(OneOfEach(Unopened("eu", Unavailable("eu"))), "org").metrics(ACME)
    with pytest.raises(Unavailable):
        await unopened.values("service")


async def test_where_there_is_no_source_there_is_none():
    tenancy = Tenancy(OneOfEach(), "org")
    assert (await tenancy.metrics(ACME), await tenancy.logs(ACME)) == (None, None)


async def test_streams_of_others_are_not_known():
    def stream(org, service):
        return Stream(
            {"org": org, "service": service, f"of_{org}": "x"}, ((nanoseconds(NOON) - 1, f"{service} fails"),)
        )

    streams = (stream("acme", "checkout"), stream("globex", "secret"))
    clock = DrivenClock()
    async with serving(Loki({ONE: streams})) as loki, aiohttp.ClientSession() as session:
        logs = LokiLogs(Connection(Access(loki.url), session, clock), clock)
        limited = await Tenancy(OneOfEach(logs=logs), "org").logs(ACME)
        found = await read_logs(limited, NOON)
        with pytest.raises(Rejected):
            await limited.values("no label")
    assert found.stream_labels == {"of_acme": ("x",), "org": ("acme",), "service": ("checkout",)}
    assert [(one.service, one.sample) for one in found.services] == [("checkout", "checkout fails")]
    assert "secret" not in "".join(str(request.url) for request in loki.seen)
    assert sum(request.path.endswith("/series") for request in loki.seen) == 1


async def test_the_demo_world_can_be_limited_too():
    clock = DrivenClock()
    limited = await Tenancy(OneOfEach(DemoMetrics(DemoWorld(), clock)), "env").metrics(TenantId("staging"))
    everything = DemoMetrics(DemoWorld(), clock)
    assert set(await limited.values("env")) == {"staging"} < set(await everything.values("env"))
    assert {one.name for one in await limited.metrics()} < {one.name for one in await everything.metrics()}
    assert (await limited.labels(["http_requests_total"], 9))["http_requests_total"].values["env"] == ("staging",)


async def test_the_figures_of_an_application_are_limited_too(storage, clock):
    """They are read by the desk itself, and not by way of an answer."""
    sourcing = build(storage, clock, Openings(), tenant_label="org")
    actor = turn().actor
    await sourcing.desk.add(actor, SourceDraft(name="eu", url="https://prometheus.example.com"))
    await sourcing.profiles.add(actor, ProfileDraft(name="web-shop", default_metrics=("up",)))
    with pytest.raises(Rejected, match="eu cannot be limited to a tenant"):
        await sourcing.profiles.metrics(actor.tenant, "web-shop", NOON, NOON)
