"""One conversation for every family of routes: a question is kept, answered like one from a chat, and waited for."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Protocol

from bot.conversation.continuing import FULL, is_full
from bot.conversation.hearing import Ear, Heard, Hearing
from bot.desk.answer_cost import calls_for, took
from bot.model.errors import Forbidden, Missing, Rejected, Unavailable
from bot.model.issue import By
from bot.model.keys import digest
from bot.model.message import Message, Person, Vouched
from bot.model.parcel import LetterId, Subject
from bot.model.reply import Reply
from bot.model.session import MOST_MESSAGES, SessionKind, SessionStatus, place_of
from bot.model.tenant import TenantId
from bot.ports.actor import Actor
from bot.ports.services import Clock
from bot.ports.sessions import Conversation, Said
from bot.ports.storage import Storage
from handlers.api.pace import Pace
from handlers.api.refusals import Limit
from handlers.api.route import API, Call

LOOK_EVERY = 0.5  # seconds: another replica may answer, and then nothing is heard here
AGAIN = "It is still worked on: ask again with the same Idempotency-Key."
ERASED = "This was asked in a session that was deleted, and is erased."
RELAYED = "It was passed on to the person who has this conversation now."


class Receives(Protocol):
    async def receive(self, message: Message, tenant: TenantId | None = None) -> bool: ...


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that is kept."""

    tenant: TenantId
    key: str
    session: Conversation
    text: str
    letter: LetterId
    at: datetime

    @property
    def id(self) -> str:
        return f"msg_{self.letter}"


@dataclass(frozen=True, slots=True)
class Answered:
    id: str
    session: Conversation
    reply: Reply
    at: datetime
    said: Said | None = None  # as it is kept; None where it was passed on to a human
    tokens: int | None = 0  # None: a model was asked, and nobody knows how many
    cost: Decimal | None = Decimal(0)

    @property
    def took(self) -> float | None:
        return self.said.details.get("took") if self.said else None

    @property
    def sources(self) -> list[str]:
        return list(self.said.details.get("sources", ())) if self.said else []


