"""What hangs under a message waits for it; many are put as one is; what was given up can be sent again."""

from datetime import datetime

import pytest

from bot.model.message import Place, PlaceKind
from bot.model.parcel import Draft, Outcome, Parcel, Receipt, Subject
from bot.model.reply import Reply
from storage.storage import SqlStorage
from tests.contracts.incidents import ACME, ALERTS, CARDS, HOUR, OTHER, SECOND, root, story
from tests.fakes import NOON


async def put(storage: SqlStorage, *drafts: Draft, at: datetime = NOON) -> None:
    async with storage.work(ACME) as work:
        await work.parcels.put_all(drafts, at)


async def claim(storage: SqlStorage, now: datetime = NOON) -> list[Parcel]:
    return [*await storage.parcels.claim(9, 99, now)]


async def settle(storage: SqlStorage, *outcomes: Outcome) -> None:
    await storage.parcels.settle(outcomes)
    await storage.parcels.release({place.lane: NOON for place in (ALERTS, CARDS)})


def sent(parcel: Parcel, receipt: str = "C1:1.1", *, live: bool = False) -> Outcome:
    return Outcome(parcel.id, "sent", NOON, Receipt(receipt, live=live))


def dead(parcel: Parcel, error: str = "The channel is gone.", at: datetime = NOON) -> Outcome:
    return Outcome(parcel.id, "dead", at, error=error)


def told(parcels: list[Parcel]) -> list[str]:
    return [parcel.reply.summary for parcel in parcels]


async def given_up(storage: SqlStorage) -> dict[str, str]:
    async with storage.work(ACME) as work:
        return {one.summary: one.error for one in await work.parcels.dead(9)}


async def state(storage: SqlStorage, draft: Draft) -> str | None:
    async with storage.work(ACME) as work:
        return await work.parcels.state(draft.place, draft.subject)


async def test_a_story_waits_for_the_message_it_belongs_under(storage: SqlStorage):
    await put(storage, story(1), root(), story(2), story(1, place=CARDS))
    [first] = await claim(storage)
    assert (first.reply.summary, first.under) == ("ISS-1-checkout/1", None)
    await settle(storage, sent(first))
    both = await claim(storage)
    assert told(both) == ["story 1", "story 2"]
    assert {parcel.under for parcel in both} == {Receipt("C1:1.1")}
    assert {parcel.receipt for parcel in both} == {None}


async def test_while_a_message_is_live_its_stories_wait(storage: SqlStorage):
    await put(storage, root(), story())
    [first] = await claim(storage)
    await settle(storage, sent(first, live=True))
    assert await claim(storage) == []
    await put(storage, root(revision=2))
    [second] = await claim(storage)
    await settle(storage, sent(second))
    assert told(await claim(storage)) == ["story 1"]


async def test_a_story_follows_a_message_that_stands_already(storage: SqlStorage):
    async with storage.work(ACME) as work:
        await work.parcels.save_receipt(ALERTS, root().subject, Receipt("C1:7.7"))
    await put(storage, story(), root(revision=2))
    parcels = await claim(storage)
    assert [(parcel.reply.summary, parcel.under, parcel.receipt) for parcel in parcels] == [
        ("story 1", Receipt("C1:7.7"), None),
        ("ISS-1-checkout/2", None, Receipt("C1:7.7")),
    ]


async def test_another_tenants_message_is_none(storage: SqlStorage):
    async with storage.work(OTHER) as work:
        await work.parcels.save_receipt(ALERTS, root().subject, Receipt("C1:7.7"))
    await put(storage, story())
    assert await claim(storage) == []


async def test_stories_end_with_the_message_that_could_not_be_delivered(storage: SqlStorage):
    await put(storage, root(), story(1), story(2), root("ISS-2-b"), story(3, "ISS-2-b"))
    first, second = await claim(storage)
    await settle(storage, dead(first), sent(second))
    assert told(await claim(storage)) == ["story 3"]
    assert await given_up(storage) == {"ISS-1-checkout/1": "The channel is gone."}
    assert [await state(storage, story(number)) for number in (1, 2)] == ["dead", "dead"]


