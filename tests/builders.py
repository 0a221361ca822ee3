"""Things that tests are about, made in one line."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.desk.asking import Patience
from bot.desk.keeping import Room
from bot.desk.logs_reader import LogsReader
from bot.desk.reader import Reader, Readership
from bot.intents.intent import Question
from bot.model.errors import Missing
from bot.model.message import Account, Click, Message, Person, PersonId, Place, PlaceKind, Role
from bot.model.series import Labels, Metric, Point, Series, labels_of
from bot.model.tenant import DEFAULT_TENANT, Tenant, TenantId
from bot.ports.services import Clock
from bot.ports.tools import MetricsSource, Turn
from bot.query.names import Names
from bot.query.pieces import Sizes
from tests.fakes import NOON

TENANT = Tenant(DEFAULT_TENANT, "Default")
ANNA = Account("slack", "T0NIGHT", "U0ANNA", "Anna Berger")
CHANNEL = Place("slack", "T0NIGHT", "C0INCIDENTS", "1742299200.000100")
CHAT = Place("teams", "tenant-1", "19:chat", kind=PlaceKind.PERSONAL)
KNOWN = Names(
    {
        "service": ("checkout", "catalog", "payments", "search"),
        "region": ("us-east-1", "eu-west-1"),
        "env": ("prod", "staging"),
        "tool": ("support-bot",),
        "model": (),
    },
    {
        "queue_depth": Metric("queue_depth", "gauge", "Jobs that wait.", ""),
        "http_requests_total": Metric("http_requests_total", "counter", "Requests.", ""),
    },
)


def person(role: Role = Role.OPERATOR, name: str = "Anna Berger", email: str = "") -> Person:
    return Person(PersonId("p1"), DEFAULT_TENANT, name, role, email=email)


def message(
    text: str = "", *, key: str = "k1", place: Place = CHANNEL, click: Click | None = None, **more: Any
) -> Message:
    return Message(key, place, ANNA, NOON, text, click, **more)


def turn(
    place: Place = CHANNEL, *, zone: str = "UTC", memory: Mapping[str, Any] | None = None, at: datetime = NOON
) -> Turn:
    return Turn(DEFAULT_TENANT, person(), place, at, zone, memory=memory or {})


def question(
    text: str,
    *,
    memory: Mapping[str, Any] | None = None,
    zone: str = "UTC",
    names: Names = KNOWN,
    issue: str = "",
) -> Question:
    return Question(text, NOON, zone, names, memory or {}, issue)


Answering = Callable[[str, datetime], Sequence[tuple[Mapping[str, str], float]]]


class FakeMetrics:
    """Answers every query by one function of the query and the instant."""

    title = "test source"

    def __init__(self, answering: Answering, names: Names = KNOWN) -> None:
        self.asked: list[str] = []
        self._answering, self._names = answering, names

    async def instant(self, query: str, at: datetime) -> Sequence[Series]:
        self.asked.append(query)
        return [Series("", (Point(at, value),), labels=labels) for labels, value in self._answering(query, at)]

    async def range(self, query: str, start: datetime, end: datetime, step: timedelta) -> Sequence[Series]:
        self.asked.append(query)
        points: dict[tuple[tuple[str, str], ...], list[Point]] = {}
        at = start
        while at <= end:
            for labels, value in self._answering(query, at):
                points.setdefault(tuple(sorted(labels.items())), []).append(Point(at, value))
            at += step
        return [Series("", tuple(found), labels=dict(labels)) for labels, found in points.items()]

    async def metrics(self) -> Sequence[Metric]:
        return list(self._names.metrics.values())

    async def values(self, label: str) -> Sequence[str]:
        return self._names.values.get(label, ())

    async def labels(self, names: Sequence[str], most: int) -> Mapping[str, Labels]:
        return {name: labels_of([labels for labels, _ in self._answering(name, NOON)], most) for name in names}

    def link(self, query: str, start: datetime, end: datetime) -> str:
        return ""


class NoMeters:
    """Keeps what was counted; nobody else looks."""

    def __init__(self) -> None:
        self.counted: list[tuple[str, dict[str, str]]] = []

    def count(self, name: str, by: float = 1, /, **labels: str) -> None:
        self.counted.append((name, labels))

    def observe(self, name: str, seconds: float, **labels: str) -> None: ...


def reader(
    source: MetricsSource,
    clock: Clock,
    *,
    meters: NoMeters | None = None,
    sizes: Sizes | None = None,
    room: Room | None = None,
    patience: Patience | None = None,
) -> Reader:
    """What stands between an answer and a source, as main puts it there."""
    shared = Readership(clock, meters or NoMeters(), sizes or Sizes(), room or Room(), patience or Patience())
    return Reader(source, "test", shared)


class FixedSources:
    """The same sources for every tenant: the default one, and others by their names; read as main has them read."""

    def __init__(
        self,
        clock: Clock,
        default: MetricsSource | None,
        *,
        logs: LogsReader | None = None,
        patience: Patience | None = None,
        **others: MetricsSource,
    ) -> None:
        self._default = reader(default, clock, patience=patience) if default else None
        self._logs = logs
        self._others = {name: reader(one, clock, patience=patience) for name, one in others.items()}

    async def metrics(self, tenant: TenantId, named: str = "") -> Reader | None:
        if named and named not in self._others:
            raise Missing(f"There is no datasource “{named}”.")
        return self._others[named] if named else self._default

    async def logs(self, tenant: TenantId) -> LogsReader | None:
        return self._logs
