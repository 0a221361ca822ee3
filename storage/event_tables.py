"""The tables of log events, of what is remembered of their services, and of how they are watched."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, Table

from storage.rows import Rows, data, instant, only_where, words


class EventRow(Rows, table=True):
    __tablename__ = "events"
    __table_args__ = (
        Index("ix_events_newest", "tenant", "at"),
        Index("ix_events_flagged", "tenant", "at", **only_where("flagged")),
    )
    tenant: str = words(primary_key=True)
    id: str = words(primary_key=True)
    at: datetime = instant(index=True)
    service: str = words()
    region: str = words()
    flagged: bool
    critical: bool
    body: str = words()  # the LogEvent


class EventServiceRow(Rows, table=True):
    __tablename__ = "event_services"
    tenant: str = words(primary_key=True)
    service: str = words(primary_key=True)
    body: str = words()  # its Standing


class EventNoteRow(Rows, table=True):
    """Small things that are kept by name: limits that were changed, what runs, how far a source was read."""

    __tablename__ = "event_notes"
    tenant: str = words(primary_key=True)
    name: str = words(primary_key=True)
    body: Any = data()


metadata = Rows.metadata


def _table(name: str) -> Table:
    return metadata.tables[name]


events, event_services, event_notes = map(_table, ("events", "event_services", "event_notes"))
