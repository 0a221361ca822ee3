"""When an issue calls people: begun, moved on and stopped by what happens to it; every effect is a timer's.

Whoever changes an issue calls these inside the same unit of work. Three timers belong to one issue: "escalation" is
its next step, "progress" watches over an acknowledgement, and "pages" keeps the messages that have to be brought up to
date when somebody has it: it is far away, and is made due by a change.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pydantic import TypeAdapter

from bot.model.errors import Rejected
from bot.model.issue import By, Issue, IssueId
from bot.model.message import Place
from bot.model.parcel import Subject
from bot.model.plan import Plan, Policy
from bot.ports.storage import UnitOfWork

STEP, PROGRESS, PAGES = "escalation", "progress", "pages"
KEPT = timedelta(days=30)  # for so long pages are kept true
MOST_PAGES = 50  # of one issue, the latest


@dataclass(frozen=True, slots=True)
class Page:
    """A message that called somebody."""

    place: Place
    subject: Subject


_PAGES: TypeAdapter[tuple[Page, ...]] = TypeAdapter(tuple[Page, ...])


async def begin(work: UnitOfWork, issue: Issue, plan: Plan, now: datetime) -> None:
    """For an issue that opened, reopened, became worse or is no longer acknowledged. Under way already: goes on."""
    policy = policy_of(issue, plan)
    if policy is None or not issue.open or issue.acknowledged:
        return
    if issue.revision > 1:
        if await work.timers.get(STEP, issue.id):
            return
        await work.timers.stop(PROGRESS, issue.id)
        await refresh(work, issue.id)
    await work.timers.set(STEP, issue.id, now, {"step": 0, "left": policy.repeat})


async def stop(work: UnitOfWork, issue: IssueId) -> None:
    """It is over: nobody is called any more, and who was called reads so."""
    await work.timers.stop(STEP, issue)
    await work.timers.stop(PROGRESS, issue)
    await refresh(work, issue)


async def acknowledged(work: UnitOfWork, issue: Issue, plan: Plan, now: datetime) -> None:
    """Somebody has it: nobody else is called, as long as there is progress."""
    await stop(work, issue.id)
    policy = policy_of(issue, plan)
    if policy is not None and issue.open:
        await watch(work, issue.id, policy, now)


async def advance(work: UnitOfWork, issue: Issue, plan: Plan, now: datetime, by: By) -> str:
    """The next step at once, because somebody asks for it: also when acknowledged, silenced or not severe enough.

    Returns words for the story.
    """
    policy = plan.policies.get(issue.policy)
    if policy is None:
        raise Rejected("No escalation policy covers this issue.", advice="Name a policy in its route.")
    if not issue.open:
        raise Rejected("The issue is resolved, so nobody is called.", advice="Reopen it first.")
    waiting, called = await work.timers.get(STEP, issue.id), await work.timers.get(PAGES, issue.id)
    body = waiting.body if waiting else called.body if called else {}
    step = int(body.get("step", 0)) % len(policy.steps)
    left = int(body.get("left", 0)) if waiting else 0
    await work.timers.set(STEP, issue.id, now, {"step": step, "left": left, "by": by.name})
    return f"step {step + 1} of {len(policy.steps)} follows at once."


def policy_of(issue: Issue, plan: Plan) -> Policy | None:
    """The policy that calls people for this issue, if it is severe enough."""
    policy = plan.policies.get(issue.policy)
    return policy if policy and issue.severity.rank >= policy.at_least.rank else None


async def watch(work: UnitOfWork, issue: IssueId, policy: Policy, since: datetime) -> None:
    """From `since` on there has to be progress; first comes a reminder."""
    remind = timedelta(0) < policy.remind_before < policy.progress_within
    due_at = since + policy.progress_within - (policy.remind_before if remind else timedelta(0))
    await work.timers.set(PROGRESS, issue, due_at, {"since": since.isoformat(), "remind": remind})


async def refresh(work: UnitOfWork, issue: IssueId) -> None:
    """Bring the pages up to date, after this unit of work has been committed."""
    if timer := await work.timers.get(PAGES, issue):
        await work.timers.set(PAGES, issue, timer.due_at - KEPT, timer.body)


async def keep_pages(work: UnitOfWork, issue: IssueId, new: tuple[Page, ...], step: int | None, now: datetime) -> None:
    """`step`: the one that comes next when somebody asks for it; None leaves it."""
    timer = await work.timers.get(PAGES, issue)
    body = timer.body if timer else {}
    known = (*pages_in(body), *new)[-MOST_PAGES:]
    kept = {"step": body.get("step", 0) if step is None else step, "pages": _PAGES.dump_python(known, mode="json")}
    await work.timers.set(PAGES, issue, now + KEPT, kept)


def pages_in(body: Any) -> tuple[Page, ...]:
    return _PAGES.validate_python(body.get("pages", ()))
