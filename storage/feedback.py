"""Thumbs up and down."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.message import PersonId
from bot.model.tenant import TenantId
from storage import upsert
from storage.tables import feedback


class SqlFeedback:
    def __init__(self, connection: AsyncConnection, tenant: TenantId) -> None:
        self._connection = connection
        self._tenant = tenant

    async def keep(self, person: PersonId, subject: str, *, positive: bool, comment: str, at: datetime) -> None:
        row = {
            "tenant": self._tenant,
            "person": person,
            "subject": subject,
            "positive": positive,
            "comment": comment,
            "created_at": at,
        }
        await upsert.save(self._connection, feedback, [row])
