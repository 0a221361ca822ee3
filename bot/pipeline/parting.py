"""What was taken for the same and is not: it gets an issue of its own, and is never taken for this one again."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.model.errors import Missing, Rejected
from bot.model.issue import Alert, By, Happening, Issue, IssueId, Joined, Status
from bot.model.severity import worst
from bot.model.signal import Signal
from bot.pipeline import grouping
from bot.pipeline.change import Change
from bot.pipeline.gathering import Gathering
from bot.pipeline.grouping import Grouping
from bot.pipeline.phrases import capped, whom
from bot.ports.actor import Actor
from bot.ports.storage import Entry, UnitOfWork

MOST_ALERTS = 10_000
LONGEST_TITLE = 120


@dataclass(frozen=True, slots=True)
class Parted:
    """`changes`: of the issue, then of the one that the alerts have now; none where it was so already."""

    issue: Issue
    says: str
    changes: tuple[Change, ...] = ()


async def part(work: UnitOfWork, actor: Actor, issue: IssueId, key: str, group: Grouping, now: datetime) -> Parted:
    """`key`: of what joined; empty: what joined last."""
    found, joined = await _ours(work, issue, key, now)
    if actor.cause and await work.issues.happened(found.id, actor.cause):
        return Parted(found, "It is done already.")
    if joined is None:
        return Parted(found, "It is not part of this issue any more." if key else "Nothing has joined this issue.")
    own = (await work.issues.current([joined.key], now)).get(joined.key)
    firing = await work.issues.alerts(found.id, firing=True, limit=MOST_ALERTS)
    moved = [alert for alert in firing if _is_of(alert, joined, found, group)]
    rest = [alert for alert in firing if alert not in moved]
    made = await _made(work, found, joined, moved, own, now) if moved else None
    says = _says(actor.by, joined, made)
    await work.issues.keep_apart(found.key, joined.key, now)
    if made:
        await work.issues.save_alerts([replace(alert, issue=made.after.id) for alert in moved])
    change = _left(found, joined, len(moved), rest, says, actor, now)
    return Parted(change.after, says, (change, made) if made else (change,))


async def _ours(work: UnitOfWork, issue: IssueId, key: str, now: datetime) -> tuple[Issue, Joined | None]:
    """For change, in the order in which signals take their turn."""
    seen = await work.issues.look(issue)
    joined = _named(seen, key) if seen else None
    if joined:
        service = next((one.casefold() for one in seen.services), "") if seen else ""
        await work.issues.turn([service])
        await work.issues.current([joined.key], now)
    found = await work.issues.get(issue)
    if found is None:
        raise Missing(f"There is no issue {issue}.", advice="List what is open to find it.")
    return found, _named(found, joined.key) if joined else None


def _named(issue: Issue, key: str) -> Joined | None:
    return next((one for one in reversed(issue.joined) if key in ("", one.key)), None)


async def _made(
    work: UnitOfWork, host: Issue, joined: Joined, moved: Sequence[Alert], own: Issue | None, now: datetime
) -> Change:
    """The issue that these alerts have by themselves."""
    signals = [_signal(alert, joined) for alert in moved]
    opened = min(grouping.opened_at(signal, now) for signal in signals)
    name = own.id if own else await _name(work, signals[0], joined.key, opened)
    gathering = Gathering(name, joined.key, joined.source, own, now)
    for signal in signals:
        gathering.fires(signal, opened, counted=False, known=False)
        gathering.signals += 1
    change = gathering.finish(())
    if not isinstance(change, Change):
        raise Rejected("These alerts cannot be taken out now.", advice="Try again in a moment.")
    told = tuple(
        replace(one, says=f"{one.says} It was taken for {host.id} before.") if one.what == "opened" else one
        for one in change.happenings
    )
    return replace(change, happenings=told)


async def _name(work: UnitOfWork, signal: Signal, key: str, opened: datetime) -> IssueId:
    slug, attempt = grouping.slug(signal), 0
    while await work.issues.taken([grouping.name(opened, slug, key, attempt)]):
        attempt += 1
    return grouping.name(opened, slug, key, attempt)


def _left(
    issue: Issue, joined: Joined, moved: int, rest: Sequence[Alert], says: str, actor: Actor, now: datetime
) -> Change:
    """The issue without it; where nothing else fires, it is over."""
    by, place = replace(actor.by, at=now), actor.place.key if actor.place else ""
    over = issue.open and bool(moved) and not rest
    after = replace(
        issue,
        joined=tuple(one for one in issue.joined if one.key != joined.key),
        firing=max(0, issue.firing - moved),
        alerts=max(0, issue.alerts - moved),
        severity=worst(*(alert.severity for alert in rest)) if rest and issue.open else issue.severity,
        revision=issue.revision + 1,
        updated_at=now,
    )
    kept = {"key": joined.key, "source": joined.source, "title": joined.title}
    told = [Happening(issue.id, "separated", now, by, place, says, kept, actor.cause)]
    if over:
        source = By(issue.source, at=now)
        after = replace(after, status=Status.RESOLVED, resolved_at=now, resolved_by=source, escalation="")
        told.append(Happening(issue.id, "resolved", now, source, "", "Resolved: nothing of it fires any more."))
    details = {"from": by.platform, "name": by.name, "cause": actor.cause, **kept}
    return Change(issue, after, tuple(told), (Entry("issue.separate", issue.id, now, by.person, place, details),))


def _says(by: By, joined: Joined, made: Change | None) -> str:
    title = capped(joined.title, LONGEST_TITLE).rstrip(".")
    where = f"It is {made.after.id} now." if made else "None of it fires now; its next alert is an issue of its own."
    return f"{whom(by)}: not the same, {title}. {where}"


def _is_of(alert: Alert, joined: Joined, issue: Issue, group: Grouping) -> bool:
    """By its key; where nothing else of the issue is of that source, by the source, whatever its labels are by now."""
    alone = [one.source for one in issue.joined].count(joined.source) == 1 and joined.source != issue.source
    return alert.source == joined.source and (alone or group.key(_signal(alert, joined)) == joined.key)


def _signal(alert: Alert, joined: Joined) -> Signal:
    """As it was heard; figures are known of the first one alone."""
    first = alert.title == joined.title
    return Signal(
        alert.source, alert.fingerprint, "firing", alert.severity, alert.title, alert.started_at,
        labels=alert.labels, measured=joined.measured if first else "", normal=joined.normal if first else "",
    )  # fmt: skip
