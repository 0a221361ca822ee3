"""The table of what was said to models and what they answered, as far as a tenant lets it be kept."""

from datetime import datetime

from sqlalchemy import Index

from storage.rows import Rows, instant, words


class ModelPromptRow(Rows, table=True):
    __tablename__ = "model_prompts"
    __table_args__ = (Index("ix_model_prompts_at", "tenant", "at"),)
    tenant: str = words(primary_key=True)
    id: str = words(primary_key=True)  # of its row in model_usage
    at: datetime = instant()
    kept: str = words()  # "answers" or "all"
    secrets: str = words()  # encrypted


metadata = Rows.metadata
model_prompts = metadata.tables["model_prompts"]
