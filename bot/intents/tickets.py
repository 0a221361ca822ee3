"""The queue of work for people: where a ticket stands, what waits, and taking, answering and closing one."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, Field

from bot.desk import ticket_words
from bot.intents.intent import AnyIntent, Intent, Question, Reading
from bot.intents.sentences import TICKET_ID, asked
from bot.model import figures
from bot.model.errors import Forbidden, Missing
from bot.model.message import Role
from bot.model.reply import Choices, Option, Reply, Table
from bot.model.ticket import Ticket as Work
from bot.model.ticket import TicketId
from bot.ports.tools import Tools

SHOWN = 30
_QUEUE = (
    r"(?:show |list )?(?:me )?(?:the )?(?:open |waiting )?tickets", r"(?:show )?(?:me )?(?:the )?(?:ticket )?queue",
    r"what is in the queue", r"(?:are there )?any (?:open )?tickets",
)  # fmt: skip


class OneTicket(BaseModel, frozen=True):
    ticket: str = Field("", max_length=200, title="Ticket", description="Its id; none: the ticket of this thread")


class Queue(BaseModel, frozen=True):
    department: str = Field("", max_length=100, title="Department", description="None: all of them")


class Answer(BaseModel, frozen=True):
    ticket: str = Field("", max_length=200, title="Ticket", description="Its id; none: the ticket of this thread")
    text: str = Field(min_length=1, max_length=3000, title="Your answer")


async def show(ask: OneTicket, tools: Tools) -> Reply:
    turn = tools.turn
    ticket = await _ticket(ask.ticket, tools)
    found = await tools.desks.tickets.position(turn.tenant, ticket)
    if found is None:
        raise Missing(f"There is no ticket {ticket}.", advice="Say `tickets` to see which wait.")
    mine = found.ticket.by.person == turn.person.id
    if not mine:
        _may_see_others(ask.ticket, tools)
    return ticket_words.for_person(found) if mine else ticket_words.for_desk(found.ticket)


async def queue(ask: Queue, tools: Tools) -> Reply:
    found = await tools.desks.tickets.queue(tools.turn.tenant, ask.department)
    of = f" of {ask.department}" if ask.department else ""
    if not found:
        return Reply(f"No ticket{of} waits.", tone="good")
    rows = tuple(_row(one, tools) for one in found[:SHOWN])
    table = Table(("Ticket", "Priority", "State", "What", "Waits"), rows)
    options = tuple(Option(f"{one.id}: {one.subject}"[:75], one.id) for one in found[:SHOWN])
    waiting = sum(1 for one in found if one.status == "open")
    more = f" The first {SHOWN} are shown." if len(found) > SHOWN else ""
    says = f"{len(found)} unresolved{of}, {waiting} of them with nobody.{more}"
    return Reply(says, (table, Choices("Open one", options, "ticket", "ticket")), title="Tickets")


async def claim(ask: OneTicket, tools: Tools) -> Reply:
    taken = await tools.desks.tickets.claim(tools.turn.actor, await _ticket(ask.ticket, tools))
    if taken.status == "resolved":
        return Reply(f"{taken.id} is resolved already.")
    return Reply(f"{taken.id} is yours: {taken.subject}")


async def reply(ask: Answer, tools: Tools) -> Reply:
    _may_see_others(ask.ticket, tools)
    sent = await tools.desks.tickets.reply(tools.turn.actor, await _ticket(ask.ticket, tools), ask.text)
    return Reply(f"Passed on ({sent.id}).")


async def resolve(ask: OneTicket, tools: Tools) -> Reply:
    done = await tools.desks.tickets.resolve(tools.turn.actor, await _ticket(ask.ticket, tools))
    return Reply(f"{done.id} is resolved.", tone="good")


def _may_see_others(named: str, tools: Tools) -> None:
    """A viewer has to do with the ticket of the thread they are in; the words of other people are not theirs."""
    if named and tools.turn.person.role is Role.VIEWER:
        raise Forbidden("This ticket is somebody else's.", advice="Ask in the thread where you asked for a human.")


async def _ticket(named: str, tools: Tools) -> TicketId:
    """The named one, else that of this thread."""
    if named:
        return TicketId(named)
    found = await tools.desks.tickets.at(tools.turn.tenant, tools.turn.place)
    if found is None:
        raise Missing("This thread has no ticket.", advice="Name one, or say `tickets` to see which wait.")
    return found.id


def _row(one: Work, tools: Tools) -> tuple[str, ...]:
    state = one.claimed.name if one.claimed else "nobody has it"
    return (one.id, one.priority.value, state, one.subject[:80], figures.span(tools.turn.at - one.opened_at))


def _reads_one(question: Question) -> Reading | None:
    found = TICKET_ID.search(question.text)
    if found is None or len(question.text.split()) > 4:
        return None
    return Reading("ticket", {"ticket": _spelt(found[0])}, 0.9)


def _words_one(question: Question) -> Mapping[str, Any] | None:
    found = TICKET_ID.fullmatch(question.text.strip(" ?.!"))
    return {"ticket": _spelt(found[0])} if found else None


def _words_answer(question: Question) -> Mapping[str, Any] | None:
    """An id may stand first; everything else is the answer, as it was written."""
    first, _, rest = question.text.strip().partition(" ")
    named = TICKET_ID.fullmatch(first.strip(":,"))
    return {"ticket": _spelt(named[0]), "text": rest.strip()} if named else {"text": question.text.strip()}


def _spelt(ticket: str) -> str:
    """Prefixes are upper case; what follows in an automatic one is a service's name, kept as it is."""
    kind, _, rest = ticket.partition("-")
    return f"{kind.upper()}-{rest}"


def _words_queue(question: Question) -> Mapping[str, Any] | None:
    found = asked(question.text, (r"(?:of |for )?(?P<department>[\w-]+)",))
    return {"department": found["department"]} if found else None


INTENTS: tuple[AnyIntent, ...] = (
    Intent(
        "ticket", "Where a ticket stands.", ("ticket TICKET-2026-000042",), OneTicket, show, _reads_one,
        title="Show a ticket", command="ticket", words=_words_one, submit="Show", remembered=False,
    ),
    Intent(
        "tickets", "Which tickets wait.", ("tickets",), Queue, queue,
        lambda question: Reading("tickets", {}, 0.95) if asked(question.text, _QUEUE) else None,
        title="Tickets", command="tickets", words=_words_queue, submit="Show",
        needs=Role.OPERATOR, remembered=False,
    ),
    Intent(
        "claim_ticket", "Take a ticket over.", ("ticket claim TICKET-2026-000042",), OneTicket, claim,
        title="Take over", command="ticket claim", words=_words_one, submit="Take it",
        needs=Role.OPERATOR, remembered=False,
    ),
    Intent(
        "reply_ticket", "Answer the other side of a ticket.", ("ticket reply We are looking into it.",), Answer, reply,
        title="Reply", command="ticket reply", words=_words_answer, submit="Send", remembered=False,
    ),
    Intent(
        "resolve_ticket", "Close a ticket.", ("ticket close TICKET-2026-000042",), OneTicket, resolve,
        title="Close the ticket", command="ticket close", words=_words_one, submit="Close it",
        needs=Role.OPERATOR, remembered=False,
    ),
)  # fmt: skip
