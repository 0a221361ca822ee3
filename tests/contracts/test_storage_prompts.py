"""What was said to models: kept beside its call, encrypted, rotated with other secrets, forgotten as the plan says."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.model.errors import Misconfigured
from bot.model.plan import Keep, ModelUse, Plan
from bot.model.tenant import TenantId
from bot.ports.calls import Call, Exchange
from bot.ports.model import Line
from storage import rotation
from storage.database import Database
from storage.storage import SqlStorage, open_storage, rotate_keys
from tests.conftest import KEY
from tests.contracts.incidents import ACME, OTHER
from tests.contracts.test_storage_sources import NEWER
from tests.contracts.test_storage_usages import UNKNOWN, WHOLE
from tests.fakes import NOON, DrivenClock

DAY = timedelta(days=1)
SAID = Exchange((Line("system", "You explain."), Line("user", 'the disk of "db-7" \0 is full \ud800')), "It is full.")
ANSWER = replace(SAID, sent=())


async def kept(storage: SqlStorage, said: Exchange | None, *, age: timedelta = DAY, tenant: TenantId = ACME) -> str:
    async with storage.work(tenant) as work:
        call = await work.usages.add(replace(WHOLE, at=NOON - age))
        if said is not None:
            await work.prompts.keep(call, said, NOON - age)
    return call


@pytest.mark.parametrize("said", [SAID, ANSWER, replace(SAID, came=None), replace(ANSWER, came="")])
async def test_what_was_said_comes_back_as_it_was(storage: SqlStorage, said: Exchange):
    call = await kept(storage, said)
    async with storage.work(ACME) as work:
        assert await work.prompts.read(call) == said
        assert await work.prompts.read("another") is None
    async with storage.work(OTHER) as work:
        assert await work.prompts.read(call) is None
        assert await work.prompts.find(call) is None


async def test_calls_are_listed_kept_or_not_and_found_by_their_end(storage: SqlStorage):
    answered, whole = await kept(storage, ANSWER, age=2 * DAY), await kept(storage, SAID)
    async with storage.work(ACME) as work:
        silent = await work.usages.add(UNKNOWN)
    expected = [
        Call(silent, UNKNOWN),
        Call(whole, replace(WHOLE, at=NOON - DAY), "all"),
        Call(answered, replace(WHOLE, at=NOON - 2 * DAY), "answers"),
    ]
    async with storage.work(ACME) as work:
        assert await work.prompts.latest(9) == expected
        assert await work.prompts.latest(1) == expected[:1]
        assert [await work.prompts.find(one[-12:]) for one in (silent, whole, answered)] == expected
        assert await work.prompts.find(whole) == expected[1]
        assert await work.prompts.find("") is None


@pytest.mark.parametrize(
    ("keep", "keep_days", "left"),
    [
        (None, 30, ""),  # no plan
        ("none", 400, ""),
        ("answers", 30, "young answer"),
        ("answers", 400, "young answer, old answer"),
        ("all", 30, "young answer, young prompt"),
        ("all", 400, "young answer, young prompt, old answer, old prompt"),
    ],
)
async def test_what_the_plan_does_not_allow_any_more_is_forgotten(
    storage: SqlStorage, keep: Keep | None, keep_days: int, left: str
):
    calls = {
        "young answer": await kept(storage, ANSWER, age=30 * DAY),
        "young prompt": await kept(storage, SAID, age=30 * DAY),
        "old answer": await kept(storage, ANSWER, age=31 * DAY),
        "old prompt": await kept(storage, SAID, age=31 * DAY),
    }
    elsewhere = await kept(storage, SAID, age=31 * DAY, tenant=OTHER)
    async with storage.work(OTHER) as work:
        await work.plans.save(Plan(model=ModelUse(keep="all", keep_days=400)), NOON)
    if keep is not None:
        async with storage.work(ACME) as work:
            await work.plans.save(Plan(model=ModelUse(keep=keep, keep_days=keep_days)), NOON)
    gone = await storage.upkeep.forget(NOON)
    async with storage.work(ACME) as work:
        found = [name for name, call in calls.items() if await work.prompts.read(call)]
        assert len(await work.prompts.latest(9)) == len(calls), "the calls themselves stay"
    assert (", ".join(found), gone["model_prompts"]) == (left, len(calls) - len(found))
    async with storage.work(OTHER) as work:
        assert await work.prompts.read(elsewhere) == SAID


async def test_nothing_of_it_is_plain_and_a_new_key_reaches_it(
    database_url: str, clock: DrivenClock, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(rotation, "BATCH", 2)
    async with open_storage(database_url, keys=[KEY], clock=clock) as storage:
        calls = [await kept(storage, SAID) for _ in range(3)]
    database = Database(database_url)
    async with database.reading() as connection:
        rows = (await connection.execute(text("SELECT * FROM model_prompts"))).all()
    await database.close()
    assert len(rows) == 3
    assert not any(words in repr(rows) for words in ("disk", "explain", "full"))
    assert await rotate_keys(database_url, keys=[NEWER, KEY]) == 3
    async with open_storage(database_url, keys=[NEWER], clock=clock) as storage, storage.work(ACME) as work:
        assert [await work.prompts.read(one) for one in calls] == [SAID] * 3
    with pytest.raises(Misconfigured, match="key that is not there"):
        async with open_storage(database_url, keys=[KEY], clock=clock):
            pass
