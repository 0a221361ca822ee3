"""The tables. Rows stay in this package; what leaves it are the shapes of bot.model and bot.ports."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, ForeignKey, Index, Numeric, String, Table, UniqueConstraint
from sqlmodel import Field

from storage import (
    budget_tables,
    charge_tables,
    incident_tables,
    knowledge_tables,
    prompt_tables,
    rule_tables,
    source_tables,
    usage_tables,
    watch_tables,
)
from storage.columns import Words
from storage.rows import Rows, data, instant, only_where, words


class TenantRow(Rows, table=True):
    __tablename__ = "tenants"
    id: str = words(primary_key=True)
    name: str = words()
    zone: str = words()
    enabled: bool


class PersonRow(Rows, table=True):
    __tablename__ = "people"
    id: str = words(primary_key=True)
    tenant: str = words(index=True)
    name: str = words()
    role: str = words()
    zone: str = words()
    email: str = words()


class AccountRow(Rows, table=True):
    """Someone as one platform knows them; several accounts may be one person."""

    __tablename__ = "accounts"
    tenant: str = words(primary_key=True)
    platform: str = words(primary_key=True)
    workspace: str = words(primary_key=True)
    user: str = words(primary_key=True)
    person: str = Field(sa_column=Column(Words, ForeignKey("people.id"), nullable=False, index=True))
    name: str = words()
    email: str = words()


class InstallationRow(Rows, table=True):
    __tablename__ = "installations"
    platform: str = words(primary_key=True)
    workspace: str = words(primary_key=True)
    tenant: str = words(index=True)
    name: str = words()
    secrets: str | None = words(nullable=True)  # encrypted
    details: Any = data()
    expires_at: datetime | None = instant(nullable=True)


class PlaceRow(Rows, table=True):
    __tablename__ = "places"
    tenant: str = words(primary_key=True)
    place: str = words(primary_key=True)
    details: Any = data()
    updated_at: datetime = instant()


class ConversationRow(Rows, table=True):
    __tablename__ = "conversations"
    __table_args__ = (
        UniqueConstraint("tenant", "place"),
        Index("ix_conversations_starter", "tenant", "starter", "updated_at"),
        Index("ix_conversations_idle", "tenant", "updated_at", **only_where("status = 'active'")),
    )
    id: str = words(primary_key=True)
    tenant: str = words()
    place: str = words()
    address: Any = data()  # the whole Place
    starter: str = words()
    participants: Any = data()
    title: str = words()
    status: str = words()
    memory: Any = data()
    message_count: int
    created_at: datetime = instant()
    updated_at: datetime = instant()
    kind: str = words()  # of session; empty: nobody chose one
    context: Any = data()
    escalated: bool
    ended_at: datetime | None = instant(nullable=True)
    rating: int | None = Field(nullable=True)


class MessageRow(Rows, table=True):
    __tablename__ = "messages"
    __table_args__ = (
        Index(None, "tenant", "conversation", "id"),
        Index("ix_messages_about", "tenant", "about", **only_where("about <> ''")),
        Index("ix_messages_said", "tenant", "created_at", "conversation"),
    )
    id: str = words(primary_key=True)
    tenant: str = words()
    conversation: str = Field(sa_column=Column(Words, ForeignKey("conversations.id"), nullable=False))
    role: str = Field(sa_type=String(20))
    text: str = words()
    author: str | None = words(nullable=True)
    intent: str = Field(sa_type=String(50), index=True)
    confidence: float | None = Field(sa_type=Numeric(3, 2, asdecimal=False), nullable=True)
    created_at: datetime = instant()
    about: str = words()  # the subject of the answer, on it and on its question
    details: Any = data()


class InboxRow(Rows, table=True):
    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("tenant", "key"),
        Index("ix_inbox_waiting", "tenant", "conversation", "id", **only_where("done_at IS NULL")),
        Index("ix_inbox_unanswered", "id", **only_where("done_at IS NULL")),
        Index("ix_inbox_twin", "twin", "received_at", **only_where("twin <> ''")),
        Index("ix_inbox_done", "done_at", **only_where("done_at IS NOT NULL")),
    )
    id: str = words(primary_key=True)
    tenant: str = words()
    key: str = words()
    twin: str = words()
    conversation: str = words()
    body: str = words()  # the Message
    received_at: datetime = instant()
    due_at: datetime = instant()
    attempts: int
    owner: str | None = words(nullable=True)
    lease_until: datetime | None = instant(nullable=True)
    done_at: datetime | None = instant(nullable=True)


class OutboxRow(Rows, table=True):
    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("tenant", "place", "subject", "revision"),
        Index("ix_outbox_subject", "tenant", "place", "subject", "id", **only_where("done_at IS NULL")),
        Index("ix_outbox_waiting", "lane", "id", **only_where("done_at IS NULL")),
        Index("ix_outbox_due", "due_at", "lane", **only_where("done_at IS NULL")),
        Index("ix_outbox_done", "done_at", **only_where("done_at IS NOT NULL")),
        Index("ix_outbox_in_hand", "owner", "lane", **only_where("owner IS NOT NULL")),
        Index("ix_outbox_dead", "tenant", "done_at", **only_where("verdict = 'dead'")),
        Index("ix_outbox_under", "tenant", "place", "under", **only_where("under IS NOT NULL")),
    )
    id: str = words(primary_key=True)
    tenant: str = words()
    lane: str = words()
    place: str = words()
    address: Any = data()  # the whole Place
    subject: str = words()
    revision: int
    reply: str = words()
    put_at: datetime = instant()
    due_at: datetime = instant()
    attempts: int
    doubtful_since: datetime | None = instant(nullable=True)
    owner: str | None = words(nullable=True)  # who was handed it and has not said yet what became of it
    done_at: datetime | None = instant(nullable=True)
    verdict: str = words()
    error: str = words()
    under: str | None = words(nullable=True)  # the subject in whose message's thread it belongs


class LaneRow(Rows, table=True):
    """Held by one worker at a time. It belongs to a platform's channel, not to a tenant."""

    __tablename__ = "lanes"
    lane: str = words(primary_key=True)
    owner: str | None = words(nullable=True)
    lease_until: datetime | None = instant(nullable=True)
    free_at: datetime = instant()


