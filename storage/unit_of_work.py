"""One transaction of one tenant, with everything it may touch."""

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.tenant import TenantId
from bot.ports.services import Clock
from storage.audit import SqlAudit
from storage.conversations import SqlConversations
from storage.downloads import SqlDownloads
from storage.feedback import SqlFeedback
from storage.letters import SqlLetters
from storage.parcels import SqlParcels
from storage.people import SqlPeople
from storage.places import SqlPlaces


class SqlUnitOfWork:
    def __init__(self, connection: AsyncConnection, tenant: TenantId, clock: Clock) -> None:
        self.tenant = tenant
        self.people = SqlPeople(connection, tenant, clock)
        self.places = SqlPlaces(connection, tenant)
        self.conversations = SqlConversations(connection, tenant)
        self.letters = SqlLetters(connection, tenant)
        self.parcels = SqlParcels(connection, tenant)
        self.feedback = SqlFeedback(connection, tenant)
        self.audit = SqlAudit(connection, tenant)
        self.downloads = SqlDownloads(connection, tenant)
