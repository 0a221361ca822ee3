"""Watches as people and programs ask for them: proposed, tried, made, limited, paused, deleted."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from bot.desk.asked_for import AskedFor
from bot.desk.office import entry
from bot.desk.readers import Readable
from bot.model.errors import Missing, Rejected
from bot.model.profile import Profile
from bot.model.signal import Signal
from bot.model.tenant import TenantId
from bot.model.watch import BURN, CERTAIN, Trial, Watch, WatchDraft, Watched, WatchId
from bot.pipeline import watch_burn, watch_proposals, watch_trial, watch_words
from bot.ports.actor import Actor
from bot.ports.services import Clock
from bot.ports.storage import Storage, UnitOfWork
from bot.ports.tools import MetricsSource

MOST = 2_000  # of a tenant

Merge = Callable[[UnitOfWork, Sequence[Signal]], Awaitable[None]]
Profiles = Callable[[TenantId], Awaitable[Sequence[Profile]]]


class WatchesDesk:
    """Fills bot.ports.desks.WatchDesk. `merge`: signals that belong into the same unit of work."""

    def __init__(self, storage: Storage, clock: Clock, readers: Readable, merge: Merge, profiles: Profiles) -> None:
        self._storage, self._clock, self._readers, self._merge, self._profiles = (
            storage, clock, readers, merge, profiles,
        )  # fmt: skip

    async def every(self, tenant: TenantId) -> Sequence[Watched]:
        async with self._storage.work(tenant) as work:
            found, marks = await work.watches.every(), await work.watches.open()
        strange = [mark.watch for mark in marks]
        return [Watched(watch, standing, strange.count(watch.id)) for watch, standing in found]

    async def proposed(self, tenant: TenantId) -> Sequence[WatchDraft]:
        source = await self._source(tenant, "")
        taken = {_what(one.watch) for one in await self.every(tenant)}
        found = await watch_proposals.proposed(source, await self._profiles(tenant), self._clock.now())
        return [one for one in found if _what(one) not in taken]

    async def trial(self, tenant: TenantId, draft: WatchDraft) -> Trial:
        _checked(draft)
        source = await self._source(tenant, draft.datasource)
        return await watch_trial.trial(source, draft, self._clock.now())

    async def make(self, actor: Actor, drafts: Sequence[WatchDraft]) -> Sequence[Watch]:
        """What is watched already is not watched twice."""
        now = self._clock.now()
        for draft in drafts:
            _checked(draft)
        async with self._storage.work(actor.tenant) as work:
            standing = [watch for watch, _ in await work.watches.every()]
            taken = {_what(one) for one in standing}
            new = [one for one in drafts if _what(one) not in taken]
            if len(standing) + len(new) > MOST:
                raise Rejected(f"There are {MOST:,} watches, and more are not kept.", advice="Delete some: `watches`.")
            first = max((int(one.id[1:]) for one in standing), default=0) + 1
            made = []
            for number, draft in enumerate(new, first):
                given = draft.model_dump(exclude={"name"})
                name = draft.name or draft.query[:120]
                watch = Watch(
                    WatchId(f"W{number}"), name, made_at=now, by=actor.by.name, cause=actor.cause, **given
                )  # fmt: skip
                await work.watches.save(watch)
                await work.audit.add(entry(actor, "watch.made", watch.id, self._clock, query=watch.query))
                made.append(watch)
        return made

    async def limit(self, actor: Actor, watch: str, above: float | None, below: float | None) -> Watch:
        return await self._changed(actor, watch, "watch.limit", above=above, below=below)

    async def pause(self, actor: Actor, watch: str) -> Watch:
        return await self._changed(actor, watch, "watch.paused", paused=True)

    async def resume(self, actor: Actor, watch: str) -> Watch:
        return await self._changed(actor, watch, "watch.resumed", paused=False)

    async def delete(self, actor: Actor, watch: str) -> Watch:
        async with self._storage.work(actor.tenant) as work:
            found = await _find(work, watch)
            await self._end(work, found)
            await work.watches.remove(found.id)
            await work.audit.add(entry(actor, "watch.deleted", found.id, self._clock, query=found.query))
        return found

    async def _changed(self, actor: Actor, watch: str, act: str, **changes: object) -> Watch:
        async with self._storage.work(actor.tenant) as work:
            found = await _find(work, watch)
            after: Watch = replace(found, **changes)  # type: ignore[arg-type]
            if after == found:
                return found
            if after.paused:
                await self._end(work, found)
            await work.watches.save(after)
            await work.audit.add(entry(actor, act, found.id, self._clock, **changes))
        return after

    async def _end(self, work: UnitOfWork, watch: Watch) -> None:
        """What it told and nobody looks at any more is not left open."""
        now, told = self._clock.now(), [one for one in await work.watches.marks(watch.id) if one.open]
        await self._merge(work, [watch_words.resolved(watch, {}, one.series, now) for one in told])
        await work.watches.mark([replace(one, told_at=now, open=False) for one in told])

    async def _source(self, tenant: TenantId, named: str) -> MetricsSource:
        reader = await self._readers.metrics(tenant, named)
        if reader is None:
            raise Rejected("No metrics source is connected.", advice="Add a datasource.")
        return AskedFor(reader, tenant)


def _checked(draft: WatchDraft) -> None:
    if draft.kind == BURN:
        watch_burn.checked(draft.query, draft.above)


def _what(one: Watch | WatchDraft) -> tuple[str, str, str]:
    """The same query may be watched for what is unusual, for its budget and for silence."""
    return one.query, one.datasource, one.kind if one.kind in CERTAIN else ""


async def _find(work: UnitOfWork, watch: str) -> Watch:
    found = await work.watches.get(WatchId(watch.strip().upper()))
    if found is None:
        raise Missing(f"There is no watch {watch[:40]}.", advice="`watches` lists those that there are.")
    return found
