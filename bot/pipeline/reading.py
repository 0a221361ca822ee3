"""What has to be known before a batch of signals can be merged: in few statements, and held until it is saved."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.model.issue import Alert, Issue, IssueId
from bot.model.plan import Plan
from bot.model.signal import Signal
from bot.pipeline import grouping
from bot.pipeline.issues import Known, Opening
from bot.ports.storage import UnitOfWork

NAMES_AT_ONCE = 3  # asked for together: a second question would be a second turn among the replicas


async def read(work: UnitOfWork, signals: Sequence[Signal], keys: Sequence[str], plan: Plan, now: datetime) -> Known:
    """Issues first: with them the turn among replicas is ours, and what is read after it is not changed by another."""
    issues = await work.issues.current(set(keys), now - plan.reopen_within)
    alerts = await _alerts(work, signals)
    here = {issue.id for issue in issues.values()}
    elsewhere = {alert.issue for alert in alerts.values() if alert.status != "resolved"} - here
    strays = {issue: found for issue in sorted(elsewhere) if (found := await work.issues.get(issue))}
    by_id = {issue.id: issue for issue in issues.values()} | strays
    return Known(
        alerts, issues, await _openings(work, signals, keys, issues, alerts, now), strays,
        await _others(work, signals, alerts, by_id),
    )  # fmt: skip


async def _alerts(work: UnitOfWork, signals: Sequence[Signal]) -> Mapping[tuple[str, str], Alert]:
    wanted: defaultdict[str, set[str]] = defaultdict(set)
    for signal in signals:
        wanted[signal.source].add(signal.fingerprint)
    return {
        (source, fingerprint): alert
        for source, fingerprints in wanted.items()
        for fingerprint, alert in (await work.issues.known(source, fingerprints)).items()
    }


async def _openings(
    work: UnitOfWork,
    signals: Sequence[Signal],
    keys: Sequence[str],
    issues: Mapping[str, Issue],
    alerts: Mapping[tuple[str, str], Alert],
    now: datetime,
) -> Mapping[str, Opening]:
    """Names for all issues that may open, each of them free."""
    first: dict[str, Signal] = {}
    for signal, key in zip(signals, keys, strict=True):
        if key not in issues and signal.status == "firing":
            first.setdefault(key, signal)
    since, slugs = {}, {key: grouping.slug(signal) for key, signal in first.items()}
    for key, signal in first.items():
        alert = alerts.get((signal.source, signal.fingerprint))
        fires_on = alert is not None and alert.status != "resolved"  # another issue has told of its begin
        since[key] = now if fires_on else grouping.opened_at(signal, now)
    openings: dict[str, Opening] = {}
    used: set[IssueId] = set()
    attempt = 0
    while waiting := [key for key in first if key not in openings]:
        span = range(attempt, attempt + NAMES_AT_ONCE)
        names = {key: [grouping.name(since[key], slugs[key], key, number) for number in span] for key in waiting}
        used |= set(await work.issues.taken({name for several in names.values() for name in several}))
        for key, several in names.items():
            if name := next((one for one in several if one not in used), None):
                used.add(name)
                openings[key] = Opening(name, since[key])
        attempt += NAMES_AT_ONCE
    return openings


async def _others(
    work: UnitOfWork,
    signals: Sequence[Signal],
    alerts: Mapping[tuple[str, str], Alert],
    issues: Mapping[IssueId, Issue],
) -> Mapping[IssueId, Sequence[Alert]]:
    """Where an alert as bad as its issue ends or becomes better: the worst of the others, to be compared with."""
    heard: defaultdict[IssueId, set[str]] = defaultdict(set)
    lost: set[IssueId] = set()
    for signal in signals:
        alert = alerts.get((signal.source, signal.fingerprint))
        issue = issues.get(alert.issue) if alert else None
        if alert is None or issue is None:
            continue
        heard[issue.id].add(signal.fingerprint)
        better = signal.status == "resolved" or signal.severity.rank < alert.severity.rank
        if better and issue.open and alert.status != "resolved" and alert.severity is issue.severity:
            lost.add(issue.id)
    return {issue: await work.issues.alerts(issue, firing=True, limit=len(heard[issue]) + 1) for issue in sorted(lost)}
