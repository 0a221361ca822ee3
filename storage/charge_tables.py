"""The tables of what AI costs a tenant: each charge, and their sums.

Instants are microseconds, hours and days since 1970, so that both engines count stretches of time with whole numbers.
"""

from sqlalchemy import BigInteger, Index, Table
from sqlmodel import Field

from storage.rows import Rows, words


def _whole(*, nullable: bool = False) -> int:
    return Field(sa_type=BigInteger, nullable=nullable)  # type: ignore[no-any-return]


class ChargeRow(Rows, table=True):
    __tablename__ = "ai_charges"
    __table_args__ = (
        Index("ix_ai_charges_newest", "tenant", "at_us"),
        Index("ix_ai_charges_tool", "tenant", "tool", "at_us"),
        Index("ix_ai_charges_at", "at_us"),
    )
    tenant: str = words(primary_key=True)
    source: str = words(primary_key=True)
    id: str = words(primary_key=True)
    at_us: int = _whole()
    tool: str = words()
    model: str = words()
    operation: str = words()
    person: str = words()
    endpoint: str = words()
    error: str = words()
    prompt: str = words()
    calls: int = _whole()
    failed: int = _whole()
    tokens_read: int | None = _whole(nullable=True)
    tokens_written: int | None = _whole(nullable=True)
    tokens_cached: int | None = _whole(nullable=True)
    estimated: bool
    cost_nanos: int | None = _whole(nullable=True)
    by_table: bool
    took_us: int | None = _whole(nullable=True)
    span_us: int = _whole()


class _Sums(Rows):
    calls: int = _whole()
    failed: int = _whole()
    tokens_read: int = _whole()
    tokens_written: int = _whole()
    tokens_cached: int = _whole()
    counted: int = _whole()
    cost_nanos: int = _whole()
    unpriced: int = _whole()
    took_us: int = _whole()
    timed: int = _whole()


class ChargeHourRow(_Sums, table=True):
    """Sums of an hour of what is alike; a month of a million charges is read in a moment."""

    __tablename__ = "ai_charge_hours"
    __table_args__ = (Index("ix_ai_charge_hours_hour", "hour"),)
    tenant: str = words(primary_key=True)
    hour: int = Field(sa_type=BigInteger, primary_key=True)
    tool: str = words(primary_key=True)
    model: str = words(primary_key=True)
    operation: str = words(primary_key=True)
    endpoint: str = words(primary_key=True)
    error: str = words(primary_key=True)
    source: str = words(primary_key=True)


class ChargeDayRow(_Sums, table=True):
    """Sums of a day by person, who are too many to be counted by the hour."""

    __tablename__ = "ai_charge_days"
    __table_args__ = (Index("ix_ai_charge_days_day", "day"),)
    tenant: str = words(primary_key=True)
    day: int = Field(sa_type=BigInteger, primary_key=True)
    tool: str = words(primary_key=True)
    model: str = words(primary_key=True)
    person: str = words(primary_key=True)
    source: str = words(primary_key=True)


metadata = Rows.metadata


def _table(name: str) -> Table:
    return metadata.tables[name]


ai_charges, ai_charge_hours, ai_charge_days = map(_table, ("ai_charges", "ai_charge_hours", "ai_charge_days"))
