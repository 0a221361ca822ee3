"""A conversation handed to a person, and the queue it stands in."""

import asyncio
from dataclasses import replace

from bot.delivery.drain import Drain
from bot.model.reply import Reply
from bot.model.tenant import DEFAULT_TENANT
from bot.ports.platform import Order
from handlers.api.conversations import Conversations, place_of
from handlers.web.meters import Meters
from tests.integration.api.scene import ACME, ANNAS, BENS, VIEWER, Scene

REQUEST = {
    "conversationId": "conv-7",
    "reason": "Charged twice for March.\nPlease look.",
    "context": {
        "userId": "u-1",
        "tenantId": "default",
        "userProfile": {"name": "Dana", "tier": "premium"},
        "conversationHistory": [
            {"timestamp": "2026-03-18T11:58:00Z", "type": "user", "message": "I was charged twice."},
            {"timestamp": "2026-03-18T11:58:05Z", "type": "assistant", "message": "I am sorry to hear that."},
        ],
    },
    "priority": "normal",
    "category": "billing",
}


async def test_the_answer_has_the_promised_fields(on: Scene):
    """Rows ESC-02, ESC-04 and API-17."""
    assert await on.post("/ai/escalate", REQUEST) == {
        "ticketId": "TICKET-2026-000001",
        "estimatedWaitTime": 15,
        "queuePosition": 1,
        "agentAvailability": {"business": True, "priority": False},
        "escalationDetails": {
            "department": "billing_support",
            "skillsRequired": ["billing", "subscription_management"],
            "context": "Charged twice for March.",
        },
        "followUp": {
            "email": "support@example.com",
            "phone": "+1-800-555-0123",
            "expectedResponse": "within 30 minutes",
        },
    }
    body = (await on.get("/api/tickets/TICKET-2026-000001"))["ticket"]["body"]
    for part in ("Please look.", "user: u-1", "tier: premium", "user: I was charged twice."):
        assert part in body


async def test_the_least_that_may_be_said(on: Scene):
    told = await on.post("/ai/escalate", {"conversationId": "c", "reason": "Help."})
    assert told["queuePosition"] == 1
    answer = await on.ask("POST", "/ai/escalate", {"reason": "Help."})
    assert list(answer.json["fields"]) == ["conversationId"]
    assert (await on.ask("POST", "/ai/escalate", {**REQUEST, "priority": "now"})).status == 422


async def test_escalating_twice_returns_the_open_ticket(on: Scene):
    """Row ESC-14."""
    first = await on.post("/ai/escalate", REQUEST)
    assert await on.post("/ai/escalate", REQUEST) == first
    other = await on.post("/ai/escalate", {**REQUEST, "conversationId": "conv-8"})
    assert other["queuePosition"] == 2
    await on.post(f"/api/tickets/{first['ticketId']}/resolve")
    assert (await on.post("/ai/escalate", REQUEST))["ticketId"] not in (first["ticketId"], other["ticketId"])


async def test_nobody_speaks_for_another_tenant(on: Scene):
    answer = await on.ask("POST", "/ai/escalate", {**REQUEST, "context": {"tenantId": "acme"}})
    assert answer.status == 403


async def test_a_ticket_is_claimed_by_one_and_resolved(on: Scene):
    ticket = (await on.post("/ai/escalate", {**REQUEST, "priority": "urgent"}))["ticketId"]
    before = (await on.post("/ai/escalate", {**REQUEST, "conversationId": "conv-8"}))["ticketId"]
    assert [one["id"] for one in (await on.get("/api/tickets"))["tickets"]] == [ticket, before]
    assert (await on.get("/api/tickets?department=nothing"))["tickets"] == []
    assert (await on.get(f"/api/tickets/{before}"))["place"] == 2

    claimed = await on.post(f"/api/tickets/{ticket}/claim", key=ANNAS)
    assert (claimed["status"], claimed["claimed"]["name"]) == ("claimed", "Anna Berger")
    taken = await on.ask("POST", f"/api/tickets/{ticket}/claim", {}, key=BENS)
    assert (taken.status, taken.json["error"][:15]) == (403, "Anna Berger has")
    assert (await on.get(f"/api/tickets/{before}"))["place"] == 1
    resolved = await on.post(f"/api/tickets/{ticket}/resolve", key=ANNAS)
    assert (resolved["status"], resolved["resolved_at"]) == ("resolved", "2026-03-18T12:00:00Z")
    assert (await on.ask("POST", "/api/tickets/TICKET-2026-999999/claim", {})).status == 404


async def test_what_people_answer_is_fetched(on: Scene):
    """Row ESC-11, for programs."""
    assert (await on.ask("GET", "/api/conversations/conv-7")).status == 404
    ticket = (await on.post("/ai/escalate", REQUEST))["ticketId"]
    drain = Drain(on.storage, on.clock, {"api": Conversations(on.storage, on.clock)}, Meters())
    working = asyncio.create_task(drain.run())

    async def lines(last: str) -> list[str]:
        async with asyncio.timeout(20):
            while True:
                answer = await on.ask("GET", "/api/conversations/conv-7", key=VIEWER)
                found = [one["text"] for one in answer.json["lines"]] if answer.status == 200 else []
                if found and last in found[-1]:
                    return found
                await on.clock.advance(1)

    await lines(f"{ticket} is open: number 1 in the queue")
    await on.post(f"/api/tickets/{ticket}/claim", key=ANNAS)
    await lines(f"Anna Berger has taken over {ticket}.")
    headers = {"Idempotency-Key": "answer-1"}
    for _ in range(2):
        await on.post(f"/api/tickets/{ticket}/reply", {"text": "Refunded."}, key=ANNAS, headers=headers)
    await lines("Refunded.")
    await on.post(f"/api/tickets/{ticket}/resolve", key=ANNAS)
    said = await lines(f"Anna Berger has resolved {ticket}.")
    assert sum("Refunded." in one for one in said) == 1
    drain.stop()
    await working
    await on.key("acme", role="viewer", tenant=ACME)
    assert (await on.ask("GET", "/api/conversations/conv-7", key="acme")).status == 404


async def test_an_order_that_comes_again_is_said_once(on: Scene):
    programs = Conversations(on.storage, on.clock)
    order = Order(DEFAULT_TENANT, place_of(DEFAULT_TENANT, "c"), Reply("Refunded."), "ticketline:1#1")
    first = await programs.send(order)
    assert await programs.send(order) == first
    await programs.send(replace(order, key="ticketline:2#1"))
    assert await programs.send(replace(order, receipt=first)) == first
    assert [one["text"] for one in (await on.get("/api/conversations/c"))["lines"]] == ["Refunded.", "Refunded."]
