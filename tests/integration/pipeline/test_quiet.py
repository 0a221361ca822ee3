"""What is kept quiet and told later, and what is missed when it is quiet, on both databases."""

from datetime import time, timedelta
from typing import Any

from bot.model.issue import By
from bot.model.plan import Heartbeat, Quiet, Route
from bot.model.severity import Severity
from bot.model.silence import Silence, SilenceId
from bot.model.tenant import DEFAULT_TENANT
from tests.fakes import NOON
from tests.integration.pipeline.flow import (
    PLAN,
    SLACK,
    TEAMS,
    TO,
    all_issues,
    due,
    history,
    plan,
    said,
    the_issue,
    trail,
)
from tests.unit.pipeline.signals import MINUTE, acknowledged, firing, resolved


async def test_quiet_hours_are_told_when_they_end(storage, clock, pipeline):
    quiet = Quiet(start=time(11), end=time(13), unless=Severity.CRITICAL)
    night = Route(to=TO[:1], quiet=quiet, policy="day", also=True)
    await plan(storage, PLAN.model_copy(update={"routes": (night, Route(to=TO[1:]))}))
    await pipeline.accept(DEFAULT_TENANT, [firing(), firing("b", labels={"service": "short"})])
    await pipeline.accept(DEFAULT_TENANT, [resolved("b", labels={"service": "short"})])
    assert await trail(storage, "kept_quiet") == [(SLACK.key, "quiet_hours")] * 2
    async with storage.work(DEFAULT_TENANT) as work:
        assert [timer.due_at for timer in await work.timers.of_kind("quiet")] == [NOON + timedelta(hours=1)]
        assert not await work.timers.of_kind("escalation")
    await clock.advance(3600)
    assert await due(storage, clock, pipeline) == ["quiet"]
    (issue,) = await all_issues(storage, open=True)
    assert {told.place for told in issue.told} == {SLACK, TEAMS}
    assert "quiet hours" in issue.reason
    async with storage.work(DEFAULT_TENANT) as work:
        assert [timer.object for timer in await work.timers.of_kind("escalation")] == [issue.id]


async def test_what_is_critical_is_told_in_quiet_hours(storage, pipeline):
    quiet = Quiet(start=time(11), end=time(13), unless=Severity.CRITICAL)
    await plan(storage, PLAN.model_copy(update={"routes": (Route(to=TO[:1], quiet=quiet),)}))
    await pipeline.accept(DEFAULT_TENANT, [firing()])
    await pipeline.accept(DEFAULT_TENANT, [firing(severity="critical")])
    issue = await the_issue(storage)
    assert [told.place for told in issue.told] == [SLACK]


async def mute(storage: Any, until: Any) -> None:
    made = Silence(SilenceId("m1"), "mute", ('service="checkout"',), NOON, until, By("Anna"))
    async with storage.work(DEFAULT_TENANT) as work:
        await work.silences.save(made)


async def test_a_mute_keeps_quiet_and_what_is_still_open_is_told_after_it(storage, clock, pipeline):
    await mute(storage, NOON + 10 * MINUTE)
    await pipeline.accept(DEFAULT_TENANT, [firing()])
    issue = await the_issue(storage)
    assert (issue.told, issue.silenced_until, issue.silence) == ((), NOON + 10 * MINUTE, "m1")
    assert await said(storage, clock) == {}
    assert await history(storage, issue) == ["opened"]
    await clock.advance(600)
    assert await due(storage, clock, pipeline) == ["quiet"]
    issue = await the_issue(storage)
    assert (len(issue.told), issue.silenced_until, issue.silence) == (2, None, "")


async def escalating(storage: Any) -> list[str]:
    async with storage.work(DEFAULT_TENANT) as work:
        return [timer.object for timer in await work.timers.of_kind("escalation")]


async def test_nobody_is_called_for_what_is_muted_until_the_mute_is_over(storage, clock, pipeline):
    await mute(storage, NOON + 10 * MINUTE)
    await pipeline.accept(DEFAULT_TENANT, [firing()])
    assert await escalating(storage) == []
    await clock.advance(600)
    await due(storage, clock, pipeline)
    assert await escalating(storage) == [(await the_issue(storage)).id]


async def test_nobody_is_called_once_the_source_says_that_somebody_has_it(storage, clock, pipeline):
    await pipeline.accept(DEFAULT_TENANT, [firing()])
    assert await escalating(storage) == [(await the_issue(storage)).id]
    await pipeline.accept(DEFAULT_TENANT, [acknowledged()])
    assert await escalating(storage) == []
    assert (await the_issue(storage)).acknowledged


async def test_a_mute_leaves_the_message_true_and_the_thread_silent(storage, clock, pipeline):
    await pipeline.accept(DEFAULT_TENANT, [firing()])
    await mute(storage, NOON + 10 * MINUTE)
    await pipeline.accept(DEFAULT_TENANT, [firing(severity="critical")])
    issue = await the_issue(storage)
    assert (issue.revision, issue.severity, issue.silenced_until) == (2, "critical", NOON + 10 * MINUTE)
    assert set(await said(storage, clock)) == {("slack", f"issue:{issue.id}"), ("teams", f"issue:{issue.id}")}
    assert await history(storage, issue) == ["opened", "worse"]


async def test_a_heartbeat_that_stays_away_is_an_issue_until_it_comes(storage, clock, pipeline):
    watchdog = Heartbeat(match=('alertname="Watchdog"',))
    await plan(storage, PLAN.model_copy(update={"heartbeats": {"prometheus": watchdog, "backup": Heartbeat()}}))
    await pipeline.start()
    beat = firing("w", labels={"alertname": "Watchdog", "service": ""})
    for _ in range(3):
        await pipeline.accept(DEFAULT_TENANT, [beat])
        await pipeline.beat(DEFAULT_TENANT, "backup")
        await clock.advance(300)
        assert await due(storage, clock, pipeline) == []
    assert await all_issues(storage) == []
    await pipeline.beat(DEFAULT_TENANT, "backup")
    await clock.advance(60)
    assert await due(storage, clock, pipeline) == ["heartbeat"]
    issue = await the_issue(storage)
    assert (issue.open, issue.service, issue.severity) == (True, "prometheus", "critical")
    await pipeline.start()  # one that is missed already is not missed again
    await clock.advance(60)
    assert await due(storage, clock, pipeline) == []
    await pipeline.accept(DEFAULT_TENANT, [beat])
    assert not (await the_issue(storage)).open


async def test_a_heartbeat_that_never_came_is_missed(storage, clock, pipeline):
    await plan(storage, PLAN.model_copy(update={"heartbeats": {"backup": Heartbeat()}}))
    await pipeline.start()
    await clock.advance(360)
    assert await due(storage, clock, pipeline) == ["heartbeat"]
    assert (await the_issue(storage)).title == "No heartbeat from backup"
