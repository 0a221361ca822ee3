"""What AI costs a tenant: each charge, and their sums by the hour."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.types import TypeEngine

revision = "0013"
down_revision = "0011"

TEXT, WHOLE = sa.Text(), sa.BigInteger()
TABLES = ("ai_charges", "ai_charge_hours")
ALIKE = ("tool", "model", "operation", "endpoint", "error", "source")
SUMS = ("calls", "failed", "tokens_read", "tokens_written", "tokens_cached", "counted", "cost_nanos", "unpriced")
_MINE = "tenant = current_setting('nightdesk.tenant', true) OR current_setting('nightdesk.everyone', true) = 'on'"


def upgrade() -> None:
    op.create_table(
        "ai_charges",
        *_needed(TEXT, "tenant", "source", "id"),
        *_needed(WHOLE, "at_us"),
        *_needed(TEXT, "tool", "model", "operation", "person", "endpoint", "error", "prompt"),
        *_needed(WHOLE, "calls", "failed"),
        *_known_or_not("tokens_read", "tokens_written", "tokens_cached"),
        *_needed(sa.Boolean(), "estimated"),
        *_known_or_not("cost_nanos"),
        *_needed(sa.Boolean(), "by_table"),
        *_known_or_not("took_us"),
        *_needed(WHOLE, "span_us"),
        sa.PrimaryKeyConstraint("tenant", "source", "id", name="pk_ai_charges"),
    )
    op.create_index("ix_ai_charges_newest", "ai_charges", ["tenant", "at_us"])
    op.create_index("ix_ai_charges_tool", "ai_charges", ["tenant", "tool", "at_us"])
    op.create_index("ix_ai_charges_at", "ai_charges", ["at_us"])
    op.create_table(
        "ai_charge_hours",
        *_needed(TEXT, "tenant"),
        *_needed(WHOLE, "hour"),
        *_needed(TEXT, *ALIKE),
        *_needed(WHOLE, *SUMS, "took_us", "timed"),
        sa.PrimaryKeyConstraint("tenant", "hour", *ALIKE, name="pk_ai_charge_hours"),
    )
    op.create_index("ix_ai_charge_hours_hour", "ai_charge_hours", ["hour"])
    on_postgres = op.get_context().dialect.name == "postgresql"
    _bring_our_own_calls(on_postgres=on_postgres)
    if on_postgres:
        for table in TABLES:
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
            op.execute(f"CREATE POLICY tenant_wall ON {table} USING ({_MINE})")


def _needed(kind: TypeEngine[Any], *names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, kind, nullable=False) for name in names]


def _known_or_not(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, WHOLE, nullable=True) for name in names]


def _bring_our_own_calls(*, on_postgres: bool) -> None:
    at = (
        "CAST(EXTRACT(EPOCH FROM at) * 1000000 AS BIGINT)"
        if on_postgres
        else "CAST(STRFTIME('%s', SUBSTR(at, 1, 19)) AS INTEGER) * 1000000 + CAST(SUBSTR(at, 21, 6) AS INTEGER)"
    )
    op.execute(
        "INSERT INTO ai_charges SELECT tenant, 'nightdesk', id, "  # noqa: S608 - words of ours
        f"{at}, CASE tool WHEN 'nightdesk' THEN 'Nightdesk' ELSE tool END, model, task, coalesce(person, ''), "
        "endpoint, CASE outcome WHEN 'ok' THEN '' ELSE outcome END, '', 1, CASE outcome WHEN 'ok' THEN 0 ELSE 1 END, "
        "tokens_read, tokens_written, tokens_cached, estimated, cost_nanos, cost_nanos IS NOT NULL, "
        "CAST(took_ms AS BIGINT) * 1000, 0 FROM model_usage"
    )
    alike = ", ".join(ALIKE)
    op.execute(
        f"INSERT INTO ai_charge_hours (tenant, hour, {alike}, {', '.join(SUMS)}, took_us, timed) "  # noqa: S608
        f"SELECT tenant, at_us / 3600000000, {alike}, sum(calls), sum(failed), coalesce(sum(tokens_read), 0), "
        "coalesce(sum(tokens_written), 0), coalesce(sum(tokens_cached), 0), count(tokens_read), "
        "coalesce(sum(cost_nanos), 0), count(*) - count(cost_nanos), coalesce(sum(took_us), 0), count(took_us) "
        f"FROM ai_charges GROUP BY tenant, at_us / 3600000000, {alike}"
    )
