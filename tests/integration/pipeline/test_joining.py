"""Two that tell of the same are one issue, on both databases: told once, as bad as the worse, taken apart again."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.model.issue import Issue
from bot.model.plan import Plan, Route, Target
from bot.model.severity import Severity
from bot.model.signal import Signal
from bot.model.tenant import DEFAULT_TENANT
from bot.pipeline.incidents import Incidents
from bot.pipeline.run import Pipeline
from bot.ports.desks import Act
from bot.ports.storage import Trail
from storage.issues import SqlIssues
from storage.storage import open_storage
from tests.conftest import KEY
from tests.fakes import NOON
from tests.integration.pipeline.flow import SLACK, TEAMS, TO, all_issues, history, plan, said, the_issue, workspace
from tests.unit.pipeline.issues import actor
from tests.unit.pipeline.signals import firing, resolved

HOUR = timedelta(hours=1)
WATCH = {"alertname": "Unusual values", "watch": "w1"}


@pytest.fixture
async def pipeline(storage, clock, meters) -> Pipeline:
    await plan(storage, Plan(routes=(Route(to=TO),)))
    return Pipeline(storage, clock, meters, workspace)


def watch(fingerprint: str = "w", status: str = "firing", **more: Any) -> Signal:
    make = firing if status == "firing" else resolved
    given = {"source": "watch", "title": "p95 latency of checkout", "labels": {**WATCH, **more.pop("labels", {})}}
    return make(fingerprint, **{**given, **more})


async def lines(storage, issue: Issue) -> list[str]:
    async with storage.work(DEFAULT_TENANT) as work:
        return [one.says for one in await work.issues.history(issue.id, 100)]


async def test_a_watch_and_an_alert_on_the_same_latency_are_one(storage, clock, pipeline):
    await pipeline.accept(DEFAULT_TENANT, [firing("a", measured="650 ms", description="Rule of the alert.")])
    await pipeline.accept(DEFAULT_TENANT, [watch(measured="640 ms", normal="210 ms", description="Of the watch.")])
    issue = await the_issue(storage)
    assert (issue.title, issue.firing, issue.alerts, issue.revision) == ("Checkout is slow", 2, 2, 2)
    assert (issue.measured, issue.description, issue.labels["alertname"]) == (
        "650 ms", "Rule of the alert.", "HighLatency",
    )  # fmt: skip
    (joined,) = issue.joined
    assert (joined.source, joined.title, joined.likeness > 0.85) == ("watch", "p95 latency of checkout", True)
    assert (await lines(storage, issue))[1] == (
        "Also seen by a watch: p95 latency of checkout, 640 ms (normal: 210 ms). Taken for the same, 99% alike."
    )
    roots = {subject for _, subject in await said(storage, clock)}
    assert f"issue:{issue.id}" in roots
    assert all(subject.split(":")[1] == issue.id for subject in roots)
    # Repeated, it says nothing; when both are over, it is.
    await pipeline.accept(DEFAULT_TENANT, [watch(), watch()])
    assert (await the_issue(storage)).revision == 2
    await pipeline.accept(DEFAULT_TENANT, [resolved("a")])
    assert (await the_issue(storage)).open
    await pipeline.accept(DEFAULT_TENANT, [watch(status="resolved")])
    assert not (await the_issue(storage)).open
    assert await history(storage, issue) == ["opened", "also_seen", "resolved"]


async def test_also_within_one_batch_and_in_the_other_order(storage, pipeline):
    await pipeline.accept(DEFAULT_TENANT, [watch(), firing("a"), firing("b")])
    issue = await the_issue(storage)
    assert (issue.title, issue.source, issue.firing) == ("p95 latency of checkout", "watch", 3)
    assert await history(storage, issue) == ["opened", "also_seen"]


async def test_what_fires_again_is_said_again_and_a_flapping_one_only_in_the_full_story(storage, clock, pipeline):
    await pipeline.accept(DEFAULT_TENANT, [firing("a")])
    for _ in range(4):
        await clock.advance(60)
        await pipeline.accept(DEFAULT_TENANT, [watch(at=clock.now())])
        await pipeline.accept(DEFAULT_TENANT, [watch(status="resolved", at=clock.now(), ended_at=clock.now())])
    issue = await the_issue(storage)
    assert (issue.firing, len(issue.joined)) == (1, 1)
    assert await history(storage, issue) == ["opened", "also_seen", "also_seen", "repeated", "repeated"]
    assert (await lines(storage, issue))[2] == "Again, 1 alert from a watch: p95 latency of checkout."


@pytest.mark.parametrize(
    "other",
    [
        watch(title="error ratio of checkout"),
        watch(labels={"region": "us-east-1"}),
        watch(labels={"service": "payments"}),
        replace(watch(title="p95 latency of payments"), labels={**WATCH, "service": "payments"}),
        firing("b", labels={"alertname": "AnotherRule"}),
    ],
)
async def test_what_differs_is_told_by_itself(storage, pipeline, other):
    await pipeline.accept(DEFAULT_TENANT, [firing("a")])
    await pipeline.accept(DEFAULT_TENANT, [other])
    assert len(await all_issues(storage)) == 2


async def test_of_one_watch_only_the_series_that_tells_of_the_same(storage, pipeline):
    """What watches tell of a service is one issue: the first that is the same does not take the others along."""
    await pipeline.accept(DEFAULT_TENANT, [firing("a")])
    await pipeline.accept(DEFAULT_TENANT, [watch()])
    await pipeline.accept(DEFAULT_TENANT, [watch("w2", title="error ratio of checkout")])
    titles = {issue.title: issue.firing for issue in await all_issues(storage)}
    assert titles == {"Checkout is slow": 2, "error ratio of checkout": 1}


async def test_critical_makes_the_issue_critical_and_calls(storage, clock, pipeline):
    await pipeline.accept(DEFAULT_TENANT, [watch(severity="medium")])
    await pipeline.accept(DEFAULT_TENANT, [firing("a", severity="critical")])
    issue = await the_issue(storage)
    assert (issue.severity, issue.reason) == (Severity.CRITICAL, "Told because it got worse: medium before")
    await pipeline.accept(DEFAULT_TENANT, [resolved("a", severity="critical")])
    assert (await the_issue(storage)).severity is Severity.MEDIUM


async def test_where_the_alert_would_be_told_and_whom_it_would_call(storage, clock, pipeline):
    """The watch goes to a channel of its own; the alert that joins it brings its channel and its people along."""
    elsewhere = (Target(platform="slack", channel="C0WATCHES"),)
    given = Plan.model_validate({
        "routes": [
            {"match": ['source="watch"'], "to": [one.model_dump() for one in elsewhere]},
            {"to": [one.model_dump() for one in TO], "policy": "day"},
        ],
        "policies": {"day": {"steps": [{"notify": ["mail:ops@example.com"]}]}},
    })  # fmt: skip
    await plan(storage, given)
    await pipeline.accept(DEFAULT_TENANT, [watch()])
    assert [told.place.channel for told in (await the_issue(storage)).told] == ["C0WATCHES"]
    await pipeline.accept(DEFAULT_TENANT, [firing("a")])
    issue = await the_issue(storage)
    assert {told.place for told in issue.told} >= {SLACK, TEAMS}
    assert (issue.policy, issue.reason) == ("day", "Told here because alerts that are told here have joined it")
    async with storage.work(DEFAULT_TENANT) as work:
        assert await work.timers.get("escalation", issue.id)


async def test_one_click_takes_them_apart_for_good(storage, clock, meters, pipeline):
    desk = Incidents(storage, clock, meters, None, pipeline.part)
    await pipeline.accept(DEFAULT_TENANT, [firing("a")])
    await pipeline.accept(DEFAULT_TENANT, [watch(severity="critical")])
    issue = await the_issue(storage)
    act = Act("separate", issue.id, text=issue.joined[0].key)
    done = await desk.act(actor(), act)
    assert (done.changed, done.issue.firing, done.issue.severity) == (True, 1, Severity.HIGH)
    (other,) = [one for one in await all_issues(storage) if one.id != issue.id]
    assert (other.title, other.severity, other.firing) == ("p95 latency of checkout", Severity.CRITICAL, 1)
    assert {told.place for told in other.told} == {SLACK, TEAMS}
    assert done.says == f"Anna Berger from Slack: not the same, p95 latency of checkout. It is {other.id} now."
    assert await history(storage, other) == ["opened"]
    assert f"It was taken for {issue.id} before." in (await lines(storage, other))[0]
    for again in (actor(), actor(cause="letter-2")):  # pressed twice, and by somebody else
        assert not (await desk.act(again, act)).changed
    async with storage.work(DEFAULT_TENANT) as work:
        (entry,) = await work.audit.find(Trail(act="issue.separate"))
        assert entry.details["title"] == "p95 latency of checkout"
        assert len(await work.audit.find(Trail(act="issue.join"))) == 1
    # Each goes on by itself, and a new one of it is not taken for the same again.
    await pipeline.accept(DEFAULT_TENANT, [watch(severity="critical"), watch(status="resolved"), resolved("a")])
    assert {one.open for one in await all_issues(storage)} == {False}
    await clock.advance(5 * 3600)
    await pipeline.accept(DEFAULT_TENANT, [firing("a", at=clock.now())])
    await pipeline.accept(DEFAULT_TENANT, [watch(at=clock.now())])
    assert [one.joined for one in await all_issues(storage, open=True)] == [(), ()]


async def test_taken_apart_when_nothing_else_fires_the_first_is_over(storage, clock, meters, pipeline):
    desk = Incidents(storage, clock, meters, None, pipeline.part)
    await pipeline.accept(DEFAULT_TENANT, [firing("a")])
    await pipeline.accept(DEFAULT_TENANT, [watch(), resolved("a")])
    issue = await the_issue(storage)
    assert issue.open
    done = await desk.act(actor(), Act("separate", issue.id))
    assert not done.issue.open
    assert [one.title for one in await all_issues(storage, open=True)] == ["p95 latency of checkout"]


async def test_taken_apart_also_when_its_labels_have_changed_since(storage, clock, meters, pipeline):
    desk = Incidents(storage, clock, meters, None, pipeline.part)
    await pipeline.accept(DEFAULT_TENANT, [firing("a", labels={"region": ""})])
    await pipeline.accept(DEFAULT_TENANT, [watch(labels={"region": ""})])
    await pipeline.accept(DEFAULT_TENANT, [watch(labels={"region": "us-east-1"}, measured="9 s")])
    issue = await the_issue(storage)
    assert (issue.title, issue.measured, issue.firing) == ("Checkout is slow", "", 2)
    await desk.act(actor(), Act("separate", issue.id))
    assert sorted(one.firing for one in await all_issues(storage)) == [1, 1]


async def test_a_persons_word_that_it_is_over_holds_for_what_joined_it(storage, clock, meters, pipeline):
    desk = Incidents(storage, clock, meters, None, pipeline.part)
    await pipeline.accept(DEFAULT_TENANT, [firing("a")])
    await pipeline.accept(DEFAULT_TENANT, [watch()])
    await clock.advance(60)
    await desk.act(actor(), Act("resolve", (await the_issue(storage)).id))
    await clock.advance(60)
    await pipeline.accept(DEFAULT_TENANT, [watch(), firing("a")])
    issue = await the_issue(storage)
    assert not issue.open


async def test_switched_off_by_the_plan(storage, pipeline):
    await plan(
        storage, Plan.model_validate({"routes": [{"to": [one.model_dump() for one in TO]}], "join_within": "0s"})
    )
    await pipeline.accept(DEFAULT_TENANT, [firing("a")])
    await pipeline.accept(DEFAULT_TENANT, [watch()])
    assert len(await all_issues(storage)) == 2


async def test_a_burst_reads_what_is_open_once_for_each_batch(storage, clock, pipeline, monkeypatch):
    seen: list[str] = []
    for name in ("near", "apart", "get", "find", "look"):
        whole = getattr(SqlIssues, name)

        def counted(self: Any, *given: Any, _name: str = name, _whole: Any = whole, **more: Any) -> Any:
            seen.append(_name)
            return _whole(self, *given, **more)

        monkeypatch.setattr(SqlIssues, name, counted)
    await pipeline.accept(DEFAULT_TENANT, [watch()])
    seen.clear()
    burst = [firing(f"f{n}", title=f"Trouble {n}", labels={"alertname": f"Rule{n}"}) for n in range(640)]
    for start in range(0, 640, 64):
        await pipeline.accept(DEFAULT_TENANT, burst[start : start + 64])
    assert len(await all_issues(storage)) == 641
    assert seen.count("near") == seen.count("apart") == 10
    assert len(seen) == 20 + 1  # and the look at all of them, above


@pytest.mark.peers
async def test_two_replicas_that_hear_both_at_once_open_one(postgres_url, clock, meters):
    async with (
        open_storage(postgres_url, keys=[KEY], clock=clock) as one,
        open_storage(postgres_url, keys=[KEY], clock=clock) as other,
    ):
        await plan(one, Plan(routes=(Route(to=TO),)))
        pipelines = [Pipeline(storage, clock, meters, workspace) for storage in (one, other)]
        for round_ in range(20):
            labels = {"service": f"s{round_}"}
            both = (
                firing(f"a{round_}", labels=labels, title="It is slow", at=NOON - HOUR),
                watch(f"w{round_}", title="p95 latency", labels=labels),
            )
            accepted = (pipe.accept(DEFAULT_TENANT, [signal]) for pipe, signal in zip(pipelines, both, strict=True))
            await asyncio.gather(*accepted)
        found = await all_issues(one)
        assert sorted(issue.firing for issue in found) == [2] * 20
