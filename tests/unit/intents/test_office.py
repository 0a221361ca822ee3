"""What people hand over to people, and what administrators ask."""

import csv
import io
from dataclasses import replace

import pytest

from bot.intents import audit, human, link, tell_here, tickets, undelivered
from bot.intents.catalog import BY_NAME
from bot.intents.human import Human
from bot.model import plain
from bot.model.errors import Forbidden, Missing, Rejected
from bot.model.message import PersonId, PlaceKind, Role
from bot.model.parcel import ParcelId, Subject, Undelivered
from bot.model.plan import Target
from bot.model.reply import Files, Form
from bot.model.ticket import Priority
from bot.ports.storage import Entry
from tests.builders import ANNA, CHANNEL, CHAT, person, turn
from tests.desks import Office, Tickets, desks, tools
from tests.fakes import NOON

DIRECT = replace(CHANNEL, channel="D0ANNA", thread="", kind=PlaceKind.PERSONAL)


def asking(place=CHANNEL, **who):
    return replace(turn(place), account=ANNA, person=replace(person(), **who))


async def test_a_human_is_asked_for_with_a_reason_and_only_once():
    desk = Tickets()
    on = desks(tickets=desk)
    form = await human.answer(Human(), tools(on))
    assert [field.name for block in form.blocks if isinstance(block, Form) for field in block.fields] == [*human.ASKS]
    assert desk.all == []
    reply = await human.answer(Human(reason="My invoice\nis wrong", category="Billing", priority="high"), tools(on))
    (made,) = desk.all
    assert (made.subject, made.body, made.priority) == ("My invoice", "My invoice\nis wrong", Priority.HIGH)
    assert (made.category, made.place) == ("billing", CHANNEL)
    assert reply.summary == "I have asked billing support to take over: TICKET-2026-000001."
    again = await human.answer(Human(reason="hello?"), tools(on))
    assert "TICKET-2026-000001" in again.summary
    assert len(desk.all) == 1


async def test_in_a_terminal_there_is_nobody_to_hand_over_to():
    terminal = replace(CHANNEL, kind=PlaceKind.TERMINAL)
    with pytest.raises(Rejected, match="in a chat only"):
        await human.answer(Human(reason="x"), tools(desks(), turn(terminal)))


async def test_a_ticket_is_taken_answered_and_closed():
    desk = Tickets()
    on = desks(tickets=desk)
    await human.answer(Human(reason="help me"), tools(on))
    name = desk.all[0].id
    listed = await tickets.queue(tickets.Queue(), tools(on))
    assert listed.summary == "1 unresolved, 1 of them with nobody."
    await tickets.claim(tickets.OneTicket(ticket=name), tools(on))
    await tickets.reply(tickets.Answer(text="On it."), tools(on))  # in its thread no id is needed
    await tickets.resolve(tickets.OneTicket(ticket=name), tools(on))
    assert desk.said == [(name, "On it.")]
    assert desk.all[0].status == "resolved"


async def test_the_words_of_somebody_else_are_not_a_viewers():
    desk = Tickets()
    on = desks(tickets=desk)
    await human.answer(Human(reason="private"), tools(on))
    stranger = tools(on, asking(CHAT, id=PersonId("p9"), role=Role.VIEWER))
    for act in (
        tickets.show(tickets.OneTicket(ticket=desk.all[0].id), stranger),
        tickets.reply(tickets.Answer(ticket=desk.all[0].id, text="x"), stranger),
    ):
        with pytest.raises(Forbidden):
            await act
    mine = await tickets.show(tickets.OneTicket(ticket=desk.all[0].id), tools(on, asking(role=Role.VIEWER)))
    assert "number 1 in the queue" in mine.summary
    with pytest.raises(Missing, match="This thread has no ticket"):
        await tickets.show(tickets.OneTicket(), stranger)


async def test_a_channel_is_told_from_now_on_and_no_more():
    office = Office()
    on = desks(office=office)
    ask = tell_here.TellHere(at_least="high", match='service="checkout"')
    await tell_here.tell(ask, tools(on))
    here = Target(platform="slack", channel="C0INCIDENTS", workspace="T0NIGHT")
    assert office.told == [(here, "high", ('service="checkout"',))]
    assert "no further issues" in (await tell_here.stop(tell_here.TellNoMore(), tools(on))).summary
    assert "was told of no issues" in (await tell_here.stop(tell_here.TellNoMore(), tools(on))).summary
    with pytest.raises(Rejected, match="in channels"):
        await tell_here.tell(tell_here.TellHere(), tools(on, turn(DIRECT)))


def entry(act="issue.resolve", **details):
    return Entry(act, "ISS-1-a", NOON, PersonId("p2"), "slack/T/C", details)


