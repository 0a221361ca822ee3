"""The whole way of signals on both databases: accepted, merged, told, and each of it once."""

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from bot.model.errors import Unavailable
from bot.model.issue import Issue
from bot.model.message import PersonId
from bot.model.plan import Plan, Route
from bot.model.rule import Rule, RuleId, RuleKind, RuleState
from bot.model.severity import Severity
from bot.model.tenant import DEFAULT_TENANT, TenantId
from bot.model.ticket import TicketId
from bot.pipeline import group_commit
from bot.pipeline.run import Pipeline
from storage.storage import open_storage
from tests.conftest import KEY
from tests.fakes import NOON
from tests.integration.pipeline.flow import (
    PLAN,
    SLACK,
    TEAMS,
    TO,
    all_issues,
    history,
    plan,
    said,
    services,
    the_issue,
    trail,
    workspace,
)
from tests.unit.pipeline.signals import firing, resolved


async def test_one_issue_in_both_chats_and_its_decisions_are_kept(storage, clock, pipeline, meters):
    await pipeline.accept(DEFAULT_TENANT, [firing("a"), firing("b")])
    issue = await the_issue(storage)
    assert [(told.place, told.storm) for told in issue.told] == [(SLACK, ""), (TEAMS, "")]
    assert (issue.policy, issue.reason) == ("day", "Told because it is new")
    assert await trail(storage, "spoke") == [(SLACK.key, "new"), (TEAMS.key, "new")]
    subject = f"issue:{issue.id}"
    assert await said(storage, clock) == {("slack", subject): 1, ("teams", subject): 1}
    async with storage.work(DEFAULT_TENANT) as work:
        assert await work.timers.get("escalation", issue.id)
    await pipeline.accept(DEFAULT_TENANT, [resolved("a"), resolved("b")])
    issue = await the_issue(storage)
    assert (issue.open, issue.revision, issue.reason) == (False, 2, "Told because it is resolved")
    assert await history(storage, issue) == ["opened", "resolved"]
    async with storage.work(DEFAULT_TENANT) as work:
        assert await work.timers.get("escalation", issue.id) is None
    assert meters.seen["signals", "alertmanager", "fired"] == 2
    assert meters.seen["notices", "new"] == meters.seen["notices", "resolved"] == 1


async def test_repetitions_change_no_message(storage, clock, pipeline):
    await pipeline.accept(DEFAULT_TENANT, [firing()])
    before = await the_issue(storage)
    for _ in range(50):
        await clock.advance(60)
        await pipeline.accept(DEFAULT_TENANT, [firing()])
    issue = await the_issue(storage)
    assert (issue.signals, issue.revision, issue.updated_at) == (51, 1, before.updated_at)
    assert len(await trail(storage, "spoke")) == 2


async def test_what_arrives_together_is_committed_together(storage, pipeline, meters):
    requests = [pipeline.accept(DEFAULT_TENANT, [one]) for one in services(40, severity="low")]
    await asyncio.gather(*requests)
    assert len(await all_issues(storage)) == 40
    assert meters.seen["signal_commit",] <= 3


async def test_one_poisonous_request_fails_alone(storage, pipeline):
    poison = firing("bad", labels={"service": "poison"}, title=None)
    first = asyncio.create_task(pipeline.accept(DEFAULT_TENANT, [firing("f", labels={"service": "first"})]))
    await asyncio.sleep(0)
    given = [services(1)[0], poison, services(1, 1)[0]]
    results = await asyncio.gather(
        first, *(pipeline.accept(DEFAULT_TENANT, [one]) for one in given), return_exceptions=True
    )
    assert [isinstance(result, Exception) for result in results] == [False, False, True, False]
    assert {issue.service for issue in await all_issues(storage)} == {"first", "s0", "s1"}


async def test_what_cannot_be_kept_now_is_refused_whole(storage, clock, meters):
    async def away(platform: str) -> str:
        raise Unavailable(platform, definite=True)

    await plan(storage, PLAN)
    pipeline = Pipeline(storage, clock, meters, away)
    results = await asyncio.gather(
        *(pipeline.accept(DEFAULT_TENANT, services(1, n)) for n in range(5)), return_exceptions=True
    )
    assert [type(result) for result in results] == [Unavailable] * 5
    assert await all_issues(storage) == []


async def test_a_worse_issue_is_told_where_only_the_worse_are_told(storage, pipeline):
    routes = (Route(to=TO[1:], at_least=Severity.CRITICAL, also=True), Route(to=TO[:1]))
    await plan(storage, PLAN.model_copy(update={"routes": routes}))
    await pipeline.accept(DEFAULT_TENANT, [firing()])
    assert [told.place for told in (await the_issue(storage)).told] == [SLACK]
    await pipeline.accept(DEFAULT_TENANT, [firing(severity="critical")])
    issue = await the_issue(storage)
    assert [told.place for told in issue.told] == [SLACK, TEAMS]
    assert issue.reason == "Told because it got worse: high before"


async def test_too_much_that_waits_is_refused_before_it_is_accepted(storage, pipeline, monkeypatch):
    monkeypatch.setattr(group_commit, "MOST_WAITING", 10)
    results = await asyncio.gather(
        *(pipeline.accept(DEFAULT_TENANT, services(4, 4 * n)) for n in range(5)), return_exceptions=True
    )
    refused = [result for result in results if result]
    assert len(refused) == 3
    assert all(isinstance(one, Unavailable) and one.definite and one.retry_after for one in refused)
    assert len(await all_issues(storage)) == 8
    await pipeline.accept(DEFAULT_TENANT, services(20, 100))  # larger than the bound, and nothing waits
    assert len(await all_issues(storage)) == 28


