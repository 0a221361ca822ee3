"""The ticket webhook over real HTTP, with a receiver that checks signatures and knows repeats by their key."""

import hmac
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.model.errors import Rejected, Unavailable
from bot.model.parcel import Receipt
from bot.model.reply import Link
from bot.model.tenant import TenantId
from integrations.integration import Parts
from integrations.ticket_webhook.integration import Settings, TicketWebhookIntegration
from integrations.ticket_webhook.outlet import WebhookOutlet
from tests.fakes import NOON, DrivenClock
from tests.tickets import BEN, a_ticket, an_order, resolved

SECRET = "a secret of the receiver"
Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Receiver:
    """Takes a ticket once for each Idempotency-Key, and answers a repeat as it answered before."""

    said: Any = field(default_factory=lambda: {"id": "REQ-7", "url": "https://desk.example/REQ-7"})
    faults: list[Answer] = field(default_factory=list)
    losing: int = 0  # answers that get lost
    taken: dict[str, dict[str, Any]] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    url: str = ""

    async def handle(self, request: web.Request) -> web.StreamResponse:
        if request.method == "HEAD":
            return web.Response(status=405)
        if self.faults:
            return await self.faults.pop(0)(request)
        body, stamp = await request.read(), request.headers["X-Nightdesk-Timestamp"]
        signed = hmac.new(SECRET.encode(), stamp.encode() + b"." + body, sha256).hexdigest()
        if not hmac.compare_digest(request.headers["X-Nightdesk-Signature"], f"sha256={signed}"):
            self.refused.append(stamp)
            return web.json_response({"error": "wrong signature"}, status=401)
        assert stamp == str(int(NOON.timestamp()))
        self.taken.setdefault(request.headers["Idempotency-Key"], json.loads(body))
        if self.losing:
            self.losing -= 1
            assert request.transport is not None
            request.transport.abort()
        return web.Response() if self.said is None else web.json_response(self.said)


@asynccontextmanager
async def outlet(receiver: Receiver, clock: DrivenClock, secret: str = SECRET) -> AsyncIterator[WebhookOutlet]:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", receiver.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hooks/tickets?team=ops"
    try:
        async with aiohttp.ClientSession() as session:
            settings = Settings.model_validate({"webhook_url": receiver.url, "webhook_secret": secret})
            yield TicketWebhookIntegration(settings, Parts(session, clock)).outlet
    finally:
        await runner.cleanup()


def _says(status: int, text: str = "", **headers: str) -> Answer:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=status, text=text, headers={k.replace("_", "-"): v for k, v in headers.items()})

    return answer


async def test_the_life_of_a_ticket(clock: DrivenClock) -> None:
    receiver = Receiver()
    async with outlet(receiver, clock) as there:
        receipt = await there.send(an_order(a_ticket(), there.place))
        assert there.named(receipt) == Link("REQ-7", "https://desk.example/REQ-7")
        claimed = a_ticket(status="claimed", claimed=BEN, revision=2)
        receiver.said = None  # nothing more to say: what was said holds
        assert await there.send(an_order(claimed, there.place, receipt.id)) == receipt
        assert await there.send(an_order(resolved(), there.place, receipt.id)) == receipt
    assert [*receiver.taken] == [f"default/ticket:TICKET-2026-000042#{n}" for n in (1, 2, 3)]
    opened, changed, done = receiver.taken.values()
    assert [opened["event"], changed["event"], done["event"]] == ["opened", "changed", "resolved"]
    assert [opened["outside_id"], changed["outside_id"]] == ["", "REQ-7"]
    assert opened["tenant"] == "default"
    assert opened["ticket"] == {
        "id": "TICKET-2026-000042", "kind": "user", "status": "open", "priority": "high",
        "subject": "I was charged twice", "body": "See invoice 4711.", "category": "billing",
        "department": "billing_support", "skills": ["billing"], "opened_at": "2026-03-18T12:00:00Z",
        "opened_by": "Anna Berger", "claimed_by": "", "resolved_at": None, "issue": "", "customer": {},
    }  # fmt: skip
    assert changed["ticket"]["claimed_by"] == "Ben Ortner"
    assert done["ticket"]["resolved_at"] == "2026-03-18T12:00:00Z"


