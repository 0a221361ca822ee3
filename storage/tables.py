"""The tables. Rows stay in this package; what leaves it are the shapes of bot.model and bot.ports."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, ForeignKey, Index, MetaData, Numeric, String, Table, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from storage.columns import Data, Instant, Words

CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Rows(SQLModel):
    metadata = MetaData(naming_convention=CONVENTION)


def _words(**given: Any) -> Any:
    return Field(sa_type=Words, **given)


def _instant(**given: Any) -> Any:
    return Field(sa_type=Instant, **given)


def _data() -> Any:
    return Field(sa_type=Data)


def _while(condition: str) -> dict[str, Any]:
    """An index over few rows: those that still matter."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


class TenantRow(Rows, table=True):
    __tablename__ = "tenants"
    id: str = _words(primary_key=True)
    name: str = _words()
    zone: str = _words()
    enabled: bool


class PersonRow(Rows, table=True):
    __tablename__ = "people"
    id: str = _words(primary_key=True)
    tenant: str = _words(index=True)
    name: str = _words()
    role: str = _words()
    zone: str = _words()
    email: str = _words()


class AccountRow(Rows, table=True):
    """Someone as one platform knows them; several accounts may be one person."""

    __tablename__ = "accounts"
    tenant: str = _words(primary_key=True)
    platform: str = _words(primary_key=True)
    workspace: str = _words(primary_key=True)
    user: str = _words(primary_key=True)
    person: str = Field(sa_column=Column(Words, ForeignKey("people.id"), nullable=False, index=True))
    name: str = _words()
    email: str = _words()


class InstallationRow(Rows, table=True):
    __tablename__ = "installations"
    platform: str = _words(primary_key=True)
    workspace: str = _words(primary_key=True)
    tenant: str = _words(index=True)
    name: str = _words()
    secrets: str | None = _words(nullable=True)  # encrypted
    details: Any = _data()
    expires_at: datetime | None = _instant(nullable=True)


class PlaceRow(Rows, table=True):
    __tablename__ = "places"
    tenant: str = _words(primary_key=True)
    place: str = _words(primary_key=True)
    details: Any = _data()
    updated_at: datetime = _instant()


class ConversationRow(Rows, table=True):
    __tablename__ = "conversations"
    __table_args__ = (UniqueConstraint("tenant", "place"),)
    id: str = _words(primary_key=True)
    tenant: str = _words()
    place: str = _words()
    address: Any = _data()  # the whole Place
    starter: str = _words()
    participants: Any = _data()
    title: str = _words()
    status: str = _words()
    memory: Any = _data()
    message_count: int
    created_at: datetime = _instant()
    updated_at: datetime = _instant()


class MessageRow(Rows, table=True):
    __tablename__ = "messages"
    __table_args__ = (Index(None, "tenant", "conversation", "id"),)
    id: str = _words(primary_key=True)
    tenant: str = _words()
    conversation: str = Field(sa_column=Column(Words, ForeignKey("conversations.id"), nullable=False))
    role: str = Field(sa_type=String(20))
    text: str = _words()
    author: str | None = _words(nullable=True)
    intent: str = Field(sa_type=String(50), index=True)
    confidence: float | None = Field(sa_type=Numeric(3, 2, asdecimal=False), nullable=True)
    created_at: datetime = _instant()


class InboxRow(Rows, table=True):
    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("tenant", "key"),
        Index("ix_inbox_waiting", "tenant", "conversation", "id", **_while("done_at IS NULL")),
        Index("ix_inbox_unanswered", "id", **_while("done_at IS NULL")),
        Index("ix_inbox_twin", "twin", "received_at", **_while("twin <> ''")),
        Index("ix_inbox_done", "done_at", **_while("done_at IS NOT NULL")),
    )
    id: str = _words(primary_key=True)
    tenant: str = _words()
    key: str = _words()
    twin: str = _words()
    conversation: str = _words()
    body: str = _words()  # the Message
    received_at: datetime = _instant()
    due_at: datetime = _instant()
    attempts: int
    owner: str | None = _words(nullable=True)
    lease_until: datetime | None = _instant(nullable=True)
    done_at: datetime | None = _instant(nullable=True)


class OutboxRow(Rows, table=True):
    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("tenant", "place", "subject", "revision"),
        Index("ix_outbox_subject", "tenant", "place", "subject", "id", **_while("done_at IS NULL")),
        Index("ix_outbox_waiting", "lane", "id", **_while("done_at IS NULL")),
        Index("ix_outbox_due", "due_at", "lane", **_while("done_at IS NULL")),
        Index("ix_outbox_done", "done_at", **_while("done_at IS NOT NULL")),
    )
    id: str = _words(primary_key=True)
    tenant: str = _words()
    lane: str = _words()
    place: str = _words()
    address: Any = _data()  # the whole Place
    subject: str = _words()
    revision: int
    reply: str = _words()
    put_at: datetime = _instant()
    due_at: datetime = _instant()
    attempts: int
    doubtful_since: datetime | None = _instant(nullable=True)
    owner: str | None = _words(nullable=True)  # who was handed it and has not said yet what became of it
    done_at: datetime | None = _instant(nullable=True)
    verdict: str = _words()
    error: str = _words()


class LaneRow(Rows, table=True):
    """Held by one worker at a time. It belongs to a platform's channel, not to a tenant."""

    __tablename__ = "lanes"
    lane: str = _words(primary_key=True)
    owner: str | None = _words(nullable=True)
    lease_until: datetime | None = _instant(nullable=True)
    free_at: datetime = _instant()


class ReceiptRow(Rows, table=True):
    __tablename__ = "receipts"
    __table_args__ = (Index(None, "tenant", "lane", "receipt"),)
    tenant: str = _words(primary_key=True)
    place: str = _words(primary_key=True)
    subject: str = _words(primary_key=True)
    lane: str = _words()
    receipt: str = _words()
    live: bool


class FeedbackRow(Rows, table=True):
    """The last word of one person on one subject."""

    __tablename__ = "feedback"
    tenant: str = _words(primary_key=True)
    person: str = _words(primary_key=True)
    subject: str = _words(primary_key=True)
    positive: bool
    comment: str = _words()
    created_at: datetime = _instant()


class AuditRow(Rows, table=True):
    __tablename__ = "audit_log"
    __table_args__ = (Index(None, "tenant", "id"),)
    id: str = _words(primary_key=True)
    tenant: str = _words()
    act: str = _words()
    object: str = _words()
    at: datetime = _instant(index=True)
    actor: str | None = _words(nullable=True)
    place: str = _words()
    details: Any = _data()


class DownloadRow(Rows, table=True):
    __tablename__ = "downloads"
    tenant: str = _words(primary_key=True)
    key: str = _words(primary_key=True)
    name: str = _words()
    media_type: str = _words()
    content: bytes
    expires_at: datetime = _instant(index=True)


metadata = Rows.metadata


def _table(name: str) -> Table:
    return metadata.tables[name]


tenants, people, accounts, installations = map(_table, ("tenants", "people", "accounts", "installations"))
places, conversations, messages = map(_table, ("places", "conversations", "messages"))
inbox, outbox, lanes, receipts = map(_table, ("inbox", "outbox", "lanes", "receipts"))
feedback, audit_log, downloads = map(_table, ("feedback", "audit_log", "downloads"))
