"""Work that is handed to people."""

from collections.abc import Sequence

from sqlalchemy import bindparam, or_, select, text

from bot.model.issue import IssueId
from bot.model.message import Place
from bot.model.ticket import Ticket, TicketId
from storage import bodies, upsert
from storage.incident_tables import OPEN, ticket_numbers, tickets
from storage.of_tenant import OfTenant
from storage.prepared import Prepared


class SqlTickets(OfTenant):
    async def number(self, year: int) -> int:
        """Whoever asks next waits until this unit of work has ended, so that no two see the same."""
        return int(await _NEXT.scalar(self._connection, tenant=self._tenant, year=year, last=1))

    async def save(self, ticket: Ticket) -> None:
        row = {
            "tenant": self._tenant,
            "id": ticket.id,
            "status": ticket.status,
            "department": ticket.department,
            "priority": ticket.priority.rank,
            "opened_at": ticket.opened_at,
            "place": ticket.place.key if ticket.place else None,
            "desk": ticket.desk.key if ticket.desk else None,
            "issue": ticket.issue,
            "body": bodies.ticket.dump(ticket),
        }
        await upsert.save(self._connection, tickets, [row])

    async def get(self, ticket: TicketId) -> Ticket | None:
        return _loaded(await _GET.scalar(self._connection, tenant=self._tenant, id=ticket))

    async def unresolved(self, department: str = "") -> Sequence[Ticket]:
        if department:
            found = await _OF_DEPARTMENT.scalars(self._connection, tenant=self._tenant, department=department)
        else:
            found = await _UNRESOLVED.scalars(self._connection, tenant=self._tenant)
        return [bodies.ticket.load(body) for body in found]

    async def at(self, place: Place) -> Ticket | None:
        """The newest, where one thread was handed over more than once."""
        return _loaded(await _AT.scalar(self._connection, tenant=self._tenant, place=place.key))

    async def of_issue(self, issue: IssueId) -> Ticket | None:
        """The newest, resolved or not."""
        return _loaded(await _OF_ISSUE.scalar(self._connection, tenant=self._tenant, issue=issue))


def _loaded(body: str | None) -> Ticket | None:
    return None if body is None else bodies.ticket.load(body)


_NEXT = upsert.either(
    ticket_numbers,
    ("tenant", "year", "last"),
    lambda first: first.on_conflict_do_update(
        index_elements=["tenant", "year"], set_={"last": ticket_numbers.c.last + 1}
    ).returning(ticket_numbers.c.last),
)
_MINE = select(tickets.c.body).where(tickets.c.tenant == bindparam("tenant"))
_GET = Prepared(_MINE.where(tickets.c.id == bindparam("id")).with_for_update())
_WAITING = _MINE.where(text(OPEN)).order_by(tickets.c.priority.desc(), tickets.c.opened_at, tickets.c.id)
_UNRESOLVED = Prepared(_WAITING)
_OF_DEPARTMENT = Prepared(_WAITING.where(tickets.c.department == bindparam("department")))
_HERE = or_(tickets.c.place == bindparam("place"), tickets.c.desk == bindparam("place"))
_AT = Prepared(_MINE.where(text(OPEN), _HERE).order_by(tickets.c.opened_at.desc()).limit(1))
_OF_ISSUE = Prepared(
    _MINE.where(tickets.c.issue == bindparam("issue"))
    .order_by(tickets.c.opened_at.desc(), tickets.c.id.desc())
    .limit(1)
)
