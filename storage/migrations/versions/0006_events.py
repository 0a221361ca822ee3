"""Log events, what is remembered of their services, and how they are watched."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0006"
down_revision = "0005"

TEXT = sa.Text()
INSTANT = sa.DateTime(timezone=True)
DATA = sa.JSON().with_variant(JSONB(), "postgresql")

OF_ONE_TENANT = ("events", "event_services", "event_notes")
_MINE = "tenant = current_setting('nightdesk.tenant', true) OR current_setting('nightdesk.everyone', true) = 'on'"


def upgrade() -> None:
    op.create_table(
        "events",
        sa.Column("tenant", TEXT, nullable=False),
        sa.Column("id", TEXT, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("service", TEXT, nullable=False),
        sa.Column("region", TEXT, nullable=False),
        sa.Column("flagged", sa.Boolean, nullable=False),
        sa.Column("critical", sa.Boolean, nullable=False),
        sa.Column("body", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "id", name="pk_events"),
    )
    op.create_index("ix_events_at", "events", ["at"])
    op.create_index("ix_events_newest", "events", ["tenant", "at"])
    flagged = sa.text("flagged")
    op.create_index(
        "ix_events_flagged", "events", ["tenant", "at"], sqlite_where=flagged, postgresql_where=flagged
    )
    op.create_table(
        "event_services",
        sa.Column("tenant", TEXT, nullable=False),
        sa.Column("service", TEXT, nullable=False),
        sa.Column("body", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "service", name="pk_event_services"),
    )
    op.create_table(
        "event_notes",
        sa.Column("tenant", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("body", DATA, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "name", name="pk_event_notes"),
    )
    if op.get_context().dialect.name == "postgresql":
        for table in OF_ONE_TENANT:
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
            op.execute(f"CREATE POLICY tenant_wall ON {table} USING ({_MINE})")
