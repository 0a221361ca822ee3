"""What was said to models and what they answered, encrypted."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

TEXT = sa.Text()

_MINE = "tenant = current_setting('nightdesk.tenant', true) OR current_setting('nightdesk.everyone', true) = 'on'"


def upgrade() -> None:
    op.create_table(
        "model_prompts",
        sa.Column("tenant", TEXT, nullable=False),
        sa.Column("id", TEXT, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kept", TEXT, nullable=False),
        sa.Column("secrets", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "id", name="pk_model_prompts"),
    )
    op.create_index("ix_model_prompts_at", "model_prompts", ["tenant", "at"])
    if op.get_context().dialect.name == "postgresql":
        op.execute("ALTER TABLE model_prompts ENABLE ROW LEVEL SECURITY")
        op.execute("ALTER TABLE model_prompts FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY tenant_wall ON model_prompts USING ({_MINE})")
