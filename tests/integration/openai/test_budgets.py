"""What is reserved, booked, refused and told, over a real server and a real database."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from bot.desk.budgets import BudgetBook, BudgetTelling
from bot.desk.consultant import Consultant
from bot.desk.office import Office
from bot.desk.owner import Owner
from bot.desk.purse import AFTER_ITS_TIME
from bot.model.budget import Counted, Limit, Scope, Tier, day_of, limits
from bot.model.issue import By
from bot.model.message import Account, PersonId, Place
from bot.model.plan import ModelUse, Plan
from bot.model.tenant import DEFAULT_TENANT
from bot.model.usage import Allowance
from bot.ports.actor import Actor
from bot.ports.model import Task
from bot.ports.platform import Platform
from storage.storage import SqlStorage
from tests.fakes import NOON, DrivenClock
from tests.integration.desk.scene import FakeChat, LeapingClock, Silent
from tests.integration.openai.test_connection import connected
from tests.integration.openai.test_consultant import BRIEF, GOOD, a_scene
from tests.model_double.server import serving

A_CALL = Decimal("0.00018")  # 600 fresh, 400 cached, 100 written
TALK = replace(BRIEF, task=Task.TALK, person=PersonId("anna"), session="s1")
ANNA = By("Anna", PersonId("anna"), "slack")


async def counted(storage: SqlStorage, *, person: str = "", session: str = "", background: bool = False):
    wanted = limits(Allowance(), day_of(NOON, "UTC"), background=background, person=person, session=session)
    async with storage.work(DEFAULT_TENANT) as work:
        return {one.limit.pot.scope: one.counted for one in await work.budgets.levels(wanted, NOON)}


async def test_a_call_counts_where_it_belongs(storage: SqlStorage, clock: DrivenClock):
    async with a_scene(storage, clock, lambda _: GOOD) as scene:
        assert await scene.consultant.ask(DEFAULT_TENANT, TALK)
        assert await scene.consultant.ask(DEFAULT_TENANT, BRIEF)
        one = Counted(A_CALL, 1100, 1)
        found = await counted(storage, person="anna", session="s1", background=True)
        assert found == {
            Scope.DAY: Counted(2 * A_CALL, 2200, 2), Scope.BACKGROUND: one, Scope.PERSON: one, Scope.SESSION: one,
        }  # fmt: skip
        assert [usage.person for usage in await scene.booked()] == ["anna", None]


@pytest.mark.parametrize(
    ("settings", "refused", "free"),
    [
        ({"session_usd": "0.0001"}, TALK, replace(TALK, session="s2")),
        ({"person_usd": "0.0001"}, TALK, replace(TALK, person=PersonId("ben"))),
        ({"background_usd": "0.0001"}, BRIEF, TALK),
    ],
)
async def test_one_limit_does_not_stop_the_others(storage, clock, settings, refused, free):
    async with a_scene(storage, clock, lambda _: GOOD, **settings) as scene:
        assert await scene.consultant.ask(DEFAULT_TENANT, refused)
        assert await scene.consultant.ask(DEFAULT_TENANT, refused) is None
        assert await scene.consultant.ask(DEFAULT_TENANT, free)
        assert [level.counted.calls for level in scene.used_up] == [1]


async def test_near_a_limit_the_cheaper_model_answers_and_at_it_the_rules(storage: SqlStorage, clock: DrivenClock):
    settings = {"daily_usd": "0.0002", "cheap_model": "local-7b", "prices": ["local-7b:0.01/0.04"]}
    async with a_scene(storage, clock, lambda _: GOOD, **settings) as scene:
        answered = [bool(await scene.consultant.ask(DEFAULT_TENANT, TALK)) for _ in range(4)]
        assert answered == [True, True, True, False]  # 0.00018, then 0.000014 each
        assert [one["model"] for one in scene.double.requests] == ["gpt-4o-mini", "local-7b", "local-7b"]
        assert [one.model for one in await scene.booked()] == ["gpt-4o-mini", "local-7b", "local-7b"]


@pytest.mark.parametrize(
    ("trouble", "calls", "tokens"), [("429", 1, False), ("500", 1, False), ("refusal", 1, True), ("no tokens", 1, True)]
)
async def test_what_was_turned_away_is_free_and_what_was_written_is_not(storage, clock, trouble, calls, tokens):
    async with a_scene(storage, clock, lambda _: GOOD) as scene:
        scene.double.trouble = trouble
        await scene.consultant.ask(DEFAULT_TENANT, TALK)
        found = (await counted(storage))[Scope.DAY]
        assert (found.calls, bool(found.tokens), bool(found.cost), found.held_tokens) == (calls, tokens, tokens, 0)


async def test_what_was_given_up_counts_with_what_was_reserved_for_it(storage: SqlStorage, clock: DrivenClock):
    async with a_scene(storage, clock, lambda _: GOOD) as scene, asyncio.timeout(20):
        scene.double.trouble = "hang"
        assert await scene.consultant.ask(DEFAULT_TENANT, replace(TALK, patience=timedelta(seconds=0.3))) is None
        found = (await counted(storage))[Scope.DAY]
        assert found.tokens > 2000  # the longest answer, and the prompt
        assert found.held_tokens == 0


async def test_who_is_stopped_while_it_writes_is_booked_all_the_same(storage: SqlStorage, clock: DrivenClock):
    async with a_scene(storage, clock, lambda _: GOOD) as scene, asyncio.timeout(20):
        scene.double.trouble = "hang"
        asking = asyncio.create_task(scene.consultant.ask(DEFAULT_TENANT, TALK))
        while not scene.double.requests:
            await asyncio.sleep(0)
        asking.cancel()
        await asyncio.wait([asking])
        while not (usages := await scene.booked()):
            await asyncio.sleep(0)
        assert [one.outcome.value for one in usages] == ["timeout"]
        assert (await counted(storage))[Scope.DAY].held_tokens == 0


async def test_who_is_killed_while_it_writes_holds_nothing_for_long(storage: SqlStorage, clock: DrivenClock):
    async with a_scene(storage, clock, lambda _: GOOD) as scene, asyncio.timeout(20):
        scene.double.trouble = "hang"
        asking = asyncio.create_task(scene.consultant.ask(DEFAULT_TENANT, TALK))
        while not scene.double.requests:
            await asyncio.sleep(0)
        assert (await counted(storage))[Scope.DAY].held_tokens > 2000
        later = NOON + TALK.patience + AFTER_ITS_TIME
        async with storage.work(DEFAULT_TENANT) as work:
            [day] = await work.budgets.levels([Limit(limits(
                Allowance(), day_of(NOON, "UTC"), background=False, person="", session=""
            )[0].pot)], later)  # fmt: skip
        assert day.counted == Counted()
        asking.cancel()
        await asyncio.wait([asking])


async def test_500_questions_at_once_against_a_budget_for_50(storage: SqlStorage, clock: DrivenClock):
    limit, over = 50 * A_CALL, Decimal(0)
    brief = replace(TALK, person=None, session="", patience=timedelta(minutes=2))
    async with a_scene(storage, clock, lambda _: GOOD, at_once=50, daily_usd=str(limit)) as scene:
        asked = [scene.consultant.ask(DEFAULT_TENANT, brief) for _ in range(500)]
        answered = len([one for one in await asyncio.gather(*asked) if one])
        while await scene.consultant.ask(DEFAULT_TENANT, brief):  # what was only reserved is free again
            answered += 1
        found = (await counted(storage))[Scope.DAY]
        over = found.cost - limit
    assert (answered, found.calls, over, found.held_tokens) == (50, 50, Decimal(0), 0)
    assert len(scene.double.requests) == 50


async def test_it_is_told_once_in_the_thread_and_to_the_owner(storage: SqlStorage, clock: DrivenClock):
    slack = FakeChat("slack", LeapingClock())
    platforms: Mapping[str, Platform] = {"slack": slack}
    owner, place = Owner(platforms, clock, ("slack:U0OWNER",)), Place("slack", "T1", "C1", "1.1")
    async with storage.work(DEFAULT_TENANT) as work:
        anna = await work.people.of(Account("slack", "T1", "U1", "Anna"))
        talk = await work.conversations.at(place, anna.id, NOON)
    brief = replace(TALK, person=anna.id, session=talk.id)
    async with (
        serving(answer=lambda _: GOOD) as double,
        connected(double.url, clock, daily_usd="0.0001") as model,
    ):
        consultant = Consultant(storage, clock, Silent(), model, BudgetTelling(owner, clock).told)
        answers = [await consultant.ask(DEFAULT_TENANT, brief) for _ in range(3)]
        desk = BudgetBook(storage, clock, Office(storage, clock), owner, model)
        state = await desk.state(DEFAULT_TENANT, anna.id, place)
        assert await desk.request(Actor(DEFAULT_TENANT, ANNA, "k", place), "please")
        await desk.change(Actor(DEFAULT_TENANT, ANNA, "k", place), ModelUse(daily_usd=Decimal(3)))
        assert await consultant.ask(DEFAULT_TENANT, brief)
    assert [bool(one) for one in answers] == [True, False, False]
    assert state.tier is Tier.RULES
    assert [level.counted.refused for level in state.levels] == [2, 0, 0, 0]
    said = await storage.parcels.claim(9, 9, NOON)
    assert sorted((one.place.channel, one.reply.summary.partition(":")[0]) for one in said) == [
        ("C1", "The language model is off until tomorrow"),
        ("dm-U0OWNER", "Anna asks for more of the language model."),
        ("dm-U0OWNER", "The language model is off until tomorrow"),
    ]
    async with storage.work(DEFAULT_TENANT) as work:
        acts = {one.act: one.details for one in await work.audit.latest(9)}
    assert acts["budget.change"]["daily_usd"] == {"from": None, "to": "3"}
    assert acts["budget.request"]["why"] == "please"


async def test_a_plan_in_a_file_is_not_changed_from_a_chat(storage: SqlStorage, clock: DrivenClock):
    office = Office(storage, clock, frozenset({DEFAULT_TENANT}))
    desk = BudgetBook(storage, clock, office, Owner({}, clock), None)
    async with storage.work(DEFAULT_TENANT) as work:
        await work.plans.save(Plan(), NOON)
    assert (await desk.state(DEFAULT_TENANT)).in_file
    with pytest.raises(Exception, match="kept in a file"):
        await desk.change(Actor(DEFAULT_TENANT, ANNA, "k"), ModelUse(daily_usd=Decimal(3)))
