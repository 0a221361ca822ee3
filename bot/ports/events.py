"""What the core keeps of log events, inside one tenant's unit of work, and what may be asked of them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from bot.model.log_event import EventId, Kind, LogEvent, Standing


@dataclass(frozen=True, slots=True)
class WantedEvents:
    """Which events; newest first. Empty means any."""

    flagged: bool = False  # only those that broke a threshold
    service: str = ""
    region: str = ""
    until: datetime | None = None
    limit: int = 50


class Events(Protocol):
    """Who asks for `standings` has the tenant's events for itself until the unit of work ends."""

    async def standings(self) -> Mapping[str, Standing]:
        """By service. For change."""
        ...

    async def save_standings(self, standings: Mapping[str, Standing]) -> None: ...
    async def look(self) -> Mapping[str, Standing]:
        """The same, to read only."""
        ...

    async def taken(self, ids: Collection[EventId]) -> Collection[EventId]:
        """Those that are kept already."""
        ...

    async def add(self, new: Sequence[LogEvent]) -> None: ...
    async def get(self, event: EventId) -> LogEvent | None: ...
    async def find(self, wanted: WantedEvents) -> Sequence[LogEvent]: ...
    async def clear(self) -> int:
        """Every event, and what is remembered of the services; how many events."""
        ...

    async def note(self, name: str) -> Mapping[str, Any]:
        """What is kept under this name; empty where nothing is."""
        ...

    async def save_note(self, name: str, body: Mapping[str, Any]) -> None: ...
    async def turn(self, name: str) -> None:
        """Until the unit of work ends, nobody else is past this line with the same name."""
        ...


@dataclass(frozen=True, slots=True)
class EventState:
    """How the watch over log events stands."""

    running: bool  # the demo makes events
    can_run: bool  # there is something that makes them
    rate: int  # a minute, of those that are made
    seed: int
    seen: int  # since the last clearing
    flagged: int
    waiting: int  # taken in and not committed yet
    cleared_at: datetime | None = None
    standings: Mapping[str, Standing] = field(default_factory=dict)


class EventMaker(Protocol):
    """Makes events up, for whoever has none of their own; the same seed and number make the same."""

    @property
    def seed(self) -> int: ...
    def event(self, seed: int, number: int, at: datetime) -> LogEvent: ...
    def forced(self, seed: int, number: int, at: datetime, kind: Kind | None, *, critical: bool) -> Sequence[LogEvent]:
        """One that breaks a threshold; `critical`: as many of one service as make it critical."""
        ...
