"""What programs are told: each thing of the model with the fields that are promised. Times are UTC, enums are words."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from pydantic import ConfigDict, Field
from pydantic.alias_generators import to_camel

from bot.model.issue import Status
from bot.model.severity import Severity
from bot.model.ticket import Priority
from handlers.api.analysis_shapes import Analysis, Diagnosis
from handlers.api.shape import Shape as Shape


class Error(Shape):
    error: str = Field(description="A sentence for people.")
    field: str = Field("", description="Where in the body, if it cannot be read.")
    fields: Mapping[str, str] = Field(default_factory=dict, description="What is wrong with which field.")
    details: Mapping[str, Any] = Field(default_factory=dict, description="Of a limit: what it is, and what is used.")


class By(Shape):
    name: str
    person: str | None
    platform: str = Field(description="`slack`, `teams`, `api`; empty: Nightdesk itself.")
    at: datetime | None


class Place(Shape):
    platform: str
    workspace: str
    channel: str
    thread: str


class Told(Shape):
    place: Place
    story: str
    storm: str = Field(description="Told inside the digest of this storm, without a message of its own.")


class Joined(Shape):
    key: str
    source: str
    title: str
    severity: Severity
    at: datetime
    measured: str
    normal: str
    description: str
    likeness: float = Field(description="To the issue, from 0 to 1; above 0.85 is the same.")
    times: int = Field(description="How often it was said that it fires.")


class Issue(Shape):
    id: str
    source: str
    title: str
    severity: Severity
    status: Status
    revision: int
    description: str
    labels: Mapping[str, str]
    services: Sequence[str]
    regions: Sequence[str]
    measured: str
    normal: str
    runbook: str
    dashboard: str
    graph: str
    expression: str
    firing: int = Field(description="Alerts that fire now.")
    alerts: int = Field(description="Alerts that it has ever had.")
    signals: int = Field(description="Signals counted into it, repeats included.")
    opened_at: datetime
    updated_at: datetime
    resolved_at: datetime | None
    resolved_by: By | None
    acknowledged: By | None
    owner: By | None
    escalation: str = Field(description="Where it stands, in words.")
    policy: str
    silence: str = Field(description="The id of the silence over it.")
    silenced_until: datetime | None
    ticket: str
    workaround: str
    reason: str = Field(description="Why it was spoken of last.")
    occurrences: Sequence[datetime]
    told: Sequence[Told]
    analysing: bool = Field(description="Its analysis is under way.")
    diagnosis: Diagnosis | None = Field(description="What its analysis found, as its message says it.")
    joined: Sequence[Joined] = Field(description="Alerts of other rules or sources that are taken for the same.")


class Alert(Shape):
    source: str
    fingerprint: str
    issue: str
    status: Literal["firing", "acknowledged", "resolved"]
    severity: Severity
    title: str
    started_at: datetime
    seen_at: datetime
    ended_at: datetime | None
    labels: Mapping[str, str]


class Happening(Shape):
    what: str
    at: datetime
    by: By
    place: str
    says: str
    details: Mapping[str, Any]


class Issues(Shape):
    issues: Sequence[Issue]


class WholeIssue(Shape):
    issue: Issue
    alerts: Sequence[Alert]
    history: Sequence[Happening] = Field(description="Oldest first.")
    earlier: Sequence[Issue] = Field(description="The same trouble, resolved before.")
    analysis: Analysis | None = Field(description="null: not analysed, or not yet.")


class Done(Shape):
    changed: bool = Field(description="False: it was so already, and `says` tells since when and by whom.")
    says: str
    issue: Issue


class Alerts(Shape):
    alerts: Sequence[Alert]


class Series(Shape):
    name: str
    labels: Mapping[str, str]
    points: Sequence[tuple[datetime, float | None]] = Field(description="A value that is no finite number is null.")


class LogLine(Shape):
    at: datetime
    nanoseconds: int = Field(description="Since 1970.")
    text: str
    labels: Mapping[str, str]


class Queried(Shape):
    query: str = Field(description="As it ran.")
    datasource: str
    read_at: datetime = Field(description="Of the oldest part of it.")
    cached: bool = Field(description="It was read for an earlier question.")
    away: str = Field(description="Why it is an old reading, where the source does not answer.")
    step_seconds: float | None = Field(description="As it ran; null: one instant, or lines.")
    said: Sequence[str] = Field(description="What is not quite as it was asked.")
    missing: Sequence[str] = Field(description="Parts that could not be read.")
    series: Sequence[Series]
    lines: Sequence[LogLine]


class Hidden(Shape):
    title: str
    count: int


class Preview(Shape):
    matchers: Sequence[str]
    now: Sequence[str] = Field(description="Alerts that it would hide at this moment.")
    past: Sequence[Hidden] = Field(description="What it would have hidden in the last seven days.")
    critical: int = Field(description="How many of them are critical: then a second person has to agree.")
    where: str
    refused: str = Field(description="Why it may not be made as it is; empty: it may.")


class Silence(Shape):
    id: str
    kind: Literal["silence", "mute", "maintenance"]
    matchers: Sequence[str]
    starts_at: datetime
    ends_at: datetime
    by: By
    comment: str
    source: str
    outside: str = Field(description="Its id at the source.")
    issue: str | None
    state: Literal["asked", "active", "expired"] = Field(description="asked: it waits for a second person.")
    approved: By | None


class Silenced(Shape):
    """One of the two: what it would do, or what was made."""

    says: str
    preview: Preview | None = None
    silence: Silence | None = None


class Silences(Shape):
    silences: Sequence[Silence]


class Account(Shape):
    platform: str
    workspace: str
    user: str


class OnDuty(Shape):
    rota: str
    person: str = Field(description="As in the plan.")
    name: str
    until: datetime
    next_name: str
    covers: str = Field(description="Whom they stand in for.")
    account: Account | None


class Duties(Shape):
    at: datetime
    on_duty: Sequence[OnDuty]


class Shift(Shape):
    starts_at: datetime
    ends_at: datetime
    name: str


class Shifts(Shape):
    rota: str
    shifts: Sequence[Shift]


class Cover(Shape):
    id: str
    rota: str
    person: str
    starts_at: datetime
    ends_at: datetime
    instead_of: str


class Changed(Shape):
    changed: bool
    says: str


class Ticket(Shape):
    id: str
    kind: Literal["user", "auto"]
    subject: str
    body: str
    priority: Priority
    category: str
    department: str
    skills: Sequence[str]
    status: Literal["open", "claimed", "resolved"]
    opened_at: datetime
    by: By
    claimed: By | None
    resolved_at: datetime | None
    issue: str | None
    outside: str = Field(description="Its id at an outside ticket system.")
    link: str
    customer: Mapping[str, Any]


class Tickets(Shape):
    tickets: Sequence[Ticket] = Field(description="Most urgent first, then who has waited longest.")


class Position(Shape):
    ticket: Ticket
    place: int = Field(description="1 is next; 0: it waits no longer.")
    wait_minutes: int
    expected_response: str
    contacts: Mapping[str, str]
    available: Mapping[str, bool]


class _Camel(Shape):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


class Availability(_Camel):
    business: bool
    priority: bool


class EscalationDetails(_Camel):
    department: str
    skills_required: Sequence[str]
    context: str


class FollowUp(_Camel):
    email: str
    phone: str
    expected_response: str


class Escalated(_Camel):
    ticket_id: str
    estimated_wait_time: int = Field(description="Minutes.")
    queue_position: int
    agent_availability: Availability
    escalation_details: EscalationDetails
    follow_up: FollowUp


class Line(Shape):
    role: Literal["user", "assistant", "system"]
    text: str
    at: datetime


class Conversation(Shape):
    id: str
    lines: Sequence[Line] = Field(description="Oldest first.")


class Entry(Shape):
    act: str
    object: str
    at: datetime
    actor: str | None
    who: str
    place: str
    details: Mapping[str, Any]


class Entries(Shape):
    entries: Sequence[Entry] = Field(description="Newest first.")


class Undelivered(Shape):
    id: str
    place: Place
    subject: str
    summary: str
    error: str
    put_at: datetime
    given_up_at: datetime


class AllUndelivered(Shape):
    undelivered: Sequence[Undelivered] = Field(description="Newest first.")


class Key(Shape):
    id: str
    source: str
    name: str
    role: str
    created_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None


class Keys(Shape):
    keys: Sequence[Key]


class NewKey(Shape):
    key: Key
    secret: str = Field(description="Shown this once; only its digest is kept.")


class Accepted(Shape):
    accepted: int = Field(description="Signals that are in the database now.")
