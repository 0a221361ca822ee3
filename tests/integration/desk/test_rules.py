"""Rules that people taught, on both engines: reviewed by another, in the trail, put back when they end."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from bot.desk.rules import END, REMINDER, RulesDesk
from bot.model.errors import Forbidden, Missing, Rejected
from bot.model.issue import By
from bot.model.message import Account, PersonId, Place
from bot.model.rule import Rule, RuleDraft, RuleKind, RuleState
from bot.model.tenant import DEFAULT_TENANT, TenantId
from bot.ports.actor import Actor
from bot.ports.storage import Said
from bot.query import corrected
from storage.storage import SqlStorage
from tests.contracts.sources import watch
from tests.fakes import NOON
from tests.integration.desk.scene import LeapingClock

HERE = Place("slack", "T1", "C1", "1.1")
ADA = Account("slack", "T1", "U1", "Ada", "ada@example.com")
SHOP = RuleDraft(RuleKind.ALIAS, "shop", "checkout", "we call it so")
DAY = timedelta(days=1)


def who(name: str) -> Actor:
    return Actor(DEFAULT_TENANT, By(name, PersonId(name.lower()), "slack"), f"letter of {name}", HERE)


ANNA, BEN = who("Anna"), who("Ben")


async def read_as(tenant: TenantId, text: str, rules: Sequence[Rule], at: datetime) -> str:
    return f"query of {corrected.text(text, rules)}"


@pytest.fixture
async def desk(storage: SqlStorage, clock: LeapingClock) -> RulesDesk:
    made = RulesDesk(storage, clock, ("status", "latency of checkout"))
    made.reads = read_as
    async with storage.work(DEFAULT_TENANT) as work:
        person = await work.people.of(ADA)
        thread = await work.conversations.at(HERE, person.id, NOON)
        said = ("errors of shop", "errors of shop", "[health]", "cost today")
        await work.conversations.add(
            thread.id, *(Said("user", one, NOON, person.id, "metric") for one in said),
            Said("assistant", "An answer about the shop", NOON, None, "metric"),
        )  # fmt: skip
    return made


async def end(desk: RulesDesk, storage: SqlStorage, kind: str, rule: Rule, clock: LeapingClock) -> None:
    async with storage.work(DEFAULT_TENANT) as work:
        timer = await work.timers.get(kind, rule.id)
    assert timer
    await clock.leap(timer.due_at)
    async with storage.work(DEFAULT_TENANT) as work:
        taken = await work.timers.take(timer.id, clock.now())
        assert taken
        await desk.handlers()[kind](work, taken)


async def said(storage: SqlStorage) -> list[str]:
    return [one.reply.summary for one in await storage.parcels.claim(9, 9, NOON + 400 * DAY)]


async def test_a_golden_run_shows_what_changes_and_nothing_holds_before_a_review(storage, clock, desk):
    made = await desk.propose(ANNA, SHOP, ADA)
    assert made.golden
    assert (made.id, made.golden.tried, made.golden.changed) == ("R1", 4, 1)
    [change] = made.golden.changes
    assert (change.question, change.before, change.after) == (
        "errors of shop", "query of errors of shop", "query of errors of checkout",
    )  # fmt: skip
    assert await desk.active(DEFAULT_TENANT) == []
    assert await desk.propose(BEN, SHOP) == made
    assert await desk.question(ANNA) == "cost today"


async def test_another_person_or_an_administrator_reviews(storage, clock, desk):
    await desk.propose(ANNA, SHOP, ADA)
    with pytest.raises(Forbidden, match="Another person"):
        await desk.approve(ANNA, "R1", admin=False)
    made = await desk.approve(BEN, "r1", admin=False)
    assert (made.state, made.settled_by, await desk.active(DEFAULT_TENANT)) == (RuleState.ACTIVE, "Ben", [made])
    assert await desk.approve(BEN, "R1", admin=False) == made
    alone = await desk.propose(ANNA, RuleDraft(RuleKind.UNIT, "queue_wait", "ms"))
    assert (await desk.approve(ANNA, alone.id, admin=True)).state is RuleState.ACTIVE
    with pytest.raises(Missing):
        await desk.approve(BEN, "R9", admin=False)


async def test_the_owner_is_told_a_week_before_and_then_it_holds_no_more(storage, clock, desk):
    await desk.propose(ANNA, SHOP, ADA)
    made = await desk.approve(BEN, "R1", admin=False)
    assert made.expires_at - made.created_at == 90 * DAY
    await end(desk, storage, REMINDER, made, clock)
    assert clock.now() == made.expires_at - 7 * DAY
    assert await desk.active(DEFAULT_TENANT) != []
    await end(desk, storage, END, made, clock)
    assert await desk.active(DEFAULT_TENANT) == []
    assert (await desk.find(DEFAULT_TENANT, "R1")).state is RuleState.EXPIRED
    assert [one[:16] for one in await said(storage)] == ["Rule R1 ends 202", "Rule R1 has ende"]
    async with storage.work(DEFAULT_TENANT) as work:
        acts = [one.act for one in await work.audit.latest(9)]
    assert acts == ["rule.expire", "rule.approve", "rule.propose"]


async def test_a_later_rule_for_the_same_words_takes_the_place_of_the_former(storage, clock, desk):
    await desk.propose(ANNA, SHOP)
    await desk.approve(BEN, "R1", admin=False)
    await desk.propose(BEN, RuleDraft(RuleKind.ALIAS, "Shop", "payments"))
    made = await desk.approve(ANNA, "R2", admin=False)
    assert await desk.active(DEFAULT_TENANT) == [made]
    assert (await desk.find(DEFAULT_TENANT, "R1")).state is RuleState.WITHDRAWN
    assert (await desk.withdraw(BEN, "R2")).state is RuleState.WITHDRAWN
    with pytest.raises(Rejected, match="R2 is withdrawn"):
        await desk.refuse(BEN, "R2")


@pytest.mark.parametrize("before", [{}, {"query_time_ms": 700.0}, {"query_time_ms": None}])
async def test_a_limit_of_log_events_comes_back(storage, clock, desk, before: dict[str, float | None]):
    before = {"latency_ms": 5.0, **before}
    async with storage.work(DEFAULT_TENANT) as work:
        await work.events.save_note("thresholds", before)
    made = await desk.propose(ANNA, RuleDraft(RuleKind.THRESHOLD, "query_time_ms", "above 900", above=900.0))
    await desk.approve(BEN, made.id, admin=False)
    async with storage.work(DEFAULT_TENANT) as work:
        assert await work.events.note("thresholds") == {**before, "query_time_ms": 900.0}
    await desk.withdraw(ANNA, made.id)
    async with storage.work(DEFAULT_TENANT) as work:
        assert await work.events.note("thresholds") == before


@pytest.mark.parametrize("touched", [False, True])
async def test_a_limit_comes_back_unless_somebody_set_another(storage, clock, desk, touched: bool):
    async with storage.work(DEFAULT_TENANT) as work:
        await work.watches.save(watch(above=0.5))
    limit = RuleDraft(RuleKind.THRESHOLD, watch().id, "above 0.8", above=0.8)
    made = await desk.propose(ANNA, limit)
    await desk.approve(BEN, made.id, admin=False)
    async with storage.work(DEFAULT_TENANT) as work:
        held = await work.watches.get(watch().id)
        assert (held.above, held.below) == (0.8, None)
        if touched:
            await work.watches.save(watch(above=0.9))
    await desk.withdraw(ANNA, made.id)
    async with storage.work(DEFAULT_TENANT) as work:
        assert (await work.watches.get(watch().id)).above == (0.9 if touched else 0.5)
    with pytest.raises(Missing, match="no watch"):
        await desk.propose(ANNA, RuleDraft(RuleKind.THRESHOLD, "W77", "above 1", above=1.0))
