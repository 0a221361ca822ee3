"""Work handed to people: one queue for each department, seen from both sides, over both chats."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from bot.desk import ticket_words as words
from bot.desk.office import entry
from bot.desk.ticket_queue import department_for, department_of, hours_open, ordered, waiting
from bot.desk.ticket_telling import LINK, QUEUE, TicketTelling
from bot.desk.timekeeper import Handler
from bot.model.errors import Forbidden, Missing, Rejected
from bot.model.issue import By, IssueId
from bot.model.message import Place, PlaceKind
from bot.model.parcel import Draft, Subject
from bot.model.plan import Plan
from bot.model.reply import Reply
from bot.model.tenant import TenantId
from bot.model.ticket import Priority, Ticket, TicketId
from bot.model.timer import Timer
from bot.ports.actor import Actor
from bot.ports.desks import Position
from bot.ports.services import Clock
from bot.ports.storage import Entry, Storage, UnitOfWork

MOST_TOLD = 50  # waiting people whose card is kept up to date when the queue moves
LINES_BEFORE = 6  # of a conversation, handed over with it
FOLLOWUP = "followup"
CHATS = (PlaceKind.CHANNEL, PlaceKind.GROUP, PlaceKind.PERSONAL)  # where what is said stays


class Tickets:
    """Fills bot.ports.desks.TicketDesk."""

    def __init__(self, storage: Storage, clock: Clock, telling: TicketTelling) -> None:
        self._storage, self._clock, self._telling = storage, clock, telling

    def handlers(self) -> dict[str, Handler]:
        return {FOLLOWUP: self.followup, QUEUE: self.queue_moved, LINK: self.named_outside}

    async def open(
        self,
        actor: Actor,
        *,
        subject: str,
        body: str,
        priority: Priority,
        category: str,
        place: Place | None,
        issue: IssueId | None = None,
    ) -> Position:
        now = self._clock.now()
        if place is not None and place.kind not in CHATS:
            raise Rejected("A human can answer in a chat only.", advice="Ask in a channel, or write to me directly.")
        await self._telling.workspaces.ask()
        async with self._storage.work(actor.tenant) as work:
            await self._telling.queue_moves(work)
            plan = await work.plans.get() or Plan()
            standing = await _standing(work, place, issue)
            if standing is not None:
                return await self._position(work, standing, plan)
            name, department = department_for(plan, category)
            number = await work.tickets.number(now.year)
            whole = words.with_conversation(body, await _said_before(work, place))
            ticket = Ticket(
                TicketId(f"TICKET-{now.year}-{number:06d}"), "user", words.one_line(subject), whole, priority, category,
                name, now, actor.by, skills=department.skills, place=place, issue=issue,
            )  # fmt: skip
            await work.tickets.save(ticket)
            await work.audit.add(entry(actor, "ticket.open", ticket.id, self._clock, priority=priority.value))
            await self._telling.desk(work, ticket, department)
            await self._telling.outside(work, ticket)
            await self._telling.look_for_name(work, ticket.id)
            await self._tell_person(work, ticket, plan)
            await work.timers.set(FOLLOWUP, ticket.id, now + 2 * department.handling, {})
            return await self._position(work, ticket, plan)

    async def position(self, tenant: TenantId, ticket: TicketId) -> Position | None:
        async with self._storage.work(tenant) as work:
            found = await work.tickets.get(ticket)
            return await self._position(work, found, await work.plans.get() or Plan()) if found else None

    async def queue(self, tenant: TenantId, department: str = "") -> Sequence[Ticket]:
        async with self._storage.work(tenant) as work:
            return ordered(await work.tickets.unresolved(department))

    async def at(self, tenant: TenantId, place: Place) -> Ticket | None:
        async with self._storage.work(tenant) as work:
            return await work.tickets.at(place)

    async def claim(self, actor: Actor, ticket: TicketId) -> Ticket:
        await self._telling.workspaces.ask()
        async with self._storage.work(actor.tenant) as work:
            found = await self._for_change(work, ticket)
            if found.status == "resolved":
                return found
            if found.claimed and _same(found.claimed, actor.by):
                return found
            if found.claimed:
                raise Forbidden(f"{found.claimed.name} has {found.id} already.", advice="Talk to them, or reply there.")
            desk = _thread_of(actor, found)
            claimed = replace(found, status="claimed", claimed=actor.by, desk=desk, revision=found.revision + 1)
            await self._changed(work, actor, claimed, "ticket.claim", f"{actor.by.name} has taken over {found.id}.")
        return claimed

    async def reply(self, actor: Actor, ticket: TicketId, text: str) -> Ticket:
        await self._telling.workspaces.ask()
        async with self._storage.work(actor.tenant) as work:
            found = await _known(work, ticket)
            drafts = await self._relayed(work, found, actor, text)
            if not drafts:
                raise Rejected(f"There is nobody to pass this on to: {words.no_other_side(found)}.")
            if await work.parcels.state(drafts[0].place, drafts[0].subject) is None:  # else it was passed on before
                await work.parcels.put_all(drafts, self._clock.now())
                await work.audit.add(entry(actor, "ticket.reply", found.id, self._clock))
        return found

    async def resolve(self, actor: Actor, ticket: TicketId) -> Ticket:
        await self._telling.workspaces.ask()
        async with self._storage.work(actor.tenant) as work:
            found = await self._for_change(work, ticket)
            if found.status == "resolved":
                return found
            done = replace(found, status="resolved", resolved_at=self._clock.now(), revision=found.revision + 1)
            await self._changed(work, actor, done, "ticket.resolve", f"{actor.by.name} has resolved {found.id}.")
        return done

    async def followup(self, work: UnitOfWork, timer: Timer) -> None:
        """A ticket that nobody took for twice its handling time is brought up again at its department, once."""
        ticket = await work.tickets.get(TicketId(timer.object))
        if ticket is None or ticket.status != "open":
            return
        department = department_of(await work.plans.get() or Plan(), ticket)
        reply = words.waiting(ticket, self._clock.now())
        drafts = self._telling.at_desk(department, Subject(f"followup:{ticket.id}"), 1, reply)
        await work.parcels.put_all(drafts, self._clock.now())

    async def queue_moved(self, work: UnitOfWork, _: Timer) -> None:
        """Everyone who waits sees their place in the queue as it is now."""
        plan = await work.plans.get() or Plan()
        unresolved = await work.tickets.unresolved()
        told = [one for one in ordered(unresolved) if one.status == "open" and one.place is not None]
        drafts = []
        for seen in sorted(told[:MOST_TOLD], key=lambda one: one.id):
            ticket = await work.tickets.get(seen.id)
            if ticket is not None and ticket.status == "open":
                moved = replace(ticket, revision=ticket.revision + 1)
                await work.tickets.save(moved)
                drafts += _card(moved, _seen(moved, unresolved, plan, self._clock))
        await work.parcels.put_all(drafts, self._clock.now())

    async def named_outside(self, work: UnitOfWork, timer: Timer) -> None:
        """Its card shows what it is called outside, once the systems there have answered."""
        ticket = await work.tickets.get(TicketId(timer.object))
        if ticket is None:
            return
        link, waits = await self._telling.outside_name(work, ticket)
        if link and (link.text, link.url) != (ticket.outside, ticket.link):
            named = replace(ticket, outside=link.text, link=link.url, revision=ticket.revision + 1)
            await work.tickets.save(named)
            await work.audit.add(Entry("ticket.outside", ticket.id, self._clock.now(), details={"outside": link.text}))
            await self._telling.desk(work, named, department_of(await work.plans.get() or Plan(), named))
        if waits:
            await self._telling.look_for_name(work, ticket.id, int(timer.body.get("tries", 0)) + 1)

    async def _for_change(self, work: UnitOfWork, ticket: TicketId) -> Ticket:
        """Rows are locked in this order everywhere: timers, which their handlers hold, and then the ticket."""
        await self._telling.look_for_name(work, ticket)
        await self._telling.queue_moves(work)
        await work.timers.stop(FOLLOWUP, ticket)  # whoever asks for it now has seen it
        return await _known(work, ticket)

    async def _changed(self, work: UnitOfWork, actor: Actor, ticket: Ticket, act: str, says: str) -> None:
        plan = await work.plans.get() or Plan()
        await work.tickets.save(ticket)
        await work.audit.add(entry(actor, act, ticket.id, self._clock))
        await self._telling.desk(work, ticket, department_of(plan, ticket))
        await self._telling.outside(work, ticket)
        await self._tell_person(work, ticket, plan)
        if ticket.place is not None:
            line = Draft(ticket.place, Subject(f"ticketline:{ticket.id}:{actor.cause}"), 1, Reply(says))
            await work.parcels.put_all([line], self._clock.now())

    async def _tell_person(self, work: UnitOfWork, ticket: Ticket, plan: Plan) -> None:
        drafts = _card(ticket, await self._position(work, ticket, plan))
        await work.parcels.put_all(drafts, self._clock.now())

    async def _relayed(self, work: UnitOfWork, ticket: Ticket, actor: Actor, text: str) -> list[Draft]:
        """To the other side. While nobody has the ticket, what its person adds hangs under the department's card."""
        from_person = _is_from_person(ticket, actor)
        said = words.relayed(ticket, actor.by.name, text, from_person=from_person)
        subject = Subject(f"ticketline:{ticket.id}:{actor.cause}")
        other = ticket.desk if from_person else ticket.place
        if other is not None:
            return [Draft(other, subject, 1, said)]
        if not from_person:
            return []
        department = department_of(await work.plans.get() or Plan(), ticket)
        return self._telling.at_desk(department, subject, 1, said, under=Subject(f"ticket:{ticket.id}"))

    async def _position(self, work: UnitOfWork, ticket: Ticket, plan: Plan) -> Position:
        return _seen(ticket, await work.tickets.unresolved(ticket.department), plan, self._clock)


