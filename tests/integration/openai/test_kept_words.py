"""What was said to the model and what it answered, as the tenant lets it be kept, over a real server and database."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.desk.calls import CallBook
from bot.desk.consultant import AT_ONCE, MOST_WAITING
from bot.model.issue import By
from bot.model.message import PersonId
from bot.model.plan import Keep, ModelUse, Plan
from bot.model.tenant import DEFAULT_TENANT
from bot.ports.actor import Actor
from bot.ports.calls import Exchange
from bot.ports.model import Line, PlainWords, Task
from storage.storage import SqlStorage
from tests.fakes import NOON, DrivenClock
from tests.integration.openai.test_consultant import BRIEF, GOOD, OTHER, Scene, Told, a_scene, in_turn

SENT = (Line("system", "You explain."), Line("user", "Why?"))
CAME = '{"cause": "It is slow."}'
ANNA = Actor(DEFAULT_TENANT, By("Anna", PersonId("anna"), "slack"), "k")
TALK = replace(BRIEF, task=Task.TALK, person=PersonId("anna"), session="s1")


async def lets(storage: SqlStorage, keep: Keep) -> None:
    async with storage.work(DEFAULT_TENANT) as work:
        await work.plans.save(Plan(model=ModelUse(keep=keep)), NOON)


async def kept(scene: Scene) -> list[Exchange | None]:
    async with scene.storage.work(DEFAULT_TENANT) as work:
        return [await work.prompts.read(call.id) for call in reversed(await work.prompts.latest(9))]


def asked(scene: Scene) -> list[tuple[Line, ...]]:
    return [tuple(Line(one["role"], one["content"]) for one in each["messages"]) for each in scene.double.requests]


@pytest.mark.parametrize(
    ("keep", "expected"), [("none", None), ("answers", Exchange((), CAME)), ("all", Exchange(SENT, CAME))]
)
async def test_as_the_plan_says(storage: SqlStorage, clock: DrivenClock, keep: Keep, expected: Exchange | None):
    await lets(storage, keep)
    async with a_scene(storage, clock, lambda _: GOOD) as scene:
        assert await scene.consultant.ask(DEFAULT_TENANT, BRIEF)
        assert await kept(scene) == [expected]
        assert await scene.consultant.ask(OTHER, BRIEF)
        async with storage.work(OTHER) as work:
            assert [call.kept for call in await work.prompts.latest(9)] == ["none"], "it lets nothing be kept"


async def test_each_call_has_exactly_the_lines_that_were_sent(storage: SqlStorage, clock: DrivenClock):
    await lets(storage, "all")
    async with a_scene(storage, clock, in_turn("no JSON", GOOD)) as scene:
        assert await scene.consultant.ask(DEFAULT_TENANT, BRIEF)
        first, second = asked(scene)
        assert await kept(scene) == [Exchange(first, "no JSON"), Exchange(second, CAME)]
        assert (first, second[2]) == (SENT, Line("assistant", "no JSON"))


@pytest.mark.parametrize("trouble", ["429", "drop", "refusal"])
async def test_where_nothing_came_back_the_question_alone_is_kept(storage, clock, trouble):
    for keep, expected in (("all", Exchange(SENT)), ("answers", None)):
        await lets(storage, keep)
        async with a_scene(storage, clock, lambda _: GOOD) as scene:
            scene.double.trouble = trouble
            assert await scene.consultant.ask(DEFAULT_TENANT, BRIEF) is None
            assert (await kept(scene))[-1] == expected


async def test_words_that_were_heard_and_a_call_that_was_stopped(storage: SqlStorage, clock: DrivenClock):
    async def hear(_: str) -> None:
        pass

    await lets(storage, "all")
    async with a_scene(storage, clock, lambda _: "It is slow.") as scene, asyncio.timeout(20):
        assert await scene.consultant.tell(DEFAULT_TENANT, replace(TALK, shape=PlainWords), hear)
        scene.double.trouble = "hang"
        asking = asyncio.create_task(scene.consultant.ask(DEFAULT_TENANT, TALK))
        while len(scene.double.requests) < 2:
            await asyncio.sleep(0)
        asking.cancel()
        await asyncio.wait([asking])
        while len(await scene.booked()) < 2:
            await asyncio.sleep(0)
        assert await kept(scene) == [Exchange(SENT, "It is slow."), Exchange(SENT)]


async def test_every_look_is_in_the_trail(storage: SqlStorage, clock: DrivenClock):
    await lets(storage, "all")
    desk = CallBook(storage, clock)
    async with a_scene(storage, clock, lambda _: GOOD) as scene:
        assert await scene.consultant.ask(DEFAULT_TENANT, BRIEF)
    [call] = await desk.latest(ANNA, 9)
    assert await desk.one(ANNA, call.id[-12:]) == (call, Exchange(SENT, CAME))
    assert await desk.one(ANNA, "000000000000") is None
    assert await desk.one(replace(ANNA, tenant=OTHER), call.id) is None
    async with storage.work(DEFAULT_TENANT) as work:
        trail = [(one.act, one.object, one.actor, one.details.get("kept")) for one in await work.audit.latest(9)]
    assert trail == [
        ("model.call", "000000000000", "anna", "not found"),
        ("model.call", call.id, "anna", "all"),
        ("model.calls", "model", "anna", None),
    ]


async def test_people_do_not_wait_behind_what_is_done_in_the_background(storage: SqlStorage, clock: DrivenClock):
    async with a_scene(storage, clock, lambda _: GOOD) as scene, asyncio.timeout(60):
        scene.double.trouble, scene.double.left = "hang", AT_ONCE
        long = replace(BRIEF, patience=timedelta(seconds=60))
        behind = [asyncio.create_task(scene.consultant.ask(DEFAULT_TENANT, long)) for _ in range(MOST_WAITING)]
        while len(scene.double.requests) < AT_ONCE:
            await asyncio.sleep(0)
        assert await scene.consultant.ask(DEFAULT_TENANT, long) is None, "in the background no more may wait"
        assert await scene.consultant.ask(DEFAULT_TENANT, TALK) == Told(cause="It is slow.")
        assert not any(one.done() for one in behind)
        scene.double.released.set()
        assert None not in await asyncio.gather(*behind)