async def test_the_trail_is_asked_exactly_as_meant():
    office = Office(entries=[entry(), entry()], everyone=[replace(person(), id=PersonId("p2"), name="Ben Ortner")])
    ask = audit.Audit(about="ISS-1-a", by="ben", act="issue.resolve", window="24h")
    reply = await audit.answer(ask, tools(desks(office=office)))
    (trail,) = office.trails
    assert (trail.object, trail.actor, trail.act) == ("ISS-1-a", "p2", "issue.resolve")
    assert trail.since == NOON - (NOON - NOON.replace(day=17))
    assert reply.summary == "2 entries, the last 24 h."
    assert reply.blocks[0].rows[0][1:3] == ("Ben Ortner", "issue.resolve")
    assert reply.buttons[0].arguments["export"] is True


async def test_the_file_shows_formulas_and_runs_none():
    office = Office(entries=[entry(act="=HYPERLINK(1)", text="x")])
    reply = await audit.answer(audit.Audit(export=True), tools(desks(office=office)))
    (file,) = next(block.files for block in reply.blocks if isinstance(block, Files))
    rows = list(csv.DictReader(io.StringIO(file.content.decode("utf-8-sig"))))
    assert rows[0]["act"] == "'=HYPERLINK(1)"
    assert rows[0]["details"] == '{"text": "x"}'
    assert rows[0]["at"] == NOON.isoformat()


async def test_the_trail_says_why_something_was_kept_quiet():
    office = Office(entries=[replace(entry(), act="kept_quiet", details={"reason": "quiet_hours"})])
    reply = await audit.answer(audit.Audit(), tools(desks(office=office)))
    assert reply.blocks[0].rows[0][2] == "kept_quiet: quiet_hours"


async def test_the_trail_that_has_more_than_is_shown_says_so():
    office = Office(entries=[entry()] * 50)
    reply = await audit.answer(audit.Audit(), tools(desks(office=office)))
    assert reply.summary.startswith("More than 30 entries")
    assert len(reply.blocks[0].rows) == 30


async def test_what_was_not_delivered_can_be_sent_again():
    lost = Undelivered(ParcelId("p-1"), CHANNEL, Subject("issue:1"), "Critical", "The channel is gone.", NOON, NOON)
    office = Office(dead=[lost])
    reply = await undelivered.answer(undelivered.Undeliverable(), tools(desks(office=office)))
    assert reply.summary == "1 message could not be delivered."
    assert "The channel is gone." in plain.render(reply)
    (button,) = next(block.buttons for block in reply.blocks if hasattr(block, "buttons"))
    intent = BY_NAME[button.intent]
    assert (
        "on its way again"
        in (await intent.answer(intent.asks(**button.arguments), tools(desks(office=office)))).summary
    )
    gone = await undelivered.resend(undelivered.Resend(parcel="p-2"), tools(desks(office=office)))
    assert "not among the undelivered" in gone.summary
    assert (
        await undelivered.answer(undelivered.Undeliverable(), tools(desks()))
    ).summary == "Everything was delivered."


async def test_all_that_was_not_delivered_can_be_sent_again_at_once():
    """The oldest first, as it was said."""
    lost = [
        Undelivered(ParcelId(f"p-{n}"), CHANNEL, Subject(f"issue:{n}"), "Critical", "Gone.", NOON, NOON)
        for n in (3, 2, 1)
    ]
    office = Office(dead=lost)
    reply = await undelivered.answer(undelivered.Undeliverable(), tools(desks(office=office)))
    assert [(button.label, button.intent) for button in reply.buttons] == [("Send all again", "resend_all")]
    again = await undelivered.resend_all(undelivered.ResendAll(), tools(desks(office=office)))
    assert again.summary == "3 messages are on the way again."
    assert office.resent == ["p-1", "p-2", "p-3"]
    nothing = await undelivered.resend_all(undelivered.ResendAll(), tools(desks()))
    assert nothing.summary == "Everything was delivered."


async def test_a_code_is_shown_and_taken_only_between_the_two_of_us():
    office = Office()
    on = desks(office=office)
    with pytest.raises(Rejected, match="between you and me"):
        await link.answer(link.Link(), tools(on, asking(CHANNEL)))
    shown = await link.answer(link.Link(), tools(on, asking(DIRECT)))
    assert shown.summary == "Say this to me in a direct message in Teams: link ABCD-EFGH"
    with pytest.raises(Rejected, match="between you and me"):
        await link.answer(link.Link(code="ABCD-EFGH"), tools(on, asking(CHANNEL)))
    done = await link.answer(link.Link(code="ABCD-EFGH"), tools(on, asking(DIRECT)))
    assert office.linked == [(ANNA, "ABCD-EFGH")]
    assert done.summary.startswith("Done: this account is Anna Berger")
