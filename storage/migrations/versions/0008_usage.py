"""What models were asked, and what it cost."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

TEXT = sa.Text()
INSTANT = sa.DateTime(timezone=True)
_MINE = "tenant = current_setting('nightdesk.tenant', true) OR current_setting('nightdesk.everyone', true) = 'on'"


def upgrade() -> None:
    op.create_table(
        "model_usage",
        sa.Column("tenant", TEXT, nullable=False),
        sa.Column("id", TEXT, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("tool", TEXT, nullable=False),
        sa.Column("task", TEXT, nullable=False),
        sa.Column("operation", TEXT, nullable=False),
        sa.Column("model", TEXT, nullable=False),
        sa.Column("outcome", TEXT, nullable=False),
        sa.Column("person", TEXT, nullable=True),
        sa.Column("about", TEXT, nullable=False),
        sa.Column("endpoint", TEXT, nullable=False),
        sa.Column("error", TEXT, nullable=False),
        sa.Column("took_ms", sa.Integer, nullable=False),
        sa.Column("tokens_read", sa.Integer, nullable=True),
        sa.Column("tokens_written", sa.Integer, nullable=True),
        sa.Column("tokens_cached", sa.Integer, nullable=True),
        sa.Column("estimated", sa.Boolean, nullable=False),
        sa.Column("cost_nanos", sa.BigInteger, nullable=True),
        sa.PrimaryKeyConstraint("tenant", "id", name="pk_model_usage"),
    )
    op.create_index("ix_model_usage_newest", "model_usage", ["tenant", "at"])
    op.create_index("ix_model_usage_at", "model_usage", ["at"])
    if op.get_context().dialect.name == "postgresql":
        op.execute("ALTER TABLE model_usage ENABLE ROW LEVEL SECURITY")
        op.execute("ALTER TABLE model_usage FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY tenant_wall ON model_usage USING ({_MINE})")
