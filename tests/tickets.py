"""Tickets that tests of several rooms hand around."""

from dataclasses import replace
from typing import Any

from bot.desk import ticket_words
from bot.model.issue import By
from bot.model.message import PersonId, Place
from bot.model.parcel import Receipt
from bot.model.tenant import DEFAULT_TENANT, TenantId
from bot.model.ticket import Priority, Ticket, TicketId
from bot.ports.platform import Order
from tests.fakes import NOON

BEN = By("Ben Ortner", PersonId("ben"), "slack")


def a_ticket(**changes: Any) -> Ticket:
    plain = Ticket(
        TicketId("TICKET-2026-000042"), "user", "I was charged twice", "See invoice 4711.", Priority.HIGH, "billing",
        "billing_support", NOON, By("Anna Berger", PersonId("anna"), "teams"), skills=("billing",),
    )  # fmt: skip
    return replace(plain, **changes)


def resolved(**changes: Any) -> Ticket:
    return a_ticket(status="resolved", claimed=BEN, resolved_at=NOON, revision=3, **changes)


def an_order(ticket: Ticket, place: Place, receipt: str = "", tenant: TenantId = DEFAULT_TENANT) -> Order:
    """As the drain gives it out."""
    told = Receipt(receipt) if receipt else None
    return Order(tenant, place, ticket_words.for_outside(ticket), f"ticket:{ticket.id}#{ticket.revision}", told)
