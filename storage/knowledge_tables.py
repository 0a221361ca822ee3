"""The table of documents. What is looked up stands in it as terms; SQLite's index of them follows it by triggers."""

from datetime import datetime

from sqlalchemy import BigInteger, Column, Index
from sqlmodel import Field

from storage.rows import Rows, instant, only_where, words

WORDS = "document_words"  # SQLite: the index, and the tables that it keeps itself in
AT_A_GLANCE = (
    "ix_documents_glance"  # SQLite: all that is filtered and ordered by, so that no page has to be read for it
)
IN_ARRAYS = "ix_documents_words"  # PostgreSQL: the index


class DocumentRow(Rows, table=True):
    __tablename__ = "documents"
    __table_args__ = (
        Index("ix_documents_place", "tenant", "place", **only_where("place <> ''")),
        Index("ix_documents_metrics", "tenant", **only_where("metrics <> ''")),
    )
    tenant: str = words(primary_key=True)  # empty: everyone's
    id: str = words(primary_key=True)
    number: int = Field(sa_column=Column(BigInteger, nullable=False))  # what SQLite's index calls it
    owner: str = words()  # the tenant, as one term
    origin: str = words()
    category: str = words()
    place: str = words()
    tags: str = words()  # between line feeds
    metrics: str = words()
    updated_at: datetime = instant()
    title: str = words()  # terms, each between two spaces
    labels: str = words()
    content: str = words()
    body: str = words()  # the Document


metadata = Rows.metadata
documents = metadata.tables["documents"]
