"""The tables of watches."""

from datetime import datetime

from sqlalchemy import Table

from storage.rows import Rows, instant, words


class WatchRow(Rows, table=True):
    __tablename__ = "watches"
    tenant: str = words(primary_key=True)
    id: str = words(primary_key=True)
    number: int  # of its id, which orders them
    body: str = words()  # the Watch
    standing: str = words()  # how it is


class WatchMarkRow(Rows, table=True):
    __tablename__ = "watch_marks"
    tenant: str = words(primary_key=True)
    watch: str = words(primary_key=True)
    series: str = words(primary_key=True)
    told_at: datetime = instant()
    is_open: bool


metadata = Rows.metadata


def _table(name: str) -> Table:
    return metadata.tables[name]


watches, watch_marks = map(_table, ("watches", "watch_marks"))
