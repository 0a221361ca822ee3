"""What the metrics page shows of the database: one look over all tenants."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, literal, select, text, union_all

from bot.model.severity import Severity
from storage import dead_letters
from storage.database import Database
from storage.findings import timers_past_due
from storage.incident_tables import OPEN, issues
from storage.tables import outbox
from storage.upkeep import PAST_DUE


@dataclass(frozen=True, slots=True)
class Counts:
    open_issues: Mapping[Severity, int]
    dead_letters: int
    timers_past_due: int


async def read(database: Database, now: datetime) -> Counts:
    by_severity = (
        select(literal("open").label("what"), issues.c.severity.label("rank"), func.count().label("number"))
        .where(text(OPEN))
        .group_by(issues.c.severity)
    )
    dead = select(literal("dead"), literal(0), func.count()).select_from(outbox).where(dead_letters.given_up())
    late = select(literal("late"), literal(0), timers_past_due(now - PAST_DUE))
    async with database.reading() as connection:
        rows = (await connection.execute(union_all(by_severity, dead, late))).all()
    found = {(row.what, row.rank): int(row.number) for row in rows}
    return Counts(
        open_issues={severity: found.get(("open", severity.rank), 0) for severity in Severity},
        dead_letters=found["dead", 0],
        timers_past_due=found["late", 0],
    )
