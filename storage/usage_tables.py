"""The table of what models were asked."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, Table
from sqlmodel import Field

from storage.rows import Rows, instant, words


class ModelUsageRow(Rows, table=True):
    __tablename__ = "model_usage"
    __table_args__ = (Index("ix_model_usage_newest", "tenant", "at"), Index("ix_model_usage_at", "at"))
    tenant: str = words(primary_key=True)
    id: str = words(primary_key=True)
    at: datetime = instant()
    tool: str = words()
    task: str = words()
    operation: str = words()
    model: str = words()
    outcome: str = words()
    person: str | None = words(nullable=True)
    about: str = words()
    endpoint: str = words()
    error: str = words()
    took_ms: int
    tokens_read: int | None
    tokens_written: int | None
    tokens_cached: int | None
    estimated: bool
    cost_nanos: int | None = Field(sa_type=BigInteger)  # thousand millionths of a US dollar, so that sums are exact


metadata = Rows.metadata


def _table(name: str) -> Table:
    return metadata.tables[name]


model_usage = _table("model_usage")
