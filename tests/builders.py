"""Things that tests are about, made in one line."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.intents.intent import Question
from bot.model.message import Account, Click, Message, Person, PersonId, Place, PlaceKind, Role
from bot.model.series import Metric, Point, Series
from bot.model.tenant import DEFAULT_TENANT, Tenant
from bot.ports.tools import Turn
from bot.query.names import Names
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

    def link(self, query: str, start: datetime, end: datetime) -> str:
        return ""
