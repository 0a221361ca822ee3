"""Incidents that are long over are forgotten; what nobody was told of, and what is late, is counted."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model.issue import Issue, IssueId, Told
from bot.model.message import Account
from bot.model.parcel import Outcome, Receipt
from bot.model.severity import Severity
from bot.ports.incidents import Wanted
from storage.counts import Counts
from storage.findings import Findings
from storage.storage import SqlStorage
from storage.upkeep import KEEP_ENDS, KEEP_ISSUES
from tests.contracts.incidents import (
    ACME,
    ALERTS,
    CARDS,
    HOUR,
    OTHER,
    SECOND,
    alert,
    analysis,
    cover,
    happening,
    issue,
    resolved,
    root,
    silence,
    storm,
)
from tests.fakes import NOON

MINUTE = timedelta(minutes=1)


async def fill(storage: SqlStorage) -> None:
    """Of each kind one that is over, and one that is not."""
    async with storage.work(ACME) as work:
        await work.issues.save([resolved(issue("ISS-1-over"), NOON), issue("ISS-2-open")])
        for name in ("ISS-1-over", "ISS-2-open"):
            await work.issues.save_alerts([alert(name, name)])
            await work.issues.record([happening(name), happening(name, "noted")])
            await work.analyses.add(analysis(name))
        await work.issues.save_alerts([alert("never began", "", status="resolved", ended_at=NOON)])
        await work.silences.save(silence("over", ends_at=NOON))
        await work.silences.save(silence("lasts", ends_at=NOON + 2 * KEEP_ISSUES))
        await work.covers.add(cover("over", ends_at=NOON))
        await work.covers.add(cover("to come", ends_at=NOON + 2 * KEEP_ISSUES))
        await work.storms.save(storm("over", over=True))
        await work.storms.save(storm("rages"))
        await work.codes.save("old", Account("slack", "T1", "U1"), NOON + MINUTE)


@pytest.mark.parametrize(("age", "expected"), [
    (timedelta(0), {}),
    (MINUTE, {"codes": 1}),
    (KEEP_ENDS, {"codes": 1}),
    (KEEP_ENDS + SECOND, {"codes": 1, "alerts": 1}),
    (KEEP_ISSUES, {"codes": 1, "alerts": 1}),
    (
        KEEP_ISSUES + SECOND,
        {
            "codes": 1, "issues": 1, "analyses": 1, "alerts": 2, "issue_events": 2, "silences": 1, "covers": 1,
            "storms": 1,
        },
    ),
])  # fmt: skip
async def test_what_goes_when(storage: SqlStorage, age: timedelta, expected: dict[str, int]):
    await fill(storage)
    gone = await storage.upkeep.forget(NOON + age)
    assert {table: count for table, count in gone.items() if count} == expected
    async with storage.work(ACME) as work:
        assert await work.issues.look(IssueId("ISS-2-open")) == issue("ISS-2-open")
        assert len(await work.issues.history(IssueId("ISS-2-open"), 9)) == 2
        assert len(await work.issues.alerts(IssueId("ISS-2-open"), firing=True, limit=9)) == 1
        assert [one.id for one in await work.storms.running()] == ["rages"]


def test_the_time_promised():
    assert KEEP_ISSUES.days == 400


def told(one: Issue, *places: Told) -> Issue:
    return replace(one, told=places)


async def untold(storage: SqlStorage) -> int:
    return (await storage.upkeep.audit(NOON)).issues_untold


async def test_an_open_issue_that_its_place_knows_nothing_of(storage: SqlStorage):
    async with storage.work(ACME) as work:
        await work.issues.save([
            told(issue("ISS-1-a"), Told(ALERTS), Told(CARDS)),
            told(issue("ISS-2-b"), Told(ALERTS, storm="storm-1")),
            told(resolved(issue("ISS-3-c"), NOON), Told(ALERTS)),
            issue("ISS-4-d"),
        ])  # fmt: skip
    assert await untold(storage) == 2
    async with storage.work(OTHER) as work:
        await work.parcels.put_all([root("ISS-1-a")], NOON)
    assert await untold(storage) == 2, "another tenant's message is none"
    async with storage.work(ACME) as work:
        await work.parcels.put_all([root("ISS-1-a")], NOON)
        await work.parcels.save_receipt(CARDS, root("ISS-1-a").subject, Receipt("m1"))
    assert await storage.upkeep.audit(NOON) == Findings(0, 0, 0, 0)


async def test_timers_past_due(storage: SqlStorage):
    async with storage.work(ACME) as work:
        await work.timers.set("escalation", "ISS-1-a", NOON, {})
    assert (await storage.upkeep.audit(NOON + MINUTE)).timers_past_due == 0
    findings = await storage.upkeep.audit(NOON + MINUTE + SECOND)
    assert (findings.timers_past_due, findings.clean) == (1, False)


async def test_what_the_metrics_page_shows(storage: SqlStorage):
    nothing = dict.fromkeys(Severity, 0)
    assert await storage.counts(NOON) == Counts(nothing, dead_letters=0, timers_past_due=0)
    for tenant in (ACME, OTHER):
        async with storage.work(tenant) as work:
            await work.issues.save([issue("ISS-1-a"), issue("ISS-2-b", severity=Severity.CRITICAL)])
            await work.issues.save([resolved(issue("ISS-3-c"), NOON)])
            await work.timers.set("quiet", "ISS-1-a", NOON, {})
    async with storage.work(ACME) as work:
        await work.parcels.put_all([root("ISS-1-a"), root("ISS-2-b")], NOON)
    dead = [Outcome(one.id, "dead", NOON, error="gone") for one in await storage.parcels.claim(9, 9, NOON)]
    await storage.parcels.settle(dead)
    async with storage.work(ACME) as work:
        await work.parcels.put_all([root("ISS-1-a", 2)], NOON)
    expected = nothing | {Severity.HIGH: 2, Severity.CRITICAL: 2}
    assert await storage.counts(NOON + HOUR) == Counts(expected, dead_letters=1, timers_past_due=2)
    async with storage.work(ACME) as work:
        assert await work.issues.count(Wanted(open=True)) == 2
