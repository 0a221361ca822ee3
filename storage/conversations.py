"""Threads as we remember them: who takes part, what was said, and what a follow-up may leave unsaid."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, Row, and_, bindparam, func, or_, select, update

from bot.model.message import PersonId, Place
from bot.model.session import SessionKind, SessionStatus
from bot.ports.sessions import Conversation, ConversationId, Said
from storage import bodies, erasing, upsert
from storage.columns import Instant
from storage.ids import new_id
from storage.of_tenant import OfTenant
from storage.prepared import Prepared
from storage.tables import conversations, messages

LONGEST_INTENT = 50


class SqlConversations(OfTenant):
    async def at(self, place: Place, starter: PersonId, now: datetime) -> Conversation:
        if found := await self.find(place):
            return found
        row = {
            "id": new_id(now),
            "tenant": self._tenant,
            "place": place.key,
            "address": asdict(place),
            "starter": starter,
            "participants": [starter],
            "title": "",
            "status": "active",
            "memory": {},
            "message_count": 0,
            "created_at": now,
            "updated_at": now,
            "kind": "",
            "context": {},
            "escalated": False,
            "ended_at": None,
            "rating": None,
        }
        await upsert.add_if_absent(self._connection, conversations, row)  # another replica may have been quicker
        made = await self.find(place)
        assert made is not None
        return made

    async def find(self, place: Place) -> Conversation | None:
        row = await _AT.first(self._connection, tenant=self._tenant, place=place.key)
        return _to_conversation(row) if row else None

    async def place(self, session: str) -> Place | None:
        row = await _NAMED.first(self._connection, tenant=self._tenant, named=session)
        return bodies.to_place(row.address) if row else None

    async def get(self, conversation: ConversationId) -> Conversation | None:
        row = await _GET.first(self._connection, tenant_=self._tenant, id_=conversation)
        return _to_conversation(row) if row else None

    async def of(self, starter: PersonId, limit: int) -> Sequence[Conversation]:
        rows = await _OF.all(self._connection, tenant=self._tenant, starter=starter, limit=limit)
        return [_to_conversation(row) for row in rows]

    async def add(self, conversation: ConversationId, *lines: Said) -> None:
        if not lines:
            return
        mine = {"tenant_": self._tenant, "id_": conversation}
        participants: list[str] | None = await _PARTICIPANTS.scalar(self._connection, **mine)
        if participants is None:
            raise LookupError("There is no such conversation here.")
        joined = {line.author for line in lines if line.author is not None}
        changes = {
            "participants_": [*participants, *sorted(joined.difference(participants))],
            "more": len(lines),
            "at": max(line.at for line in lines),
        }
        await _GROW.change(self._connection, **mine, **changes)
        await upsert.add_all(self._connection, messages, [self._row(conversation, line) for line in lines])

    async def history(self, conversation: ConversationId, limit: int) -> Sequence[Said]:
        """The newest `limit` lines, in the order in which they were said."""
        asked = {"tenant": self._tenant, "conversation": conversation, "limit": limit}
        rows = (await self._connection.execute(_HISTORY, asked)).all()
        return [_to_said(row) for row in reversed(rows)]

    async def about(self, subject: str) -> Sequence[tuple[ConversationId, Said]]:
        if not subject:
            return []
        rows = (await self._connection.execute(_ABOUT, {"tenant": self._tenant, "about": subject})).all()
        return [(ConversationId(row.conversation), _to_said(row)) for row in rows]

    async def remember(self, conversation: ConversationId, memory: Mapping[str, Any]) -> None:
        await _REMEMBER.change(self._connection, tenant_=self._tenant, id_=conversation, memory_=memory)

    async def save(self, conversation: Conversation) -> None:
        await _SAVE.change(
            self._connection,
            tenant_=self._tenant,
            id_=conversation.id,
            title_=conversation.title,
            status_=conversation.status.value,
            kind_=conversation.kind or "",
            context_=conversation.context,
            escalated_=conversation.escalated,
            ended_at_=conversation.ended_at,
            rating_=conversation.rating,
        )

    async def leave(self, conversation: ConversationId) -> None:
        await _LEAVE.change(self._connection, tenant_=self._tenant, id_=conversation)

    async def erase(self, conversation: ConversationId) -> int:
        return await erasing.erase(self._connection, self._tenant, conversation)

    async def idle(self, since: datetime, now: datetime) -> int:
        return await _EXPIRE.change(self._connection, tenant_=self._tenant, since=since, at=now)

    async def counted(self, since: datetime, until: datetime) -> tuple[int, int]:
        row = await _COUNTED.first(self._connection, tenant=self._tenant, since=since, until=until)
        return row.sessions, row.lines

    async def questions(self, limit: int) -> Sequence[str]:
        return list(await _QUESTIONS.scalars(self._connection, tenant=self._tenant, limit=limit))

    def _row(self, conversation: ConversationId, line: Said) -> dict[str, Any]:
        return {
            "id": new_id(line.at),
            "tenant": self._tenant,
            "conversation": conversation,
            "role": line.role,
            "text": line.text,
            "author": line.author,
            "intent": line.intent[:LONGEST_INTENT],
            "confidence": None if line.confidence is None else round(line.confidence, 2),
            "created_at": line.at,
            "about": line.about,
            "details": line.details,
        }


_AT = Prepared(
    select(conversations).where(
        conversations.c.tenant == bindparam("tenant"), conversations.c.place == bindparam("place")
    )
)
_NAMED = Prepared(
    select(conversations.c.address).where(
        conversations.c.tenant == bindparam("tenant"),
        or_(conversations.c.id == bindparam("named"), conversations.c.place == bindparam("named")),
    )
)
_IT = and_(conversations.c.tenant == bindparam("tenant_"), conversations.c.id == bindparam("id_"))
_GET = Prepared(select(conversations).where(_IT))
_OF = Prepared(
    select(conversations)
    .where(
        conversations.c.tenant == bindparam("tenant"),
        conversations.c.starter == bindparam("starter"),
        conversations.c.status != SessionStatus.DELETED.value,
    )
    .order_by(conversations.c.updated_at.desc(), conversations.c.id.desc())
    .limit(bindparam("limit", type_=Integer()))
)
_PARTICIPANTS = Prepared(select(conversations.c.participants).where(_IT).with_for_update())
_GROW = Prepared(
    update(conversations)
    .where(_IT)
    .values(
        participants=bindparam("participants_"),
        message_count=conversations.c.message_count + bindparam("more"),
        updated_at=bindparam("at"),
    )
)
_REMEMBER = Prepared(update(conversations).where(_IT).values(memory=bindparam("memory_")))
_SAVE = Prepared(
    update(conversations)
    .where(_IT)
    .values(
        title=bindparam("title_"),
        status=bindparam("status_"),
        kind=bindparam("kind_"),
        context=bindparam("context_"),
        escalated=bindparam("escalated_"),
        ended_at=bindparam("ended_at_"),
        rating=bindparam("rating_"),
    )
)
_LEAVE = Prepared(
    update(conversations).where(_IT).values(place=conversations.c.place.concat("#").concat(conversations.c.id))
)
_EXPIRE = Prepared(
    update(conversations)
    .where(
        conversations.c.tenant == bindparam("tenant_"),
        conversations.c.status == SessionStatus.ACTIVE.value,
        conversations.c.updated_at < bindparam("since", type_=Instant()),
    )
    .values(status=SessionStatus.EXPIRED.value, ended_at=bindparam("at"))
)
# Not `Prepared`: how PostgreSQL's numeric is read, SQLAlchemy knows only when it sees the answer.
_HISTORY = (
    select(messages)
    .where(messages.c.tenant == bindparam("tenant"), messages.c.conversation == bindparam("conversation"))
    .order_by(messages.c.id.desc())
    .limit(bindparam("limit", type_=Integer()))
)
_ABOUT = (
    select(messages)
    .where(messages.c.tenant == bindparam("tenant"), messages.c.about == bindparam("about"), messages.c.about != "")
    .order_by(messages.c.id)
)


_COUNTED = Prepared(
    select(
        func.count(messages.c.conversation.distinct()).label("sessions"),
        func.count().label("lines"),
    ).where(
        messages.c.tenant == bindparam("tenant"),
        messages.c.created_at >= bindparam("since", type_=Instant()),
        messages.c.created_at < bindparam("until", type_=Instant()),
    )
)
_QUESTIONS = Prepared(
    select(messages.c.text)
    .where(
        messages.c.tenant == bindparam("tenant"),
        messages.c.role == "user",
        messages.c.intent != "",
        messages.c.text.not_like("[%"),  # what was pressed
    )
    .group_by(messages.c.text)
    .order_by(func.max(messages.c.id).desc())
    .limit(bindparam("limit", type_=Integer()))
)


def _to_conversation(row: Row[Any]) -> Conversation:
    return Conversation(
        id=ConversationId(row.id),
        place=bodies.to_place(row.address),
        starter=PersonId(row.starter),
        title=row.title,
        status=SessionStatus(row.status),
        memory=row.memory,
        message_count=row.message_count,
        updated_at=row.updated_at,
        kind=SessionKind(row.kind) if row.kind else None,
        context=row.context,
        escalated=bool(row.escalated),
        created_at=row.created_at,
        ended_at=row.ended_at,
        rating=row.rating,
    )


def _to_said(row: Row[Any]) -> Said:
    author = None if row.author is None else PersonId(row.author)
    return Said(row.role, row.text, row.created_at, author, row.intent, row.confidence, row.about, row.details)
