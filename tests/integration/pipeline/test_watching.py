"""Watches on a real database and a source of ours: learnt from its history, told once, ended, put off, started anew."""

import math
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from random import Random

import pytest

from bot.model.errors import Unavailable
from bot.model.issue import By
from bot.model.tenant import DEFAULT_TENANT, Tenant
from bot.model.watch import WatchDraft
from bot.pipeline.watch_desk import WatchesDesk
from bot.pipeline.watching import Watching
from bot.ports.actor import Actor
from tests.builders import FakeMetrics, FixedSources
from tests.fakes import NOON
from tests.integration.pipeline.flow import SLACK, TEAMS, all_issues, said, the_issue

ANNA = Actor(DEFAULT_TENANT, By("Anna Berger"), "letter 1")
LATENCY = WatchDraft(query="histogram_quantile(0.95, sum by (le, service) (rate(lat_bucket[5m])))",
                     name="p95 latency", kind="latency", unit="seconds")  # fmt: skip
DAYS, MINUTE = timedelta(days=4), timedelta(minutes=1)


class World:
    """Latency that breathes with the day; from `slow_from` on it is five times as long, all of it in one region."""

    def __init__(self) -> None:
        self.slow_from: datetime | None = None
        self.slow_to: datetime | None = None
        self.away = self.empty = False

    def __call__(self, query: str, at: datetime) -> Sequence[tuple[Mapping[str, str], float]]:
        if self.away:
            raise Unavailable("test source")
        if self.empty or "external" in query:
            return []
        if "deployments" in query:
            return [({"service": "checkout"}, float(self._slow(at + 2 * MINUTE)))]
        if query.startswith("sum"):
            return [({}, 12.0)]
        usual = 0.2 + 0.05 * math.sin(at.timestamp() / 86400 * math.tau) + Random(at.timestamp()).gauss(0, 0.004)
        now = usual * (5 if self._slow(at) else 1)
        if "region" in query or query == "lat_bucket":
            return [({"service": "checkout", "region": name, "le": "1"}, value)
                    for name, value in (("eu", now), ("us", usual))]  # fmt: skip
        return [({"service": "checkout"}, now)]

    def _slow(self, at: datetime) -> bool:
        return self.slow_from is not None and self.slow_from <= at < (self.slow_to or at + MINUTE)


@pytest.fixture
async def world(storage) -> World:
    await storage.directory.save_tenant(Tenant(DEFAULT_TENANT, "Default"))
    return World()


def watching(storage, clock, meters, pipeline, world) -> Watching:
    sources = FixedSources(clock, FakeMetrics(world))
    return Watching(storage, clock, meters, sources, pipeline.accept, learns=DAYS)


def desk(storage, clock, pipeline, world) -> WatchesDesk:
    async def merge(work, signals):
        await pipeline.merge(work, signals, clock.now())

    async def no_apps(_):
        return ()

    return WatchesDesk(storage, clock, FixedSources(clock, FakeMetrics(world)), merge, no_apps)


async def learnt(built: Watching, clock) -> Watching:
    await built.sweep(clock.now())
    await built.learnt()
    return built


async def minutes(built: Watching, clock, count: int) -> int:
    told = 0
    for _ in range(count):
        await clock.advance(60)
        told += (await built.sweep(clock.now())).told
    return told