class ReceiptRow(Rows, table=True):
    __tablename__ = "receipts"
    __table_args__ = (Index(None, "tenant", "receipt"),)
    tenant: str = words(primary_key=True)
    place: str = words(primary_key=True)
    subject: str = words(primary_key=True)
    lane: str = words()
    receipt: str = words()
    live: bool


class FeedbackRow(Rows, table=True):
    """The last word of one person on one subject."""

    __tablename__ = "feedback"
    __table_args__ = (Index(None, "tenant", "created_at"),)
    tenant: str = words(primary_key=True)
    person: str = words(primary_key=True)
    subject: str = words(primary_key=True)
    positive: bool
    comment: str = words()
    created_at: datetime = instant()
    rating: int | None = Field(nullable=True)
    categories: Any = data()


class AuditRow(Rows, table=True):
    __tablename__ = "audit_log"
    __table_args__ = (
        Index(None, "tenant", "id"),
        Index(None, "tenant", "object", "id"),
        Index("ix_audit_log_actor", "tenant", "actor", "id", **only_where("actor IS NOT NULL")),
    )
    id: str = words(primary_key=True)
    tenant: str = words()
    act: str = words()
    object: str = words()
    at: datetime = instant(index=True)
    actor: str | None = words(nullable=True)
    place: str = words()
    details: Any = data()


class DownloadRow(Rows, table=True):
    __tablename__ = "downloads"
    tenant: str = words(primary_key=True)
    key: str = words(primary_key=True)
    name: str = words()
    media_type: str = words()
    content: bytes
    expires_at: datetime = instant(index=True)


assert source_tables.metadata is knowledge_tables.metadata is incident_tables.metadata
metadata = incident_tables.metadata  # of these tables and of those
assert source_tables.metadata is incident_tables.metadata is watch_tables.metadata is usage_tables.metadata
assert budget_tables.metadata is incident_tables.metadata
assert usage_tables.metadata is charge_tables.metadata
assert rule_tables.metadata is incident_tables.metadata is prompt_tables.metadata
metadata = incident_tables.metadata  # of these tables and of all those


def _table(name: str) -> Table:
    return metadata.tables[name]


tenants, people, accounts, installations = map(_table, ("tenants", "people", "accounts", "installations"))
places, conversations, messages = map(_table, ("places", "conversations", "messages"))
inbox, outbox, lanes, receipts = map(_table, ("inbox", "outbox", "lanes", "receipts"))
feedback, audit_log, downloads = map(_table, ("feedback", "audit_log", "downloads"))
