"""What an intent may use to answer: everything it needs, nothing it could find for itself."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from bot.model.errors import Rejected
from bot.model.issue import By
from bot.model.message import Account, Person, Place
from bot.model.series import Metric, Series
from bot.model.tenant import TenantId
from bot.ports.desks import Actor, Desks
from bot.ports.services import Clock


class MetricsSource(Protocol):
    """Speaks PromQL. Raises Unavailable or Rejected."""

    title: str  # as people know it: "Prometheus", "demo world"

    async def instant(self, query: str, at: datetime) -> Sequence[Series]:
        """One point a series; a scalar is a series without labels. Empty means no data, which is not zero."""
        ...

    async def range(self, query: str, start: datetime, end: datetime, step: timedelta) -> Sequence[Series]: ...

    async def metrics(self) -> Sequence[Metric]:
        """What there is to ask for."""
        ...

    async def values(self, label: str) -> Sequence[str]:
        """The values that a label has had lately."""
        ...

    def link(self, query: str, start: datetime, end: datetime) -> str:
        """Where a person can open this query; empty where there is no such page."""
        ...


@dataclass(frozen=True, slots=True)
class Turn:
    """Who asks, where, and what this thread has been about."""

    tenant: TenantId
    person: Person
    place: Place
    at: datetime
    zone: str = "UTC"
    about: str = ""
    memory: Mapping[str, Any] = field(default_factory=dict)
    cause: str = ""  # the letter that is answered: what is done because of it is done once
    account: Account | None = None  # who asks, as their platform knows them
    pressed_on: str = ""  # the message (as in receipts) that a button was pressed on

    @property
    def actor(self) -> Actor:
        by = By(self.person.name, self.person.id, self.place.platform, self.at)
        return Actor(self.tenant, by, self.cause, self.place)


class FeedbackBook(Protocol):
    async def keep(self, turn: Turn, subject: str, *, positive: bool, comment: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Tools:
    turn: Turn
    clock: Clock
    metrics: MetricsSource | None
    feedback: FeedbackBook
    step: Callable[[str], Awaitable[None]]  # tell the person what is being done, when it takes long
    desks: Desks

    def source(self) -> MetricsSource:
        if self.metrics is None:
            raise Rejected("No metrics source is connected.", advice="Set PROMETHEUS_URL and start me again.")
        return self.metrics
