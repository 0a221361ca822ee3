"""What an intent may use to answer: everything it needs, nothing it could find for itself."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol, TypeAlias

from bot.model.errors import Rejected
from bot.model.issue import By
from bot.model.lines import LogLine
from bot.model.message import Account, Person, Place
from bot.model.parcel import Kept
from bot.model.series import Labels, Metric, Series
from bot.model.tenant import TenantId
from bot.model.understood import Understood
from bot.ports.actor import Actor
from bot.ports.desks import Desks
from bot.ports.ledger import Ledger
from bot.ports.press import Press
from bot.ports.services import Clock

Direction: TypeAlias = Literal["forward", "backward"]


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

    async def labels(self, names: Sequence[str], most: int) -> Mapping[str, Labels]:
        """What series of these names are told apart by, with at most so many values of each label."""
        ...

    def link(self, query: str, start: datetime, end: datetime) -> str:
        """Where a person can open this query; empty where there is no such page."""
        ...


class LogsSource(Protocol):
    """Speaks LogQL. Raises Unavailable or Rejected."""

    title: str  # as people know it: "Loki"

    async def lines(
        self, query: str, start: datetime, end: datetime, limit: int, direction: Direction = "backward"
    ) -> Sequence[LogLine]:
        """Lines with start <= at < end, the newest first unless `forward`; no more than `limit`."""
        ...

    async def instant(self, query: str, at: datetime) -> Sequence[Series]:
        """One point a series, of a query that counts or measures. Empty means no lines, which is not zero."""
        ...

    async def range(self, query: str, start: datetime, end: datetime, step: timedelta) -> Sequence[Series]: ...

    async def labels(self) -> Sequence[str]:
        """The labels that streams have had lately."""
        ...

    async def values(self, label: str) -> Sequence[str]: ...

    def link(self, query: str, start: datetime, end: datetime) -> str:
        """Where a person can open this query; empty where there is no such page."""
        ...


class Sources(Protocol):
    """Which sources a tenant has."""

    async def metrics(self, tenant: TenantId, named: str = "") -> MetricsSource | None:
        """Of that name or id, else the default; None where there is no default. Raises Missing for an unknown name."""
        ...

    async def logs(self, tenant: TenantId, named: str = "") -> LogsSource | None: ...


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
    session: str = ""  # the conversation it is asked in
    context: Mapping[str, str] = field(default_factory=dict)  # what that is about, as its people told
    program: bool = False  # nobody in person asks

    @property
    def answer(self) -> str:
        """What its answer is called: what a model is asked for it is booked as about that."""
        return f"answer:{self.cause}" if self.cause else ""

    @property
    def conversation(self) -> str:
        return self.session or self.place.key

    @property
    def actor(self) -> Actor:
        by = By(self.person.name, None if self.program else self.person.id, self.place.platform, self.at)
        return Actor(self.tenant, by, self.cause, self.place)


class FeedbackBook(Protocol):
    async def keep(
        self,
        turn: Turn,
        subject: str,
        *,
        positive: bool,
        comment: str,
        rating: int | None = None,
        categories: Sequence[str] = (),
    ) -> None: ...


class AnswerBook(Protocol):
    async def find(self, turn: Turn, subject: str) -> Kept | None:
        """Only what was said in the place of this turn."""
        ...


async def unheard(_: str) -> None:
    """Nobody waits for it."""


@dataclass(frozen=True, slots=True)
class Tools:
    turn: Turn
    clock: Clock
    metrics: MetricsSource | None
    feedback: FeedbackBook
    step: Callable[[str], Awaitable[None]]  # tell the person what is being done, when it takes long
    desks: Desks
    logs: LogsSource | None = None
    named: Callable[[str], Awaitable[MetricsSource]] | None = None  # another source than the default, by its name
    answers: AnswerBook | None = None
    press: Press | None = None
    words: Callable[[str], Awaitable[None]] = unheard  # more of the answer, to be seen early; the reply holds it all
    halt: Callable[[], Awaitable[None]] | None = None  # returns once somebody wants it to end with what is known
    ledger: Ledger | None = None  # of AI usage
    explains: Callable[[str], Awaitable[Understood]] | None = None  # how a question would be understood here

    def used(self) -> Ledger:
        """The ledger of AI usage, read as this answer's own."""
        return self.ledger or self.desks.ledgers.of(self.turn.tenant)

    async def kept(self, subject: str) -> Kept | None:
        return await self.answers.find(self.turn, subject) if self.answers else None

    async def explained(self, question: str) -> Understood:
        assert self.explains
        return await self.explains(question)

    def source(self) -> MetricsSource:
        if self.metrics is None:
            raise Rejected(
                "No metrics source is connected.",
                advice="An administrator can say `datasource add`, or set PROMETHEUS_URL and start me again.",
            )
        return self.metrics

    def log_source(self) -> LogsSource:
        if self.logs is None:
            raise Rejected(
                "No source of logs is connected.",
                advice="An administrator can say `datasource add`, or set LOKI_URL and start me again.",
            )
        return self.logs

    async def source_of(self, named: str) -> MetricsSource:
        """The default one where no name is given."""
        return await self.named(named) if named and self.named else self.source()
