"""What is said of a ticket, to each of those who read it."""

from datetime import timedelta

import pytest

from bot.desk import ticket_words as words
from bot.desk.automatic import ticket_of
from bot.model import plain, ticket_sheet
from bot.model.errors import Rejected
from bot.model.issue import Issue, IssueId
from bot.model.message import Place
from bot.model.reply import Button, File, Files, Reply
from bot.model.severity import Severity
from bot.model.ticket import Priority
from bot.ports.desks import Position
from tests.fakes import NOON
from tests.tickets import BEN, a_ticket, resolved

THREAD = Place("teams", "tenant-1", "19:help", "1")


def position(ticket, place=3, *, business=True):
    contacts = {"email": "support@example.com", "phone": "+43 1 555"}
    wait = place * timedelta(minutes=5)
    return Position(ticket, place, wait, "within 30 minutes", contacts, {"business": business, "priority": False})


def labels(reply):
    return [button.label for button in reply.buttons]


def test_who_waits_is_told_everything_about_the_wait():
    reply = words.for_person(position(a_ticket(place=THREAD)))
    assert reply.summary == "TICKET-2026-000042 is open: number 3 in the queue, about 15 minutes."
    whole = plain.render(reply)
    for line in (
        "Place in the queue: 3", "Estimated wait: 15 minutes", "Department: billing support", "Priority: high",
        "Expected response: within 30 minutes", "Email: support@example.com", "Phone: +43 1 555",
    ):  # fmt: skip
        assert line in whole
    assert "closed" not in whole
    assert labels(reply) == ["Reply"]


def test_a_closed_desk_is_said_and_a_short_wait_is_a_minute():
    reply = words.for_person(position(a_ticket(), 0, business=False))
    assert "The desk is closed at this hour." in plain.render(reply)
    assert "about 1 minute." in reply.summary


def test_a_promise_that_is_kept_words_reach_the_other_side_by_reply():
    reply = words.for_person(position(a_ticket(status="claimed", claimed=BEN)))
    assert reply.summary == "Ben Ortner is on TICKET-2026-000042. What you send by Reply reaches them."
    (button,) = reply.buttons
    assert (button.intent, button.asks, button.arguments) == ("reply_ticket", ("text",), {})


def test_what_is_over_offers_nothing_more():
    for reply in (words.for_person(position(resolved())), words.for_desk(resolved())):
        assert reply.tone == "good"
        assert "resolved" in reply.summary
        assert reply.buttons == ()


def test_the_card_of_the_department():
    open_one = words.for_desk(a_ticket(place=THREAD, issue="ISS-1-checkout"))
    assert labels(open_one) == ["Claim"]
    assert open_one.summary == "TICKET-2026-000042, open: I was charged twice"
    assert "Issue: ISS-1-checkout" in plain.render(open_one)
    claimed = words.for_desk(a_ticket(place=THREAD, status="claimed", claimed=BEN))
    assert labels(claimed) == ["Reply", "Resolve"]
    assert "State: claimed by Ben Ortner" in plain.render(claimed)
    nobody_asked = words.for_desk(a_ticket(place=None, status="claimed", claimed=BEN))
    assert labels(nobody_asked) == ["Resolve"]


def test_its_name_outside_is_a_link_where_there_is_a_page():
    linked = words.for_desk(a_ticket(outside="OPS-7", link="https://jira.example/browse/OPS-7"))
    assert linked.buttons[-1] == Button("OPS-7", url="https://jira.example/browse/OPS-7")
    unlinked = words.for_desk(a_ticket(outside="OPS-7"))
    assert labels(unlinked) == ["Claim"]
    assert "Outside: OPS-7" in plain.render(unlinked)


