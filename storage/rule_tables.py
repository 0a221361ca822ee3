"""The table of rules that people taught."""

from datetime import datetime

from sqlalchemy import Index

from storage.rows import Rows, instant, words


class RuleRow(Rows, table=True):
    __tablename__ = "rules"
    __table_args__ = (Index("ix_rules_state", "tenant", "state"),)
    tenant: str = words(primary_key=True)
    id: str = words(primary_key=True)
    number: int  # of its id, which orders them
    state: str = words()
    expires_at: datetime = instant()
    body: str = words()  # the Rule


metadata = Rows.metadata
rules = metadata.tables["rules"]
