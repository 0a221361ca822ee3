"""Rules that people taught."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

TEXT = sa.Text()

_MINE = "tenant = current_setting('nightdesk.tenant', true) OR current_setting('nightdesk.everyone', true) = 'on'"


def upgrade() -> None:
    op.create_table(
        "rules",
        sa.Column("tenant", TEXT, nullable=False),
        sa.Column("id", TEXT, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "id", name="pk_rules"),
    )
    op.create_index("ix_rules_state", "rules", ["tenant", "state"])
    if op.get_context().dialect.name == "postgresql":
        op.execute("ALTER TABLE rules ENABLE ROW LEVEL SECURITY")
        op.execute("ALTER TABLE rules FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY tenant_wall ON rules USING ({_MINE})")
