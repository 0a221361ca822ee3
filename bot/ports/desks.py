"""What intents, the HTTP API and the clock may ask of incidents; filled by bot/pipeline and bot/desk.

Every call that changes something names who, from where and because of which letter: the same letter acts once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, Protocol, TypeAlias

from bot.model.analysis import Analysis
from bot.model.board import Board
from bot.model.charge import Charge
from bot.model.charge_count import Count
from bot.model.issue import Alert, Happening, Issue, IssueId, Seen
from bot.model.message import Account, Person, PersonId, Place
from bot.model.parcel import ParcelId, Undelivered
from bot.model.plan import Maintenance, Plan, Target
from bot.model.profile import Profile, ProfileDraft, Read
from bot.model.silence import Silence, SilenceId
from bot.model.source import Datasource, Health, Offer, SourceDraft
from bot.model.tenant import TenantId
from bot.model.ticket import Priority, Ticket, TicketId
from bot.ports.actor import Actor
from bot.ports.budgets import BudgetDesk
from bot.ports.calls import CallDesk
from bot.ports.incidents import Cover, Wanted
from bot.ports.ledger import LedgerDesk
from bot.ports.model import Consults
from bot.ports.papers import EventDesk, KnowledgeDesk, MailDesk, ReportDesk, WatchDesk
from bot.ports.rules import RuleDesk
from bot.ports.sessions import SessionDesk
from bot.ports.spending import SpendDesk
from bot.ports.storage import Entry, Key, Trail

ActKind: TypeAlias = Literal[
    "acknowledge", "unacknowledge", "identify", "resolve", "reopen", "assign", "unassign", "escalate", "note", "ticket",
    "separate",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Act:
    kind: ActKind
    issue: IssueId
    to: PersonId | None = None  # assign: to whom; None is the actor
    text: str = ""  # a note, a reason, a workaround; separate: the key of what joined, empty: the last


@dataclass(frozen=True, slots=True)
class Done:
    """`changed` is False where it was so already: then `says` tells since when and by whom."""

    issue: Issue
    changed: bool
    says: str


@dataclass(frozen=True, slots=True)
class Whole:
    """An issue with all there is to show of it."""

    issue: Issue
    alerts: Sequence[Alert]
    history: Sequence[Happening]
    earlier: Sequence[Issue] = ()  # of the same key, resolved before
    similar: Sequence[Seen] = ()  # others that are like it, the likest first
    analysis: Analysis | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """What a silence would do. `refused`: a sentence that says why it may not be made as it is."""

    matchers: tuple[str, ...]
    now: Sequence[str]  # titles of alerts that it would hide at this moment
    past: Sequence[tuple[str, int]]  # titles, and how often, that it would have hidden in the last seven days
    critical: int  # of `now`, how many are critical: then a second person has to agree
    where: str  # "Alertmanager", or "Nightdesk" for our own mute
    refused: str = ""


@dataclass(frozen=True, slots=True)
class OnDuty:
    rota: str
    person: str  # as in the plan
    name: str
    until: datetime
    next_name: str = ""
    account: Account | None = None
    covers: str = ""  # whom they stand in for


@dataclass(frozen=True, slots=True)
class Position:
    """Where a ticket stands in its queue."""

    ticket: Ticket
    place: int  # 1 is next
    wait: timedelta
    expected_response: str
    contacts: Mapping[str, str] = field(default_factory=dict)
    available: Mapping[str, bool] = field(default_factory=dict)  # business, priority


class IncidentDesk(Protocol):
    async def act(self, actor: Actor, act: Act) -> Done: ...
    async def whole(self, tenant: TenantId, issue: IssueId) -> Whole | None: ...
    async def find(self, tenant: TenantId, wanted: Wanted) -> Sequence[Issue]: ...
    async def alerts(self, tenant: TenantId, *, firing: bool, limit: int) -> Sequence[Alert]: ...
    async def happened(self, tenant: TenantId, since: datetime, until: datetime) -> Sequence[Happening]: ...
    async def here(self, tenant: TenantId, place: Place) -> IssueId | None:
        """The issue whose message this thread hangs on."""
        ...

    async def of_message(self, tenant: TenantId, place: Place, receipt: str) -> IssueId | None:
        """The issue that this message (as in receipts) tells of."""
        ...


class SilenceDesk(Protocol):
    async def matchers(self, tenant: TenantId, issue: IssueId) -> tuple[str, ...]:
        """What would silence this issue and as little else as possible."""
        ...

    async def preview(self, tenant: TenantId, matchers: Sequence[str], source: str = "") -> Preview: ...
    async def create(
        self, actor: Actor, matchers: Sequence[str], until: datetime, *, issue: IssueId | None = None, comment: str = ""
    ) -> Silence:
        """Raises Rejected for empty or too broad matchers. `asked` where a second person has to agree."""
        ...

    async def approve(self, actor: Actor, silence: SilenceId) -> Silence: ...
    async def expire(self, actor: Actor, silence: SilenceId) -> Silence: ...
    async def extend(self, actor: Actor, silence: SilenceId, until: datetime) -> Silence: ...
    async def standing(self, tenant: TenantId) -> Sequence[Silence]:
        """Ours, and those that others made at the source."""
        ...


class DutyDesk(Protocol):
    async def on_duty(self, tenant: TenantId, at: datetime) -> Sequence[OnDuty]: ...
    async def shifts(self, tenant: TenantId, rota: str, days: int) -> Sequence[tuple[datetime, datetime, str]]: ...
    async def cover(self, actor: Actor, cover: Cover) -> None: ...
    async def uncover(self, actor: Actor, cover: str) -> bool: ...


class TicketDesk(Protocol):
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
        """Of one thread or issue there is one unresolved ticket: a second call returns it."""
        ...

    async def position(self, tenant: TenantId, ticket: TicketId) -> Position | None: ...
    async def queue(self, tenant: TenantId, department: str = "") -> Sequence[Ticket]: ...
    async def claim(self, actor: Actor, ticket: TicketId) -> Ticket: ...
    async def reply(self, actor: Actor, ticket: TicketId, text: str) -> Ticket:
        """From the desk into the person's thread, or the other way, also over platforms."""
        ...

    async def resolve(self, actor: Actor, ticket: TicketId) -> Ticket: ...
    async def at(self, tenant: TenantId, place: Place) -> Ticket | None: ...


