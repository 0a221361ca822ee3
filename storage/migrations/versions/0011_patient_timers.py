"""Timers that may wait behind the others."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("timers", sa.Column("patient", sa.Boolean, nullable=False, server_default=sa.false()))
    op.drop_index("ix_timers_due_at", "timers")
    op.create_index("ix_timers_due", "timers", ["patient", "due_at"])
