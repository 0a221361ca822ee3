"""The desks where things are written down: reports, e-mails, log events, knowledge, watches; see bot/ports/desks.py."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.model.document import Document, DocumentDraft, DocumentId
from bot.model.issue import IssueId
from bot.model.log_event import EventId, Kind, LogEvent
from bot.model.mail import Audience, MailDraft, MailId
from bot.model.message import Account, Role
from bot.model.reply import Reply
from bot.model.report import Report, Schedule
from bot.model.tenant import TenantId
from bot.model.watch import Trial, Watch, WatchDraft, Watched
from bot.ports.actor import Actor
from bot.ports.events import EventState, WantedEvents
from bot.ports.knowledge import Found, Search, WebState


class ReportDesk(Protocol):
    """Questions that the clock asks. `report` is its short name; Missing where there is none."""

    async def every(self, tenant: TenantId) -> Sequence[Report]:
        """The next first; those that pause last."""
        ...

    async def make(self, actor: Actor, account: Account, question: str, schedule: Schedule) -> Report:
        """Asked as this account, and answered in the actor's place."""
        ...

    async def pause(self, actor: Actor, report: str) -> Report: ...
    async def resume(self, actor: Actor, report: str) -> Report: ...
    async def delete(self, actor: Actor, report: str) -> Report: ...


@dataclass(frozen=True, slots=True)
class MailText:
    """An e-mail as somebody edited it, and the edition that they saw; 0: whichever stands."""

    subject: str
    body: str
    recipients: tuple[str, ...]
    edition: int = 0


@dataclass(frozen=True, slots=True)
class MailDone:
    """`changed` is False where it was so already; `says` tells."""

    draft: MailDraft
    changed: bool
    says: str


class MailDesk(Protocol):
    async def find(self, tenant: TenantId, draft: MailId) -> MailDraft: ...
    async def latest(self, tenant: TenantId, limit: int) -> Sequence[MailDraft]: ...
    async def draft(self, actor: Actor, issue: IssueId, audience: Audience, moved: Sequence[str] = ()) -> MailDone:
        """Of an issue and an audience one stands: a second call returns it. `moved`: what else did, in words."""
        ...

    async def edit(self, actor: Actor, draft: MailId, text: MailText) -> MailDone: ...
    async def approve(
        self, actor: Actor, draft: MailId, *, role: Role, edition: int = 0, figures: bool = False
    ) -> MailDone:
        """It goes out in a minute. Rejected where it has numbers of its own, unless `figures` says they are right."""
        ...

    async def undo(self, actor: Actor, draft: MailId) -> MailDone: ...
    async def discard(self, actor: Actor, draft: MailId) -> MailDone: ...
    def shown(self, draft: MailDraft) -> Reply:
        """All there is to show of it."""
        ...


class EventDesk(Protocol):
    """Log events, the thresholds they are held against, and what makes them up in the demo."""

    async def take(self, tenant: TenantId, events: Sequence[LogEvent]) -> int:
        """How many of them were new. Returns when they are committed; Unavailable: none of them is."""
        ...

    async def state(self, tenant: TenantId) -> EventState: ...
    async def find(self, tenant: TenantId, wanted: WantedEvents) -> Sequence[LogEvent]: ...
    async def get(self, tenant: TenantId, event: EventId) -> LogEvent | None: ...
    async def start(self, actor: Actor, *, seed: int | None = None, rate: int | None = None) -> None:
        """Rejected with the code `running` where it runs already."""
        ...

    async def stop(self, actor: Actor) -> None: ...
    async def force(self, actor: Actor, kind: Kind | None, *, critical: bool) -> Sequence[LogEvent]: ...
    async def show_live(self, actor: Actor, minutes: int) -> bool:
        """One message in the actor's place, written anew while it lasts. False: it stands there already."""
        ...

    async def end_live(self, actor: Actor) -> bool:
        """False: they are not shown there."""
        ...

    async def clear(self, actor: Actor) -> int:
        """How many events went. What was learnt from them stays, and the trail."""
        ...

    async def limits(self, tenant: TenantId) -> Mapping[str, float | None]:
        """Those that were changed; None: switched off."""
        ...

    async def change_limit(self, actor: Actor, metric: str, limit: float | None, *, default: bool = False) -> None: ...


class KnowledgeDesk(Protocol):
    """Documents, and what was learnt from issues."""

    async def search(self, tenant: TenantId, search: Search) -> Found: ...
    async def find(self, tenant: TenantId, document: DocumentId) -> Document: ...
    async def learnt(self, tenant: TenantId, issues: Collection[IssueId]) -> Mapping[IssueId, Document]:
        """What was written of these, as far as it was."""
        ...

    async def add(self, actor: Actor, draft: DocumentDraft) -> Document:
        """In the place of an earlier one of this title."""
        ...

    async def correct(self, actor: Actor, document: DocumentId, helped: str, remark: str = "") -> Document:
        """What was learnt from an issue, as somebody knows it better."""
        ...

    async def remove(self, actor: Actor, document: DocumentId) -> Document: ...
    async def read(self, actor: Actor, address: str, category: str = "", tags: Sequence[str] = ()) -> Document:
        """A page of the web, now and from now on; Rejected where it is not allowed or cannot be read."""
        ...

    async def web_pages(self, tenant: TenantId) -> Sequence[WebState]:
        """Those that are read so, with how they were last."""
        ...


class WatchDesk(Protocol):
    """What is watched by itself. `watch` is its short name; Missing where there is none."""

    async def every(self, tenant: TenantId) -> Sequence[Watched]: ...
    async def proposed(self, tenant: TenantId) -> Sequence[WatchDraft]:
        """What is worth watching and is not watched yet: golden signals, and what applications say of themselves."""
        ...

    async def trial(self, tenant: TenantId, draft: WatchDraft) -> Trial:
        """How often it would have told in the last days; nothing is kept."""
        ...

    async def make(self, actor: Actor, drafts: Sequence[WatchDraft]) -> Sequence[Watch]: ...
    async def limit(self, actor: Actor, watch: str, above: float | None, below: float | None) -> Watch: ...
    async def pause(self, actor: Actor, watch: str) -> Watch: ...
    async def resume(self, actor: Actor, watch: str) -> Watch: ...
    async def delete(self, actor: Actor, watch: str) -> Watch: ...
