"""Desks with nothing or little on them: what intents ask for, filled by lists that a test can write and read."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.model.charge import Charge
from bot.model.charge_count import Count
from bot.model.errors import Missing, Problem
from bot.model.issue import Alert, By, Happening, Issue, IssueId
from bot.model.message import Account, Person, PersonId, Place
from bot.model.parcel import ParcelId, Undelivered
from bot.model.plan import Maintenance, Plan, Target
from bot.model.severity import Severity
from bot.model.silence import Silence, SilenceId
from bot.model.tenant import DEFAULT_TENANT, TenantId
from bot.model.ticket import Priority, Ticket, TicketId
from bot.ports.actor import Actor
from bot.ports.desks import Act, Desks, Done, Language, OnDuty, Position, Preview, Suggestion, Whole
from bot.ports.incidents import Cover, Wanted
from bot.ports.ledger import LedgerDesk
from bot.ports.rules import RuleDesk
from bot.ports.storage import Entry, Key, Trail
from bot.ports.tools import Tools, Turn, unheard
from tests.budget_desk import BudgetsDesk
from tests.builders import turn
from tests.call_desk import Calls
from tests.event_desks import Events
from tests.fakes import NOON, DrivenClock
from tests.knowledge_desk import Knowledge
from tests.mail_desks import Mails
from tests.report_desk import Reports
from tests.rule_desk import Untaught
from tests.session_desk import Sessions
from tests.source_desks import Profiles, Sources
from tests.spend_desk import Spendings
from tests.usage import NoUsage
from tests.watch_desks import Watches

CHECKOUT = IssueId("ISS-1773835200-checkout")


def issue(id_: str = CHECKOUT, **changes: object) -> Issue:
    plain = Issue(
        IssueId(id_), "key", "alertmanager", "checkout latency is high", Severity.CRITICAL, NOON, NOON, firing=1,
        services=("checkout",),
    )  # fmt: skip
    return replace(plain, **changes)  # type: ignore[arg-type]


@dataclass
class Incidents:
    issues: list[Issue] = field(default_factory=list)
    firing: list[Alert] = field(default_factory=list)
    happenings: list[Happening] = field(default_factory=list)
    threads: dict[str, IssueId] = field(default_factory=dict)  # the opener of a thread, or a message: its issue
    acted: list[tuple[Actor, Act]] = field(default_factory=list)
    changed: bool = True
    wanted: list[Wanted] = field(default_factory=list)

    async def act(self, actor: Actor, act: Act) -> Done:
        found = next((one for one in self.issues if one.id == act.issue), None)
        if found is None:
            raise Missing(f"There is no issue {act.issue}.")
        self.acted.append((actor, act))
        if act.kind == "assign":
            found = replace(found, owner=By(act.to or actor.by.name, act.to or actor.by.person))
        return Done(found, self.changed, "It is so already, since 11:58, by Ben Ortner.")

    async def whole(self, tenant: TenantId, issue: IssueId) -> Whole | None:
        found = next((one for one in self.issues if one.id == issue), None)
        return Whole(found, (), ()) if found else None

    async def find(self, tenant: TenantId, wanted: Wanted) -> Sequence[Issue]:
        self.wanted.append(wanted)
        return [
            one
            for one in self.issues
            if (wanted.open is None or one.open is wanted.open)
            and (wanted.owner is None or (one.owner is not None and one.owner.person == wanted.owner))
        ]

    async def alerts(self, tenant: TenantId, *, firing: bool, limit: int) -> Sequence[Alert]:
        return [one for one in self.firing if one.status != "resolved"] if firing else self.firing

    async def happened(self, tenant: TenantId, since: datetime, until: datetime) -> Sequence[Happening]:
        return [one for one in self.happenings if since <= one.at < until]

    async def here(self, tenant: TenantId, place: Place) -> IssueId | None:
        return self.threads.get(place.opener)

    async def of_message(self, tenant: TenantId, place: Place, receipt: str) -> IssueId | None:
        return self.threads.get(receipt)


@dataclass
class Silences:
    preview_: Preview = field(
        default_factory=lambda: Preview(('service="checkout"',), ("checkout latency is high",), (), 0, "Alertmanager")
    )
    all: list[Silence] = field(default_factory=list)
    critical: bool = False
    asked_for: list[tuple[str, ...]] = field(default_factory=list)

    async def matchers(self, tenant: TenantId, issue: IssueId) -> tuple[str, ...]:
        return ('alertname="Slow"', 'service="checkout"')

    async def preview(self, tenant: TenantId, matchers: Sequence[str], source: str = "") -> Preview:
        self.asked_for.append(tuple(matchers))
        return replace(self.preview_, matchers=tuple(matchers))

    async def create(
        self, actor: Actor, matchers: Sequence[str], until: datetime, *, issue: IssueId | None = None, comment: str = ""
    ) -> Silence:
        made = Silence(
            SilenceId(f"s{len(self.all) + 1}"), "silence", tuple(matchers), NOON, until, actor.by, comment,
            issue=issue, state="asked" if self.critical else "active",
        )  # fmt: skip
        self.all.append(made)
        return made

    async def approve(self, actor: Actor, silence: SilenceId) -> Silence:
        return self._change(silence, state="active", approved=actor.by)

    async def expire(self, actor: Actor, silence: SilenceId) -> Silence:
        return self._change(silence, state="expired")

    async def extend(self, actor: Actor, silence: SilenceId, until: datetime) -> Silence:
        return self._change(silence, ends_at=until)

    async def standing(self, tenant: TenantId) -> Sequence[Silence]:
        return [one for one in self.all if one.state != "expired"]

    def _change(self, silence: SilenceId, **changes: object) -> Silence:
        at = next((number for number, one in enumerate(self.all) if one.id == silence), None)
        if at is None:
            raise Missing("There is no such silence.")
        self.all[at] = replace(self.all[at], **changes)  # type: ignore[arg-type]
        return self.all[at]


@dataclass
class Duty:
    duty: list[OnDuty] = field(default_factory=list)
    covers: list[Cover] = field(default_factory=list)
    asked_at: list[datetime] = field(default_factory=list)

    async def on_duty(self, tenant: TenantId, at: datetime) -> Sequence[OnDuty]:
        self.asked_at.append(at)
        return self.duty

    async def shifts(self, tenant: TenantId, rota: str, days: int) -> Sequence[tuple[datetime, datetime, str]]:
        return [(NOON, NOON + timedelta(days=days), "Ben Ortner")]

    async def cover(self, actor: Actor, cover: Cover) -> None:
        self.covers.append(cover)

    async def uncover(self, actor: Actor, cover: str) -> bool:
        before = len(self.covers)
        self.covers = [one for one in self.covers if one.id != cover]
        return len(self.covers) < before


@dataclass
class Tickets:
    all: list[Ticket] = field(default_factory=list)
    said: list[tuple[TicketId, str]] = field(default_factory=list)

    async def open(
        self,
        actor: Actor,
        *,
        subject: str,
        body: str,
        priority: Priority,
        category: str,
        place: Place | None,
        issue: IssueId | None = None,
    ) -> Position:
        made = Ticket(
            TicketId(f"TICKET-2026-{len(self.all) + 1:06d}"), "user", subject, body, priority, category,
            f"{category}_support", NOON, actor.by, place=place, issue=issue,
        )  # fmt: skip
        self.all.append(made)
        return Position(made, 1, timedelta(minutes=15), "within 30 minutes")

    async def position(self, tenant: TenantId, ticket: TicketId) -> Position | None:
        found = next((one for one in self.all if one.id == ticket), None)
        return Position(found, 1, timedelta(minutes=15), "within 30 minutes") if found else None

    async def queue(self, tenant: TenantId, department: str = "") -> Sequence[Ticket]:
        return [one for one in self.all if not department or one.department == department]

    async def claim(self, actor: Actor, ticket: TicketId) -> Ticket:
        return self._change(ticket, status="claimed", claimed=actor.by)

    async def reply(self, actor: Actor, ticket: TicketId, text: str) -> Ticket:
        self.said.append((ticket, text))
        return self._change(ticket)

    async def resolve(self, actor: Actor, ticket: TicketId) -> Ticket:
        return self._change(ticket, status="resolved")

    async def at(self, tenant: TenantId, place: Place) -> Ticket | None:
        return next((one for one in self.all if place in (one.place, one.desk)), None)

    def _change(self, ticket: TicketId, **changes: object) -> Ticket:
        at = next((number for number, one in enumerate(self.all) if one.id == ticket), None)
        if at is None:
            raise Missing(f"There is no ticket {ticket}.")
        self.all[at] = replace(self.all[at], **changes)  # type: ignore[arg-type]
        return self.all[at]


@dataclass
class Office:
    plan_: Plan = field(default_factory=Plan)
    everyone: list[Person] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    dead: list[Undelivered] = field(default_factory=list)
    told: list[tuple[Target, str, tuple[str, ...]]] = field(default_factory=list)
    windows: list[Maintenance] = field(default_factory=list)
    trails: list[Trail] = field(default_factory=list)
    resent: list[ParcelId] = field(default_factory=list)
    linked: list[tuple[Account, str]] = field(default_factory=list)

    async def plan(self, tenant: TenantId) -> Plan:
        return self.plan_

    async def new_plan(self, actor: Actor, plan: Plan, *, instead_of: Plan | None = None) -> Plan:
        self.plan_ = plan
        return plan

    async def tell_here(self, actor: Actor, target: Target, at_least: str, match: Sequence[str]) -> Plan:
        self.told.append((target, at_least, tuple(match)))
        return self.plan_

    async def tell_no_more(self, actor: Actor, target: Target) -> bool:
        before = len(self.told)
        self.told = [one for one in self.told if one[0] != target]
        return len(self.told) < before

    async def maintain(self, actor: Actor, window: Maintenance) -> Silence:
        self.windows.append(window)
        return Silence(SilenceId("m1"), "maintenance", window.match, window.start, window.end, actor.by, window.why)

    async def trail(self, tenant: TenantId, trail: Trail) -> Sequence[Entry]:
        self.trails.append(trail)
        return self.entries[: trail.limit]

    async def undelivered(self, tenant: TenantId, limit: int) -> Sequence[Undelivered]:
        return self.dead[:limit]

    async def resend(self, actor: Actor, parcel: ParcelId) -> bool:
        self.resent.append(parcel)
        return any(one.id == parcel for one in self.dead)

    async def keys(self, tenant: TenantId) -> Sequence[Key]:
        return ()

    async def new_key(self, actor: Actor, source: str, name: str, role: str = "") -> tuple[Key, str]:
        return Key("k1", actor.tenant, source, name, NOON, role), "secret"

    async def revoke_key(self, actor: Actor, key: str) -> bool:
        return False

    async def link_code(self, tenant: TenantId, account: Account) -> str:
        return "ABCD-EFGH"

    async def link(self, actor: Actor, account: Account, code: str) -> str:
        self.linked.append((account, code))
        return "Anna Berger"

    async def name(self, tenant: TenantId, person: PersonId) -> str:
        return next((one.name for one in self.everyone if one.id == person), "")

    async def people(self, tenant: TenantId) -> Sequence[Person]:
        return self.everyone

    async def person(self, tenant: TenantId, account: Account) -> Person:
        found = next((one for one in self.everyone if one.id == account.user), None)
        return found or Person(PersonId(account.user), DEFAULT_TENANT, account.name)


@dataclass
class Queries:
    """Admits what is not among `refused`."""

    refused: dict[str, Problem] = field(default_factory=dict)
    admitted: list[tuple[str, str]] = field(default_factory=list)

    async def admit(self, actor: Actor, language: Language, query: str, until: datetime, source: str = "") -> None:
        if query in self.refused:
            raise self.refused[query]
        self.admitted.append((language, query))


@dataclass
class Suggestions:
    all: list[Suggestion] = field(default_factory=list)

    async def at(self, tenant: TenantId, place: Place) -> Sequence[Suggestion]:
        return self.all


@dataclass
class Habits:
    people: dict[str, bool] = field(default_factory=dict)
    channels: dict[str, bool] = field(default_factory=dict)

    async def previews(self, tenant: TenantId, person: str, place: Place) -> bool:
        return self.people.get(person, self.channels.get(place.lane, False))

    async def preview(self, actor: Actor, *, on: bool, channel: bool) -> None:
        if channel and actor.place:
            self.channels[actor.place.lane] = on
        else:
            self.people[str(actor.by.person)] = on


class Charges:
    async def take(self, tenant: TenantId, charges: Sequence[Charge], *, revised: bool = False) -> int:
        return len(charges)

    async def count(self, tenant: TenantId, counts: Sequence[Count]) -> int:
        return len(counts)


def desks(
    *issues: Issue,
    incidents: Incidents | None = None,
    silences: Silences | None = None,
    duty: Duty | None = None,
    tickets: Tickets | None = None,
    office: Office | None = None,
    queries: Queries | None = None,
    sources: Sources | None = None,
    profiles: Profiles | None = None,
    suggestions: Suggestions | None = None,
    habits: Habits | None = None,
    reports: Reports | None = None,
    mails: Mails | None = None,
    events: Events | None = None,
    knowledge: Knowledge | None = None,
    watches: Watches | None = None,
    budgets: BudgetsDesk | None = None,
    charges: Charges | None = None,
    spending: Spendings | None = None,
    ledgers: LedgerDesk | None = None,
    sessions: Sessions | None = None,
    rules: RuleDesk | None = None,
    calls: Calls | None = None,
) -> Desks:
    return Desks(
        incidents or Incidents(list(issues)),
        silences or Silences(),
        duty or Duty(),
        tickets or Tickets(),
        office or Office(),
        queries or Queries(),
        sources or Sources(),
        profiles or Profiles(),
        suggestions or Suggestions(),
        habits or Habits(),
        reports or Reports(),
        mails or Mails(),
        events or Events(),
        knowledge or Knowledge(),
        watches or Watches(),
        budgets or BudgetsDesk(),
        charges or Charges(),
        spending or Spendings(),
        ledgers or NoUsage(),
        sessions or Sessions(),
        rules or Untaught(),
        calls or Calls(),
    )


class _NoFeedback:
    async def keep(self, *_: object, **__: object) -> None: ...


def tools(on: Desks, asking: Turn | None = None) -> Tools:
    """What an intent is handed, without a metrics source."""
    return Tools(asking or turn(), DrivenClock(), None, _NoFeedback(), unheard, on)
