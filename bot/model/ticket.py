"""Work that is handed to people: a conversation that needs a human, or a critical issue."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal, NewType

from bot.model.issue import By, IssueId
from bot.model.message import Place

TicketId = NewType("TicketId", str)  # TICKET-YYYY-NNNNNN, or MON-{epoch seconds}-{service} for automatic ones


class Priority(StrEnum):
    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"

    @property
    def rank(self) -> int:
        return list(Priority).index(self)


@dataclass(frozen=True, slots=True)
class Ticket:
    id: TicketId
    kind: Literal["user", "auto"]
    subject: str
    body: str
    priority: Priority
    category: str
    department: str
    opened_at: datetime
    by: By
    status: Literal["open", "claimed", "resolved"] = "open"
    skills: tuple[str, ...] = ()
    place: Place | None = None  # the person's thread: answers go there
    desk: Place | None = None  # the department's thread
    issue: IssueId | None = None
    claimed: By | None = None
    resolved_at: datetime | None = None
    outside: str = ""  # its id at an outside ticket system
    link: str = ""
    revision: int = 1
    customer: Mapping[str, Any] = field(default_factory=dict)  # name, e-mail, tier, product (row TKT-01)
