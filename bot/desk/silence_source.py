"""Our silences at their sources: each stands there once, and ends there when it ends here.

The row is saved before the source is asked, and its outside id after; what stops in between is found by its mark in the
comment. Only `stand` and `settle` create, and neither does before it has looked, unless nobody can have tried before.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

from bot.desk.silence_marks import OURS, Told, carrying, comment_of, covered, entry, mark_of, marked, signed
from bot.model.errors import Rejected, Unavailable
from bot.model.issue import By, IssueId
from bot.model.silence import Silence, SilenceId
from bot.model.tenant import TenantId
from bot.ports.actor import Actor
from bot.ports.services import Clock
from bot.ports.silencer import Silencer, Standing
from bot.ports.storage import Storage, UnitOfWork

log = logging.getLogger(__name__)

UNDER_WAY = timedelta(minutes=2)  # so long may a call still be on its way: nobody else creates meanwhile
ROUNDING = timedelta(seconds=1)


class SilenceSource:
    def __init__(self, storage: Storage, clock: Clock, silencers: Mapping[str, Silencer], told: Told) -> None:
        self._storage, self._clock, self._silencers, self._told = storage, clock, silencers, told
        self._one_at_a_time = asyncio.Lock()

    async def stand(self, actor: Actor, silence: Silence, *, first: bool) -> Silence:
        """Creates it at its source, unless it stands there. `first`: nobody can have tried before."""
        silencer = self._silencers[silence.source]
        async with self._one_at_a_time:
            known = await self._read(actor.tenant, silence.id)
            if known is None or known.state != "active" or known.outside:
                return known or silence
            try:
                outside = "" if first else await self._find(silencer, silence.id)
                outside = outside or await self._create(silencer, silence)
            except Rejected:
                await self._over(actor, silence, "refused")
                raise
            except Unavailable as problem:
                raise Unavailable(
                    problem.what,
                    retry_after=problem.retry_after,
                    advice=f"I have noted the silence, and make it as soon as {silencer.title} answers.",
                ) from problem
            return await self._book(actor, silence, outside)

    async def end(self, silence: Silence) -> None:
        """Expires it at its source, also where its id did not come back to us."""
        silencer = self._silencers.get(silence.source)
        if silencer is None:
            return
        if silence.outside:
            await silencer.expire(silence.outside)
            return
        for standing in _alive(await silencer.silences(mark_of(silence.id))):
            await silencer.expire(standing.id)

    async def settle(self, tenant: TenantId) -> None:
        """Brings both sides together again: after a crash, a call without an answer, or a change made at the source."""
        now = self._clock.now()
        async with self._storage.work(tenant) as work:
            active = [silence for silence in await work.silences.active(now) if silence.kind == "silence"]
        for source, silencer in self._silencers.items():
            try:
                await self._settle(tenant, silencer, [silence for silence in active if silence.source == source])
            except (Unavailable, Rejected) as problem:
                log.warning("silences_not_settled", extra={"source": source, "reason": problem.says})

    async def _settle(self, tenant: TenantId, silencer: Silencer, active: Sequence[Silence]) -> None:
        ours: dict[SilenceId, list[Standing]] = {}
        for standing in await silencer.silences(OURS):
            if mark := marked(standing.comment):
                ours.setdefault(mark, []).append(standing)
        for mark, found in ours.items():
            await self._drop(tenant, silencer, mark, found)
        for silence in active:
            actor = Actor(tenant, By("Nightdesk"), f"settle:{uuid4().hex}")
            await self._settle_one(actor, silencer, silence, ours.get(silence.id, []))

    async def _drop(self, tenant: TenantId, silencer: Silencer, mark: SilenceId, found: Sequence[Standing]) -> None:
        """What stands there twice, or although it is over here. A mark that we do not know is another house's."""
        known = await self._read(tenant, mark)
        if known is None:
            return
        alive = _alive(found)
        keep = next((standing for standing in alive if standing.id == known.outside), alive[0] if alive else None)
        for standing in alive:
            if known.state == "expired" or standing is not keep:
                await silencer.expire(standing.id)
                log.info("silence_expired", extra={"silence": mark, "outside": standing.id})

    async def _settle_one(self, actor: Actor, silencer: Silencer, silence: Silence, found: Sequence[Standing]) -> None:
        standing = next((one for one in found if one.id == silence.outside), None) or next(iter(_alive(found)), None)
        if standing is None and silence.outside:
            standing = await silencer.get(silence.outside)  # its comment may have been changed there
        standing = standing or next(iter(found), None)
        if standing is None:
            if silence.outside or self._clock.now() - _asked_at(silence) >= UNDER_WAY:
                await self._again(actor, silence)
        elif standing.state == "expired":
            await self._over(actor, silence, "ended_at_source")
        elif standing.id != silence.outside or abs(standing.ends_at - silence.ends_at) > ROUNDING:
            await self._book(actor, replace(silence, ends_at=standing.ends_at), standing.id)

    async def _again(self, actor: Actor, silence: Silence) -> None:
        """It never came to stand, or its source forgot it."""
        async with self._storage.work(actor.tenant) as work:
            known = await work.silences.get(silence.id)
            if known is None or known.state != "active":
                return
            await work.silences.save(replace(known, outside=""))
        try:
            await self.stand(actor, replace(known, outside=""), first=False)
        except (Unavailable, Rejected) as problem:
            log.warning("silence_not_made", extra={"silence": silence.id, "reason": problem.says})

    async def _create(self, silencer: Silencer, silence: Silence) -> str:
        try:
            return await silencer.create(
                silence.matchers, silence.starts_at, silence.ends_at, signed(silence.by), comment_of(silence)
            )
        except Unavailable as problem:
            if problem.definite:
                raise
            if found := await self._find(silencer, silence.id):
                return found
            raise  # it may still be on its way: `settle` looks again when it cannot be any more

    async def _find(self, silencer: Silencer, silence: SilenceId) -> str:
        alive = _alive(await silencer.silences(mark_of(silence)))
        return alive[0].id if alive else ""

    async def _book(self, actor: Actor, silence: Silence, outside: str) -> Silence:
        now = self._clock.now()
        async with self._storage.work(actor.tenant) as work:
            known = await work.silences.get(silence.id)
            if known is not None and known.state == "active":
                booked = replace(known, outside=outside, ends_at=silence.ends_at)
                await work.silences.save(booked)
                await work.timers.set("silence", booked.id, booked.ends_at, {})
                await work.audit.add(entry(actor, "stands", booked, now))
                for issue in await covered(work, booked, now):
                    await self._told(work, issue, booked, actor)
                return booked
        await self.end(replace(silence, outside=outside))  # undone while it was being made
        return known or silence

    async def _over(self, actor: Actor, silence: Silence, act: str) -> None:
        async with self._storage.work(actor.tenant) as work:
            known = await work.silences.get(silence.id)
            if known is not None and known.state != "expired":
                await expired(work, known, actor, act, self._clock, self._told)

    async def _read(self, tenant: TenantId, silence: SilenceId) -> Silence | None:
        async with self._storage.work(tenant) as work:
            return await work.silences.get(silence)


