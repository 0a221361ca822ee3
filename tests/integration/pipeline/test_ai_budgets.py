"""Budgets of AI spend on a real database and a driven clock: each stand told once, in one issue, and over by itself."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from bot.desk.office import Office
from bot.desk.spending import Spending
from bot.model.errors import Forbidden
from bot.model.issue import By, Issue, Status
from bot.model.plan import Plan
from bot.model.severity import Severity
from bot.model.spend_limits import Amounts
from bot.model.tenant import DEFAULT_TENANT, Tenant
from bot.model.usage import PRICES
from bot.pipeline import watch_words
from bot.pipeline.ai_budgets import AiBudgets
from bot.pipeline.run import Pipeline
from bot.pipeline.turns import Turns
from bot.ports.actor import Actor
from bot.ports.incidents import Wanted
from tests.fakes import NOON, DrivenClock
from tests.integration.pipeline.flow import PLAN, all_issues, plan, said, workspace
from tests.spend_months import calls, daily

ANNA = Actor(DEFAULT_TENANT, By("Anna Berger"), "letter 1")
DAY, HOUR = 86400, 3600
MIDNIGHT = datetime(2026, 4, 1, tzinfo=UTC)


class World:
    """Three tools that cost some 81 dollars in March."""

    def __init__(self, storage, clock: DrivenClock, pipeline) -> None:
        self.storage, self.clock = storage, clock
        self.office = Office(storage, clock)
        self.desk = Spending(storage, clock, self.office, lambda: PRICES)
        self.budgets = AiBudgets(storage, clock, self.desk, pipeline.accept)

    async def set(self, warning: float | None, critical: float | None = None, tool: str = "") -> None:
        amounts = Amounts(warning=warning and Decimal(str(warning)), critical=critical and Decimal(str(critical)))
        await self.desk.set_budget(ANNA, tool, amounts)
        await self.look()

    async def spend(self, dollars: float, tool: str = "Chatbot") -> None:
        async with self.storage.work(DEFAULT_TENANT) as work:
            await work.charges.add(calls(tool, [self.clock.now()], cost=Decimal(str(dollars))))
        await self.clock.advance(1)

    async def look(self) -> None:
        await self.budgets.look(self.clock.now())

    async def issues(self) -> list[Issue]:
        """What a day costs far more than usual has an issue of its own."""
        return [one for one in await all_issues(self.storage) if "daily average" not in one.title]

    async def the_issue(self) -> Issue:
        (issue,) = await self.issues()
        return issue


@pytest.fixture
async def world(storage, clock, pipeline) -> World:
    await storage.directory.save_tenant(Tenant(DEFAULT_TENANT, "Default"))
    async with storage.work(DEFAULT_TENANT) as work:
        await work.charges.add(daily(NOON, 60))
    await plan(storage, PLAN.model_copy(update={"group_by": Plan().group_by}))
    await clock.advance(HOUR)
    return World(storage, clock, pipeline)


async def test_a_budget_that_suits_says_nothing(world):
    await world.set(95, 150)
    assert await world.issues() == []


async def test_each_stand_is_told_once_in_one_issue_of_both_chats(world):
    await world.set(75, 300)
    issue = await world.the_issue()
    assert issue.title == "AI spend in March 2026 is expected to pass its warning of $ 75.00"
    assert issue.severity is Severity.MEDIUM
    assert "Method: the median of eight methods, from 59 days that are known." in issue.description
    assert "Most of it: Document Analyzer $ 40." in issue.description
    assert {place for place, _ in await said(world.storage, world.clock)} == {"slack", "teams"}
    for _ in range(3):
        await world.clock.advance(HOUR)
        await world.look()
    assert (await world.the_issue()).revision == issue.revision  # an hour brings no news

    await world.spend(60)
    await world.look()
    passed = await world.the_issue()
    assert passed.title == "AI spend in March 2026 has passed its warning of $ 75.00"
    assert (passed.id, passed.severity) == (issue.id, Severity.MEDIUM)

    await world.spend(300)
    await world.look()
    critical = await world.the_issue()
    assert critical.title == "AI spend in March 2026 has passed its critical amount of $ 300.00"
    assert (critical.id, critical.severity, critical.last.severity) == (issue.id, Severity.CRITICAL, Severity.CRITICAL)


async def test_it_is_over_when_the_budget_is_raised_or_taken_away(world):
    await world.set(75)
    assert (await world.the_issue()).open
    await world.clock.advance(HOUR)
    await world.set(120)
    assert not (await world.the_issue()).open
    await world.clock.advance(HOUR)
    await world.set(70)
    assert (await world.the_issue()).open
    await world.clock.advance(HOUR)
    await world.set(None)
    assert not (await world.the_issue()).open


async def test_it_is_over_with_the_month_and_the_next_one_is_its_own(world):
    await world.set(75)
    async with world.storage.work(DEFAULT_TENANT) as work:
        await work.charges.add(daily(MIDNIGHT, 15))
    await world.clock.advance((MIDNIGHT - world.clock.now()).total_seconds() + HOUR)
    await world.look()
    assert {one.title: one.open for one in await world.issues()} == {
        "AI spend in March 2026 is expected to pass its warning of $ 75.00": False,
        "AI spend in April 2026 is expected to pass its warning of $ 75.00": True,
    }


async def test_what_somebody_resolved_comes_back_with_news_alone(world):
    await world.set(75, 300)
    async with world.storage.work(DEFAULT_TENANT) as work:
        (issue,) = await work.issues.find(Wanted(open=True))
        resolved = replace(issue, status=Status.RESOLVED, resolved_at=world.clock.now(), revision=issue.revision + 1)
        await work.issues.save([resolved])
    for _ in range(2):
        await world.clock.advance(HOUR)
        await world.look()
    assert not (await world.the_issue()).open
    await world.spend(60)
    await world.look()
    assert any(one.open for one in await world.issues())


async def test_a_tool_has_a_budget_of_its_own(world):
    await world.set(10, tool="Chatbot")
    issue = await world.the_issue()
    assert issue.title == "AI spend of Chatbot in March 2026 has passed its warning of $ 10.00"
    assert issue.services == ("Chatbot",)


async def test_a_day_of_far_more_calls_is_low_and_over_with_the_day(world):
    async with world.storage.work(DEFAULT_TENANT) as work:
        now = world.clock.now()
        await work.charges.add(calls("Chatbot", [now - timedelta(seconds=n) for n in range(1, 171)], cost=None))
    await world.look()
    (issue,) = await all_issues(world.storage)
    assert issue.title == "Chatbot: calls of 18 March 340 % above the daily average"
    assert issue.severity is Severity.LOW
    assert issue.measured == "220 calls"
    assert watch_words.told_by_watches([issue]) == [issue]
    await world.look()
    assert (await all_issues(world.storage))[0].revision == issue.revision
    await world.clock.advance(DAY)
    await world.look()
    assert not (await all_issues(world.storage))[0].open


async def test_its_reasons_are_its_own_and_nobody_looks_for_others(world, storage, clock, meters):
    pipeline = Pipeline(storage, clock, meters, workspace, turns=Turns())
    world.budgets = AiBudgets(storage, clock, world.desk, pipeline.accept)
    await world.set(75)
    assert not (await world.the_issue()).analysing


async def test_without_charges_nothing_is_told_and_nothing_ends(storage, clock, pipeline):
    await storage.directory.save_tenant(Tenant(DEFAULT_TENANT, "Default"))
    world = World(storage, clock, pipeline)
    await world.set(1, 2)
    assert await world.issues() == []


async def test_a_plan_in_a_file_is_changed_there(storage, clock):
    office = Office(storage, clock, frozenset({DEFAULT_TENANT}))
    with pytest.raises(Forbidden):
        await Spending(storage, clock, office, lambda: PRICES).set_budget(ANNA, "", Amounts(warning=Decimal(1)))


async def test_what_is_set_stands_in_the_trail(world):
    await world.set(75, 300, tool="Chatbot")
    async with world.storage.work(DEFAULT_TENANT) as work:
        entry = next(one for one in await work.audit.latest(50) if one.act == "ai_budget.set")
    assert {name: entry.details[name] for name in ("tool", "warning", "critical", "name")} == {
        "tool": "Chatbot", "warning": "75", "critical": "300", "name": "Anna Berger",
    }  # fmt: skip
