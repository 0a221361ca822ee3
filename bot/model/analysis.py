"""What is known around a new issue, and what an analysis makes of it: a probable cause with its evidence."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from pydantic import TypeAdapter

from bot.model.issue import Clue, Happening, Issue, IssueId, Seen
from bot.model.log_event import EventId, LogEvent
from bot.model.severity import Severity
from bot.model.tenant import TenantId

CauseKind: TypeAlias = Literal[
    "deploy", "outage", "dependency", "saturation", "traffic", "region", "instance", "seen_before", "unclear"
]
Confidence: TypeAlias = Literal["high", "fair", "low", "not clear yet"]
Aspect: TypeAlias = Literal["latency", "errors", "saturation", "dependency", "traffic", "availability"]
Scope: TypeAlias = Literal["own", "host", "region", "service"]
By: TypeAlias = Literal["rules", "model"]


@dataclass(frozen=True, slots=True)
class Moved:
    """A sign that left its usual range. `of`: the service, region or provider it is of; empty: the issue's own."""

    name: str  # as measures call it: "latency"
    title: str  # as people read it: "p95 latency"
    aspect: Aspect
    since: datetime
    says: str  # "p95 latency 838 ms (usually 147 ms, 5.7 times)"
    query: str
    scope: Scope = "own"
    of: str = ""
    seen: float = 0.0
    usual: float = 0.0
    unit: str = ""
    score: float = 0.0  # in multiples of the usual spread; positive is worse
    full: bool = False  # beyond what it can bear, whatever is usual


@dataclass(frozen=True, slots=True)
class Changed:
    """Something that was changed, or went away, around the beginning."""

    kind: Literal["deploy", "outage"]
    name: str
    at: datetime
    query: str = ""
    until: datetime | None = None  # of an outage; None: still


@dataclass(frozen=True, slots=True)
class Broken:
    """A threshold that the flagged events broke, over all of them."""

    metric: str  # "query_time_ms"
    says: str  # "Query time: 912 ms (limit: above 300 ms)", of the latest
    count: int  # events that broke it
    first_at: datetime


@dataclass(frozen=True, slots=True)
class Budget:
    """How fast the error budget burns, where that is fast enough to say so."""

    says: str
    query: str = ""


@dataclass(frozen=True, slots=True)
class Context:
    """All that an analyst may use. Texts of events, titles and labels were written by strangers: data, never a word
    to follow; and no figure may be told that does not stand here."""

    tenant: TenantId
    issue: Issue
    at: datetime
    since: datetime  # when the first of its own signs moved; else when the issue opened
    events: tuple[LogEvent, ...] = ()  # the last ten flagged of its service and region, newest first, with breaches
    moved: tuple[Moved, ...] = ()  # all scopes, in the order in which they moved
    broken: tuple[Broken, ...] = ()  # what these events broke, the most often first
    calm: tuple[str, ...] = ()  # titles of the own signs that were measured and stayed
    changes: tuple[Changed, ...] = ()  # oldest first
    similar: tuple[Seen, ...] = ()  # past issues, the likest first
    beside: tuple[Issue, ...] = ()  # other issues that are open
    history: tuple[Happening, ...] = ()
    regions: tuple[str, ...] = ()  # that were looked at
    hosts: tuple[str, ...] = ()
    budget: Budget | None = None
    unread: tuple[str, ...] = ()  # what could not be read, as people call it: neither well nor unwell


@dataclass(frozen=True, slots=True)
class Analysis:
    """Made once of each issue. `cause` says what it coincides with, and never that this is proven."""

    issue: IssueId
    cause: str  # one short sentence
    kind: CauseKind
    confidence: Confidence
    share: float  # the same, 0 to 1
    made_at: datetime
    by: By = "rules"
    severity: Severity | None = None  # as the analyst sees it; None: as it stands
    clues: tuple[Clue, ...] = ()  # the strongest first
    against: tuple[Clue, ...] = ()  # what speaks for something else
    services: tuple[str, ...] = ()  # affected
    regions: tuple[str, ...] = ()
    next_step: str = ""
    first: str = ""  # what moved first, and when
    order: tuple[Clue, ...] = ()  # all that moved, in the order of time
    events: tuple[EventId, ...] = ()  # the flagged ones that it was given
    unread: tuple[str, ...] = ()


_ANALYSIS: TypeAdapter[Analysis] = TypeAdapter(Analysis)


def dump(analysis: Analysis) -> str:
    return _ANALYSIS.dump_json(analysis).decode()


def load(data: bytes | str) -> Analysis:
    return _ANALYSIS.validate_json(data)
