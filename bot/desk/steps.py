"""The timers of escalations: people are called, reminded, and called again when nothing happens."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from bot.desk import escalation, pages
from bot.desk.escalation import Page
from bot.desk.reach import MAIL, Reach, Reached
from bot.desk.timekeeper import Handler
from bot.model import figures
from bot.model.issue import By, Happening, Issue, IssueId
from bot.model.message import Place
from bot.model.parcel import Draft, Subject
from bot.model.plan import Plan, Policy
from bot.model.reply import Reply
from bot.model.text import many
from bot.model.timer import Timer
from bot.ports.services import Clock
from bot.ports.storage import UnitOfWork

LOOK_AGAIN = timedelta(minutes=5)  # a silence may end before its time
HISTORY = 200  # lines in which progress is looked for


@dataclass(frozen=True, slots=True)
class News:
    """What a timer did to an issue, for whoever keeps and tells changes."""

    issue: Issue  # as it was read for change
    happening: Happening
    escalation: str | None = None  # where it stands now; None: as before
    lapsed: bool = False  # its acknowledgement holds no more


Told: TypeAlias = Callable[[UnitOfWork, News, datetime], Awaitable[Issue]]
"""Keeps and tells it in this unit of work; returns the issue as it is then."""


class Escalation:
    """Every handler first reads the issue for change: an acknowledgement that was there before it is never overlooked,
    and one that comes meanwhile waits, and then stops what follows."""

    def __init__(self, clock: Clock, reach: Reach, told: Told) -> None:
        self._clock, self._reach, self._told = clock, reach, told

    def handlers(self) -> Mapping[str, Handler]:
        """By the kind of timer."""
        return {
            escalation.STEP: self.step,
            escalation.PROGRESS: self.progress,
            escalation.PAGES: self.pages,
        }

    async def step(self, work: UnitOfWork, timer: Timer) -> None:
        issue, plan = await work.issues.get(IssueId(timer.object)), await work.plans.get() or Plan()
        asked = bool(timer.body.get("by"))
        if issue is None or not issue.open or (issue.acknowledged and not asked):
            return
        policy = plan.policies.get(issue.policy) if asked else escalation.policy_of(issue, plan)
        if policy is None:
            return
        now, number = self._clock.now(), int(timer.body["step"])
        if issue.silenced_until and now < issue.silenced_until and not asked:
            await self._hush(work, timer, issue, issue.silenced_until, now)
        elif number < len(policy.steps):
            await self._call(work, timer, issue, plan, policy, now)
        elif timer.body["left"] > 0:
            await work.timers.set(timer.kind, issue.id, now, {"step": 0, "left": timer.body["left"] - 1})
        else:
            says = f"Nobody acknowledged it; all {many(len(policy.steps), 'step')} of its escalation are over."
            where = f"all steps over, nobody answered, {now:%H:%M} UTC"
            await self._told(work, News(issue, _happening(issue, "unanswered", now, timer, says), where), now)

    async def progress(self, work: UnitOfWork, timer: Timer) -> None:
        """A reminder, and later the end of an acknowledgement under which nothing happened."""
        issue, plan = await work.issues.get(IssueId(timer.object)), await work.plans.get() or Plan()
        if issue is None or not issue.open or issue.acknowledged is None:
            return
        policy = escalation.policy_of(issue, plan)
        if policy is None:
            return
        now, since = self._clock.now(), datetime.fromisoformat(timer.body["since"])
        latest = max(await _progress(work, issue, since), min(now, issue.silenced_until or since))
        if latest > since:
            await escalation.watch(work, issue.id, policy, latest)
        elif timer.body["remind"]:
            until = max(now, since + policy.progress_within)
            await self._remind(work, timer, issue, until, now)
            await work.timers.set(timer.kind, issue.id, until, {**timer.body, "remind": False})
        else:
            quiet = figures.span(now - since)
            says = f"{issue.acknowledged.name} acknowledged it; nothing happened for {quiet}, so it is open again."
            happening = _happening(issue, "unacknowledged", now, timer, says)
            after = await self._told(work, News(issue, happening, "", lapsed=True), now)
            await escalation.begin(work, after, plan, now)

    async def pages(self, work: UnitOfWork, timer: Timer) -> None:
        """Messages that called people say what has become of it."""
        issue = await work.issues.look(IssueId(timer.object))
        if issue is None or (timer.body.get("over") and not issue.open):
            return
        now = self._clock.now()
        await _settle(work, issue, timer, now)
        await work.timers.set(timer.kind, issue.id, now + escalation.KEPT, {**timer.body, "over": not issue.open})

    async def _call(
        self, work: UnitOfWork, timer: Timer, issue: Issue, plan: Plan, policy: Policy, now: datetime
    ) -> None:
        number, last = int(timer.body["step"]), len(policy.steps)
        step, asked_by = policy.steps[number], str(timer.body.get("by", ""))
        reached = [await self._reach.target(work, plan, target, now) for target in step.notify]
        found = any(one.places for one in reached)
        wait = step.wait if found else timedelta(0)  # where nobody can be reached, nobody is waited for
        turn = f"{_named(reached)}, step {number + 1} of {last}"
        goes_on = not issue.acknowledged and escalation.policy_of(issue, plan) is not None
        then = _then(number + 1, last, timer.body["left"], now + wait) if goes_on else ""
        reply = pages.page(issue, turn, then, asked_by)
        await self._send(work, issue, reached, reply, f"{issue.revision}.{number}", (number + 1) % last, now)
        if goes_on:
            following = {"step": number + 1, "left": timer.body["left"]}
            await work.timers.set(timer.kind, issue.id, now + wait, following)
        details = {"step": number + 1, "targets": list(step.notify), "called": [one.name for one in reached]}
        happening = _happening(issue, "called", now, timer, _said(reached, number + 1, last), details)
        where = f"step {number + 1} of {last}, {_named(reached)}, {now:%H:%M} UTC"
        await self._told(work, News(issue, happening, where), now)

    async def _hush(self, work: UnitOfWork, timer: Timer, issue: Issue, until: datetime, now: datetime) -> None:
        """Nobody is called while it is silenced; said once."""
        again = min(until, now + LOOK_AGAIN)
        await work.timers.set(timer.kind, issue.id, again, {**timer.body, "hushed": True})
        if not timer.body.get("hushed"):
            says = f"Nobody is called while it is silenced, until {figures.clock(until)}."
            where = f"waits while silenced, until {figures.clock(until)}"
            await self._told(work, News(issue, _happening(issue, "not_called", now, timer, says), where), now)

    async def _remind(self, work: UnitOfWork, timer: Timer, issue: Issue, until: datetime, now: datetime) -> None:
        owner = issue.owner or issue.acknowledged
        if owner is None or owner.person is None:
            return
        places = await self._reach.known(work, owner.person)
        reached = [Reached(str(owner.person), owner.name, places)]
        reply = pages.reminder(issue, until)
        await self._send(work, issue, reached, reply, f"{issue.revision}.reminder", None, now)
        reminded = "was reminded" if places else "cannot be reached"
        says = f"{owner.name} {reminded}: without news it is open again at {until:%H:%M} UTC."
        await self._told(work, News(issue, _happening(issue, "reminded", now, timer, says)), now)

    async def _send(
        self,
        work: UnitOfWork,
        issue: Issue,
        reached: Sequence[Reached],
        reply: Reply,
        which: str,
        following: int | None,
        now: datetime,
    ) -> None:
        """One page for each place, however many of a step's targets lead there. The revision makes it a new one."""
        waiting = await work.timers.get(escalation.PAGES, issue.id)
        if waiting and waiting.due_at <= now:
            await _settle(work, issue, waiting, now)
        targets: dict[Place, str] = {}
        for one in reached:
            for place in one.places:
                targets.setdefault(place, one.target)
        new = tuple(Page(place, Subject(f"page:{issue.id}:{which}:{target}")) for place, target in targets.items())
        await work.parcels.put_all([Draft(one.place, one.subject, issue.revision, reply) for one in new], now)
        kept = tuple(one for one in new if one.place.platform != MAIL)  # a letter stays as it was sent
        await escalation.keep_pages(work, issue.id, kept, following, now)


