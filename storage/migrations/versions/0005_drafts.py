"""E-mails about issues."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

TEXT = sa.Text()
INSTANT = sa.DateTime(timezone=True)

OF_ONE_TENANT = ("mails",)
_MINE = "tenant = current_setting('nightdesk.tenant', true) OR current_setting('nightdesk.everyone', true) = 'on'"


def upgrade() -> None:
    op.create_table(
        "mails",
        sa.Column("tenant", TEXT, nullable=False),
        sa.Column("id", TEXT, nullable=False),
        sa.Column("issue", TEXT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("slot", TEXT, nullable=False),
        sa.Column("drafted_at", INSTANT, nullable=False),
        sa.Column("body", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "id", name="pk_mails"),
        sa.UniqueConstraint("tenant", "slot", name="uq_mails_tenant_slot"),
    )
    op.create_index("ix_mails_issue", "mails", ["tenant", "issue"])
    op.create_index("ix_mails_newest", "mails", ["tenant", "drafted_at"])
    op.create_index("ix_mails_drafted", "mails", ["drafted_at"])
    if op.get_context().dialect.name == "postgresql":
        for table in OF_ONE_TENANT:
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
            op.execute(f"CREATE POLICY tenant_wall ON {table} USING ({_MINE})")
