"""The tables of incidents. Columns are what is searched by; `body` is the whole of it, as bot.model has it."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, Table, UniqueConstraint
from sqlmodel import Field

from storage.rows import Rows, data, instant, only_where, words

OPEN = "status <> 'resolved'"
NEAR = f"{OPEN} AND service <> ''"
RUNNING = "state = 'running'"
ACTIVE = "state = 'active'"


class IssueRow(Rows, table=True):
    __tablename__ = "issues"
    __table_args__ = (
        Index("ix_issues_key", "tenant", "key", "opened_at"),
        Index("ix_issues_newest", "tenant", "opened_at"),
        Index("ix_issues_changed", "tenant", "updated_at"),
        Index("ix_issues_open", "tenant", "severity", **only_where(OPEN)),
        Index("ix_issues_near", "tenant", "service", "source", "opened_at", **only_where(NEAR)),
        Index("ix_issues_in_storms", "tenant", "opened_at", **only_where("storms <> ''")),
        Index("ix_issues_resolved", "resolved_at", **only_where("status = 'resolved'")),
    )
    tenant: str = words(primary_key=True)
    id: str = words(primary_key=True)
    key: str = words()
    status: str = words()
    severity: int  # its rank, for words do not sort by how bad they are
    services: str = words()  # between line feeds
    source: str = words(sa_column_kwargs={"server_default": ""})
    service: str = words(sa_column_kwargs={"server_default": ""})  # in small letters, where it is of one alone
    owner: str | None = words(nullable=True)
    opened_at: datetime = instant()
    updated_at: datetime = instant()
    resolved_at: datetime | None = instant(nullable=True)
    told: Any = data()  # the keys of the places where it has a message of its own
    storms: str = words()  # ids between line feeds
    body: str = words()


class AlertRow(Rows, table=True):
    __tablename__ = "alerts"
    __table_args__ = (
        Index("ix_alerts_issue", "tenant", "issue", "started_at"),
        Index("ix_alerts_firing", "tenant", "issue", **only_where(OPEN)),
        Index("ix_alerts_started", "tenant", "started_at"),
    )
    tenant: str = words(primary_key=True)
    source: str = words(primary_key=True)
    fingerprint: str = words(primary_key=True)
    issue: str = words()
    status: str = words()
    severity: int
    title: str = words()
    started_at: datetime = instant()
    seen_at: datetime = instant()
    ended_at: datetime | None = instant(nullable=True)
    labels: Any = data()


class IssueEventRow(Rows, table=True):
    """One line of an issue's history. One cause brings the same thing about once, and may bring about several."""

    __tablename__ = "issue_events"
    __table_args__ = (
        Index("ix_issue_events_issue", "tenant", "issue", "at", "id"),
        Index("ix_issue_events_at", "tenant", "at", "id"),
        Index("uq_issue_events_cause", "tenant", "issue", "cause", "what", unique=True, **only_where("cause <> ''")),
    )
    id: str = words(primary_key=True)
    tenant: str = words()
    issue: str = words()
    what: str = words()
    cause: str = words()
    at: datetime = instant()
    body: str = words()


class ApartRow(Rows, table=True):
    """What people said is not the same: keys of issues, the lesser first."""

    __tablename__ = "issues_apart"
    tenant: str = words(primary_key=True)
    one: str = words(primary_key=True)
    other: str = words(primary_key=True)
    at: datetime = instant(index=True)


class PlanRow(Rows, table=True):
    __tablename__ = "plans"
    tenant: str = words(primary_key=True)
    body: str = words()
    saved_at: datetime = instant()


class SilenceRow(Rows, table=True):
    __tablename__ = "silences"
    __table_args__ = (
        Index("ix_silences_active", "tenant", "ends_at", **only_where(ACTIVE)),
        Index("ix_silences_newest", "tenant", "starts_at"),
        Index("ix_silences_ended", "ends_at"),
    )
    tenant: str = words(primary_key=True)
    id: str = words(primary_key=True)
    state: str = words()
    starts_at: datetime = instant()
    ends_at: datetime = instant()
    body: str = words()