async def _settle(work: UnitOfWork, issue: Issue, timer: Timer, now: datetime) -> None:
    reply = pages.settled(issue)
    drafts = [Draft(one.place, one.subject, issue.revision, reply) for one in escalation.pages_in(timer.body)]
    await work.parcels.put_all(drafts, now)


async def _progress(work: UnitOfWork, issue: Issue, since: datetime) -> datetime:
    """When people last did something about it; what the bot and the alerts do is none."""
    history = await work.issues.history(issue.id, HISTORY)
    return max((one.at for one in history if one.by.person is not None), default=since)


def _happening(
    issue: Issue, what: str, now: datetime, timer: Timer, says: str, details: Mapping[str, Any] | None = None
) -> Happening:
    return Happening(issue.id, what, now, By("Nightdesk", at=now), "", says, details or {}, f"timer:{timer.id}")


def _named(reached: Sequence[Reached]) -> str:
    return ", ".join(pages.capped(one.name, pages.LONGEST_NAME) for one in reached)


def _said(reached: Sequence[Reached], step: int, last: int) -> str:
    called, missed = [one for one in reached if one.places], [one for one in reached if not one.places]
    parts = [f"{_named(called)} called"] if called else []
    parts += [f"{_named(missed)} cannot be reached"] if missed else []
    return f"Step {step} of {last}: {'; '.join(parts)}."


def _then(following: int, last: int, left: int, at: datetime) -> str:
    if following < last:
        return f"step {following + 1} of {last} at {at:%H:%M} UTC"
    return f"begins anew at {at:%H:%M} UTC" if left > 0 else "this was the last step"
