"""Which department, and in which order: pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.model.hours import covers
from bot.model.message import Place
from bot.model.plan import Department, Plan
from bot.model.ticket import Ticket

GENERAL = "general"


def department_for(plan: Plan, category: str) -> tuple[str, Department]:
    """By category; else the one called general, else the first there is, else one without a channel."""
    for name, department in plan.departments.items():
        if category.lower() in {one.lower() for one in department.categories}:
            return name, department
    if GENERAL in plan.departments or not plan.departments:
        return GENERAL, plan.departments.get(GENERAL, Department())
    return next(iter(plan.departments.items()))


def department_of(plan: Plan, ticket: Ticket) -> Department:
    """The one that has it; where the plan knows that one no longer, the one that would get it now."""
    return plan.departments.get(ticket.department) or department_for(plan, ticket.category)[1]


def places(department: Department, workspaces: Mapping[str, str]) -> Sequence[Place]:
    """Its channels on chats that are switched on: those are named in `workspaces`."""
    wanted = [target for target in department.to if target.platform in workspaces]
    found = [Place(one.platform, one.workspace or workspaces[one.platform], one.channel) for one in wanted]
    return [place for place in dict.fromkeys(found) if place.workspace]


def ordered(tickets: Sequence[Ticket]) -> list[Ticket]:
    """Most urgent first, then who has waited longest."""
    return sorted(tickets, key=lambda ticket: (-ticket.priority.rank, ticket.opened_at, ticket.id))


def waiting(tickets: Sequence[Ticket], department: str) -> list[Ticket]:
    """Those of a department that nobody has, in their order."""
    return ordered([one for one in tickets if one.status == "open" and one.department == department])


def hours_open(department: Department, now: datetime) -> bool:
    return department.hours is None or covers(department.hours, now)
