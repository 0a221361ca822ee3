"""Sessions that a test can write and read, without a storage."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.model.message import PersonId, Place
from bot.model.session import USUAL, SessionKind, SessionStatus
from bot.model.tenant import TenantId
from bot.ports.actor import Actor
from bot.ports.sessions import Conversation, ConversationId, Rated, Said
from tests.fakes import NOON


@dataclass
class Sessions:
    standing: Conversation | None = None
    rated_by: list[tuple[str, int, str]] = field(default_factory=list)
    given: tuple[Rated, Rated] = (Rated({}), Rated({}))
    deleted: bool = False

    async def begin(self, actor: Actor, kind: SessionKind | None, context: Mapping[str, str]) -> Conversation:
        self.standing = Conversation(
            ConversationId("s1"), actor.place or Place("", "", ""), actor.by.person or PersonId(""),
            kind=kind, context=context,
        )  # fmt: skip
        return self.standing

    async def find(self, tenant: TenantId, person: PersonId, session: str, *, expired: bool = False) -> Conversation:
        assert self.standing
        return self.standing

    async def here(self, tenant: TenantId, place: Place) -> Conversation | None:
        return self.standing

    async def mine(self, tenant: TenantId, person: PersonId, limit: int) -> Sequence[Conversation]:
        return [self.standing] if self.standing else []

    async def lines(self, tenant: TenantId, session: ConversationId, limit: int) -> Sequence[Said]:
        return [Said("user", "how is checkout?", NOON, PersonId("p1")), Said("assistant", "It is well.", NOON)]

    async def kind(self, tenant: TenantId, place: Place) -> SessionKind:
        return self.standing.type if self.standing else USUAL

    async def set_kind(self, actor: Actor, kind: SessionKind, *, channel: bool = False) -> None:
        self.standing = await self.begin(actor, kind, {})

    async def set_context(self, actor: Actor, context: Mapping[str, str]) -> Mapping[str, str]:
        return {name: value for name, value in context.items() if value}

    async def end(self, actor: Actor, session: ConversationId, *, deleted: bool = False) -> Conversation:
        assert self.standing
        self.standing, self.deleted = replace(self.standing, status=SessionStatus.ENDED), deleted
        return self.standing

    async def escalated(self, tenant: TenantId, place: Place) -> None: ...

    async def rate(
        self, actor: Actor, session: ConversationId, rating: int, comment: str = "", categories: Sequence[str] = ()
    ) -> None:
        self.rated_by.append((session, rating, comment))

    async def rated(self, tenant: TenantId, since: datetime) -> tuple[Rated, Rated]:
        return self.given
