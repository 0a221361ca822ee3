"""What is old is forgotten in small steps; what should have happened and did not is counted and set right."""

import logging
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Table, and_, delete, or_, select, text, tuple_, update

from storage import dead_letters, erasing, findings, prompts
from storage.budget_tables import model_budgets, model_reservations
from storage.charge_rollups import ROLLUPS
from storage.charge_rows import micros
from storage.charge_tables import ai_charges
from storage.database import Database
from storage.event_tables import events
from storage.findings import Findings
from storage.incident_tables import (
    alerts,
    analyses,
    codes,
    covers,
    issue_events,
    issues,
    issues_apart,
    mails,
    silences,
    storms,
)
from storage.prompt_tables import model_prompts
from storage.tables import audit_log, conversations, downloads, feedback, inbox, lanes, messages, outbox
from storage.usage_tables import model_usage

log = logging.getLogger(__name__)

KEEP_LETTERS = timedelta(days=7)  # far longer than any platform delivers an event again
KEEP_SENT = timedelta(days=30)
KEEP_DEAD = timedelta(days=400)
KEEP_AUDIT = timedelta(days=400)
KEEP_ISSUES = timedelta(days=400)
KEEP_EVENTS = timedelta(days=30)
KEEP_USAGE = timedelta(days=400)  # a year can be held against the one before
KEEP_ENDS = timedelta(days=7)  # of alerts whose beginning never came
BATCH = 500
PAST_DUE = timedelta(minutes=1)
_RESOLVED = text("status = 'resolved'")


class Upkeep:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def forget(self, now: datetime) -> Mapping[str, int]:
        """How many rows of each table went."""
        done = inbox.c.done_at < now - KEEP_LETTERS
        sent = and_(outbox.c.verdict == "sent", outbox.c.done_at < now - KEEP_SENT)
        dead = and_(outbox.c.verdict == "dead", outbox.c.done_at < now - KEEP_DEAD)
        idle = and_(lanes.c.owner.is_(None), lanes.c.free_at < now - KEEP_LETTERS)
        old = micros(now - KEEP_USAGE)
        return {
            "inbox": await self._delete(inbox, done),
            "outbox": await self._delete(outbox, or_(sent, dead)),
            "lanes": await self._delete(lanes, idle),
            "downloads": await self._delete(downloads, downloads.c.expires_at <= now),
            "audit_log": await self._delete(audit_log, audit_log.c.at < now - KEEP_AUDIT),
            "model_usage": await self._delete(model_usage, model_usage.c.at < now - KEEP_USAGE),
            "model_budgets": await self._delete(model_budgets, model_budgets.c.changed_at < now - KEEP_USAGE),
            "model_reservations": await self._delete(model_reservations, model_reservations.c.ends_at <= now),
            "ai_charges": await self._delete(ai_charges, ai_charges.c.at_us < old),
            **{
                one.table.name: await self._delete(one.table, one.table.c[one.time] < old // one.unit_us)
                for one in ROLLUPS
            },
            "events": await self._delete(events, events.c.at < now - KEEP_EVENTS),
            **await self._forget_incidents(now),
            "model_prompts": await self._forget_prompts(now),
            **await self._forget_sessions(now),
        }

    async def audit(self, now: datetime) -> Findings:
        """Leases of the dead are given back, so that the next claim finds them free; what hangs under a message that
        will never be ends, so that somebody sees it among the dead letters."""
        late = now - PAST_DUE
        async with self._database.writing() as connection:
            counted = select(
                findings.letters_past_due(late), findings.parcels_past_due(late), findings.timers_past_due(late)
            )
            letters, parcels, timers = (await connection.execute(counted)).one()
            untold = findings.issues_untold(on_postgres=self._database.on_postgres)
            issues_untold = int((await connection.execute(untold)).scalar_one())
            rootless = await connection.execute(dead_letters.rootless(now))
            abandoned = and_(lanes.c.owner.is_not(None), lanes.c.lease_until <= now)
            freed = await connection.execute(update(lanes).where(abandoned).values(owner=None, lease_until=None))
            orphaned = and_(inbox.c.done_at.is_(None), inbox.c.owner.is_not(None), inbox.c.lease_until <= now)
            back = await connection.execute(update(inbox).where(orphaned).values(owner=None, lease_until=None))
        found = Findings(
            letters_past_due=letters,
            parcels_past_due=parcels,
            dead_lanes=freed.rowcount,
            dead_letters=back.rowcount,
            issues_untold=issues_untold,
            rootless=rootless.rowcount,
            timers_past_due=timers,
        )
        log.log(logging.INFO if found.clean else logging.WARNING, "audited", extra=asdict(found))
        return found

    async def _forget_incidents(self, now: datetime) -> Mapping[str, int]:
        """What belongs to an issue goes before it, so that a stop in between leaves nothing behind."""
        past = now - KEEP_ISSUES
        over = and_(_RESOLVED, issues.c.resolved_at < past)
        old = select(issues.c.tenant, issues.c.id).where(over)
        ended_storm = and_(storms.c.state == "over", storms.c.last_at < past)
        return {
            "issue_events": await self._delete(
                issue_events, tuple_(issue_events.c.tenant, issue_events.c.issue).in_(old)
            ),
            "alerts": await self._delete(alerts, tuple_(alerts.c.tenant, alerts.c.issue).in_(old))
            + await self._delete(alerts, and_(alerts.c.issue == "", alerts.c.seen_at < now - KEEP_ENDS)),
            "analyses": await self._delete(analyses, tuple_(analyses.c.tenant, analyses.c.issue).in_(old)),
            "issues": await self._delete(issues, over),
            "issues_apart": await self._delete(issues_apart, issues_apart.c.at < past),
            "silences": await self._delete(silences, silences.c.ends_at < past),
            "covers": await self._delete(covers, covers.c.ends_at < past),
            "storms": await self._delete(storms, ended_storm),
            "mails": await self._delete(mails, mails.c.drafted_at < past),
            "codes": await self._delete(codes, codes.c.expires_at <= now),
        }

    async def _forget_prompts(self, now: datetime) -> int:
        async with self._database.reading() as connection:
            beyond = await prompts.not_allowed(connection, now)
        return sum([await self._delete(model_prompts, one) for one in beyond])

    async def _forget_sessions(self, now: datetime) -> Mapping[str, int]:
        async with self._database.writing() as connection:
            gone = {"messages": await erasing.left(connection), "conversations": 0, "feedback": 0}
            beyond = await erasing.beyond(connection, now)
        for tenant, since in beyond:
            silent = and_(conversations.c.tenant == tenant, conversations.c.updated_at < since)
            of = messages.c.conversation.in_(select(conversations.c.id).where(silent))
            judged = and_(feedback.c.tenant == tenant, feedback.c.created_at < since)
            gone["messages"] += await self._delete(messages, and_(messages.c.tenant == tenant, of))
            gone["conversations"] += await self._delete(conversations, silent)
            gone["feedback"] += await self._delete(feedback, judged)
        return gone

    async def _delete(self, table: Table, old: ColumnElement[bool]) -> int:
        keys = tuple(table.primary_key)
        key = keys[0] if len(keys) == 1 else tuple_(*keys)
        batch = delete(table).where(key.in_(select(*keys).where(old).limit(BATCH)))
        total = 0
        while True:
            async with self._database.writing() as connection:
                gone = (await connection.execute(batch)).rowcount
            total += gone
            if gone < BATCH:
                return total
