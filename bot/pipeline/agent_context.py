"""What is known around a new issue: kept here, and read from its metrics. What cannot be read is named, and no more."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.desk import evidence, issue_scope, moves, remembering, sign_words
from bot.desk.evidence import Evidence
from bot.desk.moves import Sign, Window
from bot.model.analysis import Broken, Budget, Changed, Context, Moved, Scope
from bot.model.errors import Problem
from bot.model.figures import compared
from bot.model.issue import Happening, Issue, Seen
from bot.model.log_event import LogEvent
from bot.model.tenant import TenantId
from bot.pipeline import agent_budget, thresholds
from bot.pipeline.thresholds import BY_METRIC
from bot.ports.desks import IncidentDesk
from bot.ports.events import WantedEvents
from bot.ports.incidents import Wanted
from bot.ports.storage import UnitOfWork
from bot.ports.tools import MetricsSource
from bot.query.vitals import BY_VITAL, VITALS

BEFORE, AFTER = timedelta(minutes=30), timedelta(hours=2)  # its beginning
PATIENCE = timedelta(seconds=15)  # for all that is read of a source
MOST_EVENTS, MOST_HISTORY, MOST_BESIDE, MOST_SIMILAR = 10, 10, 20, 3
SPLIT = (BY_VITAL["latency"], BY_VITAL["errors"])
FAR = 1.5  # times the usual: a machine carries many services, and moves a little with each
MACHINES = tuple(one for one in VITALS if one.of == "host" and one.full_from is not None)


@dataclass(frozen=True, slots=True)
class Kept:
    """What the database knows."""

    issue: Issue
    events: Sequence[LogEvent] = ()
    similar: Sequence[Seen] = ()
    beside: Sequence[Issue] = ()
    history: Sequence[Happening] = ()


@dataclass(slots=True)
class Measured:
    """What the source of metrics says. `unread`: what it did not."""

    found: Evidence = field(default_factory=lambda: Evidence(()))
    regions: Sequence[Sign] = ()
    hosts: Sequence[Sign] = ()
    where: Mapping[str, str] = field(default_factory=dict)
    budget: Budget | None = None
    unread: list[str] = field(default_factory=list)


async def kept(work: UnitOfWork, issue: Issue) -> Kept:
    region = issue.regions[0] if len(issue.regions) == 1 else ""
    wanted = WantedEvents(flagged=True, service=issue.service, region=region, limit=MOST_EVENTS)
    events = await work.events.find(wanted) if issue.service else ()
    similar = (await remembering.like(work, issue))[:MOST_SIMILAR]
    beside = await work.issues.find(Wanted(open=True, limit=MOST_BESIDE + 1))
    history = await work.issues.history(issue.id, MOST_HISTORY)
    return Kept(issue, events, similar, [one for one in beside if one.id != issue.id][:MOST_BESIDE], history)


async def measured(
    source: MetricsSource | None, incidents: IncidentDesk, tenant: TenantId, issue: Issue, now: datetime
) -> Measured:
    """Within PATIENCE; what is not there by then has not been read."""
    read = Measured()
    if source is None:
        read.unread.append("metrics (no source is connected)")
    elif issue.service or len(issue.regions) == 1:
        try:
            async with asyncio.timeout(PATIENCE.total_seconds()):
                await _read(read, source, incidents, tenant, issue, now)
        except (Problem, TimeoutError):
            read.unread[:] = [source.title]
    return read


def context(tenant: TenantId, kept: Kept, read: Measured, now: datetime) -> Context:
    """Pure."""
    issue = kept.issue
    moved = sorted([*_own(read), *_others(read)], key=lambda one: one.since)
    own = [one.since for one in moved if one.scope == "own"]
    return Context(
        tenant,
        issue,
        now,
        since=min(own, default=issue.opened_at),
        events=tuple(kept.events),
        moved=tuple(moved),
        broken=broken(kept.events),
        calm=tuple(one.vital.measure.title for one in read.found.own if one.measured and not one.moved),
        changes=_changes(read, issue),
        similar=tuple(kept.similar),
        beside=tuple(kept.beside),
        history=tuple(kept.history),
        regions=tuple(dict.fromkeys(one.name for one in read.regions if one.measured and one.name)),
        hosts=tuple(dict.fromkeys(one.name for one in read.hosts if one.measured and one.name)),
        budget=read.budget,
        unread=tuple(dict.fromkeys([*read.unread, *read.found.unread])),
    )


def broken(events: Sequence[LogEvent]) -> tuple[Broken, ...]:
    """`events`: newest first. Which thresholds they broke, and by how much the latest of each did."""
    counts = Counter(one.metric for event in events for one in event.breaches if one.metric in BY_METRIC)
    found = []
    for metric, count in counts.most_common():
        ones = [(event, breach) for event in events for breach in event.breaches if breach.metric == metric]
        breach = ones[0][1]
        says = compared(thresholds.measured(breach), thresholds.limit(breach))
        found.append(Broken(metric, f"{BY_METRIC[metric].title} {says}", count, ones[-1][0].at))
    return tuple(found)


async def _read(
    read: Measured, source: MetricsSource, incidents: IncidentDesk, tenant: TenantId, issue: Issue, now: datetime
) -> None:
    where = issue_scope.where(issue)
    if "env" not in where and "prod" in await source.values("env"):
        where["env"] = "prod"
    read.where = where
    window = Window(issue.opened_at - BEFORE, max(issue.opened_at, min(now, issue.opened_at + AFTER)))
    everywhere = {label: value for label, value in where.items() if label != "region"}
    read.found, read.regions, read.hosts = await asyncio.gather(
        evidence.gather(source, incidents, tenant, where, window, []),
        _beside(read, "regions", moves.signs(source, everywhere, window, SPLIT, "region")),
        _beside(
            read,
            "the machines",
            moves.signs(source, issue_scope.machines(where, issue), window, MACHINES, "instance"),
        ),
    )
    if any(one.moved and one.vital.aspect == "errors" for one in read.found.own):
        read.budget = await _budget(read, source, where, now)


async def _budget(read: Measured, source: MetricsSource, where: Mapping[str, str], now: datetime) -> Budget | None:
    try:
        return await agent_budget.budget(source, where, now)
    except Problem:
        read.unread.append("the error budget")
        return None


async def _beside(read: Measured, name: str, reading: Awaitable[Sequence[Sign]]) -> Sequence[Sign]:
    """The rest stands without it."""
    try:
        return await reading
    except Problem:
        read.unread.append(name)
        return ()


def _own(read: Measured) -> list[Moved]:
    found = [one for sign in read.found.own if (one := _moved(sign, "own"))]
    return [one for one in found if one.score > 0 or one.aspect == "traffic"]


def _others(read: Measured) -> list[Moved]:
    """Of what is beside it, only what got worse."""
    found: list[tuple[Sign, Scope]] = [(one, "service") for one in read.found.others]
    found += [(one, "region") for one in read.regions if one.name]
    found += [(one, "host") for one in read.hosts]
    moved = [one for sign, scope in found if (one := _moved(sign, scope)) and one.score > 0]
    return [one for one in moved if one.scope != "host" or one.full or one.seen >= FAR * one.usual]


def _moved(sign: Sign, scope: Scope) -> Moved | None:
    if not sign.moved or sign.move is None:
        return None
    measure = sign.vital.measure
    return Moved(
        measure.name, measure.title, sign.vital.aspect, sign.move.since, sign_words.phrase(sign), sign.query, scope,
        sign.name, sign.move.seen, sign.move.usual.value, measure.unit, evidence.score(sign), sign.full,
    )  # fmt: skip


def _changes(read: Measured, issue: Issue) -> tuple[Changed, ...]:
    deployed = moves.deployed(read.where)
    found = [Changed("deploy", issue.service, at, deployed) for at in read.found.deploys]
    found += [Changed("outage", one.name, one.start, moves.OUTSIDE, one.end) for one in read.found.outages]
    return tuple(sorted(found, key=lambda one: one.at))
