"""What issues know of the silence over them, and how our silences are recognised at their source."""

import re
from collections.abc import Awaitable, Callable, Collection
from datetime import datetime, timedelta
from typing import TypeAlias

from bot.desk import breadth
from bot.model.issue import By, IssueId
from bot.model.matchers import read_matchers
from bot.model.silence import Silence, SilenceId
from bot.ports.actor import Actor
from bot.ports.incidents import Wanted
from bot.ports.storage import Entry, UnitOfWork

Told: TypeAlias = Callable[[UnitOfWork, IssueId, Silence | None, Actor], Awaitable[None]]
"""Marks an issue with the silence over it, or takes the mark away, and tells so where the issue is told."""

OURS = "nightdesk:"
MOST = 10_000  # alerts and issues that are looked through
A_MOMENT = timedelta(seconds=1)  # what began at this very instant is seen too
_MARK = re.compile(rf"{OURS}([0-9a-zA-Z._-]+)$")
_CHATS = {"slack": "Slack", "teams": "Teams", "api": "API"}


def mark_of(silence: SilenceId) -> str:
    return f"{OURS}{silence}"


def marked(comment: str) -> SilenceId | None:
    """Which of ours this is, by its comment at the source."""
    found = _MARK.search(comment)
    return SilenceId(found[1]) if found else None


def comment_of(silence: Silence) -> str:
    """The mark stands last and whole, however long the words before it are."""
    about = f" · {silence.issue}" if silence.issue else ""
    return f"{silence.comment[:500] or 'Silenced'}{about} · {mark_of(silence.id)}"


def signed(by: By) -> str:
    """Anna Berger (Slack)."""
    return f"{by.name} ({_CHATS.get(by.platform, by.platform)})" if by.platform else by.name


def entry(actor: Actor, act: str, silence: Silence, now: datetime) -> Entry:
    place = actor.place.key if actor.place else ""
    details = {
        "name": actor.by.name,
        "from": actor.by.platform,
        "cause": actor.cause,
        "kind": silence.kind,
        "matchers": list(silence.matchers),
        "until": silence.ends_at.isoformat(),
        "issue": silence.issue or "",
        "outside": silence.outside,
    }
    return Entry(f"silence.{act}", silence.id, now, actor.by.person, place, details)


async def covered(work: UnitOfWork, silence: Silence, now: datetime) -> Collection[IssueId]:
    """The issue it was made for, and those of which it hides everything that fires."""
    matchers = read_matchers(silence.matchers)
    firing = [
        alert for alert in await work.issues.seen_between(now, now + A_MOMENT, MOST) if alert.status != "resolved"
    ]
    if silence.source:
        firing = [alert for alert in firing if alert.source == silence.source]
    hidden = breadth.reach(matchers, firing, silence.source).keys
    loud = {alert.issue for alert in firing if (alert.source, alert.fingerprint) not in hidden}
    found = dict.fromkeys(alert.issue for alert in firing if alert.issue not in loud)
    return list({silence.issue: None, **found} if silence.issue else found)


async def carrying(work: UnitOfWork, silence: Silence) -> Collection[IssueId]:
    """Those that are marked with it."""
    found = [issue.id for issue in await work.issues.find(Wanted(open=True, limit=MOST)) if issue.silence == silence.id]
    if silence.issue and silence.issue not in found:
        issue = await work.issues.look(silence.issue)
        if issue is not None and issue.silence == silence.id:
            found.append(issue.id)
    return found
