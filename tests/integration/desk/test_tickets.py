"""Work handed to people, on both databases: numbered, once, in a queue that is shown true, from chat to chat."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.desk import automatic
from bot.model.errors import Forbidden, Missing, Rejected
from bot.model.issue import IssueId
from bot.model.message import Place, PlaceKind
from bot.model.plan import Plan
from bot.model.tenant import DEFAULT_TENANT
from bot.model.ticket import Priority, Ticket, TicketId
from bot.ports.storage import Said
from storage.storage import SqlStorage
from tests.integration.desk.scene import ANNA, BEN, CARLA, ID, LeapingClock, an_issue
from tests.integration.desk.ticket_scene import BILLING, PLAN, Workspaces, a_desk, thread


async def test_numbers_run_through_a_year_and_are_never_given_twice(storage: SqlStorage, clock: LeapingClock) -> None:
    desk = await a_desk(storage, clock)
    await clock.leap(datetime(2026, 12, 31, 23, 59, tzinfo=UTC))
    at_once = await asyncio.gather(*(desk.ask(thread(n)) for n in range(8)))
    assert sorted(one.ticket.id for one in at_once) == [f"TICKET-2026-{n:06d}" for n in range(1, 9)]
    await clock.leap(datetime(2027, 1, 1, 0, 1, tzinfo=UTC))
    assert (await desk.ask(thread(9))).ticket.id == "TICKET-2027-000001"


async def test_one_thread_has_one_ticket_however_often_and_by_whomever_it_is_asked_for(
    storage: SqlStorage, clock: LeapingClock
) -> None:
    desk = await a_desk(storage, clock)
    at_once = await asyncio.gather(*(desk.ask(thread(1), who) for who in (ANNA, BEN, CARLA, ANNA, BEN)))
    (ticket,) = {one.ticket.id for one in at_once}
    assert [entry.act for entry in await desk.trail()] == ["ticket.open"]
    await desk.tickets.resolve(await desk.actor(BEN, BILLING), ticket)
    assert (await desk.ask(thread(1))).ticket.id != ticket  # resolved: asked again, it is another one


async def test_one_issue_has_one_ticket_that_is_not_resolved(storage: SqlStorage, clock: LeapingClock) -> None:
    desk = await a_desk(storage, clock)
    first = await desk.ask(thread(1), issue=ID)
    assert (await desk.ask(thread(2), issue=ID)).ticket.id == first.ticket.id
    assert (await desk.ask(thread(3), issue=IssueId("ISS-2-x"))).ticket.id != first.ticket.id
    await desk.tickets.resolve(await desk.actor(BEN, BILLING), first.ticket.id)
    assert (await desk.ask(thread(2), issue=ID)).ticket.id != first.ticket.id


async def test_the_answer_to_who_asks_for_a_human(storage: SqlStorage, clock: LeapingClock) -> None:
    desk = await a_desk(storage, clock)
    await desk.ask(thread(1))
    await desk.ask(thread(2))
    position = await desk.ask(thread(3), priority=Priority.NORMAL)
    assert (position.place, position.wait, position.expected_response) == (
        3,
        timedelta(minutes=45),
        "within 30 minutes",
    )
    assert position.contacts == {"email": "support@example.com", "phone": "+43 1 555"}
    assert position.available == {"business": True, "priority": False}
    assert position.ticket.department == "billing_support"
    assert position.ticket.skills == ("billing", "subscription_management")
    assert position.ticket.place == thread(3)


async def test_everyone_who_waits_sees_where_they_stand_as_the_queue_moves(
    storage: SqlStorage, clock: LeapingClock
) -> None:
    desk = await a_desk(storage, clock)
    async with desk.working():
        first, second = (await desk.ask(thread(1))).ticket, (await desk.ask(thread(2))).ticket
        await desk.rest()
        assert "number 1 in the queue" in desk.reads(f"ticketcard:{first.id}").summary
        assert "number 2 in the queue, about 30 minutes" in desk.reads(f"ticketcard:{second.id}").summary

        urgent = (await desk.ask(thread(3), priority=Priority.URGENT)).ticket
        await desk.rest()
        summaries = [desk.reads(f"ticketcard:{one.id}").summary for one in (urgent, first, second)]
        assert [f"number {n} in" in summary for n, summary in enumerate(summaries, 1)] == [True] * 3

        await desk.claim(first, BEN)
        await desk.rest()
        assert "Ben Ortner is on" in desk.reads(f"ticketcard:{first.id}").summary
        assert "number 2 in the queue" in desk.reads(f"ticketcard:{second.id}").summary
        assert desk.stands(f"ticketcard:{second.id}")[0][1].place == thread(2)

        await desk.tickets.resolve(await desk.actor(BEN, BILLING.in_thread("9")), urgent.id)
        await desk.rest()
        assert "number 1 in the queue" in desk.reads(f"ticketcard:{second.id}").summary
    waiting = await desk.tickets.queue(DEFAULT_TENANT, "billing_support")
    assert [one.id for one in waiting] == [first.id, second.id]
    assert await desk.tickets.queue(DEFAULT_TENANT, "operations") == []


async def test_a_ticket_is_a_card_at_its_department_that_is_kept_true(storage: SqlStorage, clock: LeapingClock) -> None:
    desk = await a_desk(storage, clock)
    async with desk.working():
        ticket = (await desk.ask(thread(1), subject="charged\ntwice", priority=Priority.HIGH)).ticket
        await desk.rest()
        ((receipt, order),) = desk.stands(f"ticket:{ticket.id}")
        assert order.place == BILLING
        assert order.reply.title == f"{ticket.id}: charged twice"
        assert [button.label for button in order.reply.buttons] == ["Claim"]
        await desk.claim(ticket, BEN)
        await desk.rest()
        ((again, order),) = desk.stands(f"ticket:{ticket.id}")
        assert again == receipt
        assert "claimed by Ben Ortner" in order.reply.summary
        assert [button.label for button in order.reply.buttons] == ["Reply", "Resolve"]
        await desk.tickets.resolve(await desk.actor(BEN, BILLING.in_thread("9")), ticket.id)
        await desk.rest()
    assert "resolved" in desk.reads(f"ticket:{ticket.id}").summary
    assert desk.reads(f"ticketcard:{ticket.id}").summary == f"{ticket.id} is resolved."
    assert [entry.act for entry in await desk.trail()] == ["ticket.open", "ticket.claim", "ticket.resolve"]


async def test_what_was_said_before_is_handed_over_with_it(storage: SqlStorage, clock: LeapingClock) -> None:
    desk = await a_desk(storage, clock)
    async with storage.work(DEFAULT_TENANT) as work:
        person = await work.people.of(ANNA)
        conversation = await work.conversations.at(thread(1), person.id, clock.now())
        await work.conversations.add(
            conversation.id,
            Said("user", "why am I charged twice?", clock.now(), person.id),
            Said("assistant", "I have no data for that.", clock.now()),
        )
    ticket = (await desk.ask(thread(1), body="See invoice 4711.")).ticket
    lines = ticket.body.splitlines()
    assert lines[0] == "See invoice 4711."
    assert lines[-2:] == ["They: why am I charged twice?", "Nightdesk: I have no data for that."]


async def test_of_many_who_claim_at_once_one_has_it(storage: SqlStorage, clock: LeapingClock) -> None:
    desk = await a_desk(storage, clock)
    ticket = (await desk.ask(thread(1))).ticket
    results = await asyncio.gather(*(desk.claim(ticket, who) for who in (ANNA, BEN, CARLA)), return_exceptions=True)
    (won,) = [one for one in results if isinstance(one, Ticket)]
    lost = [one for one in results if isinstance(one, Forbidden)]
    assert len(lost) == 2
    assert won.claimed
    assert all(won.claimed.name in one.says for one in lost)
    assert [entry.act for entry in await desk.trail()] == ["ticket.open", "ticket.claim"]


async def test_a_claim_is_not_lost_while_the_queue_moves(storage: SqlStorage, clock: LeapingClock) -> None:
    """The cards of those who wait are written anew while their tickets are being taken."""
    desk = await a_desk(storage, clock)
    async with desk.working():
        opened = [(await desk.ask(thread(n))).ticket for n in range(12)]
        await asyncio.gather(
            *(desk.claim(one, BEN, BILLING.in_thread(f"{n}")) for n, one in enumerate(opened)),
            *(desk.ask(thread(100 + n)) for n in range(6)),
        )
        await desk.rest()
    for ticket in opened:
        assert (await desk.kept(ticket)).status == "claimed"
        assert "Ben Ortner is on" in desk.reads(f"ticketcard:{ticket.id}").summary
    waiting = [one for one in await desk.tickets.queue(DEFAULT_TENANT) if one.status == "open"]
    assert len(waiting) == 6
    for number, ticket in enumerate(waiting, 1):
        assert f"number {number} in the queue" in desk.reads(f"ticketcard:{ticket.id}").summary


async def test_words_go_both_ways_and_over_both_chats(storage: SqlStorage, clock: LeapingClock) -> None:
    desk = await a_desk(storage, clock)
    there = BILLING.in_thread("77.1")
    async with desk.working():
        ticket = (await desk.ask(thread(1), CARLA)).ticket
        await desk.tickets.reply(await desk.actor(CARLA, thread(1), "before"), ticket.id, "It is invoice 4711.")
        await desk.rest()
        ((card, _),) = desk.stands(f"ticket:{ticket.id}")
        ((_, order),) = desk.stands(f"ticketline:{ticket.id}:before")
        assert order.place == BILLING
        assert order.under
        assert order.under.id == card
        assert order.reply.summary == "Carla Weiss: It is invoice 4711."

        await desk.claim(ticket, BEN, there)
        found = await desk.tickets.at(DEFAULT_TENANT, there)
        assert found
        assert found.id == ticket.id
        answer = await desk.actor(BEN, there, "answer")
        await desk.tickets.reply(answer, ticket.id, "I see it <!channel> *now*.")
        await desk.tickets.reply(answer, ticket.id, "I see it <!channel> *now*.")  # the same letter again
        await desk.tickets.reply(await desk.actor(CARLA, thread(1), "thanks"), ticket.id, "Thanks")
        await desk.rest()
    ((_, order),) = desk.stands(f"ticketline:{ticket.id}:answer")
    assert order.place == thread(1)
    assert order.reply.summary == "Ben Ortner, billing support: I see it <!channel> *now*."
    ((_, order),) = desk.stands(f"ticketline:{ticket.id}:thanks")
    assert order.place == there
    assert [entry.act for entry in await desk.trail()].count("ticket.reply") == 3


async def test_with_nobody_on_the_other_side_nothing_is_said_to_be_passed_on(
    storage: SqlStorage, clock: LeapingClock
) -> None:
    desk = await a_desk(storage, clock, plan=Plan())
    ticket = (await desk.ask(thread(1))).ticket
    with pytest.raises(Rejected, match="nobody has TICKET-2026-000001"):
        await desk.tickets.reply(await desk.actor(ANNA, thread(1)), ticket.id, "hello?")
    async with storage.work(DEFAULT_TENANT) as work:
        made = await automatic.ticket(work, an_issue(clock), PLAN, desk.telling)
    with pytest.raises(Rejected, match="was not opened by a person"):
        await desk.tickets.reply(await desk.actor(BEN, BILLING), made, "hello?")
    with pytest.raises(Missing):
        await desk.tickets.reply(await desk.actor(BEN, BILLING), TicketId("TICKET-2026-999999"), "hello?")
    assert "ticket.reply" not in [entry.act for entry in await desk.trail()]


@pytest.mark.parametrize("kind", [PlaceKind.HOME, PlaceKind.TERMINAL])
async def test_a_human_is_not_sent_where_words_do_not_stay(
    storage: SqlStorage, clock: LeapingClock, kind: PlaceKind
) -> None:
    desk = await a_desk(storage, clock)
    page = Place("slack", "T0NIGHT", "U0ANNA", kind=kind)
    with pytest.raises(Rejected, match="in a chat only"):
        await desk.ask(page)
    ticket = (await desk.ask(thread(1))).ticket
    assert (await desk.claim(ticket, BEN, page)).desk is None  # claimed from a page: words hang under the card


async def test_a_claim_in_the_persons_own_thread_talks_there(storage: SqlStorage, clock: LeapingClock) -> None:
    desk = await a_desk(storage, clock)
    async with desk.working():
        ticket = (await desk.ask(thread(1), CARLA)).ticket
        await desk.claim(ticket, BEN, thread(1))
        await desk.tickets.reply(await desk.actor(BEN, thread(1), "ben"), ticket.id, "I am here.")
        await desk.tickets.reply(await desk.actor(CARLA, thread(1), "carla"), ticket.id, "Good.")
        await desk.rest()
    assert desk.stands(f"ticketline:{ticket.id}:ben")[0][1].place == thread(1)
    assert desk.stands(f"ticketline:{ticket.id}:carla")[0][1].place == BILLING


@pytest.mark.parametrize("claimed", [False, True])
async def test_what_nobody_took_is_brought_up_once_more(
    storage: SqlStorage, clock: LeapingClock, claimed: bool
) -> None:
    desk = await a_desk(storage, clock)
    async with desk.working():
        ticket = (await desk.ask(thread(1))).ticket
        await desk.rest()
        if claimed:
            await desk.claim(ticket, BEN)
        for _ in range(3):
            await clock.leap(clock.now() + timedelta(minutes=31))
            await desk.rest()
    told = [order.reply.summary for _, order in desk.stands(f"followup:{ticket.id}")]
    assert len(told) == (0 if claimed else 1)
    # The clock is driven on while the database answers, so the minutes are not counted.
    assert all(one.startswith(f"{ticket.id} has waited 3") for one in told)
    assert all(one.endswith(" min, and nobody has it: charged twice") for one in told)


async def test_a_critical_issue_gets_one_ticket_that_goes_first(storage: SqlStorage, clock: LeapingClock) -> None:
    everything_to_one = PLAN.model_copy(update={"departments": {"general": PLAN.departments["operations"]}})
    desk = await a_desk(storage, clock, plan=everything_to_one)
    async with desk.working():
        waits = (await desk.ask(thread(1))).ticket
        issue = an_issue(clock, description="p99 is 650 ms", labels={"service": "checkout"})
        for _ in range(2):
            async with storage.work(DEFAULT_TENANT) as work:
                made = await automatic.ticket(work, issue, everything_to_one, desk.telling)
        await desk.rest()
        assert made == f"MON-{int(issue.opened_at.timestamp())}-checkout"
        assert "number 2 in the queue" in desk.reads(f"ticketcard:{waits.id}").summary
    cards = [order for _, order in desk.stands(f"ticket:{made}")]
    assert sorted(order.place.platform for order in cards) == ["slack", "teams"]
    assert cards[0].reply.title == f"{made}: Critical issue: Checkout latency is high"
    assert cards[0].reply.footer == "Auto-generated"
    assert [button.label for button in cards[0].reply.buttons] == ["Claim"]
    assert [entry.object for entry in await desk.trail() if entry.act == "ticket.open"] == [waits.id, made]
    async with storage.work(DEFAULT_TENANT) as work:
        kept = await work.tickets.get(made)
    assert kept
    assert (kept.priority, kept.issue, kept.customer["name"]) == (Priority.URGENT, ID, "System Monitor")
    assert '"measured": "650 ms"' in kept.body


async def test_a_department_is_told_only_where_it_can_be_spoken_to(storage: SqlStorage, clock: LeapingClock) -> None:
    desk = await a_desk(storage, clock, workspaces=Workspaces({"slack": ""}))
    async with desk.working():
        ticket = (await desk.ask(thread(1))).ticket
        await desk.rest()
        assert desk.stands(f"ticket:{ticket.id}") == []
    assert [one.id for one in await desk.tickets.queue(DEFAULT_TENANT)] == [ticket.id]
