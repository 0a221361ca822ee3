"""Where a ticket is told: at its department, and in the ticket systems outside."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Protocol

from bot.desk import ticket_words as words
from bot.desk.ticket_queue import places
from bot.model.parcel import Draft, Subject
from bot.model.plan import Department
from bot.model.reply import Link, Reply
from bot.model.ticket import Ticket
from bot.ports.outlet import Outlet
from bot.ports.services import Clock
from bot.ports.storage import UnitOfWork

QUEUE, LINK = "queue", "ticketlink"  # kinds of timers
_EVERY_QUEUE = "tickets"
FIRST_LOOK = timedelta(seconds=3)  # an outside system has mostly answered by then
LONGEST_LOOK = timedelta(minutes=10)


class Workspaces(Protocol):
    """The chats that are switched on, each with the workspace that plans mean when they name none."""

    @property
    def known(self) -> Mapping[str, str]:
        """As far as the chats have answered; empty where one has not, or has several."""
        ...

    async def ask(self) -> Mapping[str, str]:
        """The same, after those that are not known were asked: not within a transaction."""
        ...


class TicketTelling:
    """`outlets`: the ticket systems that are switched on; a ticket is called what the first of them calls it."""

    def __init__(self, clock: Clock, workspaces: Workspaces, outlets: Sequence[Outlet] = ()) -> None:
        self._clock, self.workspaces, self._outlets = clock, workspaces, outlets

    async def desk(self, work: UnitOfWork, ticket: Ticket, department: Department) -> None:
        drafts = self.at_desk(department, ticket_of(ticket), ticket.revision, words.for_desk(ticket))
        await work.parcels.put_all(drafts, self._clock.now())

    def at_desk(
        self, department: Department, subject: Subject, revision: int, reply: Reply, under: Subject | None = None
    ) -> list[Draft]:
        """Empty where the department has no channel that can be spoken into."""
        found = places(department, self.workspaces.known)
        return [Draft(place, subject, revision, reply, under) for place in found]

    async def outside(self, work: UnitOfWork, ticket: Ticket) -> None:
        """This revision, for the systems outside; what they call it is looked for by a timer."""
        if not self._outlets:
            return
        reply = words.for_outside(ticket)
        drafts = [Draft(one.place, ticket_of(ticket), ticket.revision, reply) for one in self._outlets]
        await work.parcels.put_all(drafts, self._clock.now())

    async def outside_name(self, work: UnitOfWork, ticket: Ticket) -> tuple[Link | None, bool]:
        """What it is called outside, and whether a better answer is still to come."""
        waiting = False
        for outlet in self._outlets:
            receipt = await work.parcels.receipt(outlet.place, ticket_of(ticket))
            if receipt and (link := outlet.named(receipt)).text:
                return link, waiting
            waiting = waiting or await work.parcels.state(outlet.place, ticket_of(ticket)) == "waiting"
        return None, waiting

    async def look_for_name(self, work: UnitOfWork, ticket: str, tries: int = 0) -> None:
        """Again and again, with longer pauses."""
        if self._outlets:
            pause = min(FIRST_LOOK * 2 ** min(tries, 10), LONGEST_LOOK)
            await work.timers.set(LINK, ticket, self._clock.now() + pause, {"tries": tries})

    async def queue_moves(self, work: UnitOfWork) -> None:
        """To be said before any ticket is read for change. The timer tells everyone who waits where they stand now;
        its row lets the changes of one tenant's tickets follow each other, so that none reads what another writes."""
        await work.timers.set(QUEUE, _EVERY_QUEUE, self._clock.now(), {})


def ticket_of(ticket: Ticket) -> Subject:
    return Subject(f"ticket:{ticket.id}")
