"""A ticket as outside systems are handed it: a small file in the reply, for those who read fields and not sentences."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from pydantic import TypeAdapter, ValidationError

from bot.model.errors import Rejected
from bot.model.harmless import clean
from bot.model.reply import File, Files, Reply
from bot.model.ticket import Priority, Ticket

NAME = "ticket.json"


@dataclass(frozen=True, slots=True)
class Sheet:
    """Its fields are what the ticket webhook posts: change them only by adding."""

    id: str
    kind: Literal["user", "auto"]
    status: Literal["open", "claimed", "resolved"]
    priority: Priority
    subject: str
    body: str
    category: str
    department: str
    opened_at: datetime
    opened_by: str
    skills: tuple[str, ...] = ()
    claimed_by: str = ""
    resolved_at: datetime | None = None
    issue: str = ""
    customer: Mapping[str, str] = field(default_factory=dict)


_SHEET: TypeAdapter[Sheet] = TypeAdapter(Sheet)


def sheet(ticket: Ticket) -> Sheet:
    """What people wrote may hold signs that no JSON can carry."""
    return Sheet(
        id=clean(ticket.id),
        kind=ticket.kind,
        status=ticket.status,
        priority=ticket.priority,
        subject=clean(ticket.subject),
        body=clean(ticket.body),
        category=clean(ticket.category),
        department=clean(ticket.department),
        opened_at=ticket.opened_at,
        opened_by=clean(ticket.by.name),
        skills=tuple(clean(skill) for skill in ticket.skills),
        claimed_by=clean(ticket.claimed.name) if ticket.claimed else "",
        resolved_at=ticket.resolved_at,
        issue=clean(ticket.issue or ""),
        customer={clean(name): clean(str(value)) for name, value in ticket.customer.items()},
    )


def attached(ticket: Ticket) -> Files:
    """To be put into a reply."""
    return Files((File(NAME, "application/json", _SHEET.dump_json(sheet(ticket))),))


def read(reply: Reply) -> Sheet:
    """What `attached` put in. Only tickets are told to ticket systems."""
    for block in reply.blocks:
        if isinstance(block, Files):
            for file in block.files:
                if file.name == NAME:
                    return _read(file.content)
    raise Rejected("This is not about a ticket.", code="no_ticket")


def plain_fields(found: Sheet) -> dict[str, Any]:
    """As JSON takes them."""
    fields: dict[str, Any] = _SHEET.dump_python(found, mode="json")
    return fields


def _read(content: bytes) -> Sheet:
    try:
        return _SHEET.validate_json(content)
    except ValidationError:
        raise Rejected("This ticket cannot be read any more.", code="no_ticket") from None
