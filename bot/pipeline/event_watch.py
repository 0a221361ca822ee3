"""The desk of log events: what was taken in, the thresholds, and the demo that makes events up."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.desk.office import entry
from bot.desk.timekeeper import Handler
from bot.model.errors import Rejected
from bot.model.log_event import EventId, Kind, LogEvent
from bot.model.tenant import TenantId
from bot.pipeline import event_live, event_making, event_signals, thresholds
from bot.pipeline.event_intake import Intake
from bot.pipeline.event_keeping import LIMITS, Keeping
from bot.pipeline.event_live import Live
from bot.pipeline.event_making import NOTE, RATE, Making
from bot.ports.actor import Actor
from bot.ports.events import EventMaker, EventState, WantedEvents
from bot.ports.services import Clock, Meters
from bot.ports.storage import Storage

CLEARED = "cleared"  # the note that says when


class Watch:
    """Fills bot.ports.desks.EventDesk."""

    def __init__(
        self, storage: Storage, clock: Clock, meters: Meters, keeping: Keeping, maker: EventMaker | None = None
    ) -> None:
        self._storage, self._clock, self._keeping = storage, clock, keeping
        self._intake = Intake(storage, clock, meters, keeping)
        self._live = Live(storage, clock)
        self._making = Making(storage, clock, keeping, maker)

    def handlers(self) -> Mapping[str, Handler]:
        """By the kind of timer."""
        return {event_making.KIND: self._making.due, event_live.KIND: self._live.due}

    async def shut(self) -> None:
        """Nothing more is taken in; what was accepted is committed."""
        await self._intake.stop()

    async def take(self, tenant: TenantId, events: Sequence[LogEvent]) -> int:
        return await self._intake.take(tenant, events)

    async def state(self, tenant: TenantId) -> EventState:
        async with self._storage.work(tenant) as work:
            standings = await work.events.look()
            making, cleared = await work.events.note(NOTE), await work.events.note(CLEARED)
        maker = self._making.maker
        return EventState(
            running=bool(making.get("run")),
            can_run=maker is not None,
            rate=int(making.get("rate", RATE)),
            seed=int(making.get("seed", maker.seed if maker else 0)),
            seen=sum(one.seen for one in standings.values()),
            flagged=sum(one.flagged for one in standings.values()),
            waiting=self._intake.waiting,
            cleared_at=datetime.fromisoformat(cleared["at"]) if cleared else None,
            standings=standings,
        )

    async def find(self, tenant: TenantId, wanted: WantedEvents) -> Sequence[LogEvent]:
        async with self._storage.work(tenant) as work:
            return await work.events.find(wanted)

    async def get(self, tenant: TenantId, event: EventId) -> LogEvent | None:
        async with self._storage.work(tenant) as work:
            return await work.events.get(event)

    async def start(self, actor: Actor, *, seed: int | None = None, rate: int | None = None) -> None:
        await self._making.start(actor, seed, rate)

    async def stop(self, actor: Actor) -> None:
        await self._making.stop(actor)

    async def force(self, actor: Actor, kind: Kind | None, *, critical: bool) -> Sequence[LogEvent]:
        return await self._making.force(actor, kind, critical=critical)

    async def show_live(self, actor: Actor, minutes: int) -> bool:
        return await self._live.begin(actor, minutes)

    async def end_live(self, actor: Actor) -> bool:
        return await self._live.end(actor)

    async def clear(self, actor: Actor) -> int:
        """What is open because of events is over with them, and says by whom."""
        async with self._storage.work(actor.tenant) as work:
            now, standings = self._clock.now(), await work.events.standings()
            why = f"{actor.by.name} cleared the log events."
            over = [
                event_signals.ended(service, metric, now, why)
                for service, one in standings.items()
                for metric in one.open
            ]
            if over:
                await self._keeping.merge(work, over, now)
            count = await work.events.clear()
            await work.events.save_note(CLEARED, {"at": now.isoformat()})
            await work.audit.add(entry(actor, "events.clear", "log events", self._clock, events=count))
        return count

    async def limits(self, tenant: TenantId) -> Mapping[str, float | None]:
        async with self._storage.work(tenant) as work:
            return await work.events.note(LIMITS)

    async def change_limit(self, actor: Actor, metric: str, limit: float | None, *, default: bool = False) -> None:
        held = thresholds.BY_METRIC.get(metric)
        if held is None:
            raise Rejected(f"There is no threshold of “{metric}”.", advice="Say `thresholds` to see which there are.")
        if limit is not None and not default and (problem := held.refuses(limit)):
            raise Rejected(problem)
        async with self._storage.work(actor.tenant) as work:
            await work.events.turn(LIMITS)
            before = await work.events.note(LIMITS)
            after = {name: value for name, value in before.items() if name != metric}
            if not default:
                after[metric] = limit
            await work.events.save_note(LIMITS, after)
            details = {"before": before.get(metric, held.limit), "after": after.get(metric, held.limit)}
            await work.audit.add(entry(actor, "threshold.change", metric, self._clock, **details))
