"""What the core keeps of incidents, inside one tenant's unit of work."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from bot.model.analysis import Analysis
from bot.model.issue import Alert, Happening, Issue, IssueId, Status
from bot.model.mail import MailDraft, MailId
from bot.model.message import Account, PersonId, Place
from bot.model.plan import Plan
from bot.model.severity import Severity
from bot.model.silence import Silence, SilenceId
from bot.model.ticket import Ticket, TicketId
from bot.model.timer import Timer, TimerId


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which issues; newest first. Empty means any."""

    open: bool | None = None
    status: Status | None = None
    severity: Severity | None = None
    service: str = ""
    owner: PersonId | None = None
    since: datetime | None = None  # opened or changed since then
    storm: str = ""
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Storm:
    """Many new issues in one place, told as one message with exact counts."""

    id: str
    place: Place
    began_at: datetime
    last_at: datetime
    revision: int = 1
    over: bool = False
    issues: int = 0
    signals: int = 0
    by_severity: Mapping[str, int] = field(default_factory=dict)
    by_label: Mapping[str, Mapping[str, int]] = field(default_factory=dict)  # label, value: issues
    critical: tuple[str, ...] = ()  # ids of the critical ones, which are always named


@dataclass(frozen=True, slots=True)
class Cover:
    """Somebody is on duty instead of who the rota says."""

    id: str
    rota: str
    person: str  # as in the plan: an e-mail address, or slack:U…
    starts_at: datetime
    ends_at: datetime
    instead_of: str = ""  # empty: instead of whoever it is
    by: PersonId | None = None


class Issues(Protocol):
    """What is read for change stays ours until the unit of work ends (locks on PostgreSQL; SQLite has one writer)."""

    async def current(self, keys: Collection[str], since: datetime) -> Mapping[str, Issue]:
        """For change: of each key the issue that is open, or else was resolved after `since`. Nobody else can open
        one under these keys meanwhile."""
        ...

    async def turn(self, services: Collection[str]) -> None:
        """Nobody else opens an issue of one of these services meanwhile. Before `current`."""
        ...

    async def near(self, services: Collection[str], source: str, since: datetime, limit: int) -> Sequence[Issue]:
        """To read only: those open now that are of one of these services alone and changed since, the newest of each
        service; so many of the source, and so many of all others."""
        ...

    async def apart(self, keys: Collection[str]) -> Collection[tuple[str, str]]:
        """Pairs that people said are not the same, in which one of these keys is; each both ways."""
        ...

    async def keep_apart(self, one: str, other: str, at: datetime) -> None: ...
    async def get(self, issue: IssueId) -> Issue | None:
        """For change."""
        ...

    async def look(self, issue: IssueId) -> Issue | None:
        """To read only."""
        ...

    async def taken(self, issues: Collection[IssueId]) -> Collection[IssueId]: ...
    async def find(self, wanted: Wanted) -> Sequence[Issue]: ...
    async def count(self, wanted: Wanted) -> int: ...
    async def save(self, issues: Sequence[Issue]) -> None: ...
    async def known(self, source: str, fingerprints: Collection[str]) -> Mapping[str, Alert]:
        """The alerts of one source as they were last seen."""
        ...

    async def save_alerts(self, alerts: Sequence[Alert]) -> None: ...
    async def alerts(self, issue: IssueId, *, firing: bool, limit: int) -> Sequence[Alert]: ...
    async def firing(self, issues: Collection[IssueId]) -> Mapping[IssueId, int]:
        """How many alerts of each fire now."""
        ...

    async def seen_between(self, start: datetime, end: datetime, limit: int) -> Sequence[Alert]:
        """Alerts that fired at some time in this span, of all sources."""
        ...

    async def record(self, happenings: Sequence[Happening]) -> None: ...
    async def happened(self, issue: IssueId, cause: str) -> bool: ...
    async def history(self, issue: IssueId, limit: int) -> Sequence[Happening]:
        """Oldest first; the latest `limit` of them."""
        ...

    async def happenings(self, since: datetime, until: datetime, limit: int) -> Sequence[Happening]:
        """Of all issues, oldest first."""
        ...


class Plans(Protocol):
    async def get(self) -> Plan | None: ...
    async def save(self, plan: Plan, at: datetime) -> None: ...


class Silences(Protocol):
    async def save(self, silence: Silence) -> None: ...
    async def get(self, silence: SilenceId) -> Silence | None: ...
    async def active(self, now: datetime) -> Sequence[Silence]: ...
    async def latest(self, limit: int) -> Sequence[Silence]: ...


class Timers(Protocol):
    async def set(self, kind: str, object: str, due_at: datetime, body: Mapping[str, Any]) -> None:  # noqa: A002
        """In the place of an earlier one of this kind and object."""
        ...

    async def set_patient(self, kind: str, objects: Collection[str], due_at: datetime) -> None:
        """One for each of these, which may wait behind all others: for what is thought of afterwards."""
        ...

    async def stop(self, kind: str, object: str) -> bool: ...  # noqa: A002
    async def get(self, kind: str, object: str) -> Timer | None: ...  # noqa: A002
    async def of_kind(self, kind: str) -> Sequence[Timer]: ...
    async def take(self, timer: TimerId, now: datetime) -> Timer | None:
        """Removes it and hands it over, if it is still due and nobody else has it in hand. What follows from it
        belongs into this same unit of work: then it happens once."""
        ...


class Covers(Protocol):
    async def add(self, cover: Cover) -> None: ...
    async def remove(self, cover: str) -> bool: ...
    async def between(self, rota: str, start: datetime, end: datetime) -> Sequence[Cover]: ...


class Tickets(Protocol):
    async def number(self, year: int) -> int:
        """The next running number of that year; never given twice."""
        ...

    async def save(self, ticket: Ticket) -> None: ...
    async def get(self, ticket: TicketId) -> Ticket | None:
        """For change."""
        ...

    async def unresolved(self, department: str = "") -> Sequence[Ticket]:
        """Highest priority first, then oldest."""
        ...

    async def at(self, place: Place) -> Ticket | None:
        """The unresolved one whose `place` or `desk` this thread is."""
        ...

    async def of_issue(self, issue: IssueId) -> Ticket | None: ...


class Mails(Protocol):
    async def add(self, draft: MailDraft) -> bool:
        """False: its id is taken, or one for this audience of its issue stands already."""
        ...

    async def save(self, draft: MailDraft) -> None: ...
    async def get(self, draft: MailId) -> MailDraft | None:
        """For change."""
        ...

    async def of_issue(self, issue: IssueId) -> Sequence[MailDraft]:
        """Newest first, also those that are over."""
        ...

    async def latest(self, limit: int) -> Sequence[MailDraft]:
        """Newest first."""
        ...


class Analyses(Protocol):
    async def add(self, analysis: Analysis) -> bool:
        """False: this issue has one."""
        ...

    async def of_issue(self, issue: IssueId) -> Analysis | None: ...


class Codes(Protocol):
    """Short-lived secrets by which two accounts are shown to be one person."""

    async def save(self, digest: str, account: Account, expires_at: datetime) -> None: ...
    async def take(self, digest: str, now: datetime) -> Account | None:
        """Once, and not after it expired."""
        ...


class Storms(Protocol):
    async def current(self, place: Place) -> Storm | None:
        """The one that is not over."""
        ...

    async def running(self) -> Sequence[Storm]: ...
    async def save(self, storm: Storm) -> None: ...
