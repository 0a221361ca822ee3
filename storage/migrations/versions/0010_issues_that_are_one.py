"""Issues by their source and their one service, and which of them people said are not the same."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

TEXT = sa.Text()
NEAR = sa.text("status <> 'resolved' AND service <> ''")
_MINE = "tenant = current_setting('nightdesk.tenant', true) OR current_setting('nightdesk.everyone', true) = 'on'"


def upgrade() -> None:
    for name in ("source", "service"):
        op.add_column("issues", sa.Column(name, TEXT, nullable=False, server_default=""))
    op.create_index(
        "ix_issues_near", "issues", ["tenant", "service", "source", "opened_at"], sqlite_where=NEAR, postgresql_where=NEAR
    )
    op.create_table(
        "issues_apart",
        sa.Column("tenant", TEXT, nullable=False),
        sa.Column("one", TEXT, nullable=False),
        sa.Column("other", TEXT, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "one", "other", name="pk_issues_apart"),
    )
    op.create_index("ix_issues_apart_at", "issues_apart", ["at"])
    on_postgres = op.get_context().dialect.name == "postgresql"
    bare = "btrim(services, chr(10))" if on_postgres else "trim(services, char(10))"
    inner = "strpos" if on_postgres else "instr"
    feed = "chr(10)" if on_postgres else "char(10)"
    op.execute(
        f"UPDATE issues SET service = lower({bare}) "  # noqa: S608 - words of ours
        f"WHERE status <> 'resolved' AND {inner}({bare}, {feed}) = 0"
    )
    if on_postgres:
        op.execute("ALTER TABLE issues_apart ENABLE ROW LEVEL SECURITY")
        op.execute("ALTER TABLE issues_apart FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY tenant_wall ON issues_apart USING ({_MINE})")
