"""One transaction of one tenant, with everything it may touch."""

from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.tenant import TenantId
from bot.ports.services import Clock
from storage.analyses import SqlAnalyses
from storage.audit import SqlAudit
from storage.budgets import SqlBudgets
from storage.charges import SqlCharges
from storage.codes import SqlCodes
from storage.conversations import SqlConversations
from storage.covers import SqlCovers
from storage.credentials import Credentials
from storage.documents import SqlDocuments
from storage.downloads import SqlDownloads
from storage.events import SqlEvents
from storage.feedback import SqlFeedback
from storage.issues import SqlIssues
from storage.letters import SqlLetters
from storage.mails import SqlMails
from storage.parcels import SqlParcels
from storage.people import SqlPeople
from storage.places import SqlPlaces
from storage.plans import SqlPlans
from storage.profiles import SqlProfiles
from storage.prompts import SqlPrompts
from storage.rules import SqlRules
from storage.silences import SqlSilences
from storage.sources import SqlSources
from storage.storms import SqlStorms
from storage.tickets import SqlTickets
from storage.timers import SqlTimers
from storage.usages import SqlUsages
from storage.watches import SqlWatches


class SqlUnitOfWork:
    def __init__(self, connection: AsyncConnection, tenant: TenantId, clock: Clock, credentials: Credentials) -> None:
        self.tenant = tenant
        self.people = SqlPeople(connection, tenant, clock)
        self.places = SqlPlaces(connection, tenant)
        self.conversations = SqlConversations(connection, tenant)
        self.letters = SqlLetters(connection, tenant)
        self.parcels = SqlParcels(connection, tenant)
        self.feedback = SqlFeedback(connection, tenant)
        self.audit = SqlAudit(connection, tenant)
        self.downloads = SqlDownloads(connection, tenant)
        self.issues = SqlIssues(connection, tenant)
        self.plans = SqlPlans(connection, tenant)
        self.silences = SqlSilences(connection, tenant)
        self.timers = SqlTimers(connection, tenant, clock)
        self.covers = SqlCovers(connection, tenant)
        self.tickets = SqlTickets(connection, tenant)
        self.mails = SqlMails(connection, tenant)
        self.analyses = SqlAnalyses(connection, tenant)
        self.codes = SqlCodes(connection, tenant)
        self.storms = SqlStorms(connection, tenant)
        self.sources = SqlSources(connection, tenant, credentials)
        self.profiles = SqlProfiles(connection, tenant)
        self.events = SqlEvents(connection, tenant)
        self.documents = SqlDocuments(connection, tenant)
        self.watches = SqlWatches(connection, tenant)
        self.usages = SqlUsages(connection, tenant)
        self.budgets = SqlBudgets(connection, tenant)
        self.charges = SqlCharges(connection, tenant)
        self.rules = SqlRules(connection, tenant)
        self.prompts = SqlPrompts(connection, tenant, credentials)

    @property
    def queued(self) -> Mapping[str, SqlLetters | SqlParcels | SqlTimers]:
        """Where something may have been added that a worker waits for."""
        return {"letters": self.letters, "parcels": self.parcels, "timers": self.timers}
