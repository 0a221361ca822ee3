"""The outbox beside a small model of it: whatever happens in whatever order, the same promises hold."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from bot.model.message import Place
from bot.model.parcel import Outcome, Parcel, ParcelId, Receipt, Subject
from bot.model.reply import Reply
from bot.model.tenant import TenantId
from storage.storage import SqlStorage
from tests.contracts.emptied import emptied
from tests.fakes import NOON

ACME = TenantId("acme")
LEASE = timedelta(seconds=20)
Verdict = Literal["sent", "later", "doubtful", "untried", "dead", "silence"]


@dataclass(frozen=True)
class Put:
    lane: int
    subject: int
    revision: int


@dataclass(frozen=True)
class Work:
    """Claim, say what became of each, and let go of the lanes, or fall silent with them."""

    lanes: int
    each: int
    verdicts: tuple[Verdict, ...]
    release: bool


@dataclass(frozen=True)
class Wait:
    seconds: int


puts = st.builds(Put, st.integers(0, 1), st.integers(0, 2), st.integers(1, 4))
verdicts = st.sampled_from(("sent", "sent", "later", "doubtful", "untried", "dead", "silence"))
works = st.builds(
    Work, st.integers(1, 2), st.integers(1, 3), st.lists(verdicts, min_size=6, max_size=6).map(tuple), st.booleans()
)
steps = st.lists(st.one_of(puts, puts, works, works, st.builds(Wait, st.sampled_from((0, 1, 25)))), max_size=30)


@dataclass
class Model:
    """What an observer outside knows."""

    newest: dict[tuple[str, str], int] = field(default_factory=dict)
    posted: dict[tuple[str, str], int] = field(default_factory=dict)  # the last revision that was sent
    receipts: dict[tuple[str, str], Receipt] = field(default_factory=dict)
    ended: set[ParcelId] = field(default_factory=set)
    doubts: dict[ParcelId, datetime] = field(default_factory=dict)
    held: dict[str, datetime] = field(default_factory=dict)

    def put(self, place: Place, step: Put, accepted: bool) -> None:
        key = (place.key, str(step.subject))
        assert accepted == (step.revision > self.newest.get(key, 0))
        self.newest[key] = max(step.revision, self.newest.get(key, 0))

    def handed_out(self, parcels: list[Parcel], now: datetime) -> None:
        lanes = {parcel.place.lane for parcel in parcels}
        assert all(self.held.get(lane, now) <= now for lane in lanes), "a lane in somebody's hands"
        assert len({(parcel.place.key, parcel.subject) for parcel in parcels}) == len(parcels)
        for parcel in parcels:
            key = (parcel.place.key, str(parcel.subject))
            assert parcel.id not in self.ended, "handed out after its end"
            assert parcel.revision > self.posted.get(key, 0), "an older word after a newer one"
            assert parcel.receipt == self.receipts.get(key)
            assert parcel.doubtful_since == self.doubts.get(parcel.id)
            self.doubts.setdefault(parcel.id, now)
        self.held.update(dict.fromkeys(lanes, now + LEASE))

    def settled(self, parcel: Parcel, verdict: Verdict, known_doubt: bool) -> None:
        key = (parcel.place.key, str(parcel.subject))
        if verdict == "sent":
            self.posted[key] = parcel.revision
            self.receipts[key] = receipt(parcel)
        if verdict in ("sent", "dead"):
            self.ended.add(parcel.id)
        if verdict == "later" or (verdict == "untried" and not known_doubt):
            del self.doubts[parcel.id]


def receipt(parcel: Parcel) -> Receipt:
    return Receipt(f"m-{parcel.subject}-{parcel.revision}")


def outcome(parcel: Parcel, verdict: Verdict, now: datetime) -> Outcome:
    match verdict:
        case "sent":
            return Outcome(parcel.id, "sent", now, receipt(parcel))
        case "dead":
            return Outcome(parcel.id, "dead", now, error="gone")
        case "untried":
            doubtful = parcel.doubtful_since is not None
            return Outcome(parcel.id, "later", now, due_at=now, doubtful=doubtful)
        case _:
            return Outcome(parcel.id, "later", now, due_at=now, doubtful=verdict == "doubtful", error="a reason")


async def perform(storage: SqlStorage, model: Model, step: Put | Work | Wait, now: datetime) -> datetime:
    match step:
        case Put(lane, subject, revision):
            place = Place("slack", "T1", f"C{lane}")
            async with storage.work(ACME) as work:
                accepted = await work.parcels.put(place, Subject(str(subject)), revision, Reply(f"{revision}"), now)
            model.put(place, step, accepted)
        case Wait(seconds):
            return now + timedelta(seconds=seconds)
        case Work(lanes, each, answers, release):
            parcels = [*await storage.parcels.claim(lanes, each, now)]
            event(f"handed out {len(parcels)}")
            model.handed_out(parcels, now)
            told = [(one, verdict) for one, verdict in zip(parcels, answers, strict=False) if verdict != "silence"]
            await storage.parcels.settle([outcome(one, verdict, now) for one, verdict in told])
            for one, verdict in told:
                model.settled(one, verdict, one.doubtful_since is not None)
            if release:
                held = {parcel.place.lane for parcel in parcels}
                await storage.parcels.release(dict.fromkeys(held, now))
                for lane in held:
                    model.held.pop(lane)
    return now


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps)
async def test_promises_hold(storage: SqlStorage, database_url: str, steps: list[Put | Work | Wait]):
    async with emptied(database_url):
        model, now = Model(), NOON
        for step in steps:
            now = await perform(storage, model, step, now)
        everything = Work(9, 9, ("sent",) * 6, release=True)
        for _ in range(4):
            now = await perform(storage, model, everything, now + LEASE)
        assert await storage.parcels.waiting(now) == (0, timedelta(0)), "nothing that was put is left behind"
        assert all(model.newest[key] >= revision for key, revision in model.posted.items())