@pytest.mark.parametrize(("length", "shown"), [(3000, 3000), (3001, 3000), (0, 0)])
def test_a_long_text_is_cut_on_cards_and_whole_outside(length, shown):
    ticket = a_ticket(body="x" * length)
    assert plain.render(words.for_desk(ticket)).count("x") == max(0, shown - (length > shown))
    assert ticket_sheet.read(words.for_outside(ticket)).body == "x" * length
    assert plain.render(words.for_outside(ticket)).count("x") == length


def test_outside_it_is_told_in_words_and_in_fields():
    ticket = a_ticket(place=THREAD, customer={"tier": "enterprise"}, issue="ISS-1-x", status="claimed", claimed=BEN)
    reply = words.for_outside(ticket)
    whole = plain.render(reply)
    assert "TICKET-2026-000042 is claimed by Ben Ortner." in whole
    assert "Customer tier: enterprise" in whole
    assert reply.buttons == ()
    sheet = ticket_sheet.read(reply)
    assert (sheet.id, sheet.status, sheet.priority) == (ticket.id, "claimed", Priority.HIGH)
    assert (sheet.claimed_by, sheet.issue, sheet.customer) == ("Ben Ortner", "ISS-1-x", {"tier": "enterprise"})
    assert ticket_sheet.plain_fields(sheet)["opened_at"] == "2026-03-18T12:00:00Z"


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"\xff"])
def test_what_is_no_ticket_is_not_told_to_ticket_systems(content):
    with pytest.raises(Rejected):
        ticket_sheet.read(Reply("x", (Files((File("ticket.json", "application/json", content),)),)))
    with pytest.raises(Rejected, match="not about a ticket"):
        ticket_sheet.read(Reply("x", (Files((File("other.json", "application/json", b"{}"),)),)))


def test_relayed_words_name_who_said_them_and_are_nothing_else():
    said = words.relayed(a_ticket(), "Ben Ortner", "<@U1> *look*", from_person=False)
    assert said.summary == "Ben Ortner, billing support: <@U1> *look*"
    assert words.relayed(a_ticket(), "Anna", "hi", from_person=True).summary == "Anna: hi"


@pytest.mark.parametrize(
    ("body", "lines", "whole"),
    [
        ("reason", [], "reason"),
        ("reason", [("user", "hi"), ("assistant", "hello"), ("user", "")],
         "reason\n\nSaid before:\nThey: hi\nNightdesk: hello"),
        ("", [("user", "hi")], "Said before:\nThey: hi"),
        ("", [], ""),
    ],
)  # fmt: skip
def test_what_is_handed_over(body, lines, whole):
    assert words.with_conversation(body, lines) == whole


def test_a_wait_is_told_in_minutes():
    reply = words.waiting(a_ticket(), NOON + timedelta(minutes=90, seconds=31))
    assert reply.summary == "TICKET-2026-000042 has waited 1 h 30 min, and nobody has it: I was charged twice"
    assert labels(reply) == ["Claim"]


def test_a_critical_issue_becomes_the_same_ticket_every_time():
    issue = Issue(
        IssueId("ISS-1773835200-checkout-2"), "k", "alertmanager", "Latency\nis high", Severity.CRITICAL, NOON, NOON,
        description="p99 is 650 ms", labels={"service": "checkout"}, services=("checkout",), measured="650 ms",
    )  # fmt: skip
    ticket = ticket_of(issue, "operations", ("oncall",))
    assert ticket == ticket_of(issue, "operations", ("oncall",))
    assert ticket.id == "MON-1773835200-checkout-2"
    assert ticket.subject == "Critical issue: Latency is high"
    assert ticket.customer == {
        "name": "System Monitor", "email": "monitor@system.internal", "tier": "enterprise", "product": "checkout",
    }  # fmt: skip
    note, description, metrics = ticket.body.split("\n\n")
    assert "monitoring" in note
    assert description == "p99 is 650 ms"
    assert '"measured": "650 ms"' in metrics
    assert (ticket.kind, ticket.priority, ticket.skills) == ("auto", Priority.URGENT, ("oncall",))
