"""Datasources and application profiles."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0003"
down_revision = "0002"

TEXT = sa.Text()
INSTANT = sa.DateTime(timezone=True)
DATA = sa.JSON().with_variant(JSONB(), "postgresql")

OF_ONE_TENANT = ("datasources", "profiles")
_MINE = "tenant = current_setting('nightdesk.tenant', true) OR current_setting('nightdesk.everyone', true) = 'on'"


def upgrade() -> None:
    op.create_table(
        "datasources",
        sa.Column("tenant", TEXT, nullable=False),
        sa.Column("id", TEXT, nullable=False),
        sa.Column("key", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("type", TEXT, nullable=False),
        sa.Column("url", TEXT, nullable=False),
        sa.Column("auth", TEXT, nullable=False),
        sa.Column("username", TEXT, nullable=False),
        sa.Column("org", TEXT, nullable=False),
        sa.Column("tls", DATA, nullable=False),
        sa.Column("is_default", sa.Boolean, nullable=False),
        sa.Column("is_enabled", sa.Boolean, nullable=False),
        sa.Column("config", DATA, nullable=False),
        sa.Column("secrets", TEXT, nullable=True),
        sa.Column("kept", DATA, nullable=False),
        sa.Column("health", DATA, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "id", name="pk_datasources"),
        sa.UniqueConstraint("tenant", "key", name="uq_datasources_tenant_key"),
    )
    default = sa.text("is_default")
    op.create_index(
        "uq_datasources_default", "datasources", ["tenant", "type"], unique=True,
        sqlite_where=default, postgresql_where=default,
    )  # fmt: skip
    op.create_table(
        "profiles",
        sa.Column("tenant", TEXT, nullable=False),
        sa.Column("id", TEXT, nullable=False),
        sa.Column("key", TEXT, nullable=False),
        sa.Column("body", TEXT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "id", name="pk_profiles"),
        sa.UniqueConstraint("tenant", "key", name="uq_profiles_tenant_key"),
    )
    if op.get_context().dialect.name == "postgresql":
        for table in OF_ONE_TENANT:
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
            op.execute(f"CREATE POLICY tenant_wall ON {table} USING ({_MINE})")
