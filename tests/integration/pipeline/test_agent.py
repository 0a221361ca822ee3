"""Each new issue is analysed once, whatever is killed, slow, doubled or down; a burst is no burst of readings."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, ClassVar

import pytest

from bot.analysis.diagnosis import Rules, diagnose
from bot.desk import automatic
from bot.desk.reader import Readership
from bot.desk.readers import Readers
from bot.desk.ticket_telling import TicketTelling
from bot.desk.timekeeper import Timekeeper
from bot.model import plain
from bot.model.analysis import Analysis, Context
from bot.model.errors import Unavailable
from bot.model.issue import Issue, IssueId
from bot.model.series import Series
from bot.model.severity import Severity
from bot.model.tenant import DEFAULT_TENANT, TenantId
from bot.pipeline.agent import LEASE, MOST_TRIES, Agent
from bot.pipeline.diagnosis_words import WAITING
from bot.pipeline.incidents import Incidents
from bot.pipeline.run import Pipeline
from bot.pipeline.speaking import ANALYSIS, root_of
from bot.pipeline.turns import EVERY, LONGEST, Turns
from bot.ports.analyst import Analyst
from bot.ports.tools import MetricsSource
from integrations.demo.metrics import DemoMetrics
from tests.builders import FakeMetrics
from tests.fakes import NOON, DrivenClock
from tests.integration.pipeline.flow import PLAN, SLACK, TEAMS, history, plan, services, the_issue, workspace
from tests.unit.demo.truth import WORLD
from tests.unit.pipeline.signals import firing

BAD_DEPLOY = NOON.replace(hour=11, minute=20)  # of checkout in the demo world, at 11:16
MET = BAD_DEPLOY + timedelta(minutes=2)


class Recorded:
    """The demo world, computed once for each question of these tests."""

    answers: ClassVar[dict[tuple[Any, ...], Sequence[Series]]] = {}
    title = "demo world"

    def __init__(self, clock: DrivenClock) -> None:
        self._world = DemoMetrics(WORLD, clock)

    async def range(self, query: str, start: datetime, end: datetime, step: timedelta) -> Sequence[Series]:
        asked = (query, start, end, step)
        if asked not in self.answers:
            self.answers[asked] = await self._world.range(*asked)
        return self.answers[asked]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._world, name)


class Only:
    """One source, whoever asks."""

    def __init__(self, source: MetricsSource | None) -> None:
        self._source = source

    async def metrics(self, tenant: TenantId, named: str = "") -> MetricsSource | None:
        return self._source

    async def logs(self, tenant: TenantId, named: str = "") -> None:
        return None


class NoChats:
    known: Mapping[str, str] = {}

    async def ask(self) -> Mapping[str, str]:
        return {}


@dataclass
class Held:
    """A second analyst at whom a test can stop the time."""

    asked: list[IssueId] = field(default_factory=list)
    here: asyncio.Event = field(default_factory=asyncio.Event)
    go: asyncio.Event = field(default_factory=asyncio.Event)

    async def analyse(self, context: Context) -> Analysis:
        self.asked.append(context.issue.id)
        self.here.set()
        await self.go.wait()
        return diagnose(context)


class World:
    def __init__(self, storage: Any, clock: Any, meters: Any) -> None:
        self.storage, self.clock, self.meters = storage, clock, meters
        self.agents: list[Agent] = []
        self.telling = TicketTelling(clock, NoChats())

    def agent(self, *analysts: Analyst, source: MetricsSource | None = None, clock: DrivenClock | None = None) -> Agent:
        """`clock`: of a process that stands still while time goes on for the others."""
        clock = clock or self.clock
        source = source or Recorded(clock)
        readers = Readers(Only(source), Readership(clock, self.meters))

        async def ticket(work: Any, issue: Issue, plan: Any, _: Any) -> Any:
            return await automatic.ticket(work, issue, plan, self.telling) if plan.tickets_for_critical else None

        given = (self.storage, clock, self.meters, readers, Incidents(self.storage, self.clock, self.meters))
        self.agents.append(Agent(*given, [*analysts, Rules()], ticket))
        return self.agents[-1]

    async def due(self, agent: Agent) -> int:
        """What a timekeeper with this agent does now."""
        keeper = Timekeeper(self.storage, self.clock, agent.handlers(), self.meters)
        found = []
        for tenant, timer in await self.storage.timers.due(self.clock.now(), 1000):
            if timer in [one.id for one in await self.timers()]:
                await keeper._done(tenant, timer)
                found.append(timer)
        return len(found)

    async def timers(self) -> Sequence[Any]:
        async with self.storage.work(DEFAULT_TENANT) as work:
            return list(await work.timers.of_kind(ANALYSIS))

    async def root(self, place: Any = SLACK) -> str:
        issue = await the_issue(self.storage)
        async with self.storage.work(DEFAULT_TENANT) as work:
            kept = await work.parcels.said(place, root_of(issue.id))
        assert kept is not None
        return plain.render(kept.reply)

    async def analysis(self) -> Analysis | None:
        issue = await the_issue(self.storage)
        async with self.storage.work(DEFAULT_TENANT) as work:
            return await work.analyses.of_issue(issue.id)

    async def times_told(self) -> int:
        return (await history(self.storage, await the_issue(self.storage))).count("analysed")


@pytest.fixture
def clock() -> DrivenClock:
    return DrivenClock(MET)


@pytest.fixture
async def world(storage, clock, meters) -> AsyncIterator[World]:
    await plan(storage, PLAN)
    built = World(storage, clock, meters)
    yield built
    for agent in built.agents:
        await agent.stop()


async def opened(world: World, **more: Any) -> Issue:
    pipeline = Pipeline(world.storage, world.clock, world.meters, workspace, None, Turns())
    labels = {"env": "prod", "region": ""}
    await pipeline.accept(DEFAULT_TENANT, [firing(at=BAD_DEPLOY, labels=labels, **more)])
    return await the_issue(world.storage)


async def test_its_message_says_so_at_once_and_what_was_found_in_both_chats(world: World):
    issue = await opened(world)
    assert issue.analysing
    assert WAITING in await world.root()
    agent = world.agent()
    assert await world.due(agent) == 1
    await agent.idle()
    for place in (SLACK, TEAMS):
        said = await world.root(place)
        assert "Analysis (high confidence): It coincides with a deploy of checkout at 11:16 UTC" in said
        assert "Next: Look at what changed with that deploy of checkout" in said
        assert WAITING not in said
    found = await world.analysis()
    assert found is not None
    assert (found.kind, found.by, found.regions) == ("deploy", "rules", ("us-east-1", "us-east-2", "eu-west-1"))
    assert await world.times_told() == 1
    assert await world.timers() == []


async def test_killed_between_gathering_and_saving_it_is_done_once_by_whoever_comes_next(world: World):
    await opened(world)
    held = Held()
    first, second = world.agent(held), world.agent()
    await world.due(first)
    await held.here.wait()
    await first.stop()  # as kill -9 leaves it: nothing is saved, the lease stands
    assert (await the_issue(world.storage)).analysing
    assert await world.due(second) == 0
    await world.clock.advance(LEASE.total_seconds())
    assert await world.due(second) == 1
    await second.idle()
    assert await world.times_told() == 1
    assert not (await the_issue(world.storage)).analysing


async def test_two_replicas_that_gathered_the_same_save_it_once(world: World):
    await opened(world)
    held = Held()
    slow, quick = world.agent(held, clock=DrivenClock(MET)), world.agent()
    await world.due(slow)
    await held.here.wait()
    await world.clock.advance(LEASE.total_seconds())
    await world.due(quick)
    await quick.idle()
    by = await world.analysis()
    held.go.set()
    await slow.idle()
    assert await world.times_told() == 1
    assert await world.analysis() == by
    assert world.meters.seen["analyses", "deploy", "rules"] == 1


async def test_what_takes_long_stays_with_who_has_it(world: World):
    await opened(world)
    held = Held()
    slow, other = world.agent(held), world.agent()
    await world.due(slow)
    await held.here.wait()
    first = (await world.timers())[0].due_at
    async with asyncio.timeout(20):
        while (await world.timers())[0].due_at < first + LEASE:  # as long as that passes, and more
            await world.clock.advance(1)
    assert await world.due(other) == 0
    held.go.set()
    await slow.idle()
    assert await world.times_told() == 1
    assert await world.timers() == []


async def test_what_can_never_be_analysed_ends_without_a_word_of_it(world: World):
    await opened(world)
    held = Held()
    for _ in range(MOST_TRIES):
        agent = world.agent(held)
        held.here.clear()
        await world.due(agent)
        await held.here.wait()
        await agent.stop()
        await world.clock.advance(LEASE.total_seconds())
    assert await world.due(world.agent()) == 1
    issue = await the_issue(world.storage)
    assert (issue.analysing, issue.diagnosis) == (False, None)
    assert WAITING not in await world.root()
    assert await world.timers() == []


@dataclass
class Model:
    """Somebody else who analyses, in one way or another."""

    changes: Mapping[str, Any] | None = None
    problem: Exception | None = None

    async def analyse(self, context: Context) -> Analysis | None:
        if self.problem:
            raise self.problem
        if self.changes is None:
            return None
        found = replace(diagnose(context), by="model", cause="It coincides with its deploy.", next_step="")
        return replace(found, **self.changes)


@pytest.mark.parametrize(
    ("model", "by"),
    [
        (Model({}), "model"),
        (Model(), "rules"),
        (Model(problem=Unavailable("The model")), "rules"),
        (Model(problem=ValueError("nonsense")), "rules"),
        (Model({"cause": "Latency is at 9,876 ms."}), "rules"),  # nobody measured that
    ],
)
async def test_whatever_another_analyst_does_nothing_stops_and_nothing_false_is_told(
    world: World, model: Model, by: str
):
    await opened(world)
    agent = world.agent(model)
    await world.due(agent)
    await agent.idle()
    found = await world.analysis()
    assert found is not None
    assert (found.by, found.kind) == (by, "deploy")
    assert "9,876" not in await world.root()
    assert (await the_issue(world.storage)).diagnosis.by_model is (by == "model")


async def test_what_an_analyst_finds_critical_gets_its_ticket_once(world: World):
    issue = await opened(world, severity="high")
    agent = world.agent(Model({"severity": Severity.CRITICAL}))
    await world.due(agent)
    await agent.idle()
    found = await the_issue(world.storage)
    assert found.ticket.startswith("MON-")
    assert f"{found.ticket} (Auto-Generated)" in await world.root()
    async with world.storage.work(DEFAULT_TENANT) as work:
        assert [one.id for one in await work.tickets.unresolved()] == [found.ticket]
    assert found.severity is issue.severity


async def test_a_source_that_is_down_is_said_and_holds_nothing_up(world: World):
    def away(query: str, at: Any) -> Any:
        raise Unavailable("test source")

    await opened(world)
    agent = world.agent(source=FakeMetrics(away))
    await world.due(agent)
    waiting = asyncio.create_task(agent.idle())
    while not waiting.done():  # it is asked again where that may help, by the clock
        await world.clock.advance(0.1)
    said = await world.root()
    assert "Not clear yet: test source could not be read." in said
    assert "Could not be read: test source." in said


async def test_a_burst_is_analysed_one_after_the_other_and_no_further_than_it_helps(world: World):
    await plan(world.storage, PLAN.model_copy(update={"storm": PLAN.storm.model_copy(update={"from_issues": 0})}))
    pipeline = Pipeline(world.storage, world.clock, world.meters, workspace, None, Turns())
    await pipeline.accept(DEFAULT_TENANT, services(200))
    waiting = await world.timers()
    assert len(waiting) == LONGEST // EVERY + 1
    starts = sorted(one.due_at for one in waiting)
    assert {later - earlier for earlier, later in pairwise(starts)} == {EVERY}


async def test_what_is_told_only_inside_a_digest_is_not_analysed(world: World):
    pipeline = Pipeline(world.storage, world.clock, world.meters, workspace, None, Turns())
    await pipeline.accept(DEFAULT_TENANT, services(200))
    assert await world.timers() == []


async def test_it_is_not_analysed_again_when_it_comes_back(world: World):
    await opened(world)
    agent = world.agent()
    await world.due(agent)
    await agent.idle()
    pipeline = Pipeline(world.storage, world.clock, world.meters, workspace, None, Turns())
    await pipeline.accept(DEFAULT_TENANT, [firing(at=world.clock.now(), severity="critical", labels={"env": "prod"})])
    assert await world.timers() == []
    assert await world.times_told() == 1
