"""The outbox keeps order in a lane, gives a lane to one worker, and remembers what may have been posted."""

import logging
from datetime import datetime, timedelta

import pytest

from bot.model.message import Place, PlaceKind
from bot.model.parcel import Outcome, Parcel, Receipt, Subject
from bot.model.reply import Chart, File, Files, Reply
from bot.model.tenant import TenantId
from storage.storage import SqlStorage, open_storage
from tests.conftest import KEY
from tests.fakes import NOON, DrivenClock

ACME, OTHER = TenantId("acme"), TenantId("other")
SECOND = timedelta(seconds=1)
HERE = Place("slack", "T1", "C1", "1.1", PlaceKind.GROUP)
ELSEWHERE = Place("teams", "tenant-1", "19:x")
ANSWER = Subject("answer:1")


async def put(
    storage: SqlStorage, subject: str = ANSWER, revision: int = 1, *, place: Place = HERE, at: datetime = NOON
) -> bool:
    async with storage.work(ACME) as work:
        return await work.parcels.put(place, Subject(subject), revision, Reply(f"{subject}/{revision}"), at)


async def claim(storage: SqlStorage, now: datetime = NOON, *, lanes: int = 9, each: int = 9) -> list[Parcel]:
    return [*await storage.parcels.claim(lanes, each, now)]


async def state(storage: SqlStorage, subject: Subject = ANSWER) -> str | None:
    async with storage.work(ACME) as work:
        return await work.parcels.state(HERE, subject)


def sent(parcel: Parcel, receipt: str = "m1") -> Outcome:
    return Outcome(parcel.id, "sent", NOON, Receipt(receipt))


def later(parcel: Parcel, due_at: datetime, *, doubtful: bool = False, error: str = "a reason") -> Outcome:
    return Outcome(parcel.id, "later", NOON, due_at=due_at, doubtful=doubtful, error=error)


def told(parcels: list[Parcel]) -> list[str]:
    return [parcel.reply.summary for parcel in parcels]


async def test_a_parcel_arrives_as_it_was_put(storage: SqlStorage):
    reply = Reply("summary", (Files((File("chart.png", "image/png", b"\x89PNG\xff\0"),)),), title="nul \0 🙂")
    async with storage.work(ACME) as work:
        assert await work.parcels.put(HERE, ANSWER, 1, reply, NOON)
    [parcel] = await claim(storage)
    assert (parcel.tenant, parcel.place, parcel.subject, parcel.revision) == (ACME, HERE, ANSWER, 1)
    assert parcel.reply == reply
    assert (parcel.put_at, parcel.receipt, parcel.attempts, parcel.doubtful_since) == (NOON, None, 1, None)


async def test_half_a_character_is_replaced(storage: SqlStorage):
    reply = Reply("half \ud83d", (Files((File("a", "image/png", b"\x89\xff"),)), Chart("c\ud83d", ())))
    async with storage.work(ACME) as work:
        assert await work.parcels.put(HERE, ANSWER, 1, reply, NOON)
    [parcel] = await claim(storage)
    assert parcel.reply == Reply("half ?", (reply.blocks[0], Chart("c?", ())))


async def test_an_undone_unit_of_work_says_nothing(storage: SqlStorage):
    async def fails_after_it() -> None:
        async with storage.work(ACME) as work:
            await work.parcels.put(HERE, ANSWER, 1, Reply("never"), NOON)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fails_after_it()
    assert not await claim(storage)


async def test_one_decision_is_one_parcel(storage: SqlStorage):
    assert await put(storage, revision=2)
    assert not await put(storage, revision=2)
    assert not await put(storage, revision=1)
    assert told(await claim(storage)) == ["answer:1/2"]


async def test_a_newer_revision_takes_the_place_of_one_that_waits(storage: SqlStorage):
    await put(storage, "first")
    await put(storage, "second")
    assert await put(storage, "first", 2)
    assert told(await claim(storage)) == ["first/2", "second/1"]


async def test_a_newer_revision_waits_behind_one_that_is_being_posted(storage: SqlStorage):
    await put(storage)
    [first] = await claim(storage)
    assert await put(storage, revision=2)
    assert not await claim(storage)
    await storage.parcels.settle([sent(first, "m1")])
    await storage.parcels.release({HERE.lane: NOON})
    [second] = await claim(storage)
    assert (second.revision, second.receipt, second.doubtful_since) == (2, Receipt("m1"), None)


async def test_a_newer_revision_does_not_hide_one_that_may_have_been_posted(storage: SqlStorage):
    """It would be looked for under the new key, not be found, and be posted twice."""
    await put(storage)
    [first] = await claim(storage)
    await storage.parcels.settle([later(first, NOON + SECOND, doubtful=True)])
    await storage.parcels.release({HERE.lane: NOON})
    assert await put(storage, revision=2)
    assert await put(storage, revision=3)
    [again] = await claim(storage, NOON + SECOND)
    assert (again.revision, again.doubtful_since) == (1, NOON)
    await storage.parcels.settle([sent(again)])
    await storage.parcels.release({HERE.lane: NOON})
    assert told(await claim(storage, NOON + SECOND)) == ["answer:1/3"]


