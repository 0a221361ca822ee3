"""Many issues at once, on both databases: few messages, exact counts."""

import asyncio

import pytest

from bot.model.plan import Route
from bot.model.severity import Severity
from bot.model.tenant import DEFAULT_TENANT
from bot.pipeline.run import Pipeline
from storage.storage import open_storage
from tests.conftest import KEY
from tests.integration.pipeline.flow import (
    PLAN,
    SLACK,
    TEAMS,
    TO,
    all_issues,
    due,
    plan,
    said,
    services,
    storms,
    workspace,
)


async def test_a_storm_is_one_message_with_exact_counts(storage, clock, pipeline):
    await pipeline.accept(DEFAULT_TENANT, services(15, severity="low"))  # few: each has a message of its own
    for start in range(15, 300, 64):
        await pipeline.accept(DEFAULT_TENANT, services(min(64, 300 - start), start, severity="low"))
    issues = await all_issues(storage)
    assert len(issues) == 300
    running = await storms(storage)
    assert {storm.place for storm in running} == {SLACK, TEAMS}
    for storm in running:
        inside = [issue for issue in issues if any(told.storm == storm.id for told in issue.told)]
        assert (len(inside), storm.issues, storm.signals) == (285, 285, 285)
        assert storm.by_severity == {"low": 285}
    roots = [subject for _, subject in await said(storage, clock) if subject.startswith("issue:")]
    assert len(roots) == 2 * 15
    # More of what is inside counts, and no more messages come of it.
    await pipeline.accept(DEFAULT_TENANT, services(300, severity="low"))
    assert {storm.signals for storm in await storms(storage)} == {570}


async def test_critical_ones_are_never_hidden_in_a_storm(storage, clock, pipeline):
    await pipeline.accept(DEFAULT_TENANT, services(50, severity="low"))
    await pipeline.accept(DEFAULT_TENANT, services(25, 100, severity="critical"))
    await pipeline.accept(DEFAULT_TENANT, services(1, 49, severity="critical"))  # one that was inside
    issues = {issue.id: issue for issue in await all_issues(storage)}
    (storm, _) = await storms(storage)
    critical = {name for name, issue in issues.items() if issue.severity is Severity.CRITICAL}
    assert set(storm.critical) == critical
    assert (len(critical), storm.issues) == (26, 75)
    own = [one for one in critical if any(told.place == storm.place and not told.storm for told in issues[one].told)]
    assert len(own) == 20


async def test_a_storm_ends_when_it_is_calm_and_what_becomes_worse_then_is_told(storage, clock, pipeline):
    await plan(storage, PLAN.model_copy(update={"routes": (Route(to=TO[:1]),)}))
    await pipeline.accept(DEFAULT_TENANT, services(30, severity="low"))
    await clock.advance(200)
    await pipeline.accept(DEFAULT_TENANT, services(1, 40, severity="low"))
    (storm,) = await storms(storage)
    await clock.advance(101)
    assert await due(storage, clock, pipeline) == ["storm"]
    assert await storms(storage) == [storm]  # something came in between
    await clock.advance(200)
    assert await due(storage, clock, pipeline) == ["storm"]
    assert await storms(storage) == []
    assert (await said(storage, clock))["slack", f"storm:{storm.id}"] == storm.revision + 1
    await pipeline.accept(DEFAULT_TENANT, services(1, 29, severity="high"))
    (worse,) = await all_issues(storage, severity=Severity.HIGH)
    assert [told.storm for told in worse.told] == [""]


@pytest.mark.peers
async def test_two_replicas_count_a_storm_exactly(postgres_url, clock, meters):
    async with (
        open_storage(postgres_url, keys=[KEY], clock=clock) as one,
        open_storage(postgres_url, keys=[KEY], clock=clock) as two,
    ):
        await plan(one, PLAN)
        replicas = [Pipeline(storage, clock, meters, workspace) for storage in (one, two)]
        for start in range(0, 400, 40):
            await asyncio.gather(
                replicas[0].accept(DEFAULT_TENANT, services(20, start, severity="low")),
                replicas[1].accept(DEFAULT_TENANT, services(20, start + 20, severity="low")),
            )
        issues, running = await all_issues(one), await storms(one)
        assert (len(issues), len(running)) == (400, 2)
        for storm in running:
            inside = [issue for issue in issues if any(told.storm == storm.id for told in issue.told)]
            assert storm.issues == storm.signals == len(inside)
            assert 400 - len(inside) <= 40


async def test_after_a_restart_the_storm_goes_on(storage, clock, pipeline, meters):
    await pipeline.accept(DEFAULT_TENANT, services(30, severity="low"))
    anew = Pipeline(storage, clock, meters, workspace)
    await anew.accept(DEFAULT_TENANT, services(10, 100, severity="low"))
    assert [storm.issues for storm in await storms(storage)] == [40, 40]
