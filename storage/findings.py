"""What should have happened and did not, as queries over all tenants."""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import ScalarSelect, TextClause, func, select, text

from storage.incident_tables import timers
from storage.tables import inbox, outbox


@dataclass(frozen=True, slots=True)
class Findings:
    letters_past_due: int
    parcels_past_due: int
    dead_lanes: int
    dead_letters: int  # letters whose owner's lease ran out
    issues_untold: int = 0  # open, and in a place that knows nothing of them
    rootless: int = 0  # parcels that hung under a message which could not be delivered
    timers_past_due: int = 0

    @property
    def clean(self) -> bool:
        return not any(asdict(self).values())


def letters_past_due(since: datetime) -> ScalarSelect[int]:
    return select(func.count()).where(inbox.c.done_at.is_(None), inbox.c.due_at < since).scalar_subquery()


def parcels_past_due(since: datetime) -> ScalarSelect[int]:
    return select(func.count()).where(outbox.c.done_at.is_(None), outbox.c.due_at < since).scalar_subquery()


def timers_past_due(since: datetime) -> ScalarSelect[int]:
    """A patient one may wait."""
    late = select(func.count()).where(timers.c.patient.is_(False), timers.c.due_at < since)
    return late.scalar_subquery()


def issues_untold(*, on_postgres: bool) -> TextClause:
    """Open issues that count on a message in a place for which there is neither a parcel nor a receipt."""
    return _ON_POSTGRES if on_postgres else _ON_SQLITE


_UNTOLD = """
    SELECT count(*) FROM issues, {told}
    WHERE issues.status <> 'resolved'
      AND NOT EXISTS (SELECT 1 FROM receipts WHERE receipts.tenant = issues.tenant AND receipts.place = told.value
                      AND receipts.subject = 'issue:' || issues.id)
      AND NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.tenant = issues.tenant AND outbox.place = told.value
                      AND outbox.subject = 'issue:' || issues.id)
"""
_ON_SQLITE = text(_UNTOLD.format(told="json_each(issues.told) AS told"))
_ON_POSTGRES = text(_UNTOLD.format(told="LATERAL jsonb_array_elements_text(issues.told) AS told(value)"))
