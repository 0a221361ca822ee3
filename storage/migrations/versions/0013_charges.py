"""What AI costs a tenant: each charge, and their sums."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.types import TypeEngine

revision = "0013"
down_revision = "0011"

TEXT, WHOLE = sa.Text(), sa.BigInteger()
ROLLUPS = {
    "ai_charge_hours": ("hour", 3_600_000_000, ("tool", "model", "operation", "endpoint", "error", "source")),
    "ai_charge_days": ("day", 86_400_000_000, ("tool", "model", "person", "source")),
}
SUMS = (
    "calls", "failed", "tokens_read", "tokens_written", "tokens_cached", "counted", "cost_nanos", "unpriced",
    "took_us", "timed",
)  # fmt: skip
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
    for table, (time, _, alike) in ROLLUPS.items():
        op.create_table(
            table,
            *_needed(TEXT, "tenant"),
            *_needed(WHOLE, time),
            *_needed(TEXT, *alike),
            *_needed(WHOLE, *SUMS),
            sa.PrimaryKeyConstraint("tenant", time, *alike, name=f"pk_{table}"),
        )
        op.create_index(f"ix_{table}_{time}", table, [time])
    on_postgres = op.get_context().dialect.name == "postgresql"
    _bring_our_own_calls(on_postgres=on_postgres)
    if on_postgres:
        for table in ("ai_charges", *ROLLUPS):
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
    for table, (time, microseconds, alike) in ROLLUPS.items():
        by = f"tenant, at_us / {microseconds}, {', '.join(alike)}"
        op.execute(
            f"INSERT INTO {table} (tenant, {time}, {', '.join((*alike, *SUMS))}) "  # noqa: S608 - words of ours
            f"SELECT {by}, sum(calls), sum(failed), coalesce(sum(tokens_read), 0), "
            "coalesce(sum(tokens_written), 0), coalesce(sum(tokens_cached), 0), count(tokens_read), "
            "coalesce(sum(cost_nanos), 0), count(*) - count(cost_nanos), coalesce(sum(took_us), 0), count(took_us) "
            f"FROM ai_charges GROUP BY {by}"
        )
