"""Marks an issue with the silence over it, and tells so wherever the issue is told."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from typing import TypeAlias

from bot.model.issue import Happening, Issue, IssueId
from bot.model.silence import Silence
from bot.pipeline import speaking
from bot.pipeline.change import Change
from bot.pipeline.phrases import capped, when, whom
from bot.ports.actor import Actor
from bot.ports.services import Clock
from bot.ports.storage import Entry, UnitOfWork

LONGEST_COMMENT = 200
Told: TypeAlias = Callable[[UnitOfWork, IssueId, Silence | None, Actor], Awaitable[None]]


def telling(clock: Clock, reconsider: Callable[[UnitOfWork, IssueId, datetime], Awaitable[None]] | None = None) -> Told:
    """What bot/desk/silences.py calls in the unit of work that books a silence; None: it is over, and what it kept
    quiet is told now (`reconsider`) where it still matters."""

    async def told(work: UnitOfWork, issue: IssueId, silence: Silence | None, actor: Actor) -> None:
        if await work.issues.happened(issue, actor.cause):
            return
        found = await work.issues.get(issue)
        change = turned(found, silence, actor, clock.now()) if found else None
        if change is not None:
            await speaking.tell(work, [change], clock.now())
        if silence is None and reconsider:
            await reconsider(work, issue, clock.now())

    return told


def turned(issue: Issue, silence: Silence | None, actor: Actor, now: datetime) -> Change | None:
    """None where it is so already."""
    if silence is None:
        if not issue.silence:
            return None
        after = replace(issue, silence="", silenced_until=None)
        says = f"{whom(actor.by)} ended the silence." if actor.by.person else "The silence is over."
        return _change(issue, after, "unsilence", says, actor, now, issue.silence)
    if silence.state == "expired":
        return _change(issue, issue, "refuse_silence", _refused(silence, actor), actor, now, silence.id)
    until = when(silence.ends_at, now)
    if silence.state == "asked":
        says = f"{whom(actor.by)} asks to silence it until {until}.{_why(silence)}"
        agree = " It hides critical alerts: a second person has to agree."
        return _change(issue, issue, "ask_silence", says + agree, actor, now, silence.id)
    if (issue.silence, issue.silenced_until) == (silence.id, silence.ends_at):
        return None
    after = replace(issue, silence=silence.id, silenced_until=silence.ends_at)
    return _change(issue, after, "silence", _says(issue, silence, actor, until), actor, now, silence.id)


def _says(issue: Issue, silence: Silence, actor: Actor, until: str) -> str:
    if issue.silence == silence.id:
        return f"{whom(actor.by)} moved the end of the silence to {until}."
    agreed = f", {whom(silence.approved)} agreed" if silence.approved else ""
    return f"{whom(silence.by)} silenced it until {until}{agreed}.{_why(silence)}"


def _refused(silence: Silence, actor: Actor) -> str:
    """What becomes of a request: somebody said no, or nobody said anything."""
    if actor.by.person is None:
        return f"Nobody agreed to silence it: what {silence.by.name} asked for is over."
    if actor.by.person == silence.by.person:
        return f"{whom(actor.by)} took the request to silence it back."
    return f"{whom(actor.by)} refused to silence it."


def _why(silence: Silence) -> str:
    return f" {capped(silence.comment, LONGEST_COMMENT)}" if silence.comment else ""


WHAT = {
    "silence": "silenced",
    "unsilence": "unsilenced",
    "ask_silence": "silence_asked",
    "refuse_silence": "silence_refused",
}


def _change(issue: Issue, after: Issue, act: str, says: str, actor: Actor, now: datetime, silence: str) -> Change:
    by, place = replace(actor.by, at=now), actor.place.key if actor.place else ""
    after = replace(after, revision=issue.revision + 1, updated_at=now)
    details: dict[str, str] = {"silence": silence}
    if after.silenced_until:
        details["until"] = after.silenced_until.isoformat()
    happening = Happening(issue.id, WHAT[act], now, by, place, says, details, actor.cause)
    kept = {"from": by.platform, "name": by.name, "cause": actor.cause, **details}
    return Change(issue, after, (happening,), (Entry(f"issue.{act}", issue.id, now, by.person, place, kept),))