class OfficeDesk(Protocol):
    """What administrators ask: the plan, the trail, what could not be delivered, keys, who is who."""

    async def plan(self, tenant: TenantId) -> Plan: ...
    async def new_plan(self, actor: Actor, plan: Plan, *, instead_of: Plan | None = None) -> Plan:
        """Refused where the plan is kept in a file, and where another than `instead_of` stands by now."""
        ...

    async def tell_here(self, actor: Actor, target: Target, at_least: str, match: Sequence[str]) -> Plan:
        """Issues are told here from now on; refused where the plan is kept in a file."""
        ...

    async def tell_no_more(self, actor: Actor, target: Target) -> bool: ...
    async def maintain(self, actor: Actor, window: Maintenance) -> Silence: ...
    async def trail(self, tenant: TenantId, trail: Trail) -> Sequence[Entry]: ...
    async def undelivered(self, tenant: TenantId, limit: int) -> Sequence[Undelivered]: ...
    async def resend(self, actor: Actor, parcel: ParcelId) -> bool: ...
    async def keys(self, tenant: TenantId) -> Sequence[Key]: ...
    async def new_key(self, actor: Actor, source: str, name: str, role: str = "") -> tuple[Key, str]:
        """The key itself is shown once and never kept."""
        ...

    async def revoke_key(self, actor: Actor, key: str) -> bool: ...
    async def link_code(self, tenant: TenantId, account: Account) -> str: ...
    async def link(self, actor: Actor, account: Account, code: str) -> str:
        """The name of the person that this account is from now on; Rejected for a wrong or old code."""
        ...

    async def name(self, tenant: TenantId, person: PersonId) -> str: ...
    async def people(self, tenant: TenantId) -> Sequence[Person]:
        """Everyone known, to choose from."""
        ...

    async def person(self, tenant: TenantId, account: Account) -> Person:
        """Whose account this is; made at first sight, for it may be mentioned before it speaks."""
        ...


Language: TypeAlias = Literal["promql", "logql"]


class QueryDesk(Protocol):
    async def admit(self, actor: Actor, language: Language, query: str, until: datetime, source: str = "") -> None:
        """Before a query that somebody wrote runs: Rejected says what is wrong with it, TooOften when it may be asked.

        `until`: the latest moment that it is about. `source`: of metrics, where it is not the default one.
        """
        ...


