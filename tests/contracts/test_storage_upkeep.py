"""Old things go, young and unfinished ones stay; what is stuck is counted and freed."""

from datetime import datetime, timedelta

import pytest

from bot.model.message import Account, Message, Place
from bot.model.parcel import Outcome, Receipt, Subject
from bot.model.reply import File, Reply
from bot.model.tenant import TenantId
from bot.ports.storage import Entry
from storage import upkeep
from storage.findings import Findings
from storage.storage import SqlStorage
from storage.upkeep import KEEP_AUDIT, KEEP_DEAD, KEEP_LETTERS, KEEP_SENT
from tests.fakes import NOON

ACME = TenantId("acme")
HERE = Place("slack", "T1", "C1", "1.1")
SECOND = timedelta(seconds=1)


async def fill(storage: SqlStorage, at: datetime = NOON) -> None:
    """Of each kind one finished, and of the queues one that still waits."""
    for key, thread in (("done", "a"), ("waits", "b")):
        place = HERE.in_thread(thread)
        await storage.letters.accept(ACME, Message(key, place, Account("slack", "T1", "U1"), at), at)
    letters = await storage.letters.claim(1, at)
    async with storage.work(ACME) as work:
        assert await work.letters.done(letters[0].id, at)
        for name in ("sent", "dead", "waits"):
            await work.parcels.put(HERE, Subject(name), 1, Reply(name), at)
        await work.audit.add(Entry("ask", "metric", at))
        await work.downloads.save("k", File("a", "b", b"c"), at + KEEP_LETTERS)
    sent, dead = await storage.parcels.claim(1, 2, at)
    outcomes = Outcome(sent.id, "sent", at, Receipt("m1")), Outcome(dead.id, "dead", at, error="gone")
    await storage.parcels.settle(outcomes)
    await storage.parcels.release({HERE.lane: at})


@pytest.mark.parametrize(
    ("age", "expected"),
    [
        (timedelta(0), {}),
        (KEEP_LETTERS, {"downloads": 1}),
        (KEEP_LETTERS + SECOND, {"downloads": 1, "inbox": 1, "lanes": 1}),
        (KEEP_SENT, {"downloads": 1, "inbox": 1, "lanes": 1}),
        (KEEP_SENT + SECOND, {"downloads": 1, "inbox": 1, "lanes": 1, "outbox": 1}),
        (KEEP_AUDIT + SECOND, {"downloads": 1, "inbox": 1, "lanes": 1, "outbox": 2, "audit_log": 1}),
    ],
)
async def test_what_goes_when(storage: SqlStorage, age: timedelta, expected: dict[str, int]):
    await fill(storage)
    gone = await storage.upkeep.forget(NOON + age)
    assert {table: count for table, count in gone.items() if count} == expected
    assert len(await storage.letters.claim(9, NOON + age)) == 1
    assert len(await storage.parcels.claim(9, 9, NOON + age)) == 1
    async with storage.work(ACME) as work:
        assert await work.parcels.receipt(HERE, Subject("sent")) == Receipt("m1"), "its message still stands"


def test_the_times_promised():
    assert (KEEP_LETTERS.days, KEEP_SENT.days, KEEP_AUDIT.days, KEEP_DEAD.days) == (7, 30, 400, 400)


async def test_more_than_one_batch(storage: SqlStorage, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(upkeep, "BATCH", 2)
    async with storage.work(ACME) as work:
        for n in range(5):
            await work.downloads.save(f"k{n}", File("a", "b", b"c"), NOON)
    assert (await storage.upkeep.forget(NOON))["downloads"] == 5


async def test_the_auditor_counts_and_frees(storage: SqlStorage):
    assert await storage.upkeep.audit(NOON) == Findings(0, 0, 0, 0)
    await fill(storage)
    assert await storage.letters.claim(9, NOON)
    assert await storage.parcels.claim(9, 9, NOON)
    assert await storage.upkeep.audit(NOON + 19 * SECOND) == Findings(0, 0, 0, 0)
    late = NOON + timedelta(minutes=2)
    findings = await storage.upkeep.audit(late)
    assert findings == Findings(letters_past_due=1, parcels_past_due=1, dead_lanes=1, dead_letters=1)
    assert not findings.clean
    assert (await storage.upkeep.audit(late)).dead_lanes == 0
    [parcel] = await storage.parcels.claim(9, 9, late)
    assert parcel.doubtful_since == NOON, "freeing a lane does not end a doubt"