class TimerRow(Rows, table=True):
    __tablename__ = "timers"
    __table_args__ = (UniqueConstraint("tenant", "kind", "object"), Index("ix_timers_due", "patient", "due_at"))
    id: str = words(primary_key=True)
    tenant: str = words()
    kind: str = words()
    object: str = words()
    due_at: datetime = instant()
    patient: bool
    body: Any = data()


class CoverRow(Rows, table=True):
    __tablename__ = "covers"
    __table_args__ = (Index("ix_covers_rota", "tenant", "rota", "ends_at"),)
    tenant: str = words(primary_key=True)
    id: str = words(primary_key=True)
    rota: str = words()
    starts_at: datetime = instant()
    ends_at: datetime = instant(index=True)
    body: str = words()


class TicketRow(Rows, table=True):
    __tablename__ = "tickets"
    __table_args__ = (
        Index("ix_tickets_queue", "tenant", "priority", "opened_at", **only_where(OPEN)),
        Index("ix_tickets_place", "tenant", "place", **only_where(OPEN)),
        Index("ix_tickets_desk", "tenant", "desk", **only_where(OPEN)),
        Index("ix_tickets_issue", "tenant", "issue", **only_where("issue IS NOT NULL")),
    )
    tenant: str = words(primary_key=True)
    id: str = words(primary_key=True)
    status: str = words()
    department: str = words()
    priority: int  # its rank
    opened_at: datetime = instant()
    place: str | None = words(nullable=True)
    desk: str | None = words(nullable=True)
    issue: str | None = words(nullable=True)
    body: str = words()


class TicketNumberRow(Rows, table=True):
    """The last number that was given in a year."""

    __tablename__ = "ticket_numbers"
    tenant: str = words(primary_key=True)
    year: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    last: int


class KeyRow(Rows, table=True):
    """Only the digest: whoever reads this table cannot come in by it."""

    __tablename__ = "keys"
    __table_args__ = (UniqueConstraint("digest"),)
    tenant: str = words(primary_key=True)
    id: str = words(primary_key=True)
    digest: str = words()
    source: str = words()
    name: str = words()
    role: str = words()
    created_at: datetime = instant()
    used_at: datetime | None = instant(nullable=True)
    revoked_at: datetime | None = instant(nullable=True)


class CodeRow(Rows, table=True):
    __tablename__ = "codes"
    tenant: str = words(primary_key=True)
    digest: str = words(primary_key=True)
    account: Any = data()
    expires_at: datetime = instant(index=True)


class StormRow(Rows, table=True):
    __tablename__ = "storms"
    __table_args__ = (
        Index("ix_storms_running", "tenant", "place", **only_where(RUNNING)),
        Index("ix_storms_last", "last_at"),
    )
    tenant: str = words(primary_key=True)
    id: str = words(primary_key=True)
    place: str = words()
    state: str = words()  # "running" or "over"
    last_at: datetime = instant()
    body: str = words()


class MailRow(Rows, table=True):
    """`slot`: the issue and the audience while it stands, so that of each there is one; then its own id."""

    __tablename__ = "mails"
    __table_args__ = (
        UniqueConstraint("tenant", "slot"),
        Index("ix_mails_issue", "tenant", "issue"),
        Index("ix_mails_newest", "tenant", "drafted_at"),
        Index("ix_mails_drafted", "drafted_at"),
    )
    tenant: str = words(primary_key=True)
    id: str = words(primary_key=True)
    issue: str = words()
    state: str = words()
    slot: str = words()
    drafted_at: datetime = instant()
    body: str = words()


class AnalysisRow(Rows, table=True):
    __tablename__ = "analyses"
    tenant: str = words(primary_key=True)
    issue: str = words(primary_key=True)
    body: str = words()


metadata = Rows.metadata


def _table(name: str) -> Table:
    return metadata.tables[name]


issues, alerts, issue_events, plans = map(_table, ("issues", "alerts", "issue_events", "plans"))
silences, timers, covers, storms = map(_table, ("silences", "timers", "covers", "storms"))
tickets, ticket_numbers, keys, codes = map(_table, ("tickets", "ticket_numbers", "keys", "codes"))
mails, analyses, issues_apart = map(_table, ("mails", "analyses", "issues_apart"))
