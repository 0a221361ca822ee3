"""Events into the database: held against thresholds, kept once, and what they say of their services told on."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from bot.model.log_event import LogEvent
from bot.model.signal import Signal
from bot.pipeline import event_signals, thresholds
from bot.pipeline.thresholds import Threshold
from bot.ports.storage import UnitOfWork

LIMITS = "thresholds"  # the note in which a tenant's own limits stand

Merge: TypeAlias = Callable[[UnitOfWork, Sequence[Signal], datetime], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Keeping:
    """The one way in, whoever brings the events: the API, OTLP, a tail of Loki, the demo."""

    merge: Merge

    async def keep(self, work: UnitOfWork, events: Sequence[LogEvent], now: datetime) -> Sequence[LogEvent]:
        """Those that are new, as they were judged. With what follows from them in the same unit of work."""
        known = await work.events.standings()
        new = await _new(work, events)
        if not new:
            return ()
        checked = thresholds.check(new, known, await limits(work))
        judged = [one.event for one in checked.verdicts]
        await work.events.add(judged)
        await work.events.save_standings(checked.standings)
        if signals := event_signals.signals(checked.verdicts):
            await self.merge(work, signals, now)
        return judged


async def limits(work: UnitOfWork) -> dict[str, Threshold]:
    return dict(thresholds.table(await work.events.note(LIMITS)))


async def _new(work: UnitOfWork, events: Sequence[LogEvent]) -> list[LogEvent]:
    """Each once, in the order in which they happened."""
    first = {one.id: one for one in reversed(events)}
    taken = await work.events.taken(first.keys())
    return sorted((one for one in first.values() if one.id not in taken), key=lambda one: (one.at, one.id))
