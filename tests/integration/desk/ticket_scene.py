"""A ticket desk with both chats beside it: people ask in one, the department works in the other."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from bot.delivery.drain import Drain
from bot.desk.ticket_telling import TicketTelling
from bot.desk.tickets import Tickets
from bot.desk.timekeeper import Timekeeper
from bot.model import plain
from bot.model.issue import By
from bot.model.message import Account, Place
from bot.model.plan import Plan
from bot.model.reply import Reply
from bot.model.tenant import DEFAULT_TENANT
from bot.model.ticket import Priority, Ticket
from bot.ports.actor import Actor
from bot.ports.desks import Position
from bot.ports.outlet import Outlet
from bot.ports.platform import Order, Platform
from bot.ports.storage import Entry
from storage.storage import SqlStorage
from tests.integration.desk.scene import ANNA, FakeChat, LeapingClock, Silent

STEP, TURNS = timedelta(seconds=8), 25
BILLING = Place("slack", "T0NIGHT", "C0BILLING")
PLAN = Plan.model_validate(
    {
        "departments": {
            "billing_support": {
                "categories": ["billing"],
                "skills": ["billing", "subscription_management"],
                "to": [{"platform": "slack", "channel": "C0BILLING"}],
                "email": "support@example.com",
                "phone": "+43 1 555",
                "handling": "15m",
            },
            "operations": {
                "categories": ["monitoring"],
                "to": [{"platform": "teams", "channel": "19:ops"}, {"platform": "slack", "channel": "C0BILLING"}],
            },
        }
    }
)


def thread(number: int) -> Place:
    """Where somebody asks, in Teams."""
    return Place("teams", "tenant-1", "19:help", f"{number}")


@dataclass
class Workspaces:
    known: Mapping[str, str] = field(default_factory=lambda: {"slack": "T0NIGHT", "teams": "tenant-1"})

    async def ask(self) -> Mapping[str, str]:
        return self.known


@dataclass
class Desk:
    storage: SqlStorage
    clock: LeapingClock
    slack: FakeChat
    teams: FakeChat
    telling: TicketTelling
    tickets: Tickets
    outlets: Sequence[Outlet]
    letters: int = 0

    async def actor(self, who: Account, place: Place | None, cause: str = "") -> Actor:
        async with self.storage.work(DEFAULT_TENANT) as work:
            person = await work.people.of(who)
        self.letters += 1
        return Actor(DEFAULT_TENANT, By(person.name, person.id, who.platform), cause or f"l{self.letters}", place)

    async def ask(self, place: Place, who: Account = ANNA, cause: str = "", **given: Any) -> Position:
        asked = {"subject": "charged twice", "body": "charged twice", "priority": Priority.NORMAL, **given}
        actor = await self.actor(who, place, cause)
        return await self.tickets.open(actor, category="billing", place=place, **asked)

    async def claim(self, ticket: Ticket, who: Account, place: Place | None = None) -> Ticket:
        return await self.tickets.claim(await self.actor(who, place or BILLING.in_thread("9")), ticket.id)

    async def kept(self, ticket: Ticket) -> Ticket:
        found = await self.tickets.position(DEFAULT_TENANT, ticket.id)
        assert found
        return found.ticket

    async def trail(self) -> list[Entry]:
        async with self.storage.work(DEFAULT_TENANT) as work:
            return list(reversed(await work.audit.latest(1000)))

    def stands(self, key: str) -> list[tuple[str, Order]]:
        """Messages about this subject, as they stand now, by receipt."""
        posts = [*self.slack.posts.items(), *self.teams.posts.items()]
        return [(receipt, order) for receipt, order in posts if order.key.rpartition("#")[0] == key]

    def reads(self, key: str) -> Reply:
        ((_, order),) = self.stands(key)
        return order.reply

    def words(self, key: str) -> str:
        return plain.render(self.reads(key))

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        places: dict[str, Platform] = {"slack": self.slack, "teams": self.teams}
        places.update({one.name: one for one in self.outlets})
        workers: list[Drain | Timekeeper] = [
            Drain(self.storage, self.clock, places, Silent()),
            Timekeeper(self.storage, self.clock, self.tickets.handlers(), Silent()),
        ]
        running = [asyncio.create_task(worker.run()) for worker in workers]
        try:
            yield
        finally:
            for worker in workers:
                worker.stop()
            await asyncio.gather(*running)

    async def rest(self) -> None:
        """Nothing is due and nothing waits to be said."""
        async with asyncio.timeout(20):
            while await self._is_due() or (await self._waiting())[0]:
                await self._turn()

    async def passes(self, time: timedelta) -> None:
        """In steps; in each, all is done that can be done then. What waits behind something else stays due."""
        until = self.clock.now() + time
        while True:
            for _ in range(TURNS):
                if not await self._is_due() and not (await self._waiting())[1]:
                    break
                await self._turn()
            if self.clock.now() >= until:
                return
            await self.clock.leap(min(until, self.clock.now() + STEP))

    async def _is_due(self) -> bool:
        return bool(await self.storage.timers.due(self.clock.now(), 1))

    async def _waiting(self) -> tuple[int, timedelta]:
        return await self.storage.parcels.waiting(self.clock.now())

    async def _turn(self) -> None:
        """Slowly: leases have to hold on a busy machine."""
        await self.clock.advance(0.05)
        await asyncio.sleep(0.005)


async def a_desk(
    storage: SqlStorage,
    clock: LeapingClock,
    outlets: Sequence[Outlet] = (),
    plan: Plan = PLAN,
    workspaces: Workspaces | None = None,
) -> Desk:
    telling = TicketTelling(clock, workspaces or Workspaces(), outlets)
    async with storage.work(DEFAULT_TENANT) as work:
        await work.plans.save(plan, clock.now())
    slack, teams = FakeChat("slack", clock, workspace="T0NIGHT"), FakeChat("teams", clock, workspace="tenant-1")
    return Desk(storage, clock, slack, teams, telling, Tickets(storage, clock, telling), outlets)
