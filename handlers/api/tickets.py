"""Work that is handed to people: the queue, and a conversation that needs a human."""

import json
import math
from collections.abc import Awaitable, Callable
from typing import Any

from bot.model.errors import Forbidden, Missing
from bot.model.harmless import clean
from bot.model.message import Place, Role
from bot.model.ticket import Priority, Ticket, TicketId
from bot.ports.actor import Actor
from bot.ports.desks import Position
from handlers.api import shapes
from handlers.api.asked import Context, Escalating, Nothing, Replying, WantedTickets
from handlers.api.conversations import Conversations, place_of
from handlers.api.route import API, AnyRoute, Call, Given, Route, simple

TAG, CHAT_TAG = "Tickets", "AI - Chat"
GENERAL = "general"  # what it is about, where nobody said
LONGEST_BODY = 20_000
NOT_SAID = "Nothing was said in a conversation of this name."


async def queue(call: Call, asked: WantedTickets) -> Given:
    found = await call.desks.tickets.queue(call.tenant, asked.department)
    return shapes.Tickets(tickets=[_one(one) for one in found])


async def position(call: Call) -> Given:
    found = await call.desks.tickets.position(call.tenant, TicketId(call.id))
    if found is None:
        raise Missing(f"There is no ticket {call.id}.")
    return shapes.Position(
        ticket=_one(found.ticket),
        place=found.place,
        wait_minutes=_minutes(found),
        expected_response=found.expected_response,
        contacts=found.contacts,
        available=found.available,
    )


async def claim(call: Call) -> Given:
    return _one(await call.desks.tickets.claim(call.actor, TicketId(call.id)))


async def reply(call: Call, asked: Replying) -> Given:
    return _one(await call.desks.tickets.reply(call.actor, TicketId(call.id), asked.text))


async def resolve(call: Call) -> Given:
    return _one(await call.desks.tickets.resolve(call.actor, TicketId(call.id)))


async def escalate(call: Call, asked: Escalating) -> Given:
    """Of one conversation there is one open ticket: asked for again, it is told where that one stands."""
    if asked.context.tenant_id not in ("", call.tenant):
        raise Forbidden("This key does not speak for that tenant.")
    reason, place = asked.reason.strip(), place_of(call.tenant, asked.conversation_id)
    await may_see(call, place)
    body, category = told(reason, asked.context), asked.category.strip().lower() or GENERAL
    found = await opened(call, call.actor, place, reason, body, asked.priority, category)
    ticket = found.ticket
    return shapes.Escalated(
        ticket_id=ticket.id,
        estimated_wait_time=_minutes(found),
        queue_position=found.place,
        agent_availability=shapes.Availability(
            business=found.available.get("business", False), priority=found.available.get("priority", False)
        ),
        escalation_details=shapes.EscalationDetails(
            department=ticket.department, skills_required=ticket.skills, context=ticket.subject
        ),
        follow_up=shapes.FollowUp(
            email=found.contacts.get("email", ""),
            phone=found.contacts.get("phone", ""),
            expected_response=found.expected_response,
        ),
    )


async def opened(
    call: Call, actor: Actor, place: Place, reason: str, body: str, priority: Priority = Priority.NORMAL,
    category: str = GENERAL,
) -> Position:  # fmt: skip
    """For the conversation at this place, which is marked as handed over."""
    found = await call.desks.tickets.open(
        actor, subject=reason.partition("\n")[0][:200], body=body, priority=priority, category=category, place=place
    )
    await call.desks.sessions.escalated(call.tenant, place)
    return found


async def may_see(call: Call, place: Place) -> None:
    """What programs hand over is the tenant's; a session that somebody began is theirs, and an administrator's."""
    standing = await call.desks.sessions.here(call.tenant, place)
    if standing is None or standing.starter == API or call.role is Role.ADMIN:
        return
    if (await call.desks.office.person(call.tenant, call.caller.account)).id != standing.starter:
        raise Missing(NOT_SAID)


def told(reason: str, context: Context) -> str:
    """For whoever takes it over: why, who it is, and what was said, the latest where it is too much."""
    profile = {"user": context.user_id, **context.user_profile}
    who = [f"{name}: {_plain(value)}" for name, value in profile.items() if value not in ("", None)]
    said = [f"{one.timestamp} {one.type}: {one.message}".strip() for one in context.conversation_history]
    top = "\n\n".join(part for part in (reason, "\n".join(who)) if part)
    left = LONGEST_BODY - len(top)
    kept: list[str] = []
    for line in reversed(said):
        left -= len(line) + 1
        if left < 0:
            kept.append("…")
            break
        kept.append(line)
    return clean("\n\n".join(part for part in (top[:LONGEST_BODY], "\n".join(reversed(kept))) if part))


def _fetching(conversations: Conversations) -> Callable[[Call], Awaitable[Given]]:
    async def fetch(call: Call) -> Given:
        await may_see(call, place_of(call.tenant, call.id))
        found = await conversations.said(call.tenant, call.id)
        if found is None:
            raise Missing(NOT_SAID)
        return shapes.Conversation(id=call.id, lines=[shapes.Line.model_validate(one) for one in found])

    return fetch


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)


def _minutes(position: Position) -> int:
    return math.ceil(position.wait.total_seconds() / 60)


def _one(ticket: Ticket) -> shapes.Ticket:
    return shapes.Ticket.model_validate(ticket)


def routes(conversations: Conversations) -> tuple[AnyRoute, ...]:
    fetch = Route(
        method="GET", path="/api/conversations/{id}", says="What people said into a conversation.", tag=CHAT_TAG,
        asks=Nothing, gives=shapes.Conversation, act=simple(_fetching(conversations)),
    )  # fmt: skip
    return (*_ROUTES, fetch)


_ROUTES: tuple[AnyRoute, ...] = (
    Route(
        method="POST", path="/ai/escalate", says="Hand a conversation to a person.", tag=CHAT_TAG,
        asks=Escalating, gives=shapes.Escalated, act=escalate, needs=Role.OPERATOR,
    ),
    Route(
        method="GET", path="/api/tickets", says="Tickets that are not resolved.", tag=TAG,
        asks=WantedTickets, gives=shapes.Tickets, act=queue,
    ),
    Route(
        method="GET", path="/api/tickets/{id}", says="One ticket, and where it stands in its queue.", tag=TAG,
        asks=Nothing, gives=shapes.Position, act=simple(position),
    ),
    Route(
        method="POST", path="/api/tickets/{id}/claim", says="Take it over.", tag=TAG,
        asks=Nothing, gives=shapes.Ticket, act=simple(claim), needs=Role.OPERATOR,
    ),
    Route(
        method="POST", path="/api/tickets/{id}/reply", says="Answer into the person's thread.", tag=TAG,
        asks=Replying, gives=shapes.Ticket, act=reply, needs=Role.OPERATOR,
    ),
    Route(
        method="POST", path="/api/tickets/{id}/resolve", says="It is done.", tag=TAG,
        asks=Nothing, gives=shapes.Ticket, act=simple(resolve), needs=Role.OPERATOR,
    ),
)  # fmt: skip