async def test_a_stop_finishes_what_was_taken_in_and_takes_no_more(storage, pipeline):
    taken = asyncio.create_task(pipeline.accept(DEFAULT_TENANT, [firing()]))
    await asyncio.sleep(0)
    await pipeline.stop()
    await taken
    assert await the_issue(storage)
    with pytest.raises(Unavailable):
        await pipeline.accept(DEFAULT_TENANT, [firing()])


async def test_tenants_do_not_meet(storage, pipeline):
    other = TenantId("other")
    await asyncio.gather(pipeline.accept(DEFAULT_TENANT, [firing()]), pipeline.accept(other, [firing(), firing("b")]))
    assert (await the_issue(storage)).signals == 1


async def test_without_a_route_it_is_listed_and_says_so(storage, clock, pipeline):
    await plan(storage, Plan())
    await pipeline.accept(DEFAULT_TENANT, [firing()])
    issue = await the_issue(storage)
    assert await history(storage, issue) == ["opened", "unrouted"]
    assert await trail(storage, "kept_quiet") == [("", "no_route")]
    assert await said(storage, clock) == {}


async def test_names_are_unique_also_in_one_second(storage, pipeline):
    await plan(storage, Plan(group_by=("...",)))
    await pipeline.accept(DEFAULT_TENANT, [firing(f"f{n}") for n in range(50)])
    await pipeline.accept(DEFAULT_TENANT, [firing(f"g{n}") for n in range(50)])
    ids = {issue.id for issue in await all_issues(storage)}
    assert len(ids) == 100
    assert sum(name.endswith("-checkout") for name in ids) == 1


async def test_the_worst_that_is_left_is_looked_up(storage, pipeline):
    bad = [firing("a", severity="critical"), *(firing(f"m{n}", severity="medium") for n in range(5))]
    await pipeline.accept(DEFAULT_TENANT, [*bad, *(firing(f"l{n}", severity="low") for n in range(5))])
    await pipeline.accept(DEFAULT_TENANT, [resolved("a"), resolved("m0"), resolved("m1")])
    issue = await the_issue(storage)
    assert (issue.severity, issue.firing) == (Severity.MEDIUM, 8)


@pytest.mark.peers
async def test_two_replicas_merge_one_key_into_one_issue(postgres_url, clock, meters):
    async with (
        open_storage(postgres_url, keys=[KEY], clock=clock) as one,
        open_storage(postgres_url, keys=[KEY], clock=clock) as two,
    ):
        await plan(one, PLAN)
        replicas = [Pipeline(storage, clock, meters, workspace) for storage in (one, two)]
        await asyncio.gather(
            *(
                replica.accept(DEFAULT_TENANT, [firing(f"x{n}"), *services(3, 100 * (n % 7), severity="low")])
                for n in range(30)
                for replica in replicas
            )
        )
        issues = await all_issues(one)
        counts = Counter(issue.key for issue in issues)
        assert len(counts) == len(issues) == 1 + 21
        (big,) = [issue for issue in issues if issue.service == "checkout"]
        assert (big.firing, big.alerts, big.signals) == (30, 30, 60)


async def test_a_critical_issue_gets_its_ticket_once(storage, clock, meters):
    opened = []

    async def ticket(work: Any, issue: Issue, plan: Plan, now: Any) -> TicketId:
        opened.append(issue.id)
        return TicketId("MON-1-checkout")

    await plan(storage, PLAN)
    pipeline = Pipeline(storage, clock, meters, workspace, ticket)
    await pipeline.accept(DEFAULT_TENANT, [firing()])
    assert opened == []
    for fingerprint in ("a", "b"):
        await pipeline.accept(DEFAULT_TENANT, [firing(fingerprint, severity="critical")])
    issue = await the_issue(storage)
    assert (opened, issue.ticket) == ([issue.id], "MON-1-checkout")


async def test_a_plan_that_changed_holds_after_a_moment_or_at_once(storage, clock, pipeline):
    await pipeline.accept(DEFAULT_TENANT, services(1))
    await plan(storage, PLAN.model_copy(update={"routes": (Route(to=TO[:1]),)}))
    await pipeline.accept(DEFAULT_TENANT, services(1, 1))
    pipeline.forget(DEFAULT_TENANT)
    await pipeline.accept(DEFAULT_TENANT, services(1, 2))
    told = {issue.service: len(issue.told) for issue in await all_issues(storage)}
    assert told == {"s0": 2, "s1": 2, "s2": 1}


async def test_inside_another_unit_of_work_it_is_undone_with_it(storage, clock, pipeline):
    async def merged_and_undone() -> None:
        async with storage.work(DEFAULT_TENANT) as work:
            await pipeline.merge(work, [firing()], clock.now())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await merged_and_undone()
    assert await all_issues(storage) == []


async def test_a_runbook_that_was_taught_goes_before_that_of_the_alert(storage, clock, meters):
    await plan(storage, Plan())
    pipeline = Pipeline(storage, clock, meters, workspace)
    taught = Rule(
        RuleId("R1"), RuleKind.RUNBOOK, "checkout", "https://kb.example/ours", PersonId("p"), "Anna", NOON,
        NOON + timedelta(days=1), RuleState.ACTIVE,
    )  # fmt: skip
    async with storage.work(DEFAULT_TENANT) as work:
        await work.rules.save(taught)
    await pipeline.accept(DEFAULT_TENANT, [firing("a", runbook="https://kb.example/theirs")])
    assert (await the_issue(storage)).runbook == "https://kb.example/ours"
