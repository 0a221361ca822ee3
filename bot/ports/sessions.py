"""Conversations: what was said in them, what they are about, and how their people found them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, NewType, Protocol

from bot.model.message import PersonId, Place
from bot.model.session import USUAL, SessionKind, SessionStatus
from bot.model.tenant import TenantId
from bot.ports.actor import Actor

ConversationId = NewType("ConversationId", str)


@dataclass(frozen=True, slots=True)
class Conversation:
    id: ConversationId
    place: Place
    starter: PersonId
    title: str = ""
    status: SessionStatus = SessionStatus.ACTIVE
    memory: Mapping[str, Any] = field(default_factory=dict)  # what a follow-up may leave unsaid
    message_count: int = 0
    updated_at: datetime | None = None
    kind: SessionKind | None = None  # None: nobody chose one
    context: Mapping[str, str] = field(default_factory=dict)
    escalated: bool = False
    created_at: datetime | None = None
    ended_at: datetime | None = None
    rating: int | None = None

    @property
    def type(self) -> SessionKind:
        return self.kind or USUAL


@dataclass(frozen=True, slots=True)
class Said:
    """One line of a conversation."""

    role: Literal["user", "assistant", "system"]
    text: str
    at: datetime
    author: PersonId | None = None
    intent: str = ""
    confidence: float | None = None
    about: str = ""  # the subject of an answer, on it and on its question
    details: Mapping[str, Any] = field(default_factory=dict)  # of an answer: how long it took, what was read


@dataclass(frozen=True, slots=True)
class Rated:
    """How many people gave how many stars, to answers or to whole sessions."""

    stars: Mapping[int, int]
    comments: Sequence[str] = ()

    @property
    def count(self) -> int:
        return sum(self.stars.values())

    @property
    def mean(self) -> float | None:
        """None where nobody rated, which is not zero."""
        return sum(stars * count for stars, count in self.stars.items()) / self.count if self.count else None


class Conversations(Protocol):
    async def at(self, place: Place, starter: PersonId, now: datetime) -> Conversation: ...
    async def find(self, place: Place) -> Conversation | None: ...
    async def place(self, session: str) -> Place | None:
        """Where a conversation is, by its id or by the key of its place."""
        ...

    async def get(self, conversation: ConversationId) -> Conversation | None: ...
    async def of(self, starter: PersonId, limit: int) -> Sequence[Conversation]:
        """Begun by this person and not deleted, the latest first."""
        ...

    async def add(self, conversation: ConversationId, *lines: Said) -> None: ...
    async def history(self, conversation: ConversationId, limit: int) -> Sequence[Said]: ...
    async def questions(self, limit: int) -> Sequence[str]:
        """What people wrote to us lately, each once, the latest first."""
        ...

    async def about(self, subject: str) -> Sequence[tuple[ConversationId, Said]]:
        """The question and the answer of this subject, and where they were said."""
        ...

    async def remember(self, conversation: ConversationId, memory: Mapping[str, Any]) -> None: ...
    async def save(self, conversation: Conversation) -> None:
        """Its title, kind, context, status, marks and rating; what was said and is remembered stays as it is."""
        ...

    async def leave(self, conversation: ConversationId) -> None:
        """Its place is free for a new one; it is found by its id alone from now on."""
        ...

    async def erase(self, conversation: ConversationId) -> int:
        """That there was one remains, deleted, and no word of it; how many messages went."""
        ...

    async def counted(self, since: datetime, until: datetime) -> tuple[int, int]:
        """In how many something was said, and how many lines that were."""
        ...

    async def idle(self, since: datetime, now: datetime) -> int:
        """Those in which nothing was said since then expire; how many."""
        ...


class Feedback(Protocol):
    async def keep(
        self,
        person: PersonId,
        subject: str,
        *,
        positive: bool,
        comment: str,
        at: datetime,
        rating: int | None = None,
        categories: Sequence[str] = (),
    ) -> None:
        """The later word of a person on a subject replaces the earlier one."""
        ...

    async def rated(self, since: datetime, *, sessions: bool) -> Rated:
        """What was said since then, of whole sessions or of single answers; the newest comments first."""
        ...


class SessionDesk(Protocol):
    """Sessions of one's own: somebody else's is not there. Missing, where there is none, or none any more."""

    async def begin(self, actor: Actor, kind: SessionKind | None, context: Mapping[str, str]) -> Conversation:
        """At the place of the actor; one that stands there and is over makes room."""
        ...

    async def find(self, tenant: TenantId, person: PersonId, session: str, *, expired: bool = False) -> Conversation:
        """`expired`: also one that is, for it can still be deleted."""
        ...

    async def here(self, tenant: TenantId, place: Place) -> Conversation | None: ...
    async def mine(self, tenant: TenantId, person: PersonId, limit: int) -> Sequence[Conversation]: ...
    async def lines(self, tenant: TenantId, session: ConversationId, limit: int) -> Sequence[Said]: ...
    async def kind(self, tenant: TenantId, place: Place) -> SessionKind:
        """Of the conversation there: chosen, else the channel's, else what suits the place."""
        ...

    async def set_kind(self, actor: Actor, kind: SessionKind, *, channel: bool = False) -> None: ...
    async def set_context(self, actor: Actor, context: Mapping[str, str]) -> Mapping[str, str]:
        """An empty value takes its key away; what is then known."""
        ...

    async def end(self, actor: Actor, session: ConversationId, *, deleted: bool = False) -> Conversation: ...
    async def escalated(self, tenant: TenantId, place: Place) -> None: ...
    async def rate(
        self,
        actor: Actor,
        session: ConversationId,
        rating: int,
        comment: str = "",
        categories: Sequence[str] = (),
    ) -> None: ...

    async def rated(self, tenant: TenantId, since: datetime) -> tuple[Rated, Rated]:
        """Of sessions, and of answers."""
        ...
