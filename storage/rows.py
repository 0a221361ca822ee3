"""What every table is made of: one metadata, the names of its constraints, columns that read alike on both engines."""

from typing import Any

from sqlalchemy import MetaData, text
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


def words(**given: Any) -> Any:
    return Field(sa_type=Words, **given)


def instant(**given: Any) -> Any:
    return Field(sa_type=Instant, **given)


def data() -> Any:
    return Field(sa_type=Data)


def only_where(condition: str) -> dict[str, Any]:
    """An index over few rows: those that still matter."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}
