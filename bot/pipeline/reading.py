"""What has to be known before a batch of signals can be merged: in few statements, and held until it is saved."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.model.issue import Alert, Issue, IssueId
from bot.model.plan import Plan
from bot.model.signal import Signal
from bot.pipeline import grouping, joining, notify
from bot.pipeline.issues import Known, Opening
from bot.pipeline.joining import Join, Neighbours
from bot.ports.storage import UnitOfWork

NAMES_AT_ONCE = 3  # asked for together: a second question would be a second turn among the replicas
MOST_NEAR = 60  # open issues that new alerts of a batch are held against: of their source, and of others


async def read(work: UnitOfWork, signals: Sequence[Signal], keys: Sequence[str], plan: Plan, now: datetime) -> Known:
    """Issues first: with them the turn among replicas is ours, and what is read after it is not changed by another."""
    if plan.join_within:
        await work.issues.turn({signal.service.casefold() for signal in signals if signal.service})
    issues = dict(await work.issues.current(set(keys), now - plan.reopen_within))
    alerts = await _alerts(work, signals)
    here = {issue.id for issue in issues.values()}
    elsewhere = {alert.issue for alert in alerts.values() if alert.status != "resolved"} - here
    strays = {issue: found for issue in sorted(elsewhere) if (found := await work.issues.get(issue))}
    by_id = {issue.id: issue for issue in issues.values()} | strays
    openings = await _openings(work, signals, keys, issues, alerts, now)
    known = Known(alerts, issues, openings, strays, await _others(work, signals, alerts, by_id))
    return await _with_joins(work, known, signals, keys, plan, now)


async def _with_joins(
    work: UnitOfWork, known: Known, signals: Sequence[Signal], keys: Sequence[str], plan: Plan, now: datetime
) -> Known:
    """Alerts that would open an issue, and are told of by one that is open or opens before them."""
    joins: dict[tuple[str, str], Join] = {}
    new: list[tuple[Signal, str]] = []
    homes = {issue.id: issue for issue in known.issues.values()} | dict(known.strays)
    for signal, key in zip(signals, keys, strict=True):
        if signal.status != "firing" or ((own := known.issues.get(key)) and own.open):
            continue
        alert = known.alerts.get((signal.source, signal.fingerprint))
        home = homes.get(alert.issue) if alert and alert.status != "resolved" else None
        if home is None or not (home.open or _lately(home, plan, now)):
            new.append((signal, key))
        elif found := next((one for one in home.joined if one.key == key and not home.open), None):
            joins[signal.source, signal.fingerprint] = Join(home.key, found.likeness, again=True)
    near = await _near(work, new, plan, now)
    if plan.join_within:
        joins |= await _found(work, new, near, plan, now)
    wanted = {join.key for join in joins.values()} - known.issues.keys()
    hosts = {one.key: one for one in known.strays.values() if one.key in wanted}
    for one in sorted((one for one in near if one.key in wanted - hosts.keys()), key=lambda one: one.id):
        if host := await work.issues.get(one.id):  # for change, and as it is by now
            hosts[one.key] = host
    return replace(known, issues={**known.issues, **hosts}, joins=joins)


def _lately(issue: Issue, plan: Plan, now: datetime) -> bool:
    """Somebody resolved it, and their word holds for what fires on."""
    return issue.resolved_at is not None and issue.resolved_at > now - plan.reopen_within


async def _near(work: UnitOfWork, new: Sequence[tuple[Signal, str]], plan: Plan, now: datetime) -> Sequence[Issue]:
    """What is open near them, read once for all."""
    services = {signal.service.casefold() for signal, _ in new if signal.service}
    if not services or not plan.join_within:
        return ()
    (source, _), *_ = Counter(signal.source for signal, _ in new).most_common(1)
    return await work.issues.near(services, source, now - plan.join_within, MOST_NEAR)


async def _found(
    work: UnitOfWork, new: Sequence[tuple[Signal, str]], near: Sequence[Issue], plan: Plan, now: datetime
) -> Mapping[tuple[str, str], Join]:
    """Held against what is open, and against those of them that open before."""
    hosts = [found for one in near if (found := joining.host(one, now))]
    if not joining.may_meet([signal for signal, _ in new], hosts):
        return {}
    apart = await work.issues.apart({key for _, key in new})
    silences = await work.silences.active(now)
    neighbours, opening = Neighbours(apart), set[str]()
    for host in hosts:
        neighbours.add(host)
    joins: dict[tuple[str, str], Join] = {}
    for signal, key in new:
        if key in opening:
            continue
        if notify.muted(grouping.facts(signal), silences, plan.maintenance, now):
            continue
        if join := neighbours.find(signal, key):
            joins[signal.source, signal.fingerprint] = join
        else:
            opening.add(key)
            neighbours.add(joining.of_signal(signal, key))
    return joins


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