class SourceDesk(Protocol):
    """Datasources are `named` by their id or their name. Those of the settings are shown, and refuse every change."""

    @property
    def kinds(self) -> Mapping[str, str]:
        """The types there are, and their titles."""
        ...

    async def every(self, tenant: TenantId) -> Sequence[Datasource]: ...
    async def find(self, tenant: TenantId, named: str) -> Datasource: ...
    async def test(self, actor: Actor, draft: SourceDraft, instead_of: str = "") -> Health:
        """Really asks, and saves nothing; secrets that are not given are those of the one it would replace."""
        ...

    async def look(self, tenant: TenantId, named: str) -> Datasource:
        """With its health of this moment."""
        ...

    async def add(self, actor: Actor, draft: SourceDraft) -> Datasource:
        """Tried first; Rejected where it cannot be asked."""
        ...

    async def edit(self, actor: Actor, named: str, draft: SourceDraft) -> Datasource: ...
    async def enable(self, actor: Actor, named: str, *, on: bool) -> Datasource: ...
    async def make_default(self, actor: Actor, named: str) -> Datasource: ...
    async def offers(self, tenant: TenantId, named: str) -> Sequence[Offer]:
        """What a Grafana knows the way to and is not here yet."""
        ...

    async def adopt(self, actor: Actor, named: str, offer: str) -> Datasource:
        """One of its offers, by its id, as a datasource of its own that is reached with the same log-in."""
        ...

    async def remove(self, actor: Actor, named: str) -> Datasource:
        """Rejected while applications use it."""
        ...

    async def page(self, tenant: TenantId, url: str) -> Board | None:
        """What a page of a datasource that this tenant keeps shows; None for every other address."""
        ...

    async def picture(self, tenant: TenantId, url: str) -> bytes | None:
        """The picture that this page's own server draws of it, as PNG."""
        ...


class ProfileDesk(Protocol):
    """Applications are `named` by their id, their name or an alias."""

    async def every(self, tenant: TenantId) -> Sequence[Profile]: ...
    async def find(self, tenant: TenantId, named: str) -> Profile: ...
    async def at(self, tenant: TenantId, place: Place) -> Profile | None:
        """That of this channel."""
        ...

    async def metrics(self, tenant: TenantId, named: str, start: datetime, end: datetime) -> Sequence[Read]:
        """Its default metrics, each as one query of its datasource."""
        ...

    async def add(self, actor: Actor, draft: ProfileDraft) -> Profile: ...
    async def edit(self, actor: Actor, named: str, draft: ProfileDraft) -> Profile: ...
    async def remove(self, actor: Actor, named: str) -> Profile: ...
    async def link(self, actor: Actor, named: str, place: Place) -> Profile:
        """Questions in this channel are about it from now on."""
        ...

    async def unlink(self, actor: Actor, place: Place) -> Profile | None: ...


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A question worth asking: what stands on its button, and what is said by pressing it."""

    title: str
    question: str


class SuggestionDesk(Protocol):
    async def at(self, tenant: TenantId, place: Place) -> Sequence[Suggestion]:
        """A few, for how things stand now; the most urgent first."""
        ...


class HabitDesk(Protocol):
    async def previews(self, tenant: TenantId, person: str, place: Place) -> bool:
        """Whether a query is shown to this person here before it runs."""
        ...

    async def preview(self, actor: Actor, *, on: bool, channel: bool) -> None:
        """For the actor, or for the channel that they speak in."""
        ...


class ChargeDesk(Protocol):
    """Takes in what AI costs a tenant."""

    async def take(self, tenant: TenantId, charges: Sequence[Charge], *, revised: bool = False) -> int:
        """How many were new, once they are committed. `revised`: they take the place of what was told before."""
        ...

    async def count(self, tenant: TenantId, counts: Sequence[Count]) -> int:
        """The same of what counters have grown by."""
        ...


@dataclass(frozen=True, slots=True)
class Desks:
    incidents: IncidentDesk
    silences: SilenceDesk
    duty: DutyDesk
    tickets: TicketDesk
    office: OfficeDesk
    queries: QueryDesk
    sources: SourceDesk
    profiles: ProfileDesk
    suggestions: SuggestionDesk
    habits: HabitDesk
    reports: ReportDesk
    mails: MailDesk
    events: EventDesk
    knowledge: KnowledgeDesk
    watches: WatchDesk
    budgets: BudgetDesk
    charges: ChargeDesk
    spending: SpendDesk
    ledgers: LedgerDesk
    sessions: SessionDesk
    rules: RuleDesk
    calls: CallDesk
    model: Consults | None = None  # asked within what the tenant may spend; None: there is none
