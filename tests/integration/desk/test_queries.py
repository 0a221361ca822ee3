"""Queries that people write: checked, so many a minute, and each in the trail."""

from datetime import timedelta

import pytest

from bot.desk.catalogs import Catalogs
from bot.desk.queries import Queries
from bot.model.errors import Rejected, TooOften, Unavailable
from bot.model.issue import By
from bot.model.message import PersonId
from bot.model.series import Metric
from bot.model.tenant import DEFAULT_TENANT, Tenant
from bot.ports.actor import Actor
from bot.query.names import Names
from tests.builders import FakeMetrics
from tests.fakes import NOON
from tests.sourcing import OneOfEach

ANNA = Actor(DEFAULT_TENANT, By("Anna", PersonId("p1"), "slack", NOON), "letter-1")
BEN = Actor(DEFAULT_TENANT, By("Ben", PersonId("p2"), "slack", NOON), "letter-2")


class Source(FakeMetrics):
    away = False

    def __init__(self) -> None:
        super().__init__(
            lambda *_: [({"env": "prod"}, 1.0)], Names({"__name__": ("up",)}, {"up": Metric("up", "gauge")})
        )

    async def metrics(self):
        if self.away:
            raise Unavailable("Prometheus")
        return await super().metrics()


@pytest.fixture
async def source(storage) -> Source:
    await storage.directory.save_tenant(Tenant(DEFAULT_TENANT, "Default"))
    return Source()


async def trail(storage):
    async with storage.work(DEFAULT_TENANT) as work:
        return [
            (one.act, one.actor, one.details.get("query"), one.details.get("refused"))
            for one in await work.audit.latest(9)
        ]


@pytest.mark.parametrize(
    ("query", "says", "advice"),
    [
        ("ups", "There is no metric “ups”.", "Nearest: “up”."),
        ('up{env="prd"}', "“up” has no env “prd”.", "Nearest: “prod”."),
        ("up up", "This is not PromQL that I can read", "Look at character 4: “up”."),
        ("rate(up[5m]", "This is not PromQL that I can read", "Something is missing at its end."),
        ("rate(up[5m])", "rate needs a counter", ""),
        ("avg_over_time(up[30d])", "168 h at most", ""),
        ("up" + "+up" * 30, "more than 20 operators", ""),
    ],
)
async def test_what_is_wrong_is_said_and_noted(storage, clock, source, query, says, advice):
    desk = Queries(storage, clock, Catalogs(clock), OneOfEach(source))
    with pytest.raises(Rejected, match=says) as refused:
        await desk.admit(ANNA, "promql", query, NOON)
    assert advice in refused.value.advice
    assert await trail(storage) == [("query.promql", "p1", query, refused.value.says)]


async def test_what_is_right_runs_and_is_noted(storage, clock, source):
    await Queries(storage, clock, Catalogs(clock), OneOfEach(source)).admit(ANNA, "promql", 'avg(up{env="prod"})', NOON)
    assert await trail(storage) == [("query.promql", "p1", 'avg(up{env="prod"})', None)]


async def test_so_many_a_minute_a_person(storage, clock, source):
    """Row GAP-08."""
    desk = Queries(storage, clock, Catalogs(clock), OneOfEach(source), a_minute=2)
    for _ in range(2):
        await desk.admit(ANNA, "promql", "up", NOON)
    with pytest.raises(TooOften, match=r"more than 2 data queries in a minute\. Ask again in 30 s\."):
        await desk.admit(ANNA, "promql", "up", NOON)
    await desk.admit(BEN, "promql", "up", NOON)
    await clock.advance(30)
    await desk.admit(ANNA, "promql", "up", NOON)
    assert len(await trail(storage)) == 4


async def test_a_metric_younger_than_the_catalogue_is_found(storage, clock, source):
    desk = Queries(storage, clock, Catalogs(clock), OneOfEach(source))
    await desk.admit(ANNA, "promql", "up", NOON)
    source._names = Names({"__name__": ("queue_depth", "up")}, {})
    with pytest.raises(Rejected):
        await desk.admit(ANNA, "promql", "queue_depth", clock.now())  # looked a moment ago
    await clock.advance(20)
    await desk.admit(ANNA, "promql", "queue_depth", clock.now())


@pytest.mark.parametrize("away", [False, True])
async def test_what_nobody_can_know_is_left_to_the_source(storage, clock, source, away):
    """A metric that is gone, asked of the time when it was there; any metric, while the source is away."""
    source.away = away
    until = NOON if away else NOON - timedelta(hours=2)
    await Queries(storage, clock, Catalogs(clock), OneOfEach(source)).admit(ANNA, "promql", "gone_total", until)


async def test_logql_is_checked_too(storage, clock, source):
    desk = Queries(storage, clock, Catalogs(clock), OneOfEach(source))
    with pytest.raises(Rejected, match="a selector needs a label"):
        await desk.admit(ANNA, "logql", "{}", NOON)
    await desk.admit(ANNA, "logql", '{app="checkout"} |= "error"', NOON)
    assert [one[0] for one in await trail(storage)] == ["query.logql"] * 2