async def test_order_within_a_lane_and_limits(storage: SqlStorage):
    for n in range(5):
        await put(storage, f"here {n}")
        await put(storage, f"there {n}", place=ELSEWHERE)
    parcels = await claim(storage, lanes=1, each=3)
    assert told(parcels) == ["here 0/1", "here 1/1", "here 2/1"]
    assert told(await claim(storage, each=2)) == ["there 0/1", "there 1/1"]
    assert not await claim(storage)
    await storage.parcels.settle([sent(parcel) for parcel in parcels])
    assert not await claim(storage), "a lane in hand is finished first"
    await storage.parcels.release({HERE.lane: NOON + 2 * SECOND})
    assert not await claim(storage, NOON + SECOND), "the lane is paused"
    assert told(await claim(storage, NOON + 2 * SECOND)) == ["here 3/1", "here 4/1"]


async def test_only_what_is_due_is_handed_out(storage: SqlStorage):
    await put(storage, "a")
    await put(storage, "b")
    parcels = await claim(storage)
    await storage.parcels.settle([later(parcels[0], NOON + 5 * SECOND), later(parcels[1], NOON + SECOND)])
    await storage.parcels.release({HERE.lane: NOON})
    assert told(await claim(storage, NOON + SECOND)) == ["b/1"]


@pytest.mark.parametrize(("doubtful", "error", "expected"), [
    (False, "429", (None, 2)),
    (True, "no answer", (NOON, 2)),
    (False, "", (None, 1)),  # put back without being tried
])  # fmt: skip
async def test_doubt_stays_until_an_outcome_ends_it(
    storage: SqlStorage, doubtful: bool, error: str, expected: tuple[datetime | None, int]
):
    await put(storage)
    [parcel] = await claim(storage)
    await storage.parcels.settle([later(parcel, NOON + SECOND, doubtful=doubtful, error=error)])
    await storage.parcels.release({HERE.lane: NOON})
    [again] = await claim(storage, NOON + SECOND)
    assert (again.doubtful_since, again.attempts) == expected


async def test_what_was_handed_out_and_never_heard_of_is_doubtful(storage: SqlStorage):
    await put(storage)
    await claim(storage)
    assert not await claim(storage, NOON + 19 * SECOND)
    [again] = await claim(storage, NOON + 20 * SECOND)
    assert again.doubtful_since == NOON


async def test_a_released_lane_keeps_the_doubt(storage: SqlStorage):
    await put(storage)
    await claim(storage)
    await storage.parcels.release({HERE.lane: NOON})
    await storage.parcels.release({})
    [again] = await claim(storage, NOON + SECOND)
    assert again.doubtful_since == NOON


async def test_renewing_keeps_a_lane(storage: SqlStorage):
    await put(storage)
    await claim(storage)
    await storage.parcels.renew([HERE.lane], NOON + 15 * SECOND)
    await storage.parcels.renew([], NOON)
    assert not await claim(storage, NOON + 34 * SECOND)
    assert await claim(storage, NOON + 35 * SECOND)


async def test_the_receipt_is_kept_for_the_next_message(storage: SqlStorage):
    await put(storage)
    [parcel] = await claim(storage)
    await storage.parcels.settle([sent(parcel, "m7")])
    await storage.parcels.release({HERE.lane: NOON})
    async with storage.work(ACME) as work:
        assert await work.parcels.receipt(HERE, ANSWER) == Receipt("m7")
        assert await work.parcels.subject(HERE, "m7") == ANSWER
        assert await work.parcels.subject(HERE.in_thread("m7"), "m7") == ANSWER
        assert await work.parcels.subject(ELSEWHERE, "m7") is None
        assert await work.parcels.receipt(ELSEWHERE, ANSWER) is None
        await work.parcels.save_receipt(HERE, ANSWER, Receipt("m8", live=True))
        assert await work.parcels.receipt(HERE, ANSWER) == Receipt("m8", live=True)
    await put(storage, revision=2)
    [update] = await claim(storage)
    assert update.receipt == Receipt("m8", live=True)


async def test_states(storage: SqlStorage):
    assert await state(storage) is None
    await put(storage)
    assert await state(storage) == "waiting"
    [parcel] = await claim(storage)
    await storage.parcels.settle([Outcome(parcel.id, "dead", NOON, error="The channel is gone.")])
    await storage.parcels.release({HERE.lane: NOON})
    assert await state(storage) == "dead"
    assert not await claim(storage, NOON + timedelta(days=1))
    await put(storage, revision=2)
    assert await state(storage) == "waiting"
    await storage.parcels.settle([sent(each) for each in await claim(storage)])
    assert await state(storage) == "sent"


async def test_waiting_counts_and_measures(storage: SqlStorage):
    assert await storage.parcels.waiting(NOON) == (0, timedelta(0))
    await put(storage, "a")
    await put(storage, "b", at=NOON + 5 * SECOND)
    assert await storage.parcels.waiting(NOON - SECOND) == (2, timedelta(0))
    assert await storage.parcels.waiting(NOON + 7 * SECOND) == (2, 7 * SECOND)


