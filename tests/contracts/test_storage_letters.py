"""The inbox keeps one of each, hands it out once, and forgets nothing that it answered for."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.model.message import Account, Click, Message, Place
from bot.model.parcel import LetterId
from bot.model.tenant import TenantId
from storage.database import Database
from storage.storage import SqlStorage, open_storage
from storage.tables import inbox
from tests.conftest import KEY
from tests.fakes import NOON, DrivenClock

ACME, OTHER = TenantId("acme"), TenantId("other")
SECOND = timedelta(seconds=1)


def said(key: str, thread: str = "1.1", *, twin: str = "", text: str = "how is checkout?") -> Message:
    place = Place("slack", "T1", "C1", thread)
    return Message(key, place, Account("slack", "T1", "U1", "Ada"), NOON, text, Click("ask", {"n": 1}), "", twin)


async def test_what_waits_behind_a_letter_is_known_to_whoever_answers_it(storage: SqlStorage):
    for key in ("k1", "k2", "k3"):
        await storage.letters.accept(ACME, said(key), NOON)
    await storage.letters.accept(ACME, said("elsewhere", "2.2"), NOON)
    await storage.letters.accept(OTHER, said("k4"), NOON)
    first = next(one for one in await storage.letters.claim(5, NOON) if one.message.key == "k1")
    async with storage.work(ACME) as work:
        assert [one.key for one in await work.letters.behind(first.id, first.message.place)] == ["k2", "k3"]
        assert await work.letters.done(first.id, NOON)
    async with storage.work(OTHER) as work:
        assert [one.key for one in await work.letters.behind(first.id, first.message.place)] == ["k4"]


async def test_what_went_in_comes_out_once(storage: SqlStorage):
    message = said("k1", text="naïve 🙂 \u202e <!channel>")
    assert await storage.letters.accept(ACME, message, NOON)
    [letter] = await storage.letters.claim(5, NOON)
    assert (letter.tenant, letter.message, letter.received_at, letter.attempts) == (ACME, message, NOON, 1)
    assert not await storage.letters.claim(5, NOON)


async def test_the_same_event_is_kept_once_for_each_tenant(storage: SqlStorage):
    kept = await asyncio.gather(*(storage.letters.accept(ACME, said("k1"), NOON) for _ in range(5)))
    assert sorted(kept) == [False] * 4 + [True]
    assert not await storage.letters.accept(ACME, said("k1"), NOON + timedelta(days=1))
    assert await storage.letters.accept(OTHER, said("k1"), NOON)


async def test_a_repeat_is_known_after_the_letter_was_answered(storage: SqlStorage):
    await storage.letters.accept(ACME, said("k1"), NOON)
    await _finish(storage, ACME)
    assert not await storage.letters.accept(ACME, said("k1"), NOON)


@pytest.mark.parametrize(
    ("later", "twin", "tenant", "expected"),
    [
        (0.0, "press", ACME, False),
        (2.9, "press", ACME, False),
        (3.0, "press", ACME, True),
        (1.0, "another", ACME, True),
        (1.0, "", ACME, True),
        (1.0, "press", OTHER, True),
    ],
)
async def test_a_double_click_counts_once(
    storage: SqlStorage, later: float, twin: str, tenant: TenantId, expected: bool
):
    assert await storage.letters.accept(ACME, said("k1", twin="press"), NOON)
    again = storage.letters.accept(tenant, said("k2", twin=twin), NOON + later * SECOND)
    assert await again is expected


async def test_two_presses_in_one_commit_count_once(storage: SqlStorage):
    presses = [storage.letters.accept(ACME, said(f"k{n}", twin="press"), NOON) for n in range(4)]
    assert sorted(await asyncio.gather(*presses)) == [False, False, False, True]


async def test_what_cannot_be_stored_as_it_is_does_not_harm_the_others(storage: SqlStorage):
    texts = ["plain", "nul \0 byte", "half a character \ud83d", "plain"]
    kept = [storage.letters.accept(ACME, said(f"k{n}\0", f"t{n}", text=text), NOON) for n, text in enumerate(texts)]
    assert await asyncio.gather(*kept) == [True] * 4
    assert len(await storage.letters.claim(9, NOON)) == 4


async def test_one_of_each_conversation_at_a_time_oldest_first(storage: SqlStorage):
    for key, thread in (("a1", "a"), ("a2", "a"), ("b1", "b"), ("a3", "a"), ("c1", "c")):
        await storage.letters.accept(ACME, said(key, thread), NOON)
    first = await storage.letters.claim(2, NOON)
    assert [letter.message.key for letter in first] == ["a1", "b1"]
    assert [letter.message.key for letter in await storage.letters.claim(9, NOON)] == ["c1"]
    async with storage.work(ACME) as work:
        assert await work.letters.done(first[0].id, NOON)
    assert [letter.message.key for letter in await storage.letters.claim(9, NOON)] == ["a2"]


async def test_a_letter_given_back_keeps_its_place(storage: SqlStorage):
    await storage.letters.accept(ACME, said("a1"), NOON)
    await storage.letters.accept(ACME, said("a2"), NOON)
    [letter] = await storage.letters.claim(9, NOON)
    await storage.letters.give_back(letter.id, NOON + 5 * SECOND)
    assert not await storage.letters.claim(9, NOON + 4 * SECOND)
    [again] = await storage.letters.claim(9, NOON + 5 * SECOND)
    assert (again.message.key, again.attempts) == ("a1", 2)


async def test_a_lease_runs_out_and_can_be_renewed(storage: SqlStorage):
    await storage.letters.accept(ACME, said("k1"), NOON)
    [letter] = await storage.letters.claim(1, NOON)
    await storage.letters.renew([letter.id], NOON + 15 * SECOND)
    await storage.letters.renew([], NOON)
    assert not await storage.letters.claim(1, NOON + 34 * SECOND)
    assert len(await storage.letters.claim(1, NOON + 35 * SECOND)) == 1


async def test_done_is_said_once(storage: SqlStorage):
    letter = await _finish(storage, ACME)
    async with storage.work(ACME) as work:
        assert not await work.letters.done(letter, NOON)
        assert not await work.letters.done(LetterId("no-such-letter"), NOON)


async def test_an_undone_unit_of_work_leaves_the_letter_unanswered(storage: SqlStorage):
    await storage.letters.accept(ACME, said("k1"), NOON)
    [letter] = await storage.letters.claim(1, NOON)

    async def fails_after_it() -> None:
        async with storage.work(ACME) as work:
            assert await work.letters.done(letter.id, NOON)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fails_after_it()
    async with storage.work(ACME) as work:
        assert await work.letters.done(letter.id, NOON)


async def test_arrival_wakes_whoever_waits(storage: SqlStorage):
    await storage.wakeups.listening.wait()
    storage.letters.arrived.clear()
    await storage.letters.accept(ACME, said("k1"), NOON)
    assert storage.letters.arrived.is_set()
    storage.letters.arrived.clear()
    await storage.letters.accept(ACME, said("k1"), NOON)
    assert not storage.letters.arrived.is_set()


async def test_a_process_that_starts_on_sqlite_takes_what_the_last_one_held(sqlite_url: str, clock: DrivenClock):
    async with open_storage(sqlite_url, keys=[KEY], clock=clock) as first:
        await first.letters.accept(ACME, said("k1"), NOON)
        assert await first.letters.claim(1, NOON)
    async with open_storage(sqlite_url, keys=[KEY], clock=clock) as second:
        [letter] = await second.letters.claim(1, NOON)
        assert letter.attempts == 2


async def _finish(storage: SqlStorage, tenant: TenantId) -> LetterId:
    await storage.letters.accept(tenant, said("k1"), NOON)
    [letter] = await storage.letters.claim(1, NOON)
    async with storage.work(tenant) as work:
        assert await work.letters.done(letter.id, NOON)
    return letter.id


async def test_a_secret_from_a_form_does_not_lie_open(storage: SqlStorage, database_url: str):
    form = Click("save_source", {"name": "eu", "token": "hunter22", "client_key": "----"})
    message = replace(said("k1", twin=f"press:{form}"), click=form)
    await storage.letters.accept(ACME, message, NOON)
    database = Database(database_url)
    async with database.reading() as connection:
        kept = repr((await connection.execute(select(inbox))).all())
    await database.close()
    assert "hunter22" not in kept
    assert "----" not in kept
    [letter] = await storage.letters.claim(5, NOON)
    assert replace(letter.message, twin=message.twin) == message
    assert not await storage.letters.accept(ACME, replace(message, key="k2"), NOON), "a second press is still known"
