"""The first tables: tenants and people, conversations, the two queues, audit."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None

TEXT = sa.Text()
INSTANT = sa.DateTime(timezone=True)
DATA = sa.JSON().with_variant(JSONB(), "postgresql")

OF_ONE_TENANT = (
    "people accounts installations places conversations messages inbox outbox receipts feedback audit_log downloads"
).split()
_MINE = "{column} = current_setting('nightdesk.tenant', true) OR current_setting('nightdesk.everyone', true) = 'on'"


def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def _wall(table: str, column: str) -> None:
    """Row-level security, for the owner of the table, too: whoever names no tenant sees nothing."""
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY tenant_wall ON {table} USING ({_MINE.format(column=column)})")


def upgrade() -> None:
    op.create_table(
        "audit_log",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("tenant", TEXT, nullable=False),
        sa.Column("act", TEXT, nullable=False),
        sa.Column("object", TEXT, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("actor", TEXT, nullable=True),
        sa.Column("place", TEXT, nullable=False),
        sa.Column("details", DATA, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_log"),
    )
    op.create_index("ix_audit_log_at", "audit_log", ["at"])
    op.create_index("ix_audit_log_tenant_id", "audit_log", ["tenant", "id"])
    op.create_table(
        "conversations",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("tenant", TEXT, nullable=False),
        sa.Column("place", TEXT, nullable=False),
        sa.Column("address", DATA, nullable=False),
        sa.Column("starter", TEXT, nullable=False),
        sa.Column("participants", DATA, nullable=False),
        sa.Column("title", TEXT, nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("memory", DATA, nullable=False),
        sa.Column("message_count", sa.Integer, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_conversations"),
        sa.UniqueConstraint("tenant", "place", name="uq_conversations_tenant_place"),
    )
    op.create_table(
        "downloads",
        sa.Column("tenant", TEXT, nullable=False),
        sa.Column("key", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("media_type", TEXT, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "key", name="pk_downloads"),
    )
    op.create_index("ix_downloads_expires_at", "downloads", ["expires_at"])
    op.create_table(
        "feedback",
        sa.Column("tenant", TEXT, nullable=False),
        sa.Column("person", TEXT, nullable=False),
        sa.Column("subject", TEXT, nullable=False),
        sa.Column("positive", sa.Boolean, nullable=False),
        sa.Column("comment", TEXT, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "person", "subject", name="pk_feedback"),
    )
    op.create_table(
        "inbox",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("tenant", TEXT, nullable=False),
        sa.Column("key", TEXT, nullable=False),
        sa.Column("twin", TEXT, nullable=False),
        sa.Column("conversation", TEXT, nullable=False),
        sa.Column("body", TEXT, nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("owner", TEXT, nullable=True),
        sa.Column("lease_until", INSTANT, nullable=True),
        sa.Column("done_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_inbox"),
        sa.UniqueConstraint("tenant", "key", name="uq_inbox_tenant_key"),
    )
    op.create_index("ix_inbox_done", "inbox", ["done_at"], **_where("done_at IS NOT NULL"))
    op.create_index("ix_inbox_unanswered", "inbox", ["id"], **_where("done_at IS NULL"))
    op.create_index("ix_inbox_twin", "inbox", ["twin", "received_at"], **_where("twin <> ''"))
    op.create_index("ix_inbox_waiting", "inbox", ["tenant", "conversation", "id"], **_where("done_at IS NULL"))
    op.create_table(
        "installations",
        sa.Column("platform", TEXT, nullable=False),
        sa.Column("workspace", TEXT, nullable=False),
        sa.Column("tenant", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("secrets", TEXT, nullable=True),
        sa.Column("details", DATA, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("platform", "workspace", name="pk_installations"),
    )
    op.create_index("ix_installations_tenant", "installations", ["tenant"])
    op.create_table(
        "lanes",
        sa.Column("lane", TEXT, nullable=False),
        sa.Column("owner", TEXT, nullable=True),
        sa.Column("lease_until", INSTANT, nullable=True),
        sa.Column("free_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("lane", name="pk_lanes"),
    )
    op.create_table(
        "outbox",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("tenant", TEXT, nullable=False),
        sa.Column("lane", TEXT, nullable=False),
        sa.Column("place", TEXT, nullable=False),
        sa.Column("address", DATA, nullable=False),
        sa.Column("subject", TEXT, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("reply", TEXT, nullable=False),
        sa.Column("put_at", INSTANT, nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("doubtful_since", INSTANT, nullable=True),
        sa.Column("owner", TEXT, nullable=True),
        sa.Column("done_at", INSTANT, nullable=True),
        sa.Column("verdict", TEXT, nullable=False),
        sa.Column("error", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.UniqueConstraint("tenant", "place", "subject", "revision", name="uq_outbox_tenant_place_subject_revision"),
    )
    op.create_index("ix_outbox_done", "outbox", ["done_at"], **_where("done_at IS NOT NULL"))
    op.create_index("ix_outbox_due", "outbox", ["due_at", "lane"], **_where("done_at IS NULL"))
    op.create_index(
        "ix_outbox_subject", "outbox", ["tenant", "place", "subject", "id"], **_where("done_at IS NULL")
    )
    op.create_index("ix_outbox_waiting", "outbox", ["lane", "id"], **_where("done_at IS NULL"))
    op.create_table(
        "people",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("tenant", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("role", TEXT, nullable=False),
        sa.Column("zone", TEXT, nullable=False),
        sa.Column("email", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_people"),
    )
    op.create_index("ix_people_tenant", "people", ["tenant"])
    op.create_table(
        "places",
        sa.Column("tenant", TEXT, nullable=False),
        sa.Column("place", TEXT, nullable=False),
        sa.Column("details", DATA, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "place", name="pk_places"),
    )
    op.create_table(
        "receipts",
        sa.Column("tenant", TEXT, nullable=False),
        sa.Column("place", TEXT, nullable=False),
        sa.Column("subject", TEXT, nullable=False),
        sa.Column("lane", TEXT, nullable=False),
        sa.Column("receipt", TEXT, nullable=False),
        sa.Column("live", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "place", "subject", name="pk_receipts"),
    )
    op.create_index("ix_receipts_tenant_lane_receipt", "receipts", ["tenant", "lane", "receipt"])
    op.create_table(
        "tenants",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("zone", TEXT, nullable=False),
        sa.Column("enabled", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_tenants"),
    )
    op.create_table(
        "accounts",
        sa.Column("tenant", TEXT, nullable=False),
        sa.Column("platform", TEXT, nullable=False),
        sa.Column("workspace", TEXT, nullable=False),
        sa.Column("user", TEXT, nullable=False),
        sa.Column("person", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("email", TEXT, nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_accounts_person"),
        sa.PrimaryKeyConstraint("tenant", "platform", "workspace", "user", name="pk_accounts"),
    )
    op.create_index("ix_accounts_person", "accounts", ["person"])
    op.create_table(
        "messages",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("tenant", TEXT, nullable=False),
        sa.Column("conversation", TEXT, nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("text", TEXT, nullable=False),
        sa.Column("author", TEXT, nullable=True),
        sa.Column("intent", sa.String(length=50), nullable=False),
        sa.Column("confidence", sa.Numeric(precision=3, scale=2, asdecimal=False), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["conversation"], ["conversations.id"], name="fk_messages_conversation"),
        sa.PrimaryKeyConstraint("id", name="pk_messages"),
    )
    op.create_index("ix_messages_intent", "messages", ["intent"])
    op.create_index("ix_messages_tenant_conversation_id", "messages", ["tenant", "conversation", "id"])
    if op.get_context().dialect.name == "postgresql":
        _wall("tenants", "id")
        for table in OF_ONE_TENANT:
            _wall(table, "tenant")
