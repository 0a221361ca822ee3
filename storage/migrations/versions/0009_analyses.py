"""Analyses of issues."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

TEXT = sa.Text()

_MINE = "tenant = current_setting('nightdesk.tenant', true) OR current_setting('nightdesk.everyone', true) = 'on'"


def upgrade() -> None:
    op.create_table(
        "analyses",
        sa.Column("tenant", TEXT, nullable=False),
        sa.Column("issue", TEXT, nullable=False),
        sa.Column("body", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "issue", name="pk_analyses"),
    )
    if op.get_context().dialect.name == "postgresql":
        op.execute("ALTER TABLE analyses ENABLE ROW LEVEL SECURITY")
        op.execute("ALTER TABLE analyses FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY tenant_wall ON analyses USING ({_MINE})")
