"""Each new issue is analysed once: a timer hands it over, what is known is gathered, and its message is updated.

What is read outside holds up no transaction: the analysis is in hand under a lease, which is renewed while it is read.
"""

import asyncio
import contextlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

from bot.desk.asked_for import AskedFor
from bot.desk.readers import Readable
from bot.desk.timekeeper import Handler
from bot.model.analysis import Analysis, Context
from bot.model.errors import Problem
from bot.model.issue import By, Happening, Issue, IssueId
from bot.model.plan import Plan
from bot.model.severity import Severity
from bot.model.tenant import TenantId
from bot.model.timer import Timer
from bot.pipeline import agent_context, diagnosis_words
from bot.pipeline.agent_check import doubts
from bot.pipeline.change import Change
from bot.pipeline.in_hand import InHand, tries
from bot.pipeline.speaking import ANALYSIS, tell
from bot.pipeline.telling import OpenTicket
from bot.ports.analyst import Analyst
from bot.ports.desks import IncidentDesk
from bot.ports.services import Clock, Meters
from bot.ports.storage import Entry, Storage, UnitOfWork
from bot.ports.tools import MetricsSource

log = logging.getLogger(__name__)

AT_ONCE = 3
AGAIN = timedelta(seconds=5)  # where as many are in hand
LEASE, RENEW = timedelta(seconds=20), timedelta(seconds=6)
MOST_TRIES = 3
BY = By("Nightdesk")


class Agent:
    """`analysts` are asked in turn; the last one always answers. `ticket` opens one by itself."""

    def __init__(
        self, storage: Storage, clock: Clock, meters: Meters, readers: Readable, incidents: IncidentDesk,
        analysts: Sequence[Analyst], ticket: OpenTicket | None = None,
    ) -> None:  # fmt: skip
        self._storage, self._clock, self._meters = storage, clock, meters
        self._readers, self._incidents, self._analysts, self._ticket = readers, incidents, analysts, ticket
        self._in_hand = InHand(clock, AT_ONCE, AGAIN)
        self._name = uuid4().hex  # whose lease it is

    def handlers(self) -> Mapping[str, Handler]:
        return {ANALYSIS: self._due}

    async def stop(self) -> None:
        await self._in_hand.stop()

    async def idle(self) -> None:
        """Returns when nothing is in hand."""
        await self._in_hand.idle()

    async def _due(self, work: UnitOfWork, timer: Timer) -> None:
        issue = await work.issues.look(IssueId(timer.object))
        if issue is None or not issue.analysing:
            return
        if tries(timer) >= MOST_TRIES:
            await self._give_up(work, issue.id, self._clock.now())
        else:
            await self._in_hand.begin(work, timer, LEASE, self._analyse, by=self._name)

    async def _analyse(self, tenant: TenantId, of: str) -> None:
        issue, began = IssueId(of), asyncio.get_running_loop().time()
        renewing = asyncio.create_task(self._renew(tenant, issue), name=f"lease of {issue}")
        try:
            context = await self._context(tenant, issue)
            if context is not None:
                await self._save(tenant, await self._asked(context))
        except Problem as problem:
            log.warning("analysis_put_off", extra={"issue": issue, "reason": problem.says})
        except Exception:  # a door: the issue stands without it, and its lease ends
            log.exception("not_analysed", extra={"issue": issue})
        finally:
            renewing.cancel()
            self._meters.observe("analysis", asyncio.get_running_loop().time() - began)

    async def _renew(self, tenant: TenantId, issue: IssueId) -> None:
        """Until somebody else has it, or it is done."""
        while True:
            await self._clock.sleep(RENEW.total_seconds())
            with contextlib.suppress(Problem):
                async with self._storage.work(tenant) as work:
                    lease = await work.timers.get(ANALYSIS, issue)
                    if lease is None or lease.body.get("by") != self._name:
                        return
                    await work.timers.set(ANALYSIS, issue, self._clock.now() + LEASE, lease.body)

    async def _context(self, tenant: TenantId, issue: IssueId) -> Context | None:
        async with self._storage.work(tenant) as work:
            found = await work.issues.look(issue)
            if found is None:
                return None
            kept = await agent_context.kept(work, found)
        now = self._clock.now()
        read = await agent_context.measured(await self._source(tenant), self._incidents, tenant, found, now)
        return agent_context.context(tenant, kept, read, now)

    async def _source(self, tenant: TenantId) -> MetricsSource | None:
        try:
            reader = await self._readers.metrics(tenant)
        except Problem:
            return None
        return AskedFor(reader, tenant) if reader else None

    async def _asked(self, context: Context) -> Analysis:
        """The first that has something to say which may be told."""
        for analyst in self._analysts[:-1]:
            try:
                found = await analyst.analyse(context)
            except Problem as problem:
                log.warning("analyst_away", extra={"issue": context.issue.id, "reason": problem.says})
                continue
            except Exception:  # a door: the next one is asked
                log.exception("analyst_failed", extra={"issue": context.issue.id})
                continue
            doubt = doubts(found, context) if found else "it has nothing to say"
            if found and not doubt:
                return found
            log.info("analysis_not_taken", extra={"issue": context.issue.id, "reason": doubt})
        last = await self._analysts[-1].analyse(context)
        assert last is not None
        return last

    async def _save(self, tenant: TenantId, analysis: Analysis) -> None:
        async with self._storage.work(tenant) as work:
            if not await work.timers.stop(ANALYSIS, analysis.issue):  # another process was quicker
                return
            before, now = await work.issues.get(analysis.issue), self._clock.now()
            if before is None or not before.analysing or not await work.analyses.add(analysis):
                return
            after = await self._with_ticket(work, _diagnosed(before, analysis, now), analysis, now)
            await tell(work, [_told(before, after, analysis, now)], now)
        self._meters.count("analyses", kind=analysis.kind, result=analysis.by)
        log.info("analysed", extra={"issue": analysis.issue, "kind": analysis.kind, "by": analysis.by})

    async def _with_ticket(self, work: UnitOfWork, issue: Issue, analysis: Analysis, now: datetime) -> Issue:
        """For what an analyst finds critical although its alert does not say so."""
        if self._ticket is None or analysis.severity is not Severity.CRITICAL or issue.ticket or not issue.open:
            return issue
        ticket = await self._ticket(work, issue, await work.plans.get() or Plan(), now)
        return replace(issue, ticket=ticket) if ticket else issue

    async def _give_up(self, work: UnitOfWork, issue: IssueId, now: datetime) -> None:
        found = await work.issues.get(issue)
        if found is not None and found.analysing:
            log.error("analysis_given_up", extra={"issue": issue})
            after = replace(found, analysing=False, revision=found.revision + 1, updated_at=now)
            await tell(work, [Change(found, after)], now)


def _diagnosed(issue: Issue, analysis: Analysis, now: datetime) -> Issue:
    found = diagnosis_words.short(analysis)
    return replace(issue, analysing=False, diagnosis=found, revision=issue.revision + 1, updated_at=now)


def _told(before: Issue, after: Issue, analysis: Analysis, now: datetime) -> Change:
    says = diagnosis_words.told(analysis)
    happening = Happening(after.id, "analysed", now, replace(BY, at=now), says=says, cause=f"analysis:{after.id}")
    details = {"kind": analysis.kind, "confidence": analysis.confidence, "by": analysis.by}
    return Change(before, after, (happening,), (Entry("analysed", after.id, now, details=details),))