async def test_a_lost_answer_posts_the_same_key_and_the_same_words_again(clock: DrivenClock) -> None:
    receiver = Receiver(losing=1)
    async with outlet(receiver, clock) as there:
        order = an_order(a_ticket(), there.place)
        with pytest.raises(Unavailable) as problem:
            await there.send(order)
        assert not problem.value.definite
        assert await there.find(order.tenant, there.place, order.key, clock.now()) is None
        assert there.named(await there.send(order)).text == "REQ-7"
    assert len(receiver.taken) == 1


async def test_tickets_of_two_tenants_with_one_number_are_two(clock: DrivenClock) -> None:
    receiver = Receiver()
    async with outlet(receiver, clock) as there:
        await there.send(an_order(a_ticket(), there.place))
        await there.send(an_order(a_ticket(), there.place, tenant=TenantId("other")))
    assert len(receiver.taken) == 2


async def test_any_words_travel(clock: DrivenClock) -> None:
    receiver = Receiver()
    name = "MON-1773835200-größe"
    async with outlet(receiver, clock) as there:
        await there.send(an_order(a_ticket(id=name, body="half \ud83d of a sign"), there.place))
    (taken,) = receiver.taken.values()
    assert (taken["ticket"]["id"], taken["ticket"]["body"]) == (name, "half � of a sign")
    assert not receiver.refused


async def test_another_secret_is_refused(clock: DrivenClock) -> None:
    receiver = Receiver()
    async with outlet(receiver, clock, secret="another secret, not that") as there:
        with pytest.raises(Rejected, match="wrong signature"):
            await there.send(an_order(a_ticket(), there.place))
    assert receiver.taken == {}
    assert receiver.refused


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ({"id": 4711}, Link("4711", "")),
        ({"id": "A 1\n2", "url": "https://desk.example/a"}, Link("A 1 2", "https://desk.example/a")),
        ({"id": "X", "url": "javascript:alert(1)"}, Link("X", "")),
        ({"id": "X", "url": "https://desk.example/a b"}, Link("X", "")),
        ({"id": "X", "url": "https://" + "x" * 2000}, Link("X", "")),
        ({"id": True}, Link("", "")),
        ({"url": "https://desk.example/a"}, Link("", "")),
        (["X"], Link("", "")),
        ("X", Link("", "")),
        (None, Link("", "")),
    ],
)
async def test_what_it_calls_a_ticket(clock: DrivenClock, said: Any, shown: Link) -> None:
    async with outlet(Receiver(said), clock) as there:
        assert there.named(await there.send(an_order(a_ticket(), there.place))) == shown


@pytest.mark.parametrize(
    ("status", "text", "told"),
    [
        (400, '{"error": "no such queue"}', "no such queue"),
        (422, '{"detail": "subject is too long"}', "subject is too long"),
        (404, "<html>not here</html>", "HTTP 404"),
        (400, "plain\nwords", "plain words"),
        (302, "", "sends us elsewhere"),
    ],
)
async def test_what_it_refuses(clock: DrivenClock, status: int, text: str, told: str) -> None:
    headers = {"Location": "/login"} if status == 302 else {}
    async with outlet(Receiver(faults=[_says(status, text, **headers)]), clock) as there:
        with pytest.raises(Rejected) as problem:
            await there.send(an_order(a_ticket(), there.place))
    assert told in problem.value.says
    assert "<html>" not in problem.value.says


@pytest.mark.parametrize(("status", "definite"), [(429, True), (500, False), (503, False)])
async def test_what_may_pass(clock: DrivenClock, status: int, definite: bool) -> None:
    async with outlet(Receiver(faults=[_says(status, Retry_After="7")]), clock) as there:
        with pytest.raises(Unavailable) as problem:
            await there.send(an_order(a_ticket(), there.place))
    assert problem.value.definite is definite
    assert problem.value.retry_after == timedelta(seconds=7)


async def test_an_answer_need_not_end(clock: DrivenClock) -> None:
    async with outlet(Receiver(said={"id": "X", "more": "x" * 500_000}), clock) as there:
        assert await there.send(an_order(a_ticket(), there.place)) == Receipt("-")


async def test_the_check_makes_no_ticket(clock: DrivenClock, unused_port: int) -> None:
    receiver = Receiver()
    async with outlet(receiver, clock) as there:
        assert "answers; tickets are posted there" in await there.check()
    assert receiver.taken == {}
    async with aiohttp.ClientSession() as session:
        nowhere = WebhookOutlet(f"http://127.0.0.1:{unused_port}/x", SECRET, session, clock)
        with pytest.raises(Unavailable) as problem:
            await nowhere.check()
    assert problem.value.definite
