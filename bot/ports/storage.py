"""What the core keeps. Inside a unit of work everything belongs to one tenant, and there is no way to ask without one.

Only two things look over tenants: the queues, whose entries say whose they are, and the directory, which finds out.
"""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Literal, Protocol

from bot.model.message import Account, Message, Person, PersonId, Place
from bot.model.parcel import Draft, Kept, Letter, LetterId, Outcome, Parcel, ParcelId, Receipt, Subject, Undelivered
from bot.model.reply import File, Reply
from bot.model.tenant import Tenant, TenantId
from bot.model.timer import TimerId
from bot.ports.budgets import Budgets
from bot.ports.calls import Prompts
from bot.ports.charges import Charges
from bot.ports.events import Events
from bot.ports.incidents import Analyses, Codes, Covers, Issues, Mails, Plans, Silences, Storms, Tickets, Timers
from bot.ports.knowledge import Documents
from bot.ports.model import Usages
from bot.ports.rules import Rules
from bot.ports.sessions import Conversation as Conversation
from bot.ports.sessions import ConversationId as ConversationId
from bot.ports.sessions import Conversations, Feedback
from bot.ports.sessions import Said as Said
from bot.ports.sources import Profiles, Sources
from bot.ports.watches import Watches


@dataclass(frozen=True, slots=True)
class Installation:
    """The bot in one workspace. `secrets` are encrypted at rest."""

    platform: str
    workspace: str
    tenant: TenantId
    name: str = ""
    secrets: Mapping[str, str] = field(default_factory=dict)
    details: Mapping[str, Any] = field(default_factory=dict)
    expires_at: datetime | None = None  # when the token in `secrets` has to be refreshed


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the audit trail."""

    act: str
    object: str
    at: datetime
    actor: PersonId | None = None
    place: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Trail:
    """Which lines of the audit trail; newest first."""

    act: str = ""
    object: str = ""
    actor: PersonId | None = None
    since: datetime | None = None
    until: datetime | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Key:
    """What lets a source in: kept as a digest only."""

    id: str
    tenant: TenantId
    source: str  # "alertmanager", …, or "api"
    name: str
    created_at: datetime
    role: str = ""  # of an API key
    used_at: datetime | None = None
    revoked_at: datetime | None = None


class Directory(Protocol):
    """Which tenant a workspace belongs to, and how to speak there."""

    async def tenant(self, tenant: TenantId) -> Tenant | None: ...
    async def tenants(self) -> Sequence[TenantId]: ...
    async def save_tenant(self, tenant: Tenant) -> None: ...
    async def installation(self, platform: str, workspace: str) -> Installation | None: ...
    async def installations(self, platform: str) -> Sequence[Installation]: ...
    async def save_installation(self, installation: Installation) -> None: ...
    async def remove_installation(self, platform: str, workspace: str) -> None: ...

    def refreshing(self, platform: str, workspace: str) -> AbstractAsyncContextManager[Installation | None]:
        """Holds the only right, over all replicas, to change this installation's tokens; the value is freshly read."""
        ...


_NOTHING: Mapping[str, datetime] = MappingProxyType({})


class LetterQueue(Protocol):
    """What came in. `accept` returns only when it is on disk (with others that wait, in one commit)."""

    arrived: asyncio.Event  # set after each commit that brought work; cleared by whoever takes it

    async def accept(self, tenant: TenantId, message: Message, at: datetime) -> bool:
        """False: this key, or within DOUBLE_CLICK this twin, is here already."""
        ...

    async def claim(self, limit: int, now: datetime) -> Sequence[Letter]:
        """Oldest first, at most one of each conversation (`Place.key`) and none behind an unanswered one."""
        ...

    async def renew(self, letters: Collection[LetterId], now: datetime) -> None: ...

    async def give_back(self, letter: LetterId, due_at: datetime) -> None:
        """Later may help: due again then."""
        ...


class ParcelQueue(Protocol):
    """What goes out. A lane (`Place.lane`) is held by one worker at a time, so order and pace hold over replicas."""

    arrived: asyncio.Event

    async def claim(self, lanes: int, each: int, now: datetime) -> Sequence[Parcel]:
        """Up to `each` due parcels of up to `lanes` lanes that nobody else holds, oldest first within a lane.
        What is handed out counts as possibly posted from `now` on, until an outcome says otherwise."""
        ...

    async def renew(self, lanes: Collection[str], now: datetime) -> None: ...

    async def settle(self, outcomes: Sequence[Outcome], release: Mapping[str, datetime] = _NOTHING) -> None:
        """Books results, many in one commit; keeps each receipt for the next message of its subject. The lanes in
        `release` are let go of in the same commit."""
        ...

    async def release(self, lanes: Mapping[str, datetime]) -> None:
        """Let go of lanes; each may be claimed again from its instant on."""
        ...

    async def waiting(self, now: datetime) -> tuple[int, timedelta]:
        """How many wait, and for how long the oldest has been due."""
        ...


class TimerQueue(Protocol):
    """What is due. Any replica may look; `Timers.take` decides who does it."""

    arrived: asyncio.Event  # set when a timer was set by this process

    async def due(
        self, now: datetime, limit: int, *, patient: bool | None = None
    ) -> Sequence[tuple[TenantId, TimerId]]:
        """The patient ones, the others, or both."""
        ...


class Keys(Protocol):
    """Which tenant a webhook or an API call belongs to. Only digests (SHA-256) of keys are kept and compared."""

    async def of(self, source: str, digest: str, now: datetime) -> Key | None:
        """None: unknown or revoked. Quick, for it is asked on every webhook."""
        ...

    async def add(self, key: Key, digest: str) -> None: ...
    async def every(self, tenant: TenantId) -> Sequence[Key]: ...
    async def revoke(self, tenant: TenantId, key: str, at: datetime) -> bool: ...