async def test_stories_live_on_where_the_message_stands_or_is_to_come(storage: SqlStorage):
    await put(storage, root())
    [first] = await claim(storage)
    await put(storage, root(revision=2), story(1))
    await settle(storage, dead(first))
    assert await given_up(storage) == {}, "a newer revision of it still waits"
    [second] = await claim(storage)
    await settle(storage, sent(second))
    [line] = await claim(storage)
    await settle(storage, sent(line, "C1:1.2"))
    await put(storage, root(revision=3), story(2))
    third, line = await claim(storage)
    await settle(storage, dead(third), sent(line, "C1:1.3"))
    assert await given_up(storage) == {"ISS-1-checkout/3": "The channel is gone."}


async def test_what_was_told_under_a_dead_message_afterwards_is_ended_by_the_auditor(storage: SqlStorage):
    await put(storage, root())
    [first] = await claim(storage)
    await settle(storage, dead(first))
    await put(storage, story())
    assert await claim(storage) == []
    assert (await storage.upkeep.audit(NOON)).rootless == 1
    assert (await storage.upkeep.audit(NOON)).clean
    assert await state(storage, story()) == "dead"
    assert list(await given_up(storage)) == ["ISS-1-checkout/1"], "it is sent again with it, and listed with it"


async def test_sent_again_with_what_ended_because_of_it(storage: SqlStorage):
    await put(storage, root(), story(1))
    [first] = await claim(storage)
    await settle(storage, dead(first))
    async with storage.work(ACME) as work:
        by_summary = {one.summary: one for one in await work.parcels.dead(9)}
        listed = by_summary["ISS-1-checkout/1"]
        assert (listed.id, listed.place, listed.subject) == (first.id, ALERTS, root().subject)
        assert (listed.error, listed.put_at, listed.given_up_at) == ("The channel is gone.", NOON, NOON)
    storage.parcels.arrived.clear()
    async with storage.work(ACME) as work:
        assert await work.parcels.resend(first.id, NOON + HOUR)
        assert not await work.parcels.resend(first.id, NOON + HOUR), "it waits already"
    assert storage.parcels.arrived.is_set()
    assert await given_up(storage) == {}
    assert await claim(storage, NOON + HOUR - SECOND) == []
    [again] = await claim(storage, NOON + HOUR)
    assert (again.id, again.attempts, again.put_at, again.doubtful_since) == (first.id, 1, NOON + HOUR, NOON)
    await settle(storage, sent(again))
    assert told(await claim(storage, NOON + HOUR)) == ["story 1"]


async def test_no_older_word_is_sent_again_after_a_newer_one(storage: SqlStorage):
    await put(storage, root())
    [first] = await claim(storage)
    await settle(storage, dead(first))
    await put(storage, root(revision=2))
    async with storage.work(ACME) as work:
        assert await work.parcels.dead(9) == []
        assert not await work.parcels.resend(first.id, NOON)
        assert not await work.parcels.resend(root().subject, NOON)  # type: ignore[arg-type]
    async with storage.work(OTHER) as work:
        assert await work.parcels.dead(9) == []


async def test_the_newest_of_the_dead_first(storage: SqlStorage):
    await put(storage, *(root(f"ISS-{n}-a") for n in range(3)))
    parcels = await claim(storage)
    await settle(storage, *(dead(parcel, at=NOON + n * SECOND) for n, parcel in enumerate(parcels)))
    async with storage.work(ACME) as work:
        assert [one.summary for one in await work.parcels.dead(2)] == ["ISS-2-a/1", "ISS-1-a/1"]