async def expired(work: UnitOfWork, silence: Silence, actor: Actor, act: str, clock: Clock, told: Told) -> Silence:
    """Books the end of a silence, and takes its mark off the issues that carry it; or of what was only asked for."""
    now = clock.now()
    over = replace(silence, state="expired", ends_at=max(silence.starts_at, min(silence.ends_at, now)))
    await work.silences.save(over)
    await work.timers.stop("silence", silence.id)
    await work.audit.add(entry(actor, act, over, now))
    if silence.state == "asked" and silence.issue:
        await told(work, silence.issue, over, actor)
    left = await carrying(work, silence)
    still = await _under_others(work, now) if left else {}
    for issue in left:
        await told(work, issue, still.get(issue), actor)
    return over


async def _under_others(work: UnitOfWork, now: datetime) -> Mapping[IssueId, Silence]:
    """The issues that are silenced all the same, and by what for the longest."""
    found: dict[IssueId, Silence] = {}
    for other in await work.silences.active(now):  # those that end last come last
        if other.kind == "mute" or other.outside:
            found |= dict.fromkeys(await covered(work, other, now), other)
    return found


def _alive(found: Sequence[Standing]) -> Sequence[Standing]:
    return [standing for standing in found if standing.state != "expired"]


def _asked_at(silence: Silence) -> datetime:
    """When its source was asked for it for the first time."""
    return silence.approved.at if silence.approved and silence.approved.at else silence.starts_at
