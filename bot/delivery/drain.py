"""The one way out: lanes are claimed, their parcels said in order and at the platform's pace, the results booked.

At least once by itself; once by looking first: a parcel that may have been posted is searched for before it is posted
again. Order, pace and Retry-After hold within a lane and never stop another lane.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.delivery.booking import NOTHING, Booking
from bot.delivery.crew import Crew, Work
from bot.delivery.pace import Bucket, backoff
from bot.model.errors import Problem, Rejected, Unavailable
from bot.model.message import Place
from bot.model.parcel import Outcome, Parcel, Receipt
from bot.ports.platform import Order, Pace, Platform
from bot.ports.services import Clock, Meters
from bot.ports.storage import Entry, Storage, UnitOfWork

log = logging.getLogger(__name__)

LANES = 32  # spoken into at the same time by one process
EACH, MOST = 10, 64  # parcels of one lane taken at a time: more only where a second is enough for more
GIVE_UP_AFTER = timedelta(days=1)
_UNPACED = Pace(burst=1_000_000, every=0.001)
LONGEST_HOLD = 5.0  # a longer wait lets go of the lane meanwhile


class Drain:
    """`tell_owner` puts word of what cannot be delivered into the outbox, in the unit of work that it is given."""

    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        platforms: Mapping[str, Platform],
        meters: Meters,
        tell_owner: Callable[[UnitOfWork, Parcel, Rejected], Awaitable[None]] | None = None,
    ) -> None:
        self._storage, self._clock, self._platforms, self._meters = storage, clock, platforms, meters
        self._tell = tell_owner
        self._buckets: dict[str, Bucket] = {}
        self._each = max([EACH, *(min(MOST, int(1 / platform.pace.every)) for platform in platforms.values())])
        self._booking = Booking(storage.parcels)
        self._crew = Crew(
            "drain", size=LANES, clock=clock, arrived=storage.parcels.arrived, take=self._take, renew=self._renew
        )

    async def run(self) -> None:
        await self._crew.run()

    def finish(self) -> None:
        """Say what waits and may be said now, then end."""
        self._crew.finish()

    def stop(self) -> None:
        self._crew.stop()

    async def _take(self, lanes: int) -> Mapping[str, Work]:
        by_lane: dict[str, list[Parcel]] = {}
        for parcel in await self._storage.parcels.claim(lanes, self._each, self._clock.now()):
            by_lane.setdefault(parcel.place.lane, []).append(parcel)
        return {lane: self._speak(lane, waiting) for lane, waiting in by_lane.items()}

    async def _renew(self, lanes: Sequence[str]) -> None:
        self._forget_full_buckets()
        await self._storage.parcels.renew(lanes, self._clock.now())

    async def _speak(self, lane: str, parcels: list[Parcel]) -> None:
        """One lane's turn; its last outcome and the end of the turn are booked together."""
        try:
            for index, parcel in enumerate(parcels):
                rest = parcels[index:]
                wait = self._bucket(parcel, lane).take(self._clock.now())
                if wait > LONGEST_HOLD or self._crew.stopping:
                    await self._put_back(lane, rest, self._clock.now() + timedelta(seconds=wait))
                    return
                if wait:
                    await self._clock.sleep(wait)
                if not self._crew.holds(lane):
                    log.warning("lane_lost_in_a_pause", extra={"lane": lane})
                    await self._storage.parcels.release({lane: self._clock.now()})
                    return
                outcome = await self._say(parcel)
                if outcome.verdict == "later" and outcome.due_at:
                    await self._put_back(lane, rest[1:], outcome.due_at, outcome)
                    return
                await self._booking.book(outcome, release={lane: outcome.at} if len(rest) == 1 else NOTHING)
        except Problem:
            # The lease runs out, and whoever takes the lane then looks before posting again.
            log.warning("outcomes_not_booked", extra={"lane": lane})

    async def _put_back(self, lane: str, parcels: Sequence[Parcel], free_at: datetime, *booked: Outcome) -> None:
        """Untouched, behind the instant at which the lane is free again."""
        await self._booking.book(*booked, *(_untouched(one, free_at) for one in parcels), release={lane: free_at})

    async def _say(self, parcel: Parcel) -> Outcome:
        platform = self._platforms.get(parcel.place.platform)
        if platform is None:
            return self._dead(parcel, f"{parcel.place.platform} is switched off")
        try:
            receipt = await self._once(platform, parcel)
        except Unavailable as problem:
            outcome = self._later(parcel, problem)
            if outcome.verdict == "dead":
                await self._tell_owner(parcel, Rejected(problem.says, code="given_up", advice=problem.advice))
            return outcome
        except Rejected as problem:
            await self._tell_owner(parcel, problem)
            return self._dead(parcel, problem.says)
        except Exception:
            log.exception("parcel_failed", extra={"parcel": parcel.id, "subject": parcel.subject})
            return self._later(parcel, Unavailable(parcel.place.platform))
        now = self._clock.now()
        self._meters.count("deliveries", platform=platform.name, verdict="sent")
        self._meters.observe("delivery", (now - parcel.put_at).total_seconds(), platform=platform.name)
        log.info("delivered", extra={"subject": parcel.subject, "place": parcel.place.key, "attempts": parcel.attempts})
        return Outcome(parcel.id, "sent", now, receipt)

    async def _once(self, platform: Platform, parcel: Parcel) -> Receipt:
        if parcel.doubtful_since and parcel.receipt is None:  # an update may be repeated without harm
            place = _in_thread(parcel.place, parcel.under)
            found = await platform.find(parcel.tenant, place, parcel.key, parcel.doubtful_since)
            if found:
                log.info("already_posted", extra={"subject": parcel.subject})
                return found
        order = Order(parcel.tenant, parcel.place, parcel.reply, parcel.key, parcel.receipt, parcel.under)
        return await platform.send(order)

    def _later(self, parcel: Parcel, problem: Unavailable) -> Outcome:
        now = self._clock.now()
        if now - parcel.put_at > GIVE_UP_AFTER:
            return self._dead(parcel, problem.says)
        told = problem.retry_after  # who names a time is asked again then; only who was wrong about it, later
        wait = backoff(parcel.attempts) if told is None else max(told, backoff(parcel.attempts - 1))
        due_at = now + wait
        self._meters.count("deliveries", platform=parcel.place.platform, verdict="later")
        return Outcome(parcel.id, "later", now, due_at=due_at, doubtful=not problem.definite, error=problem.says)

    def _dead(self, parcel: Parcel, error: str) -> Outcome:
        self._meters.count("deliveries", platform=parcel.place.platform, verdict="dead")
        log.error("undeliverable", extra={"subject": parcel.subject, "place": parcel.place.key, "reason": error})
        return Outcome(parcel.id, "dead", self._clock.now(), error=error)

    async def _tell_owner(self, parcel: Parcel, problem: Rejected) -> None:
        entry = Entry(
            "undeliverable", parcel.subject, self._clock.now(), place=parcel.place.key,
            details={"reason": problem.says, "code": problem.code, "advice": problem.advice},
        )  # fmt: skip
        try:
            async with self._storage.work(parcel.tenant) as work:
                await work.audit.add(entry)
                if self._tell:
                    await self._tell(work, parcel, problem)
        except Problem:
            log.warning("audit_not_written", extra={"subject": parcel.subject})

    def _bucket(self, parcel: Parcel, lane: str) -> Bucket:
        if lane not in self._buckets:
            platform = self._platforms.get(parcel.place.platform)
            if platform is None:
                return Bucket(_UNPACED, self._clock.now())
            self._buckets[lane] = Bucket(platform.pace, self._clock.now())
        return self._buckets[lane]

    def _forget_full_buckets(self) -> None:
        now = self._clock.now()
        self._buckets = {lane: bucket for lane, bucket in self._buckets.items() if not bucket.full(now)}


def _in_thread(place: Place, under: Receipt | None) -> Place:
    """Where a message that hangs on another is to be looked for; receipts read channel:message."""
    if under is None:
        return place
    channel, _, message = under.id.rpartition(":")
    return replace(place, channel=channel, thread=message)


def _untouched(parcel: Parcel, due_at: datetime) -> Outcome:
    return Outcome(parcel.id, "later", due_at, due_at=due_at, doubtful=parcel.doubtful_since is not None)
