"""The tables of datasources and application profiles."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, Table, UniqueConstraint

from storage.rows import Rows, data, instant, only_where, words


class DatasourceRow(Rows, table=True):
    __tablename__ = "datasources"
    __table_args__ = (
        UniqueConstraint("tenant", "key"),
        Index("uq_datasources_default", "tenant", "type", unique=True, **only_where("is_default")),
    )
    tenant: str = words(primary_key=True)
    id: str = words(primary_key=True)
    key: str = words()  # the name as it is compared
    name: str = words()
    type: str = words()
    url: str = words()
    auth: str = words()
    username: str = words()
    org: str = words()
    tls: Any = data()
    is_default: bool
    is_enabled: bool
    config: Any = data()
    secrets: str | None = words(nullable=True)  # encrypted
    kept: Any = data()  # the names of what is in there
    health: Any = data()
    created_at: datetime = instant()
    updated_at: datetime = instant()


class ProfileRow(Rows, table=True):
    __tablename__ = "profiles"
    __table_args__ = (UniqueConstraint("tenant", "key"),)
    tenant: str = words(primary_key=True)
    id: str = words(primary_key=True)
    key: str = words()
    body: str = words()  # the Profile
    updated_at: datetime = instant()


metadata = Rows.metadata


def _table(name: str) -> Table:
    return metadata.tables[name]


datasources, profiles = map(_table, ("datasources", "profiles"))
