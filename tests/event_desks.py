"""A desk of log events that keeps what it is given."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.model.log_event import EventId, Kind, LogEvent
from bot.model.tenant import TenantId
from bot.ports.actor import Actor
from bot.ports.events import EventState, WantedEvents


@dataclass
class Events:
    """Keeps what it is given; nothing is judged here."""

    kept: list[LogEvent] = field(default_factory=list)
    standing: EventState = field(default_factory=lambda: EventState(False, True, 30, 7, 0, 0, 0))
    changed: dict[str, float | None] = field(default_factory=dict)
    acts: list[tuple[str, object]] = field(default_factory=list)

    async def take(self, tenant: TenantId, events: Sequence[LogEvent]) -> int:
        self.kept += events
        return len(events)

    async def state(self, tenant: TenantId) -> EventState:
        return self.standing

    async def find(self, tenant: TenantId, wanted: WantedEvents) -> Sequence[LogEvent]:
        return [one for one in reversed(self.kept) if one.flagged or not wanted.flagged][: wanted.limit]

    async def get(self, tenant: TenantId, event: EventId) -> LogEvent | None:
        return next((one for one in self.kept if one.id == event), None)

    async def start(self, actor: Actor, *, seed: int | None = None, rate: int | None = None) -> None:
        self.acts.append(("start", (seed, rate)))

    async def stop(self, actor: Actor) -> None:
        self.acts.append(("stop", None))

    async def force(self, actor: Actor, kind: Kind | None, *, critical: bool) -> Sequence[LogEvent]:
        self.acts.append(("force", (kind, critical)))
        return self.kept[:1]

    async def show_live(self, actor: Actor, minutes: int) -> bool:
        self.acts.append(("live", minutes))
        return True

    async def end_live(self, actor: Actor) -> bool:
        self.acts.append(("end_live", None))
        return False

    async def clear(self, actor: Actor) -> int:
        self.acts.append(("clear", None))
        return len(self.kept)

    async def limits(self, tenant: TenantId) -> Mapping[str, float | None]:
        return self.changed

    async def change_limit(self, actor: Actor, metric: str, limit: float | None, *, default: bool = False) -> None:
        self.acts.append(("limit", (metric, limit, default)))
