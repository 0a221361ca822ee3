"""Watches, and what was told of them."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

TEXT = sa.Text()
INSTANT = sa.DateTime(timezone=True)

OF_ONE_TENANT = ("watches", "watch_marks")
_MINE = "tenant = current_setting('nightdesk.tenant', true) OR current_setting('nightdesk.everyone', true) = 'on'"


def upgrade() -> None:
    op.create_table(
        "watches",
        sa.Column("tenant", TEXT, nullable=False),
        sa.Column("id", TEXT, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("body", TEXT, nullable=False),
        sa.Column("standing", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "id", name="pk_watches"),
    )
    op.create_table(
        "watch_marks",
        sa.Column("tenant", TEXT, nullable=False),
        sa.Column("watch", TEXT, nullable=False),
        sa.Column("series", TEXT, nullable=False),
        sa.Column("told_at", INSTANT, nullable=False),
        sa.Column("is_open", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "watch", "series", name="pk_watch_marks"),
    )
    if op.get_context().dialect.name == "postgresql":
        for table in OF_ONE_TENANT:
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
            op.execute(f"CREATE POLICY tenant_wall ON {table} USING ({_MINE})")
