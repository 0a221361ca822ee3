"""What AI costs a tenant: kept once, summed exactly by whatever it is asked by, our own calls among them."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import text

from bot.model.charge import ASSISTANT, By, Charge, Charged
from bot.model.message import PersonId
from bot.model.usage import Outcome, Tokens, Usage
from bot.ports.storage import UnitOfWork
from storage import schema
from storage.database import Database
from storage.storage import SqlStorage, open_storage
from storage.upkeep import KEEP_USAGE
from tests.conftest import KEY
from tests.contracts.charges import WHOLE, charge
from tests.contracts.incidents import ACME, OTHER
from tests.fakes import NOON, DrivenClock

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
BARE = Charge("c2", "otlp", NOON + timedelta(hours=1, microseconds=7), "Lead Scoring")
MANY = Charge(
    "c3", "openai", NOON, "Chatbot", "gpt-4o-mini", calls=40, failed=2, tokens=Tokens(4000, 600), took=MINUTE,
    error="timeout", span=HOUR,
)  # fmt: skip
OURS = Usage(
    NOON + MINUTE, "plan", "plan/1", "gpt-4.1", Outcome.TIMEOUT, timedelta(seconds=2), Tokens(100, 10),
    Decimal("0.5"), "it is away", person=PersonId("anna"), endpoint="api.openai.com",
)  # fmt: skip


async def kept(storage: SqlStorage, *charges: Charge) -> int:
    async with storage.work(ACME) as work:
        return await work.charges.add(charges)


async def test_a_charge_with_all_there_is_and_one_with_nothing(storage: SqlStorage):
    assert await kept(storage, WHOLE, BARE) == 2
    async with storage.work(ACME) as work:
        assert await work.charges.each(NOON, NOON + DAY, 9) == [BARE, WHOLE]
        assert await work.charges.each(NOON, NOON + DAY, 1) == [BARE]
        assert await work.charges.each(NOON, NOON + DAY, 9, tool="Chatbot", model="gpt-4o") == [WHOLE]
        assert await work.charges.each(NOON, NOON + DAY, 9, tool="Chatbot", model="gpt-4") == []
        assert await work.charges.each(NOON, BARE.at, 9) == [WHOLE], "the end is no part of it"
        assert await work.charges.known() == (NOON, BARE.at)
    async with storage.work(OTHER) as work:
        assert await work.charges.each(NOON, NOON + DAY, 9) == []
        assert await work.charges.add([replace(WHOLE, tool="another's")]) == 1


async def test_what_is_told_again_is_counted_once(storage: SqlStorage):
    again, other = replace(WHOLE, calls=5, cost=Decimal(9)), replace(WHOLE, source="litellm")
    assert await kept(storage, WHOLE, again) == 1, "the first of a batch counts"
    assert await kept(storage, again, BARE, other, charge(id="\0")) == 3
    assert await kept(storage, charge(id="\0")) == 0
    async with storage.work(ACME) as work:
        assert (await work.charges.each(NOON, NOON + HOUR, 9, tool="Chatbot"))[-1] == other
        [by_hour] = await work.charges.sums(NOON, NOON + HOUR)
        assert (by_hour.calls, by_hour.cost) == (3, 3 * Decimal("0.014325"))


async def test_what_grows_takes_the_place_of_what_was(storage: SqlStorage):
    await kept(storage, MANY, WHOLE)
    grown = replace(MANY, calls=60, tokens=Tokens(6000, 900), cost=Decimal("1.25"), model="gpt-4o", error="")
    async with storage.work(ACME) as work:
        assert await work.charges.revise([grown, BARE]) == 2
        assert await work.charges.revise([grown, BARE]) == 0
        sums = await work.charges.sums(NOON, NOON + DAY, [By.MODEL])
        assert [(one.of, one.calls, one.read, one.cost) for one in sums] == [
            (("",), 1, 0, Decimal(0)),
            (("gpt-4o",), 61, 6900, Decimal("1.264325")),
        ]
        one_by_one = await work.charges.sums(NOON, NOON + DAY, [By.MODEL, By.PERSON])
        assert [one.calls for one in one_by_one] == [1, 60, 1]


async def test_sums_say_what_nobody_knows(storage: SqlStorage):
    await kept(storage, WHOLE, BARE, MANY)
    expected = Charged(
        (), None, 42, 2, 4900, 680, 512, 41, Decimal("0.014325"), 41, MINUTE + (WHOLE.took or MINUTE), 41
    )
    async with storage.work(ACME) as work:
        assert await work.charges.sums(NOON, NOON + 2 * HOUR) == [expected]
        assert await work.charges.sums(NOON, NOON + 2 * HOUR - MINUTE) == [expected], "an hour that is not whole"
        assert await work.charges.sums(NOON + DAY, NOON + 2 * DAY) == []
        assert await work.charges.sums(NOON, NOON, [By.TOOL]) == []


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ([By.TOOL], {("Chatbot",): 41, ("Lead Scoring",): 1}),
        ([By.MODEL], {("",): 1, ("gpt-4o",): 1, ("gpt-4o-mini",): 40}),
        ([By.OPERATION], {("",): 41, ("chat",): 1}),
        ([By.PERSON], {("",): 41, ("anna",): 1}),
        ([By.ENDPOINT], {("",): 41, ("/api/chat",): 1}),
        ([By.ERROR], {("",): 2, ("timeout",): 40}),
        ([By.SOURCE], {("http",): 1, ("openai",): 40, ("otlp",): 1}),
        ([By.MODEL, By.TOOL], {("", "Lead Scoring"): 1, ("gpt-4o", "Chatbot"): 1, ("gpt-4o-mini", "Chatbot"): 40}),
    ],
)
async def test_by_whatever_it_is_asked(storage: SqlStorage, by: Sequence[By], expected: dict[tuple[str, ...], int]):
    await kept(storage, WHOLE, BARE, MANY)
    async with storage.work(ACME) as work:
        found = await work.charges.sums(NOON - DAY, NOON + DAY, by)
    assert {one.of: one.calls for one in found} == expected


@pytest.mark.parametrize("also", [By.MODEL, By.PERSON])
@pytest.mark.parametrize("every", [DAY, HOUR, 6 * HOUR, 7 * DAY, 15 * MINUTE])
async def test_by_time_the_hours_say_what_the_charges_say(storage: SqlStorage, every: timedelta, also: By):
    """Beginning and ending within an hour, where the one hands over to the other."""
    scattered = [charge(id=f"{n}", at=NOON + n * timedelta(minutes=7), cost=Decimal(n)) for n in range(500)]
    await kept(storage, *scattered)
    since, until = NOON + 11 * MINUTE, NOON + 2 * DAY + 13 * MINUTE
    expected: dict[tuple[object, ...], Decimal] = {}
    for one in scattered:
        if since <= one.at < until:
            begin = one.at - (one.at - NOON.replace(year=1970, month=1, day=1, hour=0)) % every
            key = (begin, one.tool, getattr(one, also.value))
            expected[key] = expected.get(key, Decimal(0)) + (one.cost or 0)
    async with storage.work(ACME) as work:
        found = await work.charges.sums(since, until, [By.TOOL, also], every)
        of_one = await work.charges.sums(since, until, [By.TOOL, also], every, tool="Chatbot", model="gpt-4o")
        assert await work.charges.sums(since, until, [By.TOOL, also], every, tool="Chatbot", model="none") == []
    assert {(one.at, *one.of): one.cost for one in found} == expected
    assert found == of_one


async def test_our_own_calls_are_among_them(storage: SqlStorage):
    async with storage.work(ACME) as work:
        await work.usages.add(OURS)
        await work.charges.add([WHOLE])
        found = await work.charges.sums(NOON, NOON + HOUR, [By.TOOL, By.OPERATION])
        assert [(one.of, one.calls, one.failed, one.cost) for one in found] == [
            (("Chatbot", "chat"), 1, 0, WHOLE.cost),
            ((ASSISTANT, "plan"), 1, 1, Decimal("0.5")),
        ]
        [ours, _] = await work.charges.each(NOON, NOON + HOUR, 9)
        assert (ours.person, ours.error, ours.endpoint, ours.by_table) == ("anna", "timeout", "api.openai.com", True)
        assert await work.charges.known() == (NOON, NOON), "ours do not say that anybody told us anything"


async def test_what_is_old_is_forgotten(storage: SqlStorage):
    await kept(storage, charge(id="old", at=NOON - KEEP_USAGE - DAY), WHOLE)
    gone = await storage.upkeep.forget(NOON)
    assert (gone["ai_charges"], gone["ai_charge_hours"], gone["ai_charge_days"]) == (1, 1, 1)
    async with storage.work(ACME) as work:
        [left] = await work.charges.sums(NOON - 2 * KEEP_USAGE, NOON + HOUR)
        assert left.calls == 1


@pytest.mark.peers
async def test_replicas_that_are_told_the_same_at_once_count_it_once(postgres_url: str, clock: DrivenClock):
    async with (
        open_storage(postgres_url, keys=[KEY], clock=clock) as first,
        open_storage(postgres_url, keys=[KEY], clock=clock) as second,
    ):
        batches = [[charge(id=f"{n}", model=f"m{n % 3}") for n in range(at, at + 40)] for at in range(0, 100, 10)]
        told = [
            kept(storage, *(batch if storage is first else batch[::-1]))
            for batch in batches
            for storage in (first, second)
        ]
        assert sum(await asyncio.gather(*told)) == 130
        async with first.work(ACME) as work:
            [of_hours] = await work.charges.sums(NOON, NOON + HOUR)
            [one_by_one] = await work.charges.sums(NOON, NOON + HOUR, every=HOUR - MINUTE)
    assert of_hours.calls == one_by_one.calls == 130


async def test_what_we_asked_before_there_were_charges_is_brought(storage: SqlStorage, database_url: str):
    async with storage.work(ACME) as work:
        await work.usages.add(OURS)
        await work.usages.add(replace(OURS, at=NOON + timedelta(microseconds=999_999), tokens=None, cost=None))
        await work.usages.add(replace(OURS, outcome=Outcome.OK, person=None))
        before = await everything(work)
    database = Database(database_url)
    async with database.writing() as connection:
        for statement in (f"DROP TABLE {name}" for name in ("ai_charges", "ai_charge_hours", "ai_charge_days")):
            await connection.execute(text(statement))
        await connection.execute(text("UPDATE alembic_version SET version_num = '0012'"))
    await database.close()
    await schema.upgrade_here(database_url, "0013")
    async with storage.work(ACME) as work:
        assert await everything(work) == before
        assert len(before[0]) == 3


async def everything(work: UnitOfWork) -> Sequence[Sequence[object]]:
    charges, (since, until) = work.charges, (NOON - DAY / 2, NOON + DAY / 2)
    by_hour = await charges.sums(since, until, [one for one in By if one is not By.PERSON])
    return [await charges.each(since, until, 9), by_hour, await charges.sums(since, until, [By.PERSON])]
