"""A night: a plan, people with accounts, chats that keep what they are told, and a clock that is driven."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from bot.delivery.drain import Drain
from bot.desk import escalation
from bot.desk.reach import Reach
from bot.desk.steps import Escalation
from bot.desk.timekeeper import Timekeeper
from bot.model.issue import By, Issue, IssueId, Told
from bot.model.message import Account, PersonId, Place, PlaceKind
from bot.model.parcel import Receipt
from bot.model.plan import Plan
from bot.model.reply import Reply
from bot.model.severity import Severity
from bot.model.tenant import DEFAULT_TENANT, TenantId
from bot.pipeline import escalated
from bot.pipeline.incidents import Incidents
from bot.ports.actor import Actor
from bot.ports.desks import Act, ActKind, Done
from bot.ports.platform import Order, Pace, Step
from storage.storage import SqlStorage
from tests.fakes import DrivenClock

ID = IssueId("ISS-1773835920-checkout")
ROOM = Place("slack", "T0NIGHT", "C0INCIDENTS")
ANNA = Account("slack", "T0NIGHT", "U0ANNA", "Anna Berger", "anna@example.com")
BEN = Account("slack", "T0NIGHT", "U0BEN", "Ben Ortner", "ben@example.com")
BEN_IN_TEAMS = Account("teams", "tenant-1", "aad-ben", "Ben Ortner", "ben@example.com")
CARLA = Account("teams", "tenant-1", "aad-carla", "Carla Weiss", "carla@example.com")
PLAN: Mapping[str, Any] = {
    "rotas": {
        "primary": {
            "zone": "Europe/Vienna",
            "layers": [{"people": ["ben@example.com", "carla@example.com"], "since": "2026-03-16"}],
        }
    },
    "policies": {
        "night": {
            "steps": [
                {"notify": ["person:anna@example.com"], "wait": "5m"},
                {"notify": ["rota:primary"], "wait": "10m"},
                {"notify": ["slack:C0ESCALATED", "mail:boss@example.com"], "wait": "15m"},
            ],
            "repeat": 0,
            "progress_within": "30m",
            "remind_before": "5m",
        }
    },
}


class LeapingClock(DrivenClock):
    """Hours pass in one leap, in which whoever sleeps is woken once."""

    async def leap(self, until: datetime) -> None:
        self._now = max(self._now, until)
        await self.advance(0)


class FakeChat:
    """A platform as the core sees one. `people` are those that it knows by their address."""

    pace = Pace(burst=1000, every=0.001)

    def __init__(self, name: str, clock: LeapingClock, people: tuple[Account, ...] = (), workspace: str = "") -> None:
        self.name, self._clock, self.people, self._workspace = name, clock, people, workspace
        self.posts: dict[str, Order] = {}  # as they stand now, by receipt
        self.posted_at: dict[str, datetime] = {}
        self.faults: list[Exception] = []

    async def send(self, order: Order) -> Receipt:
        receipt = order.receipt or Receipt(f"{order.place.channel}:{len(self.posts) + 1}")
        self.posts[receipt.id] = order
        self.posted_at.setdefault(receipt.id, self._clock.now())
        return receipt

    async def find(self, tenant: TenantId, place: Place, key: str, since: datetime) -> Receipt | None:
        return next((Receipt(one) for one, order in self.posts.items() if order.key == key), None)

    async def begin(self, tenant: TenantId, place: Place, to: Account) -> Receipt | None:
        return None

    async def progress(self, tenant: TenantId, place: Place, step: Step, receipt: Receipt | None) -> None:
        return None

    async def workspace(self) -> str:
        self._fail()
        return self._workspace

    async def profile(self, tenant: TenantId, account: Account) -> Account | None:
        self._fail()
        return next((one for one in self.people if one.user == account.user), None)

    async def by_email(self, tenant: TenantId, email: str) -> Account | None:
        self._fail()
        return next((one for one in self.people if one.email.casefold() == email.casefold()), None)

    def personal(self, account: Account) -> Place:
        return Place(self.name, account.workspace, f"dm-{account.user}", kind=PlaceKind.PERSONAL)

    def _fail(self) -> None:
        if self.faults:
            raise self.faults[0]


class Silent:
    def count(self, name: str, by: float = 1, /, **labels: str) -> None: ...
    def observe(self, name: str, seconds: float, **labels: str) -> None: ...


def an_issue(clock: LeapingClock, **more: Any) -> Issue:
    given: dict[str, Any] = {
        "id": ID,
        "key": "alertmanager/checkout",
        "source": "alertmanager",
        "title": "Checkout latency is high",
        "severity": Severity.CRITICAL,
        "opened_at": clock.now(),
        "updated_at": clock.now(),
        "services": ("checkout",),
        "measured": "650 ms",
        "normal": "below 500 ms",
        "runbook": "https://runbooks.example.com/checkout",
        "firing": 1,
        "alerts": 1,
        "signals": 1,
        "policy": "night",
        "told": (Told(ROOM),),
    }
    return Issue(**{**given, **more})


def plan(**night: Any) -> Plan:
    """With another policy, or parts of it."""
    policies = {"night": {**PLAN["policies"]["night"], **night}}
    return Plan.model_validate({**PLAN, "policies": policies})


@dataclass
class Night:
    storage: SqlStorage
    clock: LeapingClock
    plan: Plan
    slack: FakeChat
    teams: FakeChat
    mail: FakeChat
    reach: Reach
    escalation: Escalation
    incidents: Incidents
    _letters: int = field(default=0)

    async def open(self, **more: Any) -> Issue:
        issue = an_issue(self.clock, **more)
        async with self.storage.work(DEFAULT_TENANT) as work:
            await work.issues.save([issue])
            await escalation.begin(work, issue, self.plan, self.clock.now())
        return issue

    async def act(self, kind: ActKind, who: Account, text: str = "", cause: str = "", issue: str = ID) -> Done:
        async with self.storage.work(DEFAULT_TENANT) as work:
            person = await work.people.of(who)
        self._letters += 1
        by = By(person.name, person.id, who.platform)
        actor = Actor(DEFAULT_TENANT, by, cause or f"letter {self._letters}", ROOM)
        return await self.incidents.act(actor, Act(kind, IssueId(issue), text=text))

    async def silence(self, until: datetime | None) -> None:
        async with self.storage.work(DEFAULT_TENANT) as work:
            issue = await work.issues.get(ID)
            assert issue
            await work.issues.save([replace(issue, silenced_until=until, revision=issue.revision + 1)])

    async def issue(self) -> Issue:
        async with self.storage.work(DEFAULT_TENANT) as work:
            found = await work.issues.look(ID)
        assert found
        return found

    async def story(self, *what: str) -> list[str]:
        """What stands in the history, of these kinds or of all."""
        async with self.storage.work(DEFAULT_TENANT) as work:
            return [one.says for one in await work.issues.history(ID, 1000) if not what or one.what in what]

    async def person(self, account: Account) -> PersonId:
        async with self.storage.work(DEFAULT_TENANT) as work:
            return (await work.people.of(account)).id

    async def audited(self, act: str) -> int:
        async with self.storage.work(DEFAULT_TENANT) as work:
            return sum(entry.act == act for entry in await work.audit.latest(1000))

    @asynccontextmanager
    async def working(self, *storages: SqlStorage) -> AsyncIterator[None]:
        """As many timekeepers as storages; one without any. One drain: its leases need more time than a leap leaves."""
        chats = {chat.name: chat for chat in (self.slack, self.teams, self.mail)}
        handlers = self.escalation.handlers()
        workers: list[Timekeeper | Drain] = [Drain(self.storage, self.clock, chats, Silent())]
        workers += [Timekeeper(one, self.clock, handlers, Silent()) for one in storages or (self.storage,)]
        running = [asyncio.create_task(worker.run()) for worker in workers]
        try:
            yield
        finally:
            for worker in workers:
                worker.stop()
            await asyncio.gather(*running)

    async def passes(self, time: timedelta) -> None:
        """Timers come due one after the other, and all that follows from each is done before the next."""
        until = self.clock.now() + time
        await self._rest()
        while (due := await self._next()) is not None and due <= until:
            await self.clock.leap(due)
            await self._rest()
        await self.clock.leap(until)
        await self._rest()

    def called(self) -> list[tuple[int, str]]:
        """When, in minutes since noon, and where somebody was called or reminded."""
        found = []
        for chat in (self.slack, self.teams, self.mail):
            for receipt, order in chat.posts.items():
                if order.key.startswith("page:"):
                    found.append((chat.posted_at[receipt], f"{chat.name} {order.place.channel}"))
        first = min((at for at, _ in found), default=self.clock.now())
        return sorted((round((at - first).total_seconds() / 60), where) for at, where in found)

    def reads(self, channel: str) -> list[Reply]:
        """What stands in this place now."""
        chats = (self.slack, self.teams, self.mail)
        return [order.reply for chat in chats for order in chat.posts.values() if order.place.channel == channel]

    async def _next(self) -> datetime | None:
        async with self.storage.work(DEFAULT_TENANT) as work:
            kinds = (escalation.STEP, escalation.PROGRESS, escalation.PAGES)
            return min([timer.due_at for kind in kinds for timer in await work.timers.of_kind(kind)], default=None)

    async def _rest(self) -> None:
        """Nothing is due and nothing waits to be said."""
        async with asyncio.timeout(20):
            while (
                await self.storage.timers.due(self.clock.now(), 1)
                or (await self.storage.parcels.waiting(self.clock.now()))[0]
            ):
                await self.clock.advance(0.05)  # slowly: leases have to hold on a busy machine
                await asyncio.sleep(0.005)


async def night(storage: SqlStorage, clock: LeapingClock, with_plan: Plan | None = None) -> Night:
    slack = FakeChat("slack", clock, (ANNA, BEN), "T0NIGHT")
    teams = FakeChat("teams", clock, (BEN_IN_TEAMS, CARLA), "tenant-1")
    mail = FakeChat("mail", clock)
    reach = Reach(storage, {"slack": slack, "teams": teams, "mail": mail}, mail=True)
    made = Night(
        storage,
        clock,
        with_plan or plan(),
        slack,
        teams,
        mail,
        reach,
        Escalation(clock, reach, escalated.told),
        Incidents(storage, clock, Silent()),
    )
    async with storage.work(DEFAULT_TENANT) as work:
        await work.plans.save(made.plan, clock.now())
    await reach.refresh(DEFAULT_TENANT)
    return made
