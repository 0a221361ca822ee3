"""Incidents: issues, alerts, history, plans, silences, timers, covers, tickets, keys, codes, storms."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"

TEXT = sa.Text()
INSTANT = sa.DateTime(timezone=True)
DATA = sa.JSON().with_variant(JSONB(), "postgresql")

OF_ONE_TENANT = (
    "issues alerts issue_events plans silences timers covers tickets ticket_numbers keys codes storms"
).split()
_MINE = "tenant = current_setting('nightdesk.tenant', true) OR current_setting('nightdesk.everyone', true) = 'on'"


def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def _wall(table: str) -> None:
    """Row-level security, for the owner of the table, too: whoever names no tenant sees nothing."""
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY tenant_wall ON {table} USING ({_MINE})")


def upgrade() -> None:
    _issues()
    _duty()
    _doors()
    _earlier_tables()
    if op.get_context().dialect.name == "postgresql":
        for table in OF_ONE_TENANT:
            _wall(table)


def _issues() -> None:
    op.create_table(
        "issues",
        sa.Column("tenant", TEXT, nullable=False),
        sa.Column("id", TEXT, nullable=False),
        sa.Column("key", TEXT, nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("severity", sa.Integer, nullable=False),
        sa.Column("services", TEXT, nullable=False),
        sa.Column("owner", TEXT, nullable=True),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.Column("resolved_at", INSTANT, nullable=True),
        sa.Column("told", DATA, nullable=False),
        sa.Column("storms", TEXT, nullable=False),
        sa.Column("body", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "id", name="pk_issues"),
    )
    op.create_index("ix_issues_changed", "issues", ["tenant", "updated_at"])
    op.create_index("ix_issues_in_storms", "issues", ["tenant", "opened_at"], **_where("storms <> ''"))
    op.create_index("ix_issues_key", "issues", ["tenant", "key", "opened_at"])
    op.create_index("ix_issues_newest", "issues", ["tenant", "opened_at"])
    op.create_index("ix_issues_open", "issues", ["tenant", "severity"], **_where("status <> 'resolved'"))
    op.create_index("ix_issues_resolved", "issues", ["resolved_at"], **_where("status = 'resolved'"))
    op.create_table(
        "alerts",
        sa.Column("tenant", TEXT, nullable=False),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("fingerprint", TEXT, nullable=False),
        sa.Column("issue", TEXT, nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("severity", sa.Integer, nullable=False),
        sa.Column("title", TEXT, nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("labels", DATA, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "source", "fingerprint", name="pk_alerts"),
    )
    op.create_index("ix_alerts_firing", "alerts", ["tenant", "issue"], **_where("status <> 'resolved'"))
    op.create_index("ix_alerts_issue", "alerts", ["tenant", "issue", "started_at"])
    op.create_index("ix_alerts_started", "alerts", ["tenant", "started_at"])
    op.create_table(
        "issue_events",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("tenant", TEXT, nullable=False),
        sa.Column("issue", TEXT, nullable=False),
        sa.Column("what", TEXT, nullable=False),
        sa.Column("cause", TEXT, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("body", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_issue_events"),
    )
    op.create_index("ix_issue_events_at", "issue_events", ["tenant", "at", "id"])
    op.create_index("ix_issue_events_issue", "issue_events", ["tenant", "issue", "at", "id"])
    op.create_index("uq_issue_events_cause", "issue_events", ["tenant", "issue", "cause", "what"], unique=True, **_where("cause <> ''"))


def _duty() -> None:
    op.create_table(
        "plans",
        sa.Column("tenant", TEXT, nullable=False),
        sa.Column("body", TEXT, nullable=False),
        sa.Column("saved_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("tenant", name="pk_plans"),
    )
    op.create_table(
        "silences",
        sa.Column("tenant", TEXT, nullable=False),
        sa.Column("id", TEXT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("starts_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.Column("body", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "id", name="pk_silences"),
    )
    op.create_index("ix_silences_active", "silences", ["tenant", "ends_at"], **_where("state = 'active'"))
    op.create_index("ix_silences_ended", "silences", ["ends_at"])
    op.create_index("ix_silences_newest", "silences", ["tenant", "starts_at"])
    op.create_table(
        "timers",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("tenant", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("object", TEXT, nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("body", DATA, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_timers"),
        sa.UniqueConstraint("tenant", "kind", "object", name="uq_timers_tenant_kind_object"),
    )
    op.create_index("ix_timers_due_at", "timers", ["due_at"])
    op.create_table(
        "covers",
        sa.Column("tenant", TEXT, nullable=False),
        sa.Column("id", TEXT, nullable=False),
        sa.Column("rota", TEXT, nullable=False),
        sa.Column("starts_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.Column("body", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "id", name="pk_covers"),
    )
    op.create_index("ix_covers_ends_at", "covers", ["ends_at"])
    op.create_index("ix_covers_rota", "covers", ["tenant", "rota", "ends_at"])
    op.create_table(
        "tickets",
        sa.Column("tenant", TEXT, nullable=False),
        sa.Column("id", TEXT, nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("department", TEXT, nullable=False),
        sa.Column("priority", sa.Integer, nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("place", TEXT, nullable=True),
        sa.Column("desk", TEXT, nullable=True),
        sa.Column("issue", TEXT, nullable=True),
        sa.Column("body", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "id", name="pk_tickets"),
    )
    op.create_index("ix_tickets_desk", "tickets", ["tenant", "desk"], **_where("status <> 'resolved'"))
    op.create_index("ix_tickets_issue", "tickets", ["tenant", "issue"], **_where("issue IS NOT NULL"))
    op.create_index("ix_tickets_place", "tickets", ["tenant", "place"], **_where("status <> 'resolved'"))
    op.create_index("ix_tickets_queue", "tickets", ["tenant", "priority", "opened_at"], **_where("status <> 'resolved'"))
    op.create_table(
        "ticket_numbers",
        sa.Column("tenant", TEXT, nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("last", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "year", name="pk_ticket_numbers"),
    )


def _doors() -> None:
    op.create_table(
        "keys",
        sa.Column("tenant", TEXT, nullable=False),
        sa.Column("id", TEXT, nullable=False),
        sa.Column("digest", TEXT, nullable=False),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("role", TEXT, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("used_at", INSTANT, nullable=True),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("tenant", "id", name="pk_keys"),
        sa.UniqueConstraint("digest", name="uq_keys_digest"),
    )
    op.create_table(
        "codes",
        sa.Column("tenant", TEXT, nullable=False),
        sa.Column("digest", TEXT, nullable=False),
        sa.Column("account", DATA, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "digest", name="pk_codes"),
    )
    op.create_index("ix_codes_expires_at", "codes", ["expires_at"])
    op.create_table(
        "storms",
        sa.Column("tenant", TEXT, nullable=False),
        sa.Column("id", TEXT, nullable=False),
        sa.Column("place", TEXT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("last_at", INSTANT, nullable=False),
        sa.Column("body", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "id", name="pk_storms"),
    )
    op.create_index("ix_storms_last", "storms", ["last_at"])
    op.create_index("ix_storms_running", "storms", ["tenant", "place"], **_where("state = 'running'"))


def _earlier_tables() -> None:
    """Parcels that hang under another's message; the trail and the receipts by what they are now looked up by."""
    op.add_column("outbox", sa.Column("under", TEXT, nullable=True))
    op.create_index("ix_outbox_under", "outbox", ["tenant", "place", "under"], **_where("under IS NOT NULL"))
    op.create_index("ix_outbox_in_hand", "outbox", ["owner", "lane"], **_where("owner IS NOT NULL"))
    op.create_index("ix_outbox_dead", "outbox", ["tenant", "done_at"], **_where("verdict = 'dead'"))
    op.drop_index("ix_receipts_tenant_lane_receipt", "receipts")
    op.create_index("ix_receipts_tenant_receipt", "receipts", ["tenant", "receipt"])
    op.create_index("ix_audit_log_tenant_object_id", "audit_log", ["tenant", "object", "id"])
    op.create_index("ix_audit_log_actor", "audit_log", ["tenant", "actor", "id"], **_where("actor IS NOT NULL"))
