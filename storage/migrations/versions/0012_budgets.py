"""What was spent on models, and what is reserved for calls under way."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

TEXT = sa.Text()
INSTANT = sa.DateTime(timezone=True)
_MINE = "tenant = current_setting('nightdesk.tenant', true) OR current_setting('nightdesk.everyone', true) = 'on'"


def upgrade() -> None:
    op.create_table(
        "model_budgets",
        sa.Column("tenant", TEXT, nullable=False),
        sa.Column("scope", TEXT, nullable=False),
        sa.Column("of", TEXT, nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.Column("cost_nanos", sa.BigInteger, nullable=False),
        sa.Column("tokens", sa.BigInteger, nullable=False),
        sa.Column("calls", sa.Integer, nullable=False),
        sa.Column("unpriced", sa.Integer, nullable=False),
        sa.Column("refused", sa.Integer, nullable=False),
        sa.Column("refused_at", INSTANT, nullable=True),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "scope", "of", "since", name="pk_model_budgets"),
    )
    op.create_index("ix_model_budgets_changed_at", "model_budgets", ["changed_at"])
    op.create_table(
        "model_reservations",
        sa.Column("tenant", TEXT, nullable=False),
        sa.Column("id", TEXT, nullable=False),
        sa.Column("scope", TEXT, nullable=False),
        sa.Column("of", TEXT, nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.Column("cost_nanos", sa.BigInteger, nullable=False),
        sa.Column("tokens", sa.BigInteger, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "id", "scope", name="pk_model_reservations"),
    )
    op.create_index("ix_model_reservations_mine", "model_reservations", ["tenant", "ends_at"])
    op.create_index("ix_model_reservations_ends_at", "model_reservations", ["ends_at"])
    if op.get_context().dialect.name == "postgresql":
        for table in ("model_budgets", "model_reservations"):
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
            op.execute(f"CREATE POLICY tenant_wall ON {table} USING ({_MINE})")
