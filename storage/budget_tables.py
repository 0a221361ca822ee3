"""What was spent on models in each pot, and what is reserved for calls under way."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, Table
from sqlmodel import Field

from storage.rows import Rows, instant, words


class ModelBudgetRow(Rows, table=True):
    __tablename__ = "model_budgets"
    __table_args__ = (Index("ix_model_budgets_changed_at", "changed_at"),)
    tenant: str = words(primary_key=True)
    scope: str = words(primary_key=True)
    of: str = words(primary_key=True)
    since: datetime = instant(primary_key=True)
    cost_nanos: int = Field(sa_type=BigInteger)
    tokens: int = Field(sa_type=BigInteger)
    calls: int
    unpriced: int
    refused: int
    refused_at: datetime | None = instant(nullable=True)
    changed_at: datetime = instant()


class ModelReservationRow(Rows, table=True):
    """One row for each pot that a call counts against."""

    __tablename__ = "model_reservations"
    __table_args__ = (
        Index("ix_model_reservations_mine", "tenant", "ends_at"),
        Index("ix_model_reservations_ends_at", "ends_at"),
    )
    tenant: str = words(primary_key=True)
    id: str = words(primary_key=True)
    scope: str = words(primary_key=True)
    of: str = words()
    since: datetime = instant()
    cost_nanos: int = Field(sa_type=BigInteger)
    tokens: int = Field(sa_type=BigInteger)
    ends_at: datetime = instant()


metadata = Rows.metadata


def _table(name: str) -> Table:
    return metadata.tables[name]


model_budgets = _table("model_budgets")
model_reservations = _table("model_reservations")
