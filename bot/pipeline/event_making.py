"""Events that are made up, a few a minute: begun, ended and forced by hand. What is due next is a timer."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.desk.office import entry
from bot.model.errors import Rejected
from bot.model.log_event import Kind, LogEvent
from bot.model.timer import Timer
from bot.pipeline.event_keeping import Keeping
from bot.ports.actor import Actor
from bot.ports.events import EventMaker
from bot.ports.services import Clock
from bot.ports.storage import Storage, UnitOfWork

KIND = "made event"
NOTE = "making"
RATE, FASTEST = 30, 600  # events a minute


class Making:
    """A run has a name of its own. A timer of a run that was ended meanwhile finds that out, and does nothing."""

    def __init__(self, storage: Storage, clock: Clock, keeping: Keeping, maker: EventMaker | None) -> None:
        self._storage, self._clock, self._keeping, self._maker = storage, clock, keeping, maker

    @property
    def maker(self) -> EventMaker | None:
        return self._maker

    async def start(self, actor: Actor, seed: int | None, rate: int | None) -> None:
        maker = self._there()
        if rate is not None and not 1 <= rate <= FASTEST:
            raise Rejected(f"The rate has to be between 1 and {FASTEST} events a minute.")
        async with self._storage.work(actor.tenant) as work:
            note = await _mine(work)
            if note.get("run"):
                raise Rejected("The pipeline is running already.", code="running")
            now, run = self._clock.now(), secrets.token_hex(6)
            begun = seed is not None and seed != note.get("seed")
            told = {
                "run": run,
                "seed": int(note.get("seed", maker.seed) if seed is None else seed),
                "rate": int(note.get("rate", RATE) if rate is None else rate),
                "number": 0 if begun else int(note.get("number", 0)),
            }
            await work.events.save_note(NOTE, told)
            await work.timers.set(KIND, run, now, {})
            await work.audit.add(entry(actor, "events.start", "log events", self._clock, rate=told["rate"]))

    async def stop(self, actor: Actor) -> None:
        self._there()
        async with self._storage.work(actor.tenant) as work:
            note = await _mine(work)
            if not note.get("run"):
                raise Rejected("The pipeline is not running.", code="stopped")
            await work.timers.stop(KIND, str(note["run"]))
            await work.events.save_note(NOTE, {**note, "run": ""})
            await work.audit.add(entry(actor, "events.stop", "log events", self._clock))

    async def force(self, actor: Actor, kind: Kind | None, *, critical: bool) -> Sequence[LogEvent]:
        maker = self._there()
        async with self._storage.work(actor.tenant) as work:
            note, now = await _mine(work), self._clock.now()
            number = int(note.get("number", 0))
            made = maker.forced(int(note.get("seed", maker.seed)), number, now, kind, critical=critical)
            kept = await self._keeping.keep(work, made, now)
            await work.events.save_note(NOTE, {**note, "number": number + 1})
            details = {"type": kind.value if kind else "any", "critical": critical}
            await work.audit.add(entry(actor, "events.force", "log events", self._clock, **details))
        return kept

    async def due(self, work: UnitOfWork, timer: Timer) -> None:
        """The handler of its timers."""
        note = await _mine(work)
        if self._maker is None or note.get("run") != timer.object:
            return
        now = self._clock.now()
        number = int(note["number"])
        await self._keeping.keep(work, [self._maker.event(int(note["seed"]), number, now)], now)
        await work.events.save_note(NOTE, {**note, "number": number + 1})
        await work.timers.set(KIND, timer.object, next_at(timer, now, int(note["rate"])), {})

    def _there(self) -> EventMaker:
        if self._maker is None:
            raise Rejected(
                "Only the demo makes events up. Events from outside are taken in at all times.",
                advice="DEMO_SEED switches the demo world on.",
            )
        return self._maker


def next_at(timer: Timer, now: datetime, rate: int) -> datetime:
    """Evenly, and without making up for a time when nobody was there."""
    pause = timedelta(minutes=1) / rate
    return max(timer.due_at + pause, now)


async def _mine(work: UnitOfWork) -> Mapping[str, Any]:
    await work.events.turn(NOTE)
    return await work.events.note(NOTE)
