"""Everything of incidents, put together: what main hands to the doors, to the workers and to the clock."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.analysis.diagnosis import Rules
from bot.desk import automatic, plans
from bot.desk.budgets import BudgetBook, BudgetTelling
from bot.desk.calls import CallBook
from bot.desk.catalogs import Catalogs
from bot.desk.charges import Charges
from bot.desk.consultant import Consultant
from bot.desk.duty import Duty
from bot.desk.habits import Habits
from bot.desk.knowledge import Knowledge
from bot.desk.ledger import Ledgers
from bot.desk.library import Library
from bot.desk.office import Office
from bot.desk.owner import Owner
from bot.desk.queries import Queries
from bot.desk.reach import MAIL, Reach
from bot.desk.reader import Readership
from bot.desk.readers import Readable, Readers
from bot.desk.reports import Reports
from bot.desk.rules import RulesDesk
from bot.desk.sessions import Sessions
from bot.desk.silences import Silences
from bot.desk.spending import Spending
from bot.desk.steps import Escalation
from bot.desk.suggestions import Suggestions
from bot.desk.ticket_telling import TicketTelling
from bot.desk.tickets import Tickets
from bot.desk.timekeeper import Handler, Timekeeper
from bot.desk.web_shelf import WebShelf
from bot.model.errors import Problem
from bot.model.issue import Issue
from bot.model.plan import Plan
from bot.model.signal import Signal
from bot.model.tenant import DEFAULT_TENANT, TenantId
from bot.model.ticket import TicketId
from bot.model.usage import PRICES
from bot.pipeline import escalated, silenced
from bot.pipeline.agent import Agent
from bot.pipeline.ai_budgets import AiBudgets
from bot.pipeline.event_keeping import Keeping
from bot.pipeline.event_tails import Tails
from bot.pipeline.event_watch import Watch
from bot.pipeline.incidents import Incidents
from bot.pipeline.learning import Learning
from bot.pipeline.mails.card import Postage
from bot.pipeline.mails.desk import Mails
from bot.pipeline.mails.sending import Sending
from bot.pipeline.mails.telling import Board
from bot.pipeline.model_analyst import ModelAnalyst
from bot.pipeline.run import Pipeline
from bot.pipeline.scribe import Scribe
from bot.pipeline.turns import Turns
from bot.pipeline.usage_bills import Bills
from bot.pipeline.usage_counters import UsageCounters
from bot.pipeline.watch_desk import WatchesDesk
from bot.pipeline.watching import Watching
from bot.ports.actor import Actor
from bot.ports.analyst import Analyst
from bot.ports.billing import Biller
from bot.ports.desks import Desks, QueryDesk
from bot.ports.events import EventMaker
from bot.ports.knowledge import WebPages
from bot.ports.model import Consults, LanguageModel
from bot.ports.outlet import Outlet
from bot.ports.platform import Platform
from bot.ports.services import Clock, Meters
from bot.ports.silencer import Silencer
from bot.ports.storage import Storage, UnitOfWork
from bot.settings import Settings
from bot.sourcing import Sourcing

log = logging.getLogger(__name__)

CHATS = ("slack", "teams")


@dataclass(slots=True)
class NightDesk:
    """Built for one process; `start` before anything is taken in."""

    desks: Desks
    pipeline: Pipeline
    watch: Watch
    timekeeper: Timekeeper
    afterthoughts: Timekeeper
    watching: Watching
    agent: Agent
    scribe: Scribe
    owner: Owner
    consults: Consults | None
    rules: RulesDesk
    _storage: Storage
    _clock: Clock
    _settings: Settings
    _reach: Reach
    _duty: Duty
    _silences: Silences
    _workspaces: "_Workspaces"
    _tails: Tails
    _shelf: WebShelf
    _sessions: Sessions
    _library: Library
    _usage: UsageCounters
    _bills: Bills
    _ai_budgets: AiBudgets
    _looking_up: "asyncio.Task[None] | None" = None

    async def start(self) -> None:
        if self._settings.plan:
            plan = await asyncio.to_thread(plans.read, self._settings.plan)
            async with self._storage.work(DEFAULT_TENANT) as work:
                await work.plans.save(plan, self._clock.now())
        await self.pipeline.start(await self._storage.directory.tenants())
        # The chats are asked who is who; nobody has to wait for that.
        self._looking_up = asyncio.create_task(self._first_look(), name="who is who")

    async def stop(self) -> None:
        """Nothing more is taken in; what was accepted is committed."""
        if self._looking_up:
            self._looking_up.cancel()
            await asyncio.gather(self._looking_up, return_exceptions=True)
        await self.watch.shut()
        await self.watching.stop()
        await self.agent.stop()
        await self.scribe.stop()
        await self.pipeline.stop()

    async def refresh(self, now: datetime) -> None:  # noqa: ARG002
        """Daily, and at the start: who the people of the plans are, and when their turns end."""
        for tenant in await self._storage.directory.tenants():
            await self._reach.refresh(tenant)
            await self._duty.arm(tenant)

    async def search(self, now: datetime) -> None:  # noqa: ARG002
        """Whom a chat did not know when it was asked last."""
        for tenant in await self._storage.directory.tenants():
            await self._reach.search(tenant)

    async def settle(self, now: datetime) -> None:  # noqa: ARG002
        """What was begun at an outside system and not booked is found again, and booked or done."""
        for tenant in await self._storage.directory.tenants():
            await self._silences.settle(tenant)

    async def rest(self, now: datetime) -> None:
        """Sessions in which nobody says anything any more."""
        await self._sessions.expire(now)

    async def tail(self, now: datetime) -> None:
        """Lines of logs that become log events."""
        await self._tails.look(now)

    async def budget(self, now: datetime) -> None:
        """What AI will have cost, against what it may."""
        await self._ai_budgets.look(now)

    async def shelve(self, now: datetime) -> None:
        """Folders and pages of the web are read anew, and all are held against what the sources have."""
        await self._library.read_folders(now)
        await self._shelf.look(now)
        await self._library.look_over(now)

    async def count_usage(self, now: datetime) -> None:
        """Counters of AI usage, and what was billed."""
        await self._usage.look(now)
        await self._bills.look(now)

    async def _first_look(self) -> None:
        try:
            await self._library.read_folders(self._clock.now())
            await self._library.look_over(self._clock.now())
            await self._workspaces.ask()
            await self.refresh(self._clock.now())
            await self.settle(self._clock.now())
            await self._shelf.look(self._clock.now())
        except Problem as problem:
            log.warning("looked_up_later", extra={"reason": problem.says})


def build(
    settings: Settings,
    storage: Storage,
    clock: Clock,
    meters: Meters,
    platforms: Mapping[str, Platform],
    silencers: Mapping[str, Silencer],
    sourcing: Sourcing,
    outlets: Sequence[Outlet] = (),
    queries: QueryDesk | None = None,
    maker: EventMaker | None = None,
    readers: Readable | None = None,
    language: LanguageModel | None = None,
    pages: WebPages | None = None,
    billers: Sequence[Biller] = (),
) -> NightDesk:
    workspaces = _Workspaces(platforms)
    telling = TicketTelling(clock, workspaces, outlets)
    reach = Reach(storage, platforms, mail=MAIL in platforms)
    duty = Duty(storage, clock, reach)
    owner = Owner(platforms, clock, settings.admins)
    telling_budget = BudgetTelling(owner, clock).told
    consultant = Consultant(storage, clock, meters, language, telling_budget) if language else None
    analysts: Sequence[Analyst] = [ModelAnalyst(consultant), Rules()] if consultant else [Rules()]
    board = Board(Postage(MAIL in platforms, settings.mail_allowed), workspaces, writes=consultant is not None)
    scribe = Scribe(storage, clock, meters, board, consultant)
    tickets = Tickets(storage, clock, telling)

    async def ticket(work: UnitOfWork, issue: Issue, plan: Plan, _: datetime) -> TicketId | None:
        return await automatic.ticket(work, issue, plan, telling) if plan.tickets_for_critical else None

    async def asked_ticket(work: UnitOfWork, issue: Issue, _: Actor) -> TicketId:
        return await automatic.ticket(work, issue, await work.plans.get() or Plan(), telling)

    pipeline = Pipeline(storage, clock, meters, workspaces.of, ticket, Turns() if settings.analyse else None)
    watch = Watch(storage, clock, meters, Keeping(pipeline.merge), maker)
    silences = Silences(storage, clock, silencers, silenced.telling(clock, pipeline.reconsider))
    incidents = Incidents(storage, clock, meters, asked_ticket, pipeline.part)
    readers = readers or Readers(sourcing.reading, Readership(clock, meters))
    agent = Agent(storage, clock, meters, readers, incidents, analysts, ticket)
    escalation = Escalation(clock, reach, escalated.told)
    reports, rules = Reports(storage, clock), RulesDesk(storage, clock)
    shelf = WebShelf(storage, clock, pages if settings.knowledge_sites else None, settings.knowledge_pages)
    from_file = frozenset({DEFAULT_TENANT}) if settings.plan else frozenset[TenantId]()
    handlers: Mapping[str, Handler] = {
        **pipeline.handlers(),
        **watch.handlers(),
        **escalation.handlers(),
        "silence": silences.ended,
        "handover": duty.handed_over,
        **tickets.handlers(),
        **reports.handlers(),
        **rules.handlers(),
        **Sending(clock, board).handlers(),
        **Learning(clock, writes=consultant is not None).handlers(),
        **scribe.handlers(),
        **agent.handlers(),
    }

    async def merge(work: UnitOfWork, signals: Sequence[Signal]) -> None:
        await pipeline.merge(work, signals, clock.now())

    async def plan_changed(tenant: TenantId) -> None:
        pipeline.forget(tenant)
        await reach.refresh(tenant)
        await duty.arm(tenant)
        await ai_budgets.try_at(tenant)

    suggestions, sessions = Suggestions(storage, clock), Sessions(storage, clock, incidents.here)
    charges = Charges(storage, clock, meters, language.prices if language else PRICES)
    office = Office(storage, clock, from_file, plan_changed)
    spending = Spending(storage, clock, office, lambda: language.prices if language else PRICES)
    ai_budgets = AiBudgets(storage, clock, spending, pipeline.accept)
    queries = queries or Queries(storage, clock, Catalogs(clock), sourcing.reading)
    return NightDesk(
        desks=Desks(
            incidents,
            silences,
            duty,
            tickets,
            office,
            queries,
            sourcing.desk,
            sourcing.profiles,
            suggestions,
            Habits(storage, clock),
            reports,
            Mails(storage, clock, board),
            watch,
            Knowledge(storage, clock, settings.knowledge_groups, shelf),
            WatchesDesk(storage, clock, readers, merge, sourcing.profiles.every),
            BudgetBook(storage, clock, office, owner, language),
            charges,
            spending,
            Ledgers(storage, clock),
            sessions,
            rules,
            CallBook(storage, clock),
            consultant,
        ),
        rules=rules,
        pipeline=pipeline,
        watch=watch,
        timekeeper=Timekeeper(storage, clock, handlers, meters, patient=False),
        afterthoughts=Timekeeper(storage, clock, handlers, meters, patient=True),
        watching=Watching(storage, clock, meters, readers, pipeline.accept, learns=timedelta(days=settings.watch_days)),
        agent=agent,
        scribe=scribe,
        owner=owner,
        consults=consultant,
        _storage=storage,
        _clock=clock,
        _settings=settings,
        _reach=reach,
        _duty=duty,
        _silences=silences,
        _workspaces=workspaces,
        _tails=Tails(storage, clock, sourcing.reading, watch.take),
        _shelf=shelf,
        _sessions=sessions,
        _library=Library(storage, sourcing.desk, sourcing.reading, settings.knowledge_folders),
        _usage=UsageCounters(storage, readers, charges),
        _bills=Bills(storage, charges, charges.priced, billers),
        _ai_budgets=ai_budgets,
    )


class _Workspaces:
    """The workspace of each chat for plans that name none; empty where a chat is off or has several."""

    def __init__(self, platforms: Mapping[str, Platform]) -> None:
        self._platforms = platforms
        self._known: dict[str, str] = {}

    async def of(self, platform: str) -> str:
        """Asked outside of transactions: a chat that is away must not hold the database up."""
        if platform in self._platforms and not self._known.get(platform):
            try:
                self._known[platform] = await self._platforms[platform].workspace()
            except Problem:
                return ""
        return self._known.get(platform, "")

    @property
    def known(self) -> Mapping[str, str]:
        return {name: self._known.get(name, "") for name in CHATS if name in self._platforms}

    async def ask(self) -> Mapping[str, str]:
        return {name: await self.of(name) for name in CHATS if name in self._platforms}
