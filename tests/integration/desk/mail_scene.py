"""A desk of e-mails with both chats beside it and a real mail server behind it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from bot.delivery.drain import Drain
from bot.desk.timekeeper import Timekeeper
from bot.model import plain
from bot.model.issue import By, Issue, IssueId, Told
from bot.model.mail import Audience, MailDraft, MailId
from bot.model.message import Account, Place, Role
from bot.model.plan import Plan
from bot.model.tenant import DEFAULT_TENANT
from bot.pipeline import wording
from bot.pipeline.mails.card import Postage
from bot.pipeline.mails.desk import Mails
from bot.pipeline.mails.sending import Sending
from bot.pipeline.mails.telling import Board
from bot.pipeline.speaking import root_of
from bot.ports.actor import Actor
from bot.ports.papers import MailDone, MailText
from bot.ports.platform import Platform
from bot.ports.storage import Entry
from handlers.mail.sender import MailSender
from handlers.mail.settings import MailSettings
from storage.storage import SqlStorage
from tests.integration.desk.scene import ANNA, ID, ROOM, FakeChat, LeapingClock, Silent, an_issue
from tests.integration.desk.ticket_scene import Workspaces

CARDS = Place("teams", "tenant-1", "19:incidents")
OPS, CHECKOUT, SHOP = "ops@example.com", "checkout@example.com", "customers@shop.example"
ALLOWED = ("example.com", SHOP)
PLAN = Plan.model_validate(
    {
        "mails": {
            "engineering": {"to": [OPS], "automatic": ["critical"]},
            "customer": {"to": [], "automatic": ["critical"], "approve": "admin"},
            "services": [
                {
                    "match": ['service="checkout"'],
                    "name": "the shop",
                    "engineering": [OPS, CHECKOUT],
                    "customer": [SHOP],
                }
            ],
        }
    }
)


@dataclass
class Desk:
    storage: SqlStorage
    clock: LeapingClock
    mail: Platform
    board: Board
    slack: FakeChat
    teams: FakeChat
    mails: Mails
    letters: int = 0
    replicas: Sequence[SqlStorage] = field(default_factory=tuple)

    async def opens(self, **more: Any) -> Issue:
        issue = an_issue(self.clock, told=(Told(ROOM), Told(CARDS)), **more)
        async with self.storage.work(DEFAULT_TENANT) as work:
            await work.issues.save([issue])
            for told in issue.told:  # its message stands
                await work.parcels.put(told.place, root_of(issue.id), 1, wording.root(issue), self.clock.now())
        return issue

    async def actor(self, who: Account = ANNA, cause: str = "") -> Actor:
        async with self.storage.work(DEFAULT_TENANT) as work:
            person = await work.people.of(who)
        self.letters += 1
        return Actor(DEFAULT_TENANT, By(person.name, person.id, who.platform), cause or f"l{self.letters}", ROOM)

    async def draft(self, audience: Audience = Audience.ENGINEERING, issue: str = ID) -> MailDraft:
        return (await self.mails.draft(await self.actor(), IssueId(issue), audience)).draft

    async def edit(self, draft: MailDraft, **changes: Any) -> MailDone:
        text = {"subject": draft.subject, "body": draft.body, "recipients": draft.recipients, **changes}
        return await self.mails.edit(await self.actor(), draft.id, MailText(**text))

    async def approve(self, draft: MailDraft, who: Account = ANNA, role: Role = Role.ADMIN, **more: Any) -> MailDone:
        return await self.mails.approve(await self.actor(who), draft.id, role=role, **more)

    async def kept(self, draft: MailDraft | MailId) -> MailDraft:
        return await self.mails.find(DEFAULT_TENANT, draft if isinstance(draft, str) else draft.id)

    async def story(self) -> list[str]:
        async with self.storage.work(DEFAULT_TENANT) as work:
            return [one.what for one in await work.issues.history(ID, 1000)]

    async def trail(self) -> list[Entry]:
        async with self.storage.work(DEFAULT_TENANT) as work:
            return [one for one in reversed(await work.audit.latest(1000)) if one.act.startswith("mail.")]

    def card(self, chat: FakeChat, draft: MailDraft) -> str:
        """As it stands there; it is one message."""
        key = f"story:{draft.issue}:{draft.id}"
        (order,) = [one for one in chat.posts.values() if one.key.rpartition("#")[0] == key]
        return plain.render(order.reply)

    def lines(self, chat: FakeChat) -> list[str]:
        """Other lines of the thread."""
        return [one.reply.summary for one in chat.posts.values() if one.key.count(":") == 3]

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        handlers = Sending(self.clock, self.board).handlers()
        platforms: dict[str, Platform] = {"slack": self.slack, "teams": self.teams, "mail": self.mail}
        workers: list[Drain | Timekeeper] = [Drain(self.storage, self.clock, platforms, Silent())]
        workers += [Timekeeper(one, self.clock, handlers, Silent()) for one in (self.storage, *self.replicas)]
        running = [asyncio.create_task(worker.run()) for worker in workers]
        try:
            yield
        finally:
            for worker in workers:
                worker.stop()
            await asyncio.gather(*running)

    async def rest(self) -> None:
        """Nothing is due, and nothing waits to be said."""
        async with asyncio.timeout(30):
            while await self._is_due() or (await self._waiting())[0]:
                await self._turn()

    async def passes(self, time: timedelta, step: timedelta = timedelta(seconds=4)) -> None:
        """In steps short enough for leases; in each, all is done that can be done then."""
        until = self.clock.now() + time
        while self.clock.now() < until:
            await self.clock.leap(min(until, self.clock.now() + step))
            for _ in range(40):
                await self._turn()
                if not await self._is_due() and not (await self._waiting())[1]:
                    break

    async def _is_due(self) -> bool:
        return bool(await self.storage.timers.due(self.clock.now(), 1))

    async def _waiting(self) -> tuple[int, timedelta]:
        return await self.storage.parcels.waiting(self.clock.now())

    async def _turn(self) -> None:
        await self.clock.advance(0.05)
        await asyncio.sleep(0.005)


def sender(url: str, clock: LeapingClock) -> MailSender:
    given = {"smtp_url": url, "MAIL_FROM": "Nightdesk <night@example.com>", "starttls": False}
    return MailSender(MailSettings.model_validate(given), clock)


async def a_desk(
    storage: SqlStorage, clock: LeapingClock, url: str, *, allowed: Sequence[str] = ALLOWED, plan: Plan = PLAN
) -> Desk:
    async with storage.work(DEFAULT_TENANT) as work:
        await work.plans.save(plan, clock.now())
    board = Board(Postage(bool(url), allowed), Workspaces())
    slack, teams = FakeChat("slack", clock, workspace="T0NIGHT"), FakeChat("teams", clock, workspace="tenant-1")
    return Desk(storage, clock, sender(url or "smtp://127.0.0.1:9", clock), board, slack, teams,
                Mails(storage, clock, board))  # fmt: skip
