"""A budget that burns and a series that stops, in both chats: told once, through a restart, and ended."""

import json
from datetime import timedelta

import pytest

from bot.intents import watch, watches
from bot.model.errors import Rejected
from bot.model.issue import By
from bot.model.profile import Profile, ProfileId, Slos
from bot.model.tenant import DEFAULT_TENANT, Tenant
from bot.model.watch import BURN, SILENCE, WatchDraft
from bot.pipeline.watch_desk import WatchesDesk
from bot.pipeline.watching import Watching
from bot.ports.actor import Actor
from handlers.catalog import PLATFORMS
from tests.builders import FakeMetrics, FixedSources, turn
from tests.desks import desks, tools
from tests.fakes import NOON
from tests.integration.pipeline.flow import the_issue

ANNA = Actor(DEFAULT_TENANT, By("Anna Berger"), "letter 1")
DAYS, MINUTE = timedelta(days=2), timedelta(minutes=1)
BUDGET = WatchDraft(query="failed[5m] / every[5m]", name="error budget (ABC)", kind=BURN, unit="ratio", above=0.01)
COUNTED = WatchDraft(query="count by (service) (http_requests_total)", name="requests counted", kind=SILENCE)
RENDER = {kind.name: kind.render for kind in PLATFORMS if kind.name in ("slack", "teams")}
SECONDS = {"[300s]": 300, "[1800s]": 1800, "[3600s]": 3600, "[21600s]": 21600, "[259200s]": 259200}
FAILS = 0.3  # of all requests, from `since` on


class World:
    since = until = None
    there = True

    def __call__(self, query, at):
        if "failed" in query:
            window = next(seconds for text, seconds in SECONDS.items() if text in query)
            end = min(at, self.until or at)
            bad = max((end - max(self.since, at - timedelta(seconds=window))).total_seconds(), 0) if self.since else 0
            return [({"service": "checkout"}, FAILS * bad / window)]
        if "count" in query:
            gone = not self.there and at > NOON + 2 * MINUTE
            return [({"service": name}, 4.0) for name in ("checkout", "payments") if name != "payments" or not gone]
        return []


@pytest.fixture
async def world(storage) -> World:
    await storage.directory.save_tenant(Tenant(DEFAULT_TENANT, "Default"))
    return World()


class Rig:
    def __init__(self, storage, clock, meters, pipeline, world) -> None:
        async def merge(work, signals):
            await pipeline.merge(work, signals, clock.now())

        async def apps(_):
            return (Profile(ProfileId("abc"), "checkout", NOON, NOON, slos=Slos(availability=0.999)),)

        sources = FixedSources(clock, FakeMetrics(world))
        self._clock = clock
        self.desk = WatchesDesk(storage, clock, sources, merge, apps)
        self._made = lambda: Watching(storage, clock, meters, sources, pipeline.accept, learns=DAYS)

    async def begin(self) -> None:
        self.watching = self._made()
        await self.watching.sweep(self._clock.now())
        await self.watching.learnt()

    async def minutes(self, count: int) -> int:
        told = 0
        for _ in range(count):
            await self._clock.advance(60)
            told += (await self.watching.sweep(self._clock.now())).told
        return told


async def drawn(storage, clock, issue) -> dict[str, str]:
    parcels = await storage.parcels.claim(1000, 1000, clock.now())
    return {
        one.place.platform: json.dumps(RENDER[one.place.platform](one.reply, lambda *_: "").payload, ensure_ascii=False)
        for one in parcels if one.subject == f"issue:{issue.id}"
    }  # fmt: skip


async def test_a_budget_that_burns_is_told_in_both_chats_once_and_ends(storage, clock, pipeline, meters, world):
    rig = Rig(storage, clock, meters, pipeline, world)
    await rig.desk.make(ANNA, [BUDGET])
    await rig.begin()
    assert await rig.minutes(2) == 0
    world.since = clock.now() - 120 * MINUTE
    assert await rig.minutes(3) == 1
    issue = await the_issue(storage)
    assert (issue.severity, issue.services, issue.expression) == ("high", ("checkout",), "failed[300s] / every[300s]")
    told = await drawn(storage, clock, issue)
    assert set(told) == {"slack", "teams"}
    for shown in told.values():
        assert "burns 30 times as fast as it may" in shown
        assert "Confidence: certain" in shown

    await rig.begin()
    assert await rig.minutes(3) == 0, "a restart tells nothing twice"
    world.until = clock.now()
    await rig.minutes(10)
    assert (await the_issue(storage)).open, "much of the budget went in the last hours"
    await rig.minutes(25)
    assert not (await the_issue(storage)).open


async def test_a_series_that_stops_is_told_once_and_ends_with_its_next_value(storage, clock, pipeline, meters, world):
    rig = Rig(storage, clock, meters, pipeline, world)
    await rig.desk.make(ANNA, [COUNTED])
    await rig.begin()
    assert await rig.minutes(2) == 0
    world.there = False
    assert await rig.minutes(11) == 1
    issue = await the_issue(storage)
    assert (issue.services, issue.measured, issue.open) == (("payments",), "no data", True)
    for shown in (await drawn(storage, clock, issue)).values():
        assert "has had no value since 12:02 UTC" in shown
        assert "no data, which is not zero" in shown

    await rig.begin()
    assert await rig.minutes(2) == 0, "a restart tells nothing twice"
    asked = tools(desks(watches=rig.desk), turn(at=clock.now()))
    listed = await watches.answer(watches.Watches(), asked)
    assert listed.summary == "1 watch, 1 of them strange now."
    with pytest.raises(Rejected, match="no limit"):
        await watches.limit(watches.Limit(watch="W1", limit="above 3"), asked)
    world.there = True
    await rig.minutes(1)
    assert not (await the_issue(storage)).open


async def test_the_same_query_may_be_watched_for_its_budget_too(storage, clock, pipeline, meters, world):
    rig = Rig(storage, clock, meters, pipeline, world)
    plain = BUDGET.model_copy(update={"kind": "error ratio"})
    assert len(await rig.desk.make(ANNA, [BUDGET, plain])) == 2
    assert await rig.desk.make(ANNA, [BUDGET, plain]) == []
    with pytest.raises(Rejected, match="objective"):
        await rig.desk.trial(DEFAULT_TENANT, BUDGET.model_copy(update={"above": None}))
    with pytest.raises(Rejected, match="objective"):
        await rig.desk.make(ANNA, [BUDGET.model_copy(update={"above": None, "query": "other[5m]"})])

    asked = tools(desks(watches=rig.desk), turn(at=clock.now()))
    with pytest.raises(Rejected, match="objective"):
        await watches.limit(watches.Limit(watch="W1", limit="none"), asked)
    changed = await watches.limit(watches.Limit(watch="W1", limit="above 0.5 %"), asked)
    assert changed.summary == "W1 tells when the budget of 0.5 % burns too fast."
    gone = await watches.delete(watches.OneWatch(watch="W1"), asked)
    made = await watch.answer(watch.Watch(**gone.buttons[0].arguments), asked)
    assert made.summary == "W3 watches error budget (ABC) from now on."
    assert [one.watch.above for one in await rig.desk.every(DEFAULT_TENANT) if one.watch.kind == BURN] == [0.005]