async def _known(work: UnitOfWork, ticket: TicketId) -> Ticket:
    found = await work.tickets.get(ticket)
    if found is None:
        raise Missing(f"There is no ticket {ticket}.")
    return found


async def _standing(work: UnitOfWork, place: Place | None, issue: IssueId | None) -> Ticket | None:
    """Of one thread or issue there is one ticket that is not resolved."""
    if issue is not None:
        found = await work.tickets.of_issue(issue)
        return found if found and found.status != "resolved" else None
    return await work.tickets.at(place) if place is not None else None


async def _said_before(work: UnitOfWork, place: Place | None) -> list[tuple[str, str]]:
    conversation = await work.conversations.find(place) if place is not None else None
    if conversation is None:
        return []
    return [(one.role, one.text) for one in await work.conversations.history(conversation.id, LINES_BEFORE)]


def _is_from_person(ticket: Ticket, actor: Actor) -> bool:
    """Said in the person's own thread, unless by who works on it."""
    in_their_thread = actor.place is not None and ticket.place is not None and actor.place.key == ticket.place.key
    has_it = ticket.claimed is not None and ticket.claimed.person == actor.by.person
    return in_their_thread and not (has_it and ticket.by.person != actor.by.person)


def _thread_of(actor: Actor, ticket: Ticket) -> Place | None:
    """Where who takes it works on it, and what the person says is passed on to."""
    place = actor.place
    if place is None or place.kind not in CHATS or (ticket.place is not None and place.key == ticket.place.key):
        return ticket.desk
    return place


def _card(ticket: Ticket, position: Position) -> list[Draft]:
    """What the person sees, where they asked."""
    if ticket.place is None:
        return []
    return [Draft(ticket.place, Subject(f"ticketcard:{ticket.id}"), ticket.revision, words.for_person(position))]


def _seen(ticket: Ticket, unresolved: Sequence[Ticket], plan: Plan, clock: Clock) -> Position:
    department = department_of(plan, ticket)
    in_line = [one.id for one in waiting(unresolved, ticket.department)]
    place = in_line.index(ticket.id) + 1 if ticket.id in in_line else 0
    contacts = {"email": department.email, "phone": department.phone}
    return Position(
        ticket,
        place,
        place * department.handling if place else timedelta(0),
        department.expected_response,
        {name: value for name, value in contacts.items() if value},
        {
            "business": hours_open(department, clock.now()),
            "priority": ticket.priority.rank >= Priority.HIGH.rank and bool(department.to),
        },
    )


def _same(one: By, other: By) -> bool:
    """Programs have no person; their keys have names."""
    return one.person == other.person and (one.person is not None or one.name == other.name)
