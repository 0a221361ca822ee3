"""Sessions: begun, chosen, told what they are about, ended and rated by whoever began them."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.desk.fence import private
from bot.desk.office import entry
from bot.logs import HIDDEN
from bot.model.errors import Missing, Rejected
from bot.model.issue import IssueId
from bot.model.message import PersonId, Place
from bot.model.rule import without
from bot.model.session import (
    IDLE,
    LONGEST_FACT,
    MOST_FACTS,
    PROGRAMS,
    USUAL,
    SessionKind,
    SessionStatus,
    is_secret,
    key_of,
    kind_of,
    place_of,
)
from bot.model.tenant import TenantId
from bot.ports.actor import Actor
from bot.ports.services import Clock
from bot.ports.sessions import Conversation, ConversationId, Rated, Said
from bot.ports.storage import Storage, UnitOfWork

GONE = (SessionStatus.EXPIRED, SessionStatus.DELETED)
FROM_GOOD = 4  # so many stars are a thumb up
MOST_KEPT = 1000  # far more than a session has messages
NOT_FOUND = "Session not found."

Here = Callable[[TenantId, Place], Awaitable[IssueId | None]]


class Sessions:
    """Fills bot.ports.sessions.SessionDesk. `issue_at`: the issue whose message a thread hangs on."""

    def __init__(self, storage: Storage, clock: Clock, issue_at: Here) -> None:
        self._storage, self._clock, self._issue_at = storage, clock, issue_at

    async def begin(self, actor: Actor, kind: SessionKind | None, context: Mapping[str, str]) -> Conversation:
        place, person, now = _place(actor), _person(actor), self._clock.now()
        async with self._storage.work(actor.tenant) as work:
            standing = await work.conversations.find(place)
            if standing is not None:
                _hers(standing, person)
                await _over(work, standing, SessionStatus.ENDED, now)
                await work.conversations.leave(standing.id)
            made = await work.conversations.at(place, person, now)
            made = replace(made, kind=kind, context=facts(made.context, context))
            await work.conversations.save(made)
        return made

    async def find(self, tenant: TenantId, person: PersonId, session: str, *, expired: bool = False) -> Conversation:
        async with self._storage.work(tenant) as work:
            found = await work.conversations.get(ConversationId(session))
            found = found or await work.conversations.find(place_of(tenant, session))
        gone = GONE[1:] if expired else GONE
        if found is None or found.status in gone or found.starter != person:
            raise Missing(NOT_FOUND)
        return found

    async def here(self, tenant: TenantId, place: Place) -> Conversation | None:
        async with self._storage.work(tenant) as work:
            return await work.conversations.find(place)

    async def mine(self, tenant: TenantId, person: PersonId, limit: int) -> Sequence[Conversation]:
        async with self._storage.work(tenant) as work:
            return await work.conversations.of(person, limit)

    async def lines(self, tenant: TenantId, session: ConversationId, limit: int) -> Sequence[Said]:
        async with self._storage.work(tenant) as work:
            return await work.conversations.history(session, limit)

    async def kind(self, tenant: TenantId, place: Place) -> SessionKind:
        async with self._storage.work(tenant) as work:
            found = await work.conversations.find(place)
            usual = await work.places.details(_of_channel(place))
        if found and found.kind:
            return found.kind
        if place.thread and await self._issue_at(tenant, place):
            return SessionKind.NETWORK_DIAGNOSTICS
        return kind_of(str(usual.get("kind", ""))) or USUAL if usual else USUAL

    async def set_kind(self, actor: Actor, kind: SessionKind, *, channel: bool = False) -> None:
        place, now = _place(actor), self._clock.now()
        async with self._storage.work(actor.tenant) as work:
            if channel:
                await work.places.remember(_of_channel(place), {"kind": kind.value}, now)
            else:
                found = await work.conversations.at(place, _person(actor), now)
                await work.conversations.save(replace(found, kind=kind))
            where = place.lane if channel else place.key
            await work.audit.add(entry(actor, "session.mode", where, self._clock, mode=kind.value))

    async def set_context(self, actor: Actor, context: Mapping[str, str]) -> Mapping[str, str]:
        place, now = _place(actor), self._clock.now()
        async with self._storage.work(actor.tenant) as work:
            found = await work.conversations.at(place, _person(actor), now)
            after = facts(found.context, context)
            await work.conversations.save(replace(found, context=after))
            await work.audit.add(entry(actor, "session.context", found.id, self._clock, keys=sorted(context)))
        return after

    async def end(self, actor: Actor, session: ConversationId, *, deleted: bool = False) -> Conversation:
        """What is over already stays as it is; deleted is more than over."""
        now = self._clock.now()
        async with self._storage.work(actor.tenant) as work:
            found = await work.conversations.get(session)
            if found is None or found.status is SessionStatus.DELETED:
                raise Missing(NOT_FOUND)
            _hers(found, _person(actor))
            if found.status is SessionStatus.ACTIVE and not deleted:
                found = await _over(work, found, SessionStatus.ENDED, now)
                await work.audit.add(entry(actor, "session.ended", found.id, self._clock))
            if deleted:
                found = await _over(work, found, SessionStatus.DELETED, now)
                gone = await _erased(work, found)
                await work.audit.add(entry(actor, "session.deleted", found.id, self._clock, messages=gone))
                found = replace(found, title="", context={}, memory={})
        return found

    async def escalated(self, tenant: TenantId, place: Place) -> None:
        async with self._storage.work(tenant) as work:
            found = await work.conversations.find(place)
            if found is None or found.escalated:
                return
            await work.conversations.save(replace(found, escalated=True))
            note = Said("system", "Handed over to people.", self._clock.now())
            await work.conversations.add(found.id, note)

    async def rate(
        self,
        actor: Actor,
        session: ConversationId,
        rating: int,
        comment: str = "",
        categories: Sequence[str] = (),
    ) -> None:
        person = _person(actor)
        async with self._storage.work(actor.tenant) as work:
            found = await work.conversations.get(session)
            if found is None or found.status is SessionStatus.DELETED:
                raise Missing(NOT_FOUND)
            await work.conversations.save(replace(found, rating=rating))
            await work.feedback.keep(
                person, f"session:{session}", positive=rating >= FROM_GOOD, comment=comment, at=self._clock.now(),
                rating=rating, categories=categories,
            )  # fmt: skip

    async def rated(self, tenant: TenantId, since: datetime) -> tuple[Rated, Rated]:
        async with self._storage.work(tenant) as work:
            sessions = await work.feedback.rated(since, sessions=True)
            return sessions, await work.feedback.rated(since, sessions=False)

    async def expire(self, now: datetime) -> None:
        """By the clock: sessions in which nothing was said for long."""
        for tenant in await self._storage.directory.tenants():
            async with self._storage.work(tenant) as work:
                await work.conversations.idle(now - IDLE, now)


def facts(known: Mapping[str, str], told: Mapping[str, str]) -> dict[str, str]:
    """What is known by now. Secrets are not kept: not under a name that says so, and not inside of a value."""
    after = dict(known)
    for name, value in told.items():
        key = key_of(name)
        if key is None:
            raise Rejected(f"“{name[:40]}” cannot be the name of a fact.", advice="Letters, digits and _ make one.")
        after.pop(key, None)
        if value.strip():
            after[key] = HIDDEN if is_secret(key) else private(value, LONGEST_FACT)
    if len(after) > MOST_FACTS:
        raise Rejected(f"A session has at most {MOST_FACTS} facts.", advice="`context clear NAME` takes one away.")
    return after


async def _over(work: UnitOfWork, session: Conversation, status: SessionStatus, now: datetime) -> Conversation:
    after = replace(session, status=status, ended_at=session.ended_at or now)
    await work.conversations.save(after)
    return after


async def _erased(work: UnitOfWork, session: Conversation) -> int:
    """Also where rules that people taught show what was asked as an example."""
    said = {one.text for one in await work.conversations.history(session.id, MOST_KEPT) if one.role == "user"}
    for rule in await work.rules.every():
        if (after := without(rule, said)) != rule:
            await work.rules.save(after)
    return await work.conversations.erase(session.id)


def _hers(session: Conversation, person: PersonId) -> Conversation:
    """Over HTTP a session is its person's; what stands in a chat is of all who are there."""
    if session.place.platform == PROGRAMS and session.starter != person:
        raise Missing(NOT_FOUND)
    return session


def _place(actor: Actor) -> Place:
    if actor.place is None:
        raise Rejected("I do not know in which conversation.", advice="Say it in Slack or in Teams.")
    return actor.place


def _person(actor: Actor) -> PersonId:
    if actor.by.person is None:
        raise Rejected("I do not know who asks.")
    return actor.by.person


def _of_channel(place: Place) -> Place:
    """A place that nobody speaks in: what is remembered there is remembered of the channel."""
    return Place("nightdesk", "mode", f"channel:{place.lane}")
