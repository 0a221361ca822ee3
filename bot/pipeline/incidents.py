"""The desk of incidents: an act is one unit of work, in which the issue, its story and its clocks change together."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.desk import escalation, remembering
from bot.model.errors import Missing, Rejected
from bot.model.issue import Alert, By, Happening, Issue, IssueId
from bot.model.message import PersonId, Place
from bot.model.plan import Plan
from bot.model.tenant import TenantId
from bot.model.ticket import TicketId
from bot.pipeline import acts, wording
from bot.pipeline.change import Change
from bot.pipeline.parting import Parted
from bot.pipeline.speaking import issue_of, tell
from bot.ports.actor import Actor
from bot.ports.desks import Act, Done, Whole
from bot.ports.incidents import Wanted
from bot.ports.services import Clock, Meters
from bot.ports.storage import Storage, UnitOfWork

MOST_ALERTS, MOST_HISTORY, MOST_EARLIER, MOST_HAPPENINGS = 100, 100, 5, 5000
LOOKED_THROUGH = 200  # issues of a service, to find those of one key
ALERTS_OF, MOMENT = timedelta(days=7), timedelta(seconds=1)

OpenTicket = Callable[[UnitOfWork, Issue, Actor], Awaitable[TicketId]]
Part = Callable[[Actor, IssueId, str], Awaitable[Parted]]


class Incidents:
    """Fills bot.ports.desks.IncidentDesk. `ticket` opens one for an issue, `part` takes out what had joined it;
    without them these acts are refused."""

    def __init__(
        self, storage: Storage, clock: Clock, meters: Meters, ticket: OpenTicket | None = None, part: Part | None = None
    ) -> None:
        self._storage, self._clock, self._meters, self._ticket, self._part = storage, clock, meters, ticket, part

    async def act(self, actor: Actor, act: Act) -> Done:
        if act.kind == "separate":
            return await self._separate(actor, act)
        async with self._storage.work(actor.tenant) as work:
            now = self._clock.now()
            issue = await work.issues.get(act.issue)
            if issue is None:
                raise _no_issue(act.issue)
            if actor.cause and await work.issues.happened(issue.id, actor.cause):
                return Done(issue, False, await _said_then(work, issue.id, actor.cause))
            change = await self._change(work, issue, act, actor, now)
            if isinstance(change, str):
                return Done(issue, False, await _since(work, issue.id, act, change))
            await tell(work, [change], now)
        self._measure(change, act, actor.by)
        return Done(change.after, True, change.happenings[0].says)

    async def _separate(self, actor: Actor, act: Act) -> Done:
        if self._part is None:
            raise Rejected("Nothing can be taken out of issues here.")
        parted = await self._part(actor, act.issue, act.text)
        if parted.changes:
            self._measure(parted.changes[0], act, actor.by)
        return Done(parted.issue, bool(parted.changes), parted.says)

    async def whole(self, tenant: TenantId, issue: IssueId) -> Whole | None:
        async with self._storage.work(tenant) as work:
            found = await work.issues.look(issue)
            if found is None:
                return None
            alerts = await work.issues.alerts(issue, firing=False, limit=MOST_ALERTS)
            history = await work.issues.history(issue, MOST_HISTORY)
            of_service = await work.issues.find(Wanted(open=False, service=found.service, limit=LOOKED_THROUGH))
            earlier = [one for one in of_service if one.key == found.key and one.opened_at < found.opened_at]
            earlier = earlier[:MOST_EARLIER]
            helped = await remembering.helped(work, earlier)
            analysis = await work.analyses.of_issue(issue)
            similar = [one for one in await remembering.like(work, found) if one.likeness < 1]
        known = [replace(one, workaround=helped.get(one.id, one.workaround)) for one in earlier]
        return Whole(found, alerts, history, known, similar, analysis)

    async def find(self, tenant: TenantId, wanted: Wanted) -> Sequence[Issue]:
        async with self._storage.work(tenant) as work:
            return await work.issues.find(wanted)

    async def alerts(self, tenant: TenantId, *, firing: bool, limit: int) -> Sequence[Alert]:
        now = self._clock.now()
        async with self._storage.work(tenant) as work:
            seen = await work.issues.seen_between(now if firing else now - ALERTS_OF, now + MOMENT, limit)
        return [alert for alert in seen if alert.status != "resolved"] if firing else seen

    async def happened(self, tenant: TenantId, since: datetime, until: datetime) -> Sequence[Happening]:
        async with self._storage.work(tenant) as work:
            return await work.issues.happenings(since, until, MOST_HAPPENINGS)

    async def here(self, tenant: TenantId, place: Place) -> IssueId | None:
        return await self.of_message(tenant, place, place.opener) if place.opener else None

    async def of_message(self, tenant: TenantId, place: Place, receipt: str) -> IssueId | None:
        async with self._storage.work(tenant) as work:
            subject = await work.parcels.subject(place, receipt)
        return issue_of(subject) if subject else None

    async def _change(self, work: UnitOfWork, issue: Issue, act: Act, actor: Actor, now: datetime) -> Change | str:
        """The change, with the clocks of the issue set by it."""
        plan = await work.plans.get() or Plan()
        found = ""
        if act.kind == "ticket" and not issue.ticket:
            found = await self._open_ticket(work, issue, actor)
        if act.kind == "escalate" and issue.open:
            found = await escalation.advance(work, issue, plan, now, actor.by)
        to = await _person(work, act.to) if act.kind == "assign" and act.to else None
        change = acts.apply(issue, act, actor, now, to=to, found=found)
        if isinstance(change, Change):
            await _set_clocks(work, change.after, act, plan, now)
        return change

    async def _open_ticket(self, work: UnitOfWork, issue: Issue, actor: Actor) -> TicketId:
        if self._ticket is None:
            raise Rejected("There is no ticket desk here.")
        return await self._ticket(work, issue, actor)

    def _measure(self, change: Change, act: Act, by: By) -> None:
        self._meters.count("acts", act=act.kind, platform=by.platform or "bot")
        if act.kind in ("acknowledge", "resolve"):
            took = (change.after.updated_at - change.after.opened_at).total_seconds()
            self._meters.observe(acts.WHAT[act.kind], max(0.0, took))


async def _set_clocks(work: UnitOfWork, issue: Issue, act: Act, plan: Plan, now: datetime) -> None:
    match act.kind:
        case "acknowledge":
            await escalation.acknowledged(work, issue, plan, now)
        case "unacknowledge" | "reopen":
            await escalation.begin(work, issue, plan, now)
        case "resolve":
            await escalation.stop(work, issue.id)
        case _:
            pass


async def _person(work: UnitOfWork, person: PersonId) -> By:
    found = await work.people.get(person)
    if found is None:
        raise Missing("I do not know this person.", advice="They have to write to me once.")
    return By(found.name, found.id)


async def _said_then(work: UnitOfWork, issue: IssueId, cause: str) -> str:
    """What was said when this cause had its effect."""
    history = await work.issues.history(issue, MOST_HISTORY)
    return next((one.says for one in reversed(history) if one.cause == cause), "It is done already.")


async def _since(work: UnitOfWork, issue: IssueId, act: Act, says: str) -> str:
    """“It is so already” with who made it so, where the issue itself does not tell."""
    if act.kind != "identify":
        return says
    history = await work.issues.history(issue, MOST_HISTORY)
    made = next((one for one in reversed(history) if one.what == acts.WHAT["identify"]), None)
    return f"{says} {wording.timed(made)}" if made else says


def _no_issue(issue: IssueId) -> Missing:
    return Missing(f"There is no issue {issue}.", advice="List what is open to find it.")
