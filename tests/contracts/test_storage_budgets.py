"""Counters and reservations: exact, by tenant, and true when many count at the same time."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from bot.model.budget import Counted, Level, Limit, Pot, Reserve, Scope
from bot.model.tenant import TenantId
from bot.model.usage import Spent
from storage.storage import SqlStorage, open_storage
from storage.upkeep import KEEP_USAGE
from tests.conftest import KEY
from tests.contracts.incidents import ACME, OTHER
from tests.fakes import NOON, DrivenClock

DAY = timedelta(days=1)
TODAY = Pot(Scope.DAY, NOON - DAY / 2, NOON + DAY / 2)
ANNA = replace(TODAY, scope=Scope.PERSON, of="anna")
TALK = replace(TODAY, scope=Scope.SESSION, of="talk")
POTS = (TODAY, ANNA, TALK)
LIMIT = Limit(TODAY, Decimal("0.05"))
RESERVE = Reserve(1000, Decimal("0.001"))


async def levels(storage: SqlStorage, *pots: Pot, tenant: TenantId = ACME, later: timedelta = timedelta(0)):
    async with storage.work(tenant) as work:
        return [one.counted for one in await work.budgets.levels([Limit(pot) for pot in pots], NOON + later)]


async def test_what_is_reserved_is_held_until_it_is_booked(storage: SqlStorage):
    async with storage.work(ACME) as work:
        await work.budgets.reserve("call", POTS, RESERVE, NOON + DAY)
    held = Counted(held_cost=Decimal("0.001"), held_tokens=1000)
    assert await levels(storage, *POTS, replace(ANNA, of="ben")) == [held, held, held, Counted()]
    async with storage.work(ACME) as work:
        await work.budgets.book("call", POTS, Decimal("0.000000100"), 7, NOON)
    assert await levels(storage, *POTS) == [Counted(Decimal("0.0000001"), 7, 1)] * 3
    assert await levels(storage, *POTS, tenant=OTHER) == [Counted()] * 3


async def test_what_nobody_booked_ends_by_itself(storage: SqlStorage):
    async with storage.work(ACME) as work:
        await work.budgets.reserve("killed", POTS, RESERVE, NOON + timedelta(minutes=2))
    assert [one.held_tokens for one in await levels(storage, *POTS)] == [1000] * 3
    assert await levels(storage, *POTS, later=timedelta(minutes=2)) == [Counted()] * 3
    assert (await storage.upkeep.forget(NOON + timedelta(minutes=2)))["model_reservations"] == 3


async def test_a_cost_that_nobody_knows_is_not_zero(storage: SqlStorage):
    async with storage.work(ACME) as work:
        await work.budgets.book("call", [TODAY], None, 500, NOON)
    assert await levels(storage, TODAY) == [Counted(tokens=500, calls=1, unpriced=1)]


async def test_a_pot_begins_once_with_what_was_there_before(storage: SqlStorage):
    for calls in (3, 9):
        async with storage.work(ACME) as work:
            await work.budgets.open(TODAY, Spent(calls, 100, Decimal("0.2"), 1), NOON)
    assert await levels(storage, TODAY) == [Counted(Decimal("0.2"), 100, 3, 1)]


async def test_refusals_are_counted_and_old_pots_forgotten(storage: SqlStorage):
    async with storage.work(ACME) as work:
        await work.budgets.refused(TODAY, NOON)
        await work.budgets.refused(TODAY, NOON + timedelta(hours=1))
    assert await levels(storage, TODAY) == [Counted(refused=2, refused_at=NOON + timedelta(hours=1))]
    assert (await storage.upkeep.forget(NOON + KEEP_USAGE + DAY))["model_budgets"] == 1


async def one_call(storage: SqlStorage, name: str, seen: list[Level]) -> bool:
    """As a purse does it."""
    async with storage.work(ACME) as work:
        await work.budgets.held_by_one()
        [level] = await work.budgets.levels([LIMIT], NOON)
        if level.full:
            return False
        await work.budgets.reserve(name, [TODAY], RESERVE, NOON + DAY)
        seen.append((await work.budgets.levels([LIMIT], NOON))[0])
    async with storage.work(ACME) as work:
        await work.budgets.book(name, [TODAY], RESERVE.cost, RESERVE.tokens, NOON)
    return True


async def all_at_once(storages: Sequence[SqlStorage], count: int) -> tuple[list[bool], list[Level]]:
    """As many at a time as a replica has connections: who waits longer for one is told that the database is away."""
    seen: list[Level] = []
    turns = {id(one): asyncio.Semaphore(10) for one in storages}

    async def in_turn(storage: SqlStorage, name: str) -> bool:
        async with turns[id(storage)]:
            return await one_call(storage, name, seen)

    calls = (in_turn(storages[n % len(storages)], f"call {n}") for n in range(count))
    async with asyncio.timeout(120):
        return list(await asyncio.gather(*calls)), seen


async def test_500_at_once_against_a_budget_for_50(storage: SqlStorage):
    allowed, seen = await all_at_once([storage], 500)
    assert sum(allowed) == 50
    assert max(one.counted.cost + one.counted.held_cost for one in seen) <= LIMIT.cost
    assert await levels(storage, TODAY) == [Counted(LIMIT.cost, 50_000, 50)]


@pytest.mark.peers
async def test_and_on_two_replicas(postgres_url: str, clock: DrivenClock):
    async with (
        open_storage(postgres_url, keys=[KEY], clock=clock) as first,
        open_storage(postgres_url, keys=[KEY], clock=clock) as second,
    ):
        allowed, seen = await all_at_once([first, second], 500)
        assert sum(allowed) == 50
        assert max(one.counted.cost + one.counted.held_cost for one in seen) <= LIMIT.cost
        assert await levels(first, TODAY) == [Counted(LIMIT.cost, 50_000, 50)]
