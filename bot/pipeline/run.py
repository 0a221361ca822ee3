"""The way of a signal: accepted, merged into an issue and told, in one commit that it shares with its neighbours."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime

from bot.desk.timekeeper import Handler
from bot.model.issue import IssueId
from bot.model.plan import Plan
from bot.model.signal import Signal
from bot.model.tenant import DEFAULT_TENANT, TenantId
from bot.model.timer import Timer
from bot.pipeline import gusts, heartbeats, issues, parting, reading, taught, telling
from bot.pipeline.group_commit import GroupCommit
from bot.pipeline.issues import Merged
from bot.pipeline.parting import Parted
from bot.pipeline.standing import Standing, Standings
from bot.pipeline.telling import OpenTicket, Teller, Told
from bot.pipeline.turns import Turns
from bot.ports.actor import Actor
from bot.ports.services import Clock, Meters
from bot.ports.storage import Storage, UnitOfWork

BATCH = 1000  # signals; more is hardly quicker, and clicks wait meanwhile


class Pipeline:
    """`workspaces`: the workspace that plans mean on a platform when they name none. `ticket` opens one by itself.
    `turns`: when what is new is analysed; None: nobody does that."""

    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        meters: Meters,
        workspaces: Callable[[str], Awaitable[str]],
        ticket: OpenTicket | None = None,
        turns: Turns | None = None,
    ) -> None:
        self._storage, self._clock, self._meters = storage, clock, meters
        self._standings = Standings(storage, clock, workspaces)
        self._teller = Teller(meters, ticket, turns)
        self._group = GroupCommit("signals", BATCH, self._commit)

    async def start(self, tenants: Collection[TenantId] = (DEFAULT_TENANT,)) -> None:
        """Every heartbeat of the plans is waited for from now on."""
        for tenant in tenants:
            await self._standings.of(tenant)

    async def stop(self) -> None:
        """Take in no more; what was taken in is finished."""
        await self._group.stop()

    async def accept(self, tenant: TenantId, signals: Sequence[Signal]) -> None:
        """Returns when they are committed. Unavailable: none of them is."""
        if signals:
            await self._group.keep(tenant, signals)

    async def beat(self, tenant: TenantId, name: str) -> None:
        """A heartbeat that came without a signal."""
        await self.accept(tenant, [heartbeats.pulse(name, self._clock.now())])

    async def plan(self, tenant: TenantId) -> Plan:
        return (await self._standings.of(tenant)).plan

    def forget(self, tenant: TenantId) -> None:
        """The plan has changed: read it anew."""
        self._standings.forget(tenant)

    async def merge(self, work: UnitOfWork, signals: Sequence[Signal], now: datetime) -> None:
        """For those who are inside a unit of work already."""
        standing = await self._standings.inside(work)
        self._teller.note(await self._merged(work, signals, standing, now), now)

    async def reconsider(self, work: UnitOfWork, issue: IssueId, now: datetime) -> None:
        """Quiet hours, a mute or maintenance are over: what is still open is told where it was not."""
        found = await work.issues.get(issue)
        if found is None or not found.open:
            return
        standing = await self._standings.inside(work)
        again = telling.only(telling.looked_at_again(found, now))
        told = await self._teller.announce(work, again, standing.plan, standing.workspaces, now, later=True)
        self._teller.note(told, now)

    async def part(self, actor: Actor, issue: IssueId, key: str) -> Parted:
        """Takes out of an issue what had joined it."""
        async with self._storage.work(actor.tenant) as work:
            now = self._clock.now()
            standing = await self._standings.inside(work)
            parted = await parting.part(work, actor, issue, key, standing.grouping, now)
            merged = Merged(changes=list(parted.changes))
            told = await self._teller.announce(work, merged, standing.plan, standing.workspaces, now)
        self._teller.note(told, now)
        return parted

    def handlers(self) -> Mapping[str, Handler]:
        """By the kind of timer."""
        return {heartbeats.KIND: self._heartbeat, telling.QUIET: self._quiet, gusts.KIND: self._calm}

    async def _heartbeat(self, work: UnitOfWork, timer: Timer) -> None:
        now = self._clock.now()
        standing = await self._standings.inside(work)
        if signal := heartbeats.missed(standing.plan, timer.object, now):
            self._teller.note(await self._merged(work, [signal], standing, now, heard=True), now)

    async def _quiet(self, work: UnitOfWork, timer: Timer) -> None:
        await self.reconsider(work, IssueId(timer.object), self._clock.now())

    async def _calm(self, work: UnitOfWork, timer: Timer) -> None:
        await gusts.calm(work, timer, (await self._standings.inside(work)).plan, self._clock.now())

    async def _commit(self, tenant: TenantId, signals: Sequence[Signal]) -> None:
        started = asyncio.get_running_loop().time()
        standing = await self._standings.of(tenant)
        async with self._storage.work(tenant) as work:
            now = self._clock.now()
            told = await self._merged(work, signals, standing, now)
        self._teller.note(told, now)
        self._meters.observe("signal_commit", asyncio.get_running_loop().time() - started)

    async def _merged(
        self, work: UnitOfWork, signals: Sequence[Signal], standing: Standing, now: datetime, *, heard: bool = False
    ) -> Told:
        """`heard`: they come from ourselves, and no beat is among them."""
        if not heard:
            signals = await self._without_beats(work, signals, standing.plan, now)
        signals = await taught.runbooks(work, signals, now)
        grouping = standing.grouping
        keys = [grouping.key(signal) for signal in signals]
        merged = Merged()
        if signals:
            known = await reading.read(work, signals, keys, standing.plan, now)
            merged = issues.merge(known, signals, keys, now)
            await work.issues.save_alerts(merged.alerts)
            await work.issues.save(merged.counted)
        for (source, said), count in merged.said.items():
            for _ in range(count):
                self._meters.count("signals", source=source, result=said.value)
        return await self._teller.announce(work, merged, standing.plan, standing.workspaces, now)

    async def _without_beats(
        self, work: UnitOfWork, signals: Sequence[Signal], plan: Plan, now: datetime
    ) -> Sequence[Signal]:
        others, beaten = heartbeats.swallow(signals, plan)
        ends = [await heartbeats.beat(work, plan, name, now) for name in beaten]
        for _ in beaten:
            self._meters.count("signals", source=heartbeats.SOURCE, result="heartbeat")
        return [*others, *(end for end in ends if end)]