class People(Protocol):
    async def of(self, account: Account) -> Person:
        """Made at first sight; a name that changed is learnt."""
        ...

    async def get(self, person: PersonId) -> Person | None: ...
    async def save(self, person: Person) -> None: ...
    async def by_email(self, email: str) -> Person | None: ...
    async def accounts(self, person: PersonId) -> Sequence[Account]: ...
    async def link(self, account: Account, person: PersonId) -> None:
        """From now on this account is that person; what it did before stays in the trail under its old person."""
        ...

    async def every(self, limit: int) -> Sequence[Person]: ...


class Places(Protocol):
    """How to reach a place unasked (Teams: the conversation reference)."""

    async def remember(self, place: Place, details: Mapping[str, Any], at: datetime) -> None: ...
    async def details(self, place: Place) -> Mapping[str, Any] | None: ...
    async def forget(self, place: Place) -> None: ...


class Letters(Protocol):
    async def put(self, message: Message, at: datetime) -> bool:
        """Asked by ourselves, together with what led to it. False: this key is here already."""
        ...

    async def find(self, key: str) -> tuple[LetterId, bool] | None:
        """The letter of this key, and whether it is answered."""
        ...

    async def done(self, letter: LetterId, at: datetime) -> bool:
        """False: it was done already (another worker finished it): nothing may be said again."""
        ...

    async def behind(self, letter: LetterId, place: Place) -> Sequence[Message]:
        """What else came into this conversation and is not answered yet; secrets stay sealed."""
        ...


class Parcels(Protocol):
    async def put(self, place: Place, subject: Subject, revision: int, reply: Reply, at: datetime) -> bool:
        """False: this revision is there already. A newer revision takes the place of one that still waits."""
        ...

    async def put_all(self, drafts: Sequence[Draft], at: datetime) -> None:
        """Many at once, each as `put`: in few statements. One subject may occur once in a place."""
        ...

    async def dead(self, limit: int) -> Sequence[Undelivered]:
        """Newest first."""
        ...

    async def resend(self, parcel: ParcelId, now: datetime) -> bool:
        """Due again at once; False where it is not among the dead."""
        ...

    async def receipt(self, place: Place, subject: Subject) -> Receipt | None: ...
    async def save_receipt(self, place: Place, subject: Subject, receipt: Receipt) -> None: ...
    async def subject(self, place: Place, receipt: str) -> Subject | None:
        """What the message with this platform id is about."""
        ...

    async def state(self, place: Place, subject: Subject) -> Literal["waiting", "sent", "dead"] | None: ...
    async def said(self, place: Place, subject: Subject) -> Kept | None:
        """The newest revision, whether it was sent yet or not."""
        ...

    async def behind(self, receipt: str) -> Reply | None:
        """What the message with this platform id says now."""
        ...


class Audit(Protocol):
    async def add(self, entry: Entry) -> None: ...
    async def add_all(self, entries: Sequence[Entry]) -> None: ...
    async def latest(self, limit: int) -> Sequence[Entry]: ...
    async def find(self, trail: Trail) -> Sequence[Entry]: ...


class Downloads(Protocol):
    """Files behind signed links."""

    async def save(self, key: str, file: File, expires_at: datetime) -> None: ...
    async def add(self, key: str, file: File, expires_at: datetime, now: datetime) -> bool:
        """False: something is kept under this key. Of many who add at once, one is told True."""
        ...

    async def get(self, key: str, now: datetime) -> File | None: ...


class UnitOfWork(Protocol):
    """One transaction of one tenant: committed when the block ends, undone when it raises."""

    @property
    def people(self) -> People: ...
    @property
    def places(self) -> Places: ...
    @property
    def conversations(self) -> Conversations: ...
    @property
    def letters(self) -> Letters: ...
    @property
    def parcels(self) -> Parcels: ...
    @property
    def feedback(self) -> Feedback: ...
    @property
    def audit(self) -> Audit: ...
    @property
    def downloads(self) -> Downloads: ...
    @property
    def issues(self) -> Issues: ...
    @property
    def plans(self) -> Plans: ...
    @property
    def silences(self) -> Silences: ...
    @property
    def timers(self) -> Timers: ...
    @property
    def covers(self) -> Covers: ...
    @property
    def tickets(self) -> Tickets: ...
    @property
    def mails(self) -> Mails: ...
    @property
    def analyses(self) -> Analyses: ...
    @property
    def codes(self) -> Codes: ...
    @property
    def storms(self) -> Storms: ...
    @property
    def sources(self) -> Sources: ...
    @property
    def profiles(self) -> Profiles: ...
    @property
    def events(self) -> Events: ...
    @property
    def documents(self) -> Documents: ...
    @property
    def watches(self) -> Watches: ...
    @property
    def usages(self) -> Usages: ...
    @property
    def budgets(self) -> Budgets: ...
    @property
    def charges(self) -> Charges: ...
    @property
    def rules(self) -> Rules: ...
    @property
    def prompts(self) -> Prompts: ...


class Storage(Protocol):
    """Raises Unavailable when the database is away."""

    @property
    def directory(self) -> Directory: ...
    @property
    def letters(self) -> LetterQueue: ...
    @property
    def parcels(self) -> ParcelQueue: ...
    @property
    def timers(self) -> TimerQueue: ...
    @property
    def keys(self) -> Keys: ...

    def work(self, tenant: TenantId) -> AbstractAsyncContextManager[UnitOfWork]: ...
    def library(self) -> AbstractAsyncContextManager[Documents]:
        """Everyone's documents, to be changed; for whoever runs the server."""
        ...

    async def check(self) -> str:
        """One sentence on the engine and its schema; raises Unavailable or Misconfigured."""
        ...