async def test_putting_wakes_whoever_waits_after_the_commit(storage: SqlStorage):
    await storage.wakeups.listening.wait()
    storage.parcels.arrived.clear()
    async with storage.work(ACME) as work:
        await work.parcels.put(HERE, ANSWER, 1, Reply("a"), NOON)
        assert not storage.parcels.arrived.is_set()
    assert storage.parcels.arrived.is_set()


async def test_two_tenants_may_use_one_place_and_subject(storage: SqlStorage):
    for tenant in (ACME, OTHER):
        async with storage.work(tenant) as work:
            assert await work.parcels.put(HERE, ANSWER, 1, Reply(tenant), NOON)
    parcels = await claim(storage)
    assert told(parcels) == [ACME, OTHER]
    await storage.parcels.settle([sent(parcels[0])])
    async with storage.work(OTHER) as work:
        assert await work.parcels.receipt(HERE, ANSWER) is None


@pytest.mark.peers
async def test_a_paused_owner_cannot_book_what_another_took(
    postgres_url: str, clock: DrivenClock, caplog: pytest.LogCaptureFixture
):
    async with (
        open_storage(postgres_url, keys=[KEY], clock=clock) as paused,
        open_storage(postgres_url, keys=[KEY], clock=clock) as other,
    ):
        await put(paused)
        [mine] = await claim(paused)
        [theirs] = await claim(other, NOON + 20 * SECOND)
        with caplog.at_level(logging.WARNING, logger="storage"):
            await paused.parcels.settle([sent(mine, "from the paused one")])
        assert any("not ours" in record.message for record in caplog.records)
        await paused.parcels.release({HERE.lane: NOON})
        await paused.parcels.renew([HERE.lane], NOON + timedelta(hours=1))
        assert await state(other) == "waiting"
        await other.parcels.settle([sent(theirs, "m1")])
        async with other.work(ACME) as work:
            assert await work.parcels.receipt(HERE, ANSWER) == Receipt("m1")


async def test_settling_nothing_is_nothing(storage: SqlStorage):
    await storage.parcels.settle([])


@pytest.mark.parametrize("booked", [True, False])
async def test_a_lane_is_let_go_of_together_with_what_is_booked(storage: SqlStorage, *, booked: bool):
    for subject in ("first", "second", "third"):
        await put(storage, subject)
    [first] = await claim(storage, each=1)
    await put(storage, "elsewhere", place=ELSEWHERE)
    [elsewhere] = await claim(storage)
    await storage.parcels.settle([sent(first)] if booked else [], {HERE.lane: NOON + SECOND})
    assert not await claim(storage), "free from its instant on, and the other lane is still held"
    again = await claim(storage, NOON + SECOND)
    assert [parcel.subject for parcel in again] == ["first", "second", "third"][booked:]
    await storage.parcels.settle([sent(elsewhere)], {ELSEWHERE.lane: NOON})
    assert (await storage.parcels.waiting(NOON))[0] == len(again)


async def test_what_was_handed_out_and_not_booked_is_handed_out_again(storage: SqlStorage):
    await put(storage, "first")
    await put(storage, "second")
    first, _ = await claim(storage)
    await storage.parcels.settle([sent(first)], {HERE.lane: NOON})
    [again] = await claim(storage, NOON + SECOND)
    assert (again.subject, again.attempts, again.doubtful_since) == ("second", 2, NOON)


async def test_hundreds_are_booked_in_one_go(storage: SqlStorage):
    async with storage.work(ACME) as work:
        for n in range(300):
            await work.parcels.put(HERE, Subject(f"s{n}"), 1, Reply("."), NOON)
    parcels = await claim(storage, each=300)
    assert [parcel.subject for parcel in parcels] == [f"s{n}" for n in range(300)]
    await storage.parcels.settle([sent(parcel, f"m{n}") for n, parcel in enumerate(parcels)])
    assert (await storage.parcels.waiting(NOON))[0] == 0
    async with storage.work(ACME) as work:
        assert await work.parcels.receipt(HERE, Subject("s299")) == Receipt("m299")


async def test_what_was_said_last_is_found_where_it_was_said(storage: SqlStorage):
    await put(storage)
    [parcel] = await claim(storage)
    await storage.parcels.settle([sent(parcel)])
    await put(storage, revision=2)
    async with storage.work(ACME) as work:
        kept = await work.parcels.said(HERE, ANSWER)
        assert kept is not None
        assert (kept.reply.summary, kept.revision) == ("answer:1/2", 2)
        assert await work.parcels.said(ELSEWHERE, ANSWER) is None
        assert await work.parcels.said(HERE, Subject("answer:2")) is None
        found = await work.parcels.behind("m1")
        assert found is not None
        assert found.summary == "answer:1/2"
        assert await work.parcels.behind("m2") is None
    async with storage.work(OTHER) as work:
        assert await work.parcels.said(HERE, ANSWER) is None
        assert await work.parcels.behind("m1") is None