async def test_an_anomaly_is_told_once_with_its_parts_survives_a_restart_and_ends(
    storage, clock, pipeline, meters, world
):
    at_desk = desk(storage, clock, pipeline, world)
    (made,) = await at_desk.make(ANNA, [LATENCY])
    assert await at_desk.make(ANNA, [LATENCY]) == [], "the same query is watched once"
    (one,) = await at_desk.every(DEFAULT_TENANT)
    assert one.standing.state == "learning"
    built = await learnt(watching(storage, clock, meters, pipeline, world), clock)
    assert await minutes(built, clock, 3) == 0
    assert (await at_desk.every(DEFAULT_TENANT))[0].standing.state == "watching"

    world.slow_from = clock.now() + MINUTE
    assert await minutes(built, clock, 6) >= 1
    issue = await the_issue(storage)
    assert (issue.source, issue.open, issue.services, issue.title) == (
        "watch", True, ("checkout",), "p95 latency of checkout",
    )  # fmt: skip
    assert issue.opened_at == world.slow_from, "since the onset, not the alarm"
    for part in (
        "usually", "times the usual spread", "since 12:04 UTC", "highest in 4 d", "What: ", "unusual for this hour",
        "of the excess is region eu", "Coincides with a deploy of checkout at 12:02 UTC", "Impact: 12 req/s",
        "Confidence: ", "Next: ask “why is checkout slow?”",
    ):  # fmt: skip
        assert part in issue.description
    assert issue.expression == LATENCY.query
    assert set(await said(storage, clock)) == {("slack", f"issue:{issue.id}"), ("teams", f"issue:{issue.id}")}
    assert (await at_desk.every(DEFAULT_TENANT))[0].strange == 1

    again = await learnt(watching(storage, clock, meters, pipeline, world), clock)
    assert await minutes(again, clock, 3) == 0, "a restart tells nothing twice"
    world.slow_to = clock.now()
    assert await minutes(again, clock, 16) == 1
    issue = await the_issue(storage)
    assert not issue.open
    assert (await at_desk.every(DEFAULT_TENANT))[0].strange == 0
    assert made.id == "W1"
    assert [told.place for told in issue.told] == [SLACK, TEAMS]


async def test_a_source_that_is_away_is_said_and_asked_again(storage, clock, pipeline, meters, world):
    at_desk = desk(storage, clock, pipeline, world)
    await at_desk.make(ANNA, [LATENCY])
    built = await learnt(watching(storage, clock, meters, pipeline, world), clock)
    world.away = True
    await clock.advance(60)
    assert (await built.sweep(clock.now())).put_off == 1
    (one,) = await at_desk.every(DEFAULT_TENANT)
    assert (one.standing.state, one.strange) == ("away", 0)
    assert "test source" in one.standing.says
    world.away = False
    await minutes(built, clock, 2)
    assert (await at_desk.every(DEFAULT_TENANT))[0].standing.state == "watching"
    assert await all_issues(storage) == []


async def test_no_data_is_neither_quiet_nor_strange(storage, clock, pipeline, meters, world):
    world.empty = True
    at_desk = desk(storage, clock, pipeline, world)
    await at_desk.make(ANNA, [LATENCY])
    built = await learnt(watching(storage, clock, meters, pipeline, world), clock)
    await minutes(built, clock, 1)
    assert (await at_desk.every(DEFAULT_TENANT))[0].standing.state == "empty"


async def test_a_limit_is_certain_and_what_is_paused_or_deleted_leaves_nothing_open(
    storage, clock, pipeline, meters, world
):
    at_desk = desk(storage, clock, pipeline, world)
    await at_desk.make(ANNA, [LATENCY])
    await at_desk.limit(ANNA, "w1", 0.1, None)
    built = await learnt(watching(storage, clock, meters, pipeline, world), clock)
    await minutes(built, clock, 1)
    issue = await the_issue(storage)
    assert issue.open
    assert issue.normal == "above 100 ms"
    assert "Confidence: certain" in issue.description
    await at_desk.pause(ANNA, "W1")
    assert not (await the_issue(storage)).open
    assert await minutes(built, clock, 1) == 0
    await at_desk.delete(ANNA, "W1")
    assert await at_desk.every(DEFAULT_TENANT) == []


async def test_what_is_tried_is_only_tried(storage, clock, pipeline, world):
    world.slow_from, world.slow_to = NOON - timedelta(hours=5), NOON - timedelta(hours=3)
    at_desk = desk(storage, clock, pipeline, world)
    found = await at_desk.trial(DEFAULT_TENANT, LATENCY)
    assert (found.series, found.told, found.tried) == (1, 1, 1)
    assert found.marks == (world.slow_from,), "marked where it would have been told"
    assert await at_desk.every(DEFAULT_TENANT) == []
