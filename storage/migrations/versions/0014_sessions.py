"""Conversations as sessions; what answers rest on; stars and categories."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0014"
down_revision = "0013"

TEXT = sa.Text()
INSTANT = sa.DateTime(timezone=True)
DATA = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    _add("conversations", sa.Column("kind", TEXT, nullable=False, server_default=""))
    _add("conversations", sa.Column("context", DATA, nullable=False, server_default=sa.text("'{}'")))
    _add("conversations", sa.Column("escalated", sa.Boolean, nullable=False, server_default=sa.false()))
    _add("conversations", sa.Column("ended_at", INSTANT, nullable=True))
    _add("conversations", sa.Column("rating", sa.Integer, nullable=True))
    _add("messages", sa.Column("about", TEXT, nullable=False, server_default=""))
    _add("messages", sa.Column("details", DATA, nullable=False, server_default=sa.text("'{}'")))
    _add("feedback", sa.Column("rating", sa.Integer, nullable=True))
    _add("feedback", sa.Column("categories", DATA, nullable=False, server_default=sa.text("'[]'")))
    op.create_index("ix_conversations_starter", "conversations", ["tenant", "starter", "updated_at"])
    _partly("ix_conversations_idle", "conversations", ["tenant", "updated_at"], "status = 'active'")
    _partly("ix_messages_about", "messages", ["tenant", "about"], "about <> ''")
    op.create_index("ix_feedback_tenant_created_at", "feedback", ["tenant", "created_at"])


def _add(table: str, column: sa.Column[object]) -> None:
    op.add_column(table, column)


def _partly(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
