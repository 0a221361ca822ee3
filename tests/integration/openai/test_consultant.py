"""Asking for a tenant, over a real server and a real database: one repair, a limit a day, and never a word too many."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from pydantic import BaseModel, Field

from bot.desk.consultant import AT_ONCE, MOST_WAITING, Consultant
from bot.model.budget import Level
from bot.model.plan import Plan
from bot.model.tenant import DEFAULT_TENANT, Tenant, TenantId
from bot.model.usage import Outcome, Usage
from bot.ports.model import Brief, Task
from bot.ports.storage import UnitOfWork
from handlers.web.meters import Meters
from integrations.transport import FAILURES
from storage.storage import SqlStorage
from tests.fakes import NOON, DrivenClock
from tests.integration.openai.test_connection import connected
from tests.model_double.server import ModelDouble, serving


class Told(BaseModel):
    cause: str = Field(max_length=40)


GOOD = {"cause": "It is slow."}
BRIEF = Brief(Task.ANALYSIS, "analysis/1", "You explain.", "Why?", Told, timedelta(seconds=5), "ISS-1")
OTHER = TenantId("other")


@dataclass
class Scene:
    double: ModelDouble
    storage: SqlStorage
    clock: DrivenClock
    consultant: Consultant
    meters: Meters
    used_up: list[Level]

    async def booked(self, tenant: TenantId = DEFAULT_TENANT) -> list[Usage]:
        async with self.storage.work(tenant) as work:
            return list(reversed(await work.usages.latest(99)))

    async def outcomes(self) -> list[str]:
        return [one.outcome.value for one in await self.booked()]


@asynccontextmanager
async def a_scene(
    storage: SqlStorage, clock: DrivenClock, answer: Callable[[Any], Any], at_once: int = AT_ONCE, **settings: Any
) -> AsyncIterator[Scene]:
    used_up: list[Level] = []

    async def tell(work: UnitOfWork, brief: Brief[Any], level: Level) -> None:
        used_up.append(level)

    async with serving(answer=answer) as double, connected(double.url, clock, **settings) as model:
        meters = Meters()
        consultant = Consultant(
            storage, clock, meters, model, tell, at_once=at_once, most_waiting=max(MOST_WAITING, 10 * at_once)
        )
        yield Scene(double, storage, clock, consultant, meters, used_up)


def in_turn(*answers: Any) -> Callable[[Any], Any]:
    waiting = list(answers)
    return lambda _: waiting.pop(0)


async def test_an_answer_is_read_booked_and_counted(storage: SqlStorage, clock: DrivenClock):
    async with a_scene(storage, clock, lambda _: GOOD) as scene:
        assert await scene.consultant.ask(DEFAULT_TENANT, BRIEF) == Told(cause="It is slow.")
        [usage] = await scene.booked()
        assert (usage.task, usage.operation, usage.model, usage.about) == (
            "analysis",
            "analysis/1",
            "gpt-4o-mini",
            "ISS-1",
        )
        assert usage.cost == Decimal("0.00018")  # 600 fresh, 400 cached, 100 written
        assert usage.endpoint.startswith("127.0.0.1:")
        text = scene.meters.write("")[0].decode()
    assert 'aiops_model_calls_total{outcome="ok",task="analysis"} 1.0' in text
    assert 'aiops_model_tokens_total{kind="cached",model="gpt-4o-mini"} 400.0' in text
    assert 'aiops_model_cost_usd_total{model="gpt-4o-mini"} 0.00018' in text


@pytest.mark.parametrize("wrong", ["no JSON", {"reason": "x"}, {"cause": "x" * 41}, {"cause": 12}])
async def test_what_cannot_be_read_is_asked_for_once_more(storage, clock, wrong):
    async with a_scene(storage, clock, in_turn(wrong, GOOD)) as scene:
        assert await scene.consultant.ask(DEFAULT_TENANT, BRIEF) == Told(cause="It is slow.")
        assert await scene.outcomes() == ["invalid", "ok"]
        repair = scene.double.requests[1]["messages"]
        assert [one["role"] for one in repair] == ["system", "user", "assistant", "user"]
        assert scene.double.refused == []


@pytest.mark.parametrize(
    ("trouble", "outcomes"),
    [
        ("nonsense", ["invalid", "invalid"]),
        ("prose", ["invalid", "invalid"]),
        ("cut", ["invalid", "invalid"]),
        ("429", ["limited"]),
        ("500", ["away"]),
        ("drop", ["away"]),
        ("html", ["refused"]),
        ("refusal", ["refused"]),
    ],
)
async def test_whatever_goes_wrong_the_rules_have_the_word(storage, clock, trouble, outcomes):
    async with a_scene(storage, clock, lambda _: GOOD) as scene:
        scene.double.trouble = trouble
        assert await scene.consultant.ask(DEFAULT_TENANT, BRIEF) is None
        assert await scene.outcomes() == outcomes


async def test_the_deadline_is_kept_and_what_it_cost_is_not_known(storage: SqlStorage, clock: DrivenClock):
    async with a_scene(storage, clock, lambda _: GOOD) as scene, asyncio.timeout(20):
        scene.double.trouble = "hang"
        assert await scene.consultant.ask(DEFAULT_TENANT, replace(BRIEF, patience=timedelta(seconds=0.3))) is None
        [usage] = await scene.booked()
        assert (usage.outcome, usage.tokens, usage.cost) == (Outcome.TIMEOUT, None, None)


async def test_a_slow_one_is_soon_asked_no_more(storage: SqlStorage, clock: DrivenClock):
    async with a_scene(storage, clock, lambda _: GOOD) as scene, asyncio.timeout(30):
        scene.double.trouble = "hang"
        for _ in range(FAILURES + 2):
            assert await scene.consultant.ask(DEFAULT_TENANT, replace(BRIEF, patience=timedelta(seconds=0.3))) is None
        assert len(scene.double.requests) == FAILURES
        assert await scene.outcomes() == [*["timeout"] * FAILURES, "limited", "limited"]


async def test_a_few_at_a_time_and_not_too_many_in_the_queue(storage: SqlStorage, clock: DrivenClock):
    async with a_scene(storage, clock, lambda _: GOOD) as scene, asyncio.timeout(60):
        scene.double.trouble = "hang"
        long = replace(BRIEF, patience=timedelta(seconds=60))
        asked = [asyncio.create_task(scene.consultant.ask(DEFAULT_TENANT, long)) for _ in range(MOST_WAITING + 5)]
        while len(scene.double.requests) < AT_ONCE:
            await asyncio.sleep(0)
        scene.double.released.set()
        answers = await asyncio.gather(*asked)
        assert answers.count(None) == 5
        assert len(scene.double.requests) == MOST_WAITING
        assert scene.double.busiest == AT_ONCE


async def test_what_a_tenant_used_up_is_used_up_for_its_own_day_alone(storage: SqlStorage, clock: DrivenClock):
    await storage.directory.save_tenant(Tenant(DEFAULT_TENANT, "Ours", "Europe/Vienna"))
    await storage.directory.save_tenant(Tenant(OTHER, "Theirs"))
    async with a_scene(storage, clock, lambda _: GOOD, daily_usd="0.0003") as scene:
        for _ in range(2):
            assert await scene.consultant.ask(DEFAULT_TENANT, BRIEF)
        for _ in range(2):
            assert await scene.consultant.ask(DEFAULT_TENANT, BRIEF) is None
        [level] = scene.used_up
        most, spent = level.limit.cost, level.counted
        assert (most, spent.calls, spent.cost) == (Decimal("0.0003"), 2, Decimal("0.00036"))
        assert level.limit.pot.since == datetime(2026, 3, 17, 23, tzinfo=UTC)  # midnight in Vienna
        assert await scene.consultant.ask(OTHER, BRIEF)
        await clock.advance((datetime(2026, 3, 18, 23, tzinfo=UTC) - NOON).total_seconds())
        assert await scene.consultant.ask(DEFAULT_TENANT, BRIEF)


@pytest.mark.parametrize(
    ("use", "answered"),
    [
        ({}, True),
        ({"use_for": ["analysis"]}, True),
        ({"use_for": ["mail"]}, False),
        ({"use_for": []}, False),
        ({"daily_tokens": 1000}, False),
        ({"daily_usd": "0.0001"}, False),
        ({"daily_usd": 0}, True),
    ],
)
async def test_a_tenant_decides_what_it_is_used_for(storage, clock, use, answered):
    async with storage.work(DEFAULT_TENANT) as work:
        await work.plans.save(Plan.model_validate({"model": use}), NOON)
        before = Usage(NOON, "mail", "mail/1", "gpt-4o-mini", Outcome.OK, timedelta(0), cost=Decimal("0.0002"))
        await work.usages.add(before)
    async with a_scene(storage, clock, lambda _: GOOD) as scene:
        assert bool(await scene.consultant.ask(DEFAULT_TENANT, BRIEF)) is (answered or use == {"daily_tokens": 1000})
        assert bool(await scene.consultant.ask(DEFAULT_TENANT, BRIEF)) is answered
