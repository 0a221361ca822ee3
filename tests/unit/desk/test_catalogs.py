"""What exists is read once, renewed behind the scenes, and still known while its source is away."""

import asyncio
from datetime import timedelta

import pytest

from bot.desk.catalogs import FRESH, UNUSED, Catalogs
from bot.model.errors import Unavailable
from bot.model.series import Metric
from bot.model.tenant import TenantId
from bot.query.names import Names
from tests.builders import FakeMetrics
from tests.fakes import NOON

ACME, GLOBEX = TenantId("acme"), TenantId("globex")


class Source(FakeMetrics):
    def __init__(self) -> None:
        super().__init__(
            lambda name, _: [({"env": "prod"}, 1.0), ({"env": "staging"}, 1.0)],
            Names({"__name__": ("queue_depth", "up")}, {"up": Metric("up", "gauge", "1 while it is up.")}),
        )
        self.read, self.away = 0, False
        self.let = asyncio.Event()
        self.let.set()

    async def metrics(self):
        self.read += 1
        await self.let.wait()
        if self.away:
            raise Unavailable("Prometheus")
        return await super().metrics()


async def test_what_is_known(clock):
    catalog = await Catalogs(clock).of(ACME, Source())
    assert [(one.name, one.type, one.labels) for one in catalog.metrics] == [
        ("queue_depth", "unknown", {"env": ("prod", "staging")}),
        ("up", "gauge", {"env": ("prod", "staging")}),
    ]


async def test_it_is_read_once_for_each_tenant(clock):
    catalogs, source = Catalogs(clock), Source()
    source.let.clear()
    asking = [asyncio.create_task(catalogs.of(tenant, source)) for tenant in (ACME, ACME, GLOBEX)]
    await clock.advance(0)
    source.let.set()
    first, second, other = await asyncio.gather(*asking)
    assert first is second is not other
    assert source.read == 2
    await clock.advance(3600)
    assert await catalogs.of(ACME, source) is first  # nobody waits for what is renewed behind the scenes


@pytest.mark.parametrize(
    ("after", "read"), [(FRESH - timedelta(seconds=1), 1), (FRESH, 2), (UNUSED, 1)]  # nobody has asked for it since
)  # fmt: skip
async def test_what_is_old_and_in_use_is_renewed(clock, after, read):
    catalogs, source = Catalogs(clock), Source()
    await catalogs.of(ACME, source)
    await clock.advance(after.total_seconds())
    await catalogs.refresh(clock.now())
    assert source.read == read


async def test_what_was_known_serves_while_the_source_is_away(clock, caplog):
    catalogs, source = Catalogs(clock), Source()
    before = await catalogs.of(ACME, source)
    source.away = True
    await clock.advance(600)
    await catalogs.refresh(clock.now())
    assert await catalogs.of(ACME, source) is before
    assert catalogs.read_at(ACME, source) == NOON
    assert [record.message for record in caplog.records] == ["catalogue_not_renewed"]


async def test_who_asks_first_is_told_that_the_source_is_away(clock):
    catalogs, source = Catalogs(clock), Source()
    source.away = True
    with pytest.raises(Unavailable):
        await catalogs.of(ACME, source)
    source.away = False
    assert (await catalogs.of(ACME, source)).metrics
