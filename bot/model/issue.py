"""What is wrong, as a team walks through it: one issue, however many alerts say it and wherever it is told."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Literal, NewType

from pydantic import TypeAdapter

from bot.model.message import PersonId, Place
from bot.model.severity import Severity

IssueId = NewType("IssueId", str)  # ISS-{epoch seconds}-{service}, with a suffix where that is taken


class Status(StrEnum):
    INVESTIGATING = "investigating"
    IDENTIFIED = "identified"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True)
class By:
    """Who did something, from where. The bot itself has no person, and a name that says what it acted on."""

    name: str
    person: PersonId | None = None
    platform: str = ""  # "slack", "teams", "api"; empty: the bot itself
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """A place where this issue has its message, and how much of the story goes into its thread."""

    place: Place
    story: Literal["quiet", "normal", "full"] = "normal"
    storm: str = ""  # told inside this storm's digest, without a message of its own


@dataclass(frozen=True, slots=True)
class Notice:
    """What the issue looked like when we last spoke of it unasked."""

    at: datetime
    severity: Severity
    resolved: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """An earlier issue that this one is like, and what helped then."""

    issue: IssueId
    entry: str  # the document that tells of it
    resolved_at: datetime
    lasted: timedelta
    helped: str = ""
    likeness: float = 1.0


@dataclass(frozen=True, slots=True)
class Clue:
    """One line of evidence with its figure, and the query that returned it; empty: it is kept here, not measured."""

    says: str
    query: str = ""
    label: str = ""  # of the query, for a button: "p95 latency"


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What the analysis of an issue found, as its message says it."""

    cause: str
    confidence: str  # in words
    clues: tuple[Clue, ...] = ()
    scope: str = ""
    next_step: str = ""
    unread: tuple[str, ...] = ()  # what could not be read for it
    by_model: bool = False


@dataclass(frozen=True, slots=True)
class Joined:
    """Alerts of another rule or source that are taken for the same trouble, and so have no issue of their own."""

    key: str  # of the issue they would have been
    source: str
    title: str
    severity: Severity
    at: datetime
    labels: Mapping[str, str] = field(default_factory=dict)
    measured: str = ""
    normal: str = ""
    description: str = ""
    likeness: float = 1.0
    times: int = 1  # how often it was said that they fire


@dataclass(frozen=True, slots=True)
class Issue:
    id: IssueId
    key: str  # what makes it this issue: the source and the labels that its route groups by
    source: str
    title: str
    severity: Severity
    opened_at: datetime
    updated_at: datetime
    status: Status = Status.INVESTIGATING
    revision: int = 1  # grows with every change; the revision of the parcels that tell it
    description: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)  # those that all its firing alerts share
    services: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    measured: str = ""
    normal: str = ""
    runbook: str = ""
    dashboard: str = ""
    graph: str = ""
    expression: str = ""
    firing: int = 0  # alerts that fire now
    alerts: int = 0  # alerts it has ever had
    signals: int = 0  # signals that were counted into it, repeats included
    resolved_at: datetime | None = None
    resolved_by: By | None = None
    acknowledged: By | None = None
    owner: By | None = None  # `name` and `person` are the owner's; who assigned stands in the history
    escalation: str = ""  # in words, where it stands: "step 2 of 3, Ben Ortner, 03:12"
    silenced_until: datetime | None = None
    silence: str = ""  # id of the silence that covers it
    ticket: str = ""
    occurrences: tuple[datetime, ...] = ()  # when it opened or reopened lately, oldest first
    policy: str = ""  # the escalation policy of its route
    reason: str = ""  # why we speak of it, in words, printed small
    told: tuple[Told, ...] = ()
    last: Notice | None = None
    workaround: str = ""
    seen: Seen | None = None  # where this was before
    analysing: bool = False  # its analysis is under way
    diagnosis: Diagnosis | None = None
    joined: tuple[Joined, ...] = ()  # what else tells of it

    @property
    def open(self) -> bool:
        return self.status is not Status.RESOLVED

    @property
    def service(self) -> str:
        return self.services[0] if self.services else ""

    def told_by(self, source: str) -> bool:
        """Also where alerts of that source have joined it."""
        return self.source == source or any(one.source == source for one in self.joined)


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert of an issue, as its source knows it ("MonitoringAlert" of the requirements)."""

    source: str
    fingerprint: str
    issue: IssueId
    status: Literal["firing", "acknowledged", "resolved"]
    severity: Severity
    title: str
    started_at: datetime
    seen_at: datetime
    ended_at: datetime | None = None
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of an issue's history: who, what, where, when."""

    issue: IssueId
    what: str  # "opened", "acknowledged", "worse", …
    at: datetime
    by: By
    place: str = ""
    says: str = ""  # a whole short sentence, as threads and the history show it
    details: Mapping[str, Any] = field(default_factory=dict)
    cause: str = ""  # what brought it about (a letter, a timer): the same cause happens once to one issue


_ISSUE: TypeAdapter[Issue] = TypeAdapter(Issue)


def dump(issue: Issue) -> bytes:
    return _ISSUE.dump_json(issue)


def load(data: bytes | str) -> Issue:
    return _ISSUE.validate_json(data)