class Chat:
    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        inbox: Receives,
        hearing: Hearing,
        *,
        a_minute: int,
        patience: timedelta,
    ) -> None:
        self._storage, self._clock, self._inbox, self.hearing = storage, clock, inbox, hearing
        self._pace, self.patience = Pace(a_minute), patience

    async def person(self, call: Call) -> Person:
        return await call.desks.office.person(call.tenant, call.caller.account)

    async def actor(self, call: Call, name: str = "") -> Actor:
        """As whom sessions are begun, changed and ended."""
        person = await self.person(call)
        by = By(person.name or call.key.name, person.id, API)
        return Actor(call.tenant, by, call.actor.cause, place_of(call.tenant, name) if name else None)

    async def find(self, call: Call, session: str, *, expired: bool = False) -> Conversation:
        return await call.desks.sessions.find(call.tenant, (await self.person(call)).id, session, expired=expired)

    async def begun(
        self,
        call: Call,
        name: str = "",
        kind: SessionKind | None = None,
        context: Mapping[str, str] | None = None,
    ) -> Conversation:
        """One of this name, or a new one; the same request again finds what it made."""
        actor = await self.actor(call, name or f"conv_{digest(call.actor.cause)[:24]}")
        assert actor.place
        found = await call.desks.sessions.here(call.tenant, actor.place)
        if found and found.starter == actor.by.person and found.status is SessionStatus.ACTIVE:
            return found
        return await call.desks.sessions.begin(actor, kind or SessionKind.ADMIN_ASSISTANT, context or {})

    async def told(self, call: Call, session: Conversation, context: Mapping[str, str]) -> Conversation:
        """What else is known of it by now."""
        news = {name: value for name, value in context.items() if session.context.get(name) != value}
        if not news:
            return session
        actor = replace(await self.actor(call), place=session.place)
        return replace(session, context=await call.desks.sessions.set_context(actor, news))

    async def ask(self, call: Call, session: Conversation, text: str, key: str = "", *, alone: bool = False) -> Asked:
        """Kept for good when this returns. `alone`: what was said before does not count."""
        now, key = self._clock.now(), key or call.actor.cause
        known = await self._letter(call.tenant, key)
        if known is None:
            self._check(session)
            self._pace.take(call.key.id, now)
            vouched = Vouched(call.role, call.caller.program)
            message = Message(key, session.place, call.caller.account, now, text, vouched=vouched, alone=alone)
            await self._inbox.receive(message, call.tenant)
            known = await self._letter(call.tenant, key)
        assert known
        return Asked(call.tenant, key, session, text, known[0], now)

    async def answer(self, asked: Asked) -> Answered:
        """Hard limit (row PERF-18): what takes longer is told to be asked for again, with the same key."""
        async for heard in self.follow(asked):
            if isinstance(heard, Answered):
                return heard
        raise AssertionError("it ends with the answer, or raises")

    async def follow(self, asked: Asked) -> AsyncIterator[Heard | Answered]:
        """What is heard while it is answered, and the answer."""
        loop = asyncio.get_running_loop()
        ends = loop.time() + self.patience.total_seconds()
        with self.hearing.listening(asked.session.place.key) as ear:
            while (found := await self.look(asked)) is None:
                if loop.time() >= ends:
                    raise Unavailable("The answer", advice=AGAIN)
                async for heard in _until_done(ear, asked.key, ends):
                    yield heard
        yield found

    async def look(self, asked: Asked) -> Answered | None:
        """None: not yet."""
        letter = await self._letter(asked.tenant, asked.key)
        if letter is None or not letter[1]:
            return None
        subject = Subject(f"answer:{letter[0]}")
        async with self._storage.work(asked.tenant) as work:
            lines = [line for _, line in await work.conversations.about(subject)]
            kept = await work.parcels.said(asked.session.place, subject)
        if kept is None and not asked.session.escalated:
            raise Missing(ERASED, advice="Ask again with another Idempotency-Key.")
        if kept is None:
            return Answered(asked.id, asked.session, Reply(RELAYED), self._clock.now())
        if not lines:
            raise full(asked.session)
        if any(one.role == "user" and one.text != asked.text for one in lines):
            raise Rejected("This Idempotency-Key was used for another question.", code="used")
        said = next(one for one in lines if one.role == "assistant")
        tokens, cost = await self._spent(asked.tenant, subject, said, by_model=kept.reply.by_model)
        return Answered(asked.id, asked.session, kept.reply, said.at, said, tokens, cost)

    async def judged(
        self,
        call: Call,
        session: Conversation,
        subject: Subject,
        *,
        positive: bool,
        comment: str,
        rating: int | None,
        categories: Sequence[str],
    ) -> None:
        """Only of an answer that was given in this session."""
        person = await self.person(call)
        async with self._storage.work(call.tenant) as work:
            if session.id not in [where for where, _ in await work.conversations.about(subject)]:
                raise Missing("There is no such answer in this conversation.")
            await work.feedback.keep(
                person.id, subject, positive=positive, comment=comment, at=self._clock.now(), rating=rating,
                categories=categories,
            )  # fmt: skip

    async def _spent(
        self, tenant: TenantId, answer: Subject, said: Said, *, by_model: bool
    ) -> tuple[int | None, Decimal | None]:
        """None where nobody knows, which is not zero."""
        began = said.at - timedelta(seconds=float(said.details.get("took", 0)))
        async with self._storage.work(tenant) as work:
            calls = await calls_for(work, answer, began)
        if by_model and not calls:
            return None, None
        whole = took(calls)
        return whole.tokens if whole.counted else None, whole.cost if whole.priced else None

    def _check(self, session: Conversation) -> None:
        if session.status is not SessionStatus.ACTIVE:
            raise Rejected("This session is over.", code="expired", advice="Begin a new one.")
        if is_full(session):
            raise full(session)

    async def _letter(self, tenant: TenantId, key: str) -> tuple[LetterId, bool] | None:
        async with self._storage.work(tenant) as work:
            return await work.letters.find(key)


def full(session: Conversation) -> Limit:
    used = {"limit": MOST_MESSAGES, "used": session.message_count, "resets": None}
    return Limit(FULL, {"max_messages_per_session": used}, advice="Begin a new one.")


async def _until_done(ear: Ear, key: str, ends: float) -> AsyncIterator[Heard]:
    """Ends when it is answered, or when it is time to look whether it was answered elsewhere."""
    left = ends - asyncio.get_running_loop().time()
    while left > 0 and (heard := await ear.next(min(LOOK_EVERY, left))) is not None:
        if heard.key == key and heard.kind == "done":
            return
        if heard.key == key:
            yield heard
        left = ends - asyncio.get_running_loop().time()


def same(call: Call, user: str, tenant: str, person: Person) -> None:
    """Who asks and for whom is known from the key: what the body says of it may only agree."""
    known = {
        person.id,
        person.email,
        call.caller.account.user,
        call.caller.account.user.rpartition("|")[2],
        call.key.id,
    }
    if tenant not in ("", call.tenant):
        raise Forbidden("This key does not speak for that tenant.")
    if user and user not in known:
        raise Forbidden("This key does not speak for that person.")
