"""Threads as we remember them: who takes part, what was said, and what a follow-up may leave unsaid."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.message import PersonId, Place
from bot.model.tenant import TenantId
from bot.ports.storage import Conversation, ConversationId, Said
from storage import bodies, upsert
from storage.ids import new_id
from storage.tables import conversations, messages

LONGEST_INTENT = 50


class SqlConversations:
    def __init__(self, connection: AsyncConnection, tenant: TenantId) -> None:
        self._connection = connection
        self._tenant = tenant

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
        }
        await upsert.add_if_absent(self._connection, conversations, row)  # another replica may have been quicker
        made = (await self._connection.execute(select(conversations).where(self._at(place)))).one()
        return _to_conversation(made)

    async def find(self, place: Place) -> Conversation | None:
        row = (await self._connection.execute(select(conversations).where(self._at(place)))).one_or_none()
        return _to_conversation(row) if row else None

    async def add(self, conversation: ConversationId, *lines: Said) -> None:
        if not lines:
            return
        known = select(conversations.c.participants).where(self._is(conversation)).with_for_update()
        participants: list[str] | None = (await self._connection.execute(known)).scalar()
        if participants is None:
            raise LookupError("There is no such conversation here.")
        joined = {line.author for line in lines if line.author is not None}
        changes = {
            "participants": [*participants, *sorted(joined.difference(participants))],
            "message_count": conversations.c.message_count + len(lines),
            "updated_at": max(line.at for line in lines),
        }
        await self._connection.execute(update(conversations).where(self._is(conversation)).values(changes))
        await self._connection.execute(insert(messages), [self._row(conversation, line) for line in lines])

    async def history(self, conversation: ConversationId, limit: int) -> Sequence[Said]:
        """The newest `limit` lines, in the order in which they were said."""
        mine = and_(messages.c.tenant == self._tenant, messages.c.conversation == conversation)
        newest = select(messages).where(mine).order_by(messages.c.id.desc()).limit(limit)
        rows = (await self._connection.execute(newest)).all()
        return [_to_said(row) for row in reversed(rows)]

    async def remember(self, conversation: ConversationId, memory: Mapping[str, Any]) -> None:
        await self._connection.execute(update(conversations).where(self._is(conversation)).values(memory=memory))

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
        }

    def _is(self, conversation: ConversationId) -> ColumnElement[bool]:
        return and_(conversations.c.tenant == self._tenant, conversations.c.id == conversation)

    def _at(self, place: Place) -> ColumnElement[bool]:
        return and_(conversations.c.tenant == self._tenant, conversations.c.place == place.key)


def _to_conversation(row: Row[Any]) -> Conversation:
    return Conversation(
        id=ConversationId(row.id),
        place=bodies.to_place(row.address),
        starter=PersonId(row.starter),
        title=row.title,
        status=row.status,
        memory=row.memory,
        message_count=row.message_count,
        updated_at=row.updated_at,
    )


def _to_said(row: Row[Any]) -> Said:
    author = None if row.author is None else PersonId(row.author)
    return Said(row.role, row.text, row.created_at, author, row.intent, row.confidence)
