"""What will be asked is there before it is asked, within bounds; and nothing is the worse for it where that fails."""

import asyncio
from dataclasses import replace

import pytest

from bot.conversation import warming
from bot.conversation.warming import USUAL, Warmer
from bot.desk.catalogs import Catalogs
from bot.desk.reader import Readership
from bot.desk.readers import Readers
from bot.model.errors import Rejected, Unavailable
from bot.model.message import Click
from bot.model.profile import Service
from bot.model.tenant import DEFAULT_TENANT, Tenant
from tests.builders import CHANNEL, KNOWN, FakeMetrics, NoMeters
from tests.contracts.sources import profile
from tests.desks import desks
from tests.source_desks import Profiles
from tests.sourcing import OneOfEach
from tests.unit.conversation.test_engine import ask, engine, values

SHOP = profile("web-shop", services={"checkout": Service()}, channels=(CHANNEL.lane,))
NAMES = replace(KNOWN, values={**KNOWN.values, "__name__": ("up", "http_requests_total")})


@pytest.fixture
async def built(storage, clock):
    await clock.advance(7)  # on whole minutes fall the times that people name
    await storage.directory.save_tenant(Tenant(DEFAULT_TENANT, "Default"))
    async with storage.work(DEFAULT_TENANT) as work:
        await work.profiles.save(SHOP)
    return Built(storage, clock)


class Built:
    def __init__(self, storage, clock, source=None, **more):
        self.meters, self.counted = NoMeters(), NoMeters()
        self.storage, self.clock = storage, clock
        self.source = source or FakeMetrics(values, NAMES)
        sources = Readers(OneOfEach(self.source), Readership(clock, self.counted))
        self.catalogs = Catalogs(clock)
        on = desks(profiles=Profiles([SHOP]))
        self.engine = engine(sources=sources, clock=clock, catalogs=self.catalogs, on=on)
        self.warmer = Warmer(storage, self.engine, self.meters, **more)

    def results(self):
        return [labels["result"] for name, labels in self.meters.counted if name == "prefetches"]


@pytest.mark.parametrize(("intent", "arguments"), USUAL)
async def test_what_a_linked_channel_usually_asks_is_there_already(built, intent, arguments):
    await built.warmer.prefetch(built.clock.now())
    assert built.results() == ["done"] * len(USUAL)
    before = len(built.source.asked)
    assert before > 0
    await built.clock.advance(180)
    answer = await ask(built.engine, click=Click(intent, arguments), at=built.clock.now())
    assert "cached 3 min ago" in answer.reply.footer
    assert len(built.source.asked) == before
    counted = {labels["result"] for name, labels in built.counted.counted if name == "query_cache"}
    assert counted == {"ahead", "read", "kept"}  # read: the names, when they were learnt


async def test_a_round_reads_anew_what_the_one_before_has_read(built):
    await built.warmer.prefetch(built.clock.now())
    once = len(built.source.asked)
    await built.clock.advance(240)
    await built.warmer.prefetch(built.clock.now())
    assert len(built.source.asked) == 2 * once


async def test_what_exists_is_known_before_the_first_question(built):
    await built.warmer.begin()
    read_at = built.catalogs.read_at(DEFAULT_TENANT, built.source)
    assert read_at == built.clock.now()
    assert built.source.asked == []


async def test_switched_off_it_asks_nothing(built):
    off = Built(built.storage, built.clock, on=False)
    await off.warmer.begin()
    await off.warmer.prefetch(off.clock.now())
    assert (off.source.asked, off.results()) == ([], [])
    assert off.catalogs.read_at(DEFAULT_TENANT, off.source) is None


async def test_channels_that_are_linked_to_nothing_cost_nothing(built):
    async with built.storage.work(DEFAULT_TENANT) as work:
        await work.profiles.save(replace(SHOP, channels=()))
    await built.warmer.prefetch(built.clock.now())
    assert built.source.asked == []


async def test_a_source_that_is_away_is_left_alone_for_this_round(built, caplog):
    def away(query, at):
        raise Unavailable("Prometheus", definite=True)

    gone = Built(built.storage, built.clock, FakeMetrics(away, NAMES))
    working = asyncio.create_task(gone.warmer.prefetch(gone.clock.now()))
    for _ in range(20):
        await gone.clock.advance(5)
    await working
    assert gone.results() == ["unavailable"]


async def test_what_is_refused_leaves_the_rest(built):
    def picky(query, at):
        if "http_request_duration" in query:
            raise Rejected("no")
        return values(query, at)

    some = Built(built.storage, built.clock, FakeMetrics(picky, NAMES))
    await some.warmer.prefetch(some.clock.now())
    assert "rejected" in some.results()
    assert some.results()[-1] == "done"


async def test_a_round_has_room_for_so_many_queries(built, monkeypatch):
    monkeypatch.setattr(warming, "MOST", 1)
    await built.warmer.prefetch(built.clock.now())
    assert built.results() == ["done", "left_out"]


async def test_rounds_never_pile_up(built):
    let = asyncio.Event()

    class Slow(FakeMetrics):
        async def range(self, *asked):
            await let.wait()
            return await super().range(*asked)

    slow = Built(built.storage, built.clock, Slow(values, NAMES))
    first = asyncio.create_task(slow.warmer.prefetch(slow.clock.now()))
    while not slow.warmer._busy.locked():
        await asyncio.sleep(0)
    await slow.warmer.prefetch(slow.clock.now())  # returns at once
    assert slow.results() == []
    let.set()
    await first
    assert slow.results() == ["done"] * len(USUAL)
