"""From changes to what is said of them: decided, kept and put into the outbox in one unit of work."""

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeAlias

from bot.desk import escalation
from bot.model.issue import Issue, IssueId
from bot.model.plan import Plan
from bot.model.severity import Severity
from bot.model.ticket import TicketId
from bot.pipeline import ai_budget_words, gusts
from bot.pipeline.change import Change
from bot.pipeline.deciding import Scene, Telling, decide, settled
from bot.pipeline.issues import Merged
from bot.pipeline.mails import drafting, sending
from bot.pipeline.speaking import ANALYSIS, tell, tell_digest
from bot.pipeline.storms import Arrivals
from bot.pipeline.turns import Turns
from bot.ports.services import Meters
from bot.ports.storage import UnitOfWork

log = logging.getLogger(__name__)

QUIET = "quiet"

OpenTicket: TypeAlias = Callable[[UnitOfWork, Issue, Plan, datetime], Awaitable[TicketId | None]]


@dataclass(slots=True)
class Told:
    """What became of one batch; `noted` once it is committed."""

    gusts: gusts.Batch
    tellings: Sequence[Telling] = field(default_factory=list)


class Teller:
    """`turns`: when what is new is analysed; None: nobody does that."""

    def __init__(self, meters: Meters, ticket: OpenTicket | None, turns: Turns | None = None) -> None:
        self._meters, self._ticket, self._turns = meters, ticket, turns
        self._arrivals = Arrivals()

    async def announce(
        self,
        work: UnitOfWork,
        merged: Merged,
        plan: Plan,
        workspaces: Mapping[str, str],
        now: datetime,
        *,
        later: bool = False,
    ) -> Told:
        running = await work.storms.running() if plan.storm.from_issues else ()
        silences = await work.silences.active(now) if merged.changes else ()
        scene = Scene(plan, workspaces, silences, {storm.id for storm in running}, now)
        tellings = [decide(change, scene, later=later) for change in merged.changes]
        batch = gusts.Batch(tellings, merged.counted, merged.signals, plan.storm, self._arrivals, now)
        storms = await batch.absorb(work, running)
        for telling in tellings:
            await self._open_ticket(work, telling, plan, now)
            await self._have_analysed(work, telling, now)
        await _stop_clocks(work, merged.changes)
        changes = [settled(telling, now) for telling in tellings]
        await _keep(work, changes, tellings, now)
        for storm in storms:
            await tell_digest(work, storm, now)
        await _start_clocks(work, tellings, changes, plan, now)
        return Told(batch, tellings)

    def note(self, told: Told, now: datetime) -> None:
        """It is committed: counted, logged, and remembered for storms."""
        self._arrivals.note(told.gusts.arrived, now)
        for telling in told.tellings:
            issue = telling.issue
            if telling.reason and (telling.told or telling.calls):
                self._meters.count("notices", reason=telling.reason.value)
            for place, quiet in telling.quiet:
                self._meters.count("notices", reason=quiet.why.value)
                log.info("kept_quiet", extra={"issue": issue.id, "place": place, "reason": quiet.why.value})
            if telling.reason:
                log.info("issue_told", extra={"issue": issue.id, "reason": telling.reason.value})

    async def _open_ticket(self, work: UnitOfWork, telling: Telling, plan: Plan, now: datetime) -> None:
        """For what is critical and has a message of its own: a storm is one piece of work, not a thousand."""
        issue = telling.issue
        wanted = plan.tickets_for_critical and telling.reason and issue.open and not issue.ticket and not telling.muted
        if self._ticket and wanted and _is_alone(telling) and issue.severity is Severity.CRITICAL:
            ticket = await self._ticket(work, issue, plan, now)
            if ticket:
                telling.change = replace(telling.change, after=replace(issue, ticket=ticket))

    async def _have_analysed(self, work: UnitOfWork, telling: Telling, now: datetime) -> None:
        """What has a message of its own, once; what comes and goes was analysed when it came."""
        issue = telling.issue
        measured = issue.source != ai_budget_words.SOURCE  # what AI costs tells its reasons itself: no metric has them
        new = measured and not issue.analysing and issue.diagnosis is None and len(issue.occurrences) < 2
        told = telling.reason and issue.open and not telling.muted and _is_told(telling)
        if self._turns and told and new and (at := self._turns.take(now)):
            telling.change = replace(telling.change, after=replace(issue, analysing=True))
            await work.timers.set(ANALYSIS, issue.id, at, {})


async def _keep(work: UnitOfWork, changes: Sequence[Change], tellings: Sequence[Telling], now: datetime) -> None:
    """A muted issue keeps its history and its one message true, and its story is not told aloud."""
    silent = [change for change, telling in zip(changes, tellings, strict=True) if telling.muted]
    await work.issues.record([happening for change in silent for happening in change.happenings])
    hushed = {change.after.id for change in silent}
    await tell(work, [replace(one, happenings=()) if one.after.id in hushed else one for one in changes], now)


async def _stop_clocks(work: UnitOfWork, changes: Sequence[Change]) -> None:
    """Nobody is called for what is over."""
    for change in changes:
        before, after = change.before, change.after
        if before is not None and before.open and not after.open:
            await escalation.stop(work, after.id)
            await work.timers.stop(QUIET, after.id)


async def _start_clocks(
    work: UnitOfWork, tellings: Sequence[Telling], changes: Sequence[Change], plan: Plan, now: datetime
) -> None:
    for telling, change in zip(tellings, changes, strict=True):
        issue = change.after
        if telling.calls and not _is_only_counted(issue):
            await escalation.begin(work, issue, plan, now)
        elif _is_acknowledged_now(change):
            await escalation.acknowledged(work, issue, plan, now)
        if telling.wakes_at:
            await work.timers.set(QUIET, issue.id, telling.wakes_at, {})
        if (
            telling.reason
            and issue.open
            and not telling.muted
            and _is_alone(telling)
            and drafting.automatic(plan, issue)
        ):
            await sending.wanted(work, issue.id, now)


def _is_alone(telling: Telling) -> bool:
    """A storm is one piece of work; what has a message of its own beside it is another."""
    return not telling.told or any(not told.storm for told in telling.told)


def _is_told(telling: Telling) -> bool:
    return any(not told.storm for told in telling.told)


def _is_only_counted(issue: Issue) -> bool:
    """Inside a storm nobody is called a thousand times; critical issues are calls of their own even there."""
    return issue.severity is not Severity.CRITICAL and all(told.storm for told in issue.told) and bool(issue.told)


def _is_acknowledged_now(change: Change) -> bool:
    before, after = change.before, change.after
    return after.open and after.acknowledged is not None and (before is None or before.acknowledged is None)


def looked_at_again(issue: Issue, now: datetime) -> Change:
    """When quiet hours, a mute or maintenance end: what stood on it because of them does not stand any more."""
    after = replace(issue, revision=issue.revision + 1, updated_at=now)
    if issue.silenced_until and issue.silenced_until <= now:
        after = replace(after, silenced_until=None, silence="")
    return Change(issue, after)


def only(change: Change) -> Merged:
    return Merged(changes=[change], signals=dict[IssueId, int]())
