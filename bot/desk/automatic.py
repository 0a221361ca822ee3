"""The ticket that a critical issue gets by itself, once (rows TKT-01, ESC-15)."""

import json

from bot.desk import ticket_words as words
from bot.desk.ticket_queue import department_for
from bot.desk.ticket_telling import TicketTelling
from bot.model.issue import By, Issue
from bot.model.plan import Plan
from bot.model.ticket import Priority, Ticket, TicketId
from bot.ports.storage import Entry, UnitOfWork

CATEGORY = "monitoring"
_CUSTOMER = {"name": "System Monitor", "email": "monitor@system.internal", "tier": "enterprise"}
_NOTE = "Found by monitoring, without anybody having asked."


def ticket_of(issue: Issue, department: str, skills: tuple[str, ...]) -> Ticket:
    """Pure: the same issue always gives the same ticket."""
    metrics = {
        "measured": issue.measured,
        "normal": issue.normal,
        "alerts": issue.firing,
        "labels": dict(issue.labels),
        "since": issue.opened_at.isoformat(),
    }
    body = "\n\n".join(
        one for one in (_NOTE, issue.description, json.dumps(metrics, indent=2, ensure_ascii=False)) if one
    )
    service = issue.id.split("-", 2)[2]
    return Ticket(
        TicketId(f"MON-{int(issue.opened_at.timestamp())}-{service}"),
        "auto",
        words.one_line(f"Critical issue: {issue.title}"),
        body,
        Priority.URGENT,
        CATEGORY,
        department,
        issue.updated_at,
        By("Nightdesk", at=issue.updated_at),
        skills=skills,
        issue=issue.id,
        customer={**_CUSTOMER, "product": issue.service},
    )


async def ticket(work: UnitOfWork, issue: Issue, plan: Plan, telling: TicketTelling) -> TicketId:
    """The one it has, or a new one."""
    standing = await work.tickets.of_issue(issue.id)
    if standing is not None:
        return standing.id
    await telling.queue_moves(work)  # it is urgent, so others move back
    name, department = department_for(plan, CATEGORY)
    made = ticket_of(issue, name, department.skills)
    await work.tickets.save(made)
    entry = Entry("ticket.open", made.id, issue.updated_at, details={"issue": issue.id, "priority": "urgent"})
    await work.audit.add(entry)
    await telling.desk(work, made, department)
    await telling.outside(work, made)
    await telling.look_for_name(work, made.id)
    return made.id