async def test_many_are_put_as_one_is(storage: SqlStorage):
    names = [f"ISS-{n}-a" for n in range(6)]
    await put(storage, *(root(name, 2) for name in names))
    parcels = {parcel.reply.summary: parcel for parcel in await claim(storage)}
    late = Outcome(parcels["ISS-1-a/2"].id, "later", NOON, due_at=NOON, doubtful=True, error="no answer")
    certain = Outcome(parcels["ISS-2-a/2"].id, "later", NOON, due_at=NOON, error="429")
    await settle(storage, late, certain, sent(parcels["ISS-3-a/2"]), dead(parcels["ISS-4-a/2"]))
    # Of the six: never heard of again, perhaps posted, not posted, sent, given up, never heard of again.
    await put(storage, *(root(name, 3) for name in names[:5]), root(names[5], 1), root("ISS-9-new"))
    async with storage.work(ACME) as work:
        states = [await work.parcels.state(ALERTS, root(name).subject) for name in names]
    assert states == ["waiting"] * 6
    again = await claim(storage)
    assert sorted(told(again)) == sorted(
        ["ISS-0-a/2", "ISS-1-a/2", "ISS-2-a/3", "ISS-3-a/3", "ISS-4-a/3", "ISS-5-a/2", "ISS-9-new/1"]
    )


async def test_of_one_subject_the_newest_draft_counts(storage: SqlStorage):
    await put(storage, root(revision=1), root(revision=3), root(revision=2), root(place=CARDS))
    await put(storage)
    assert sorted(told(await claim(storage))) == ["ISS-1-checkout/1", "ISS-1-checkout/3"]


async def test_nothing_new_wakes_nobody(storage: SqlStorage):
    await put(storage, root())
    await storage.wakeups.listening.wait()
    storage.parcels.arrived.clear()
    await put(storage, root())
    assert not storage.parcels.arrived.is_set()


async def test_thousands_are_put_at_once_and_replaced_at_once(storage: SqlStorage):
    await put(storage, *(root(f"ISS-{n}-a") for n in range(4000)))
    await put(storage, *(root(f"ISS-{n}-a", 2) for n in range(5000)))
    assert (await storage.parcels.waiting(NOON))[0] == 5000
    assert {parcel.revision for parcel in await claim(storage)} == {2}


USER = Place("slack", "T1", "U1", kind=PlaceKind.PERSONAL)


@pytest.mark.parametrize(("asked", "receipt", "expected"), [
    (Place("slack", "T1", "D7"), "D7:1.1", "page:1"),  # said to the user, who sees it in a channel of its own name
    (Place("slack", "T1", "D7", "9.9"), "D7:1.1", "page:1"),
    (USER, "D7:1.1", "page:1"),
    (Place("slack", "T2", "D7"), "D7:1.1", None),
    (Place("slack", "T", "D7"), "D7:1.1", None),
    (Place("teams", "T1", "D7"), "D7:1.1", None),
    (USER, "D7:1.2", None),
    (Place("slack", "T1", "C2"), "same", "there"),
    (Place("slack", "T1", "C1"), "same", "here"),
])  # fmt: skip
async def test_what_a_message_is_about(storage: SqlStorage, asked: Place, receipt: str, expected: str | None):
    async with storage.work(ACME) as work:
        await work.parcels.save_receipt(USER, Subject("page:1"), Receipt("D7:1.1"))
        await work.parcels.save_receipt(ALERTS, Subject("here"), Receipt("same"))
        await work.parcels.save_receipt(Place("slack", "T1", "C2"), Subject("there"), Receipt("same"))
        assert await work.parcels.subject(asked, receipt) == expected


async def test_a_reply_that_replaces_is_whole(storage: SqlStorage):
    odd = Draft(ALERTS, Subject("s"), 2, Reply("half \ud83d"))
    await put(storage, Draft(ALERTS, Subject("s"), 1, Reply("first")))
    await put(storage, odd)
    assert told(await claim(storage)) == ["half ?"]
