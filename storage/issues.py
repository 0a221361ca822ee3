"""Issues, the alerts behind them and their history."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Integer,
    Select,
    and_,
    bindparam,
    func,
    literal_column,
    or_,
    select,
    text,
    union_all,
)  # fmt: skip

from bot.model.issue import Alert, Happening, Issue, IssueId
from bot.ports.incidents import Wanted
from storage import bodies, issue_rows, locks, upsert
from storage import incident_tables as tables
from storage.among import among, holds
from storage.columns import Instant
from storage.of_tenant import OfTenant
from storage.prepared import Prepared


class SqlIssues(OfTenant):
    async def current(self, keys: Collection[str], since: datetime) -> Mapping[str, Issue]:
        if not keys:
            return {}
        names = [f"{self._tenant}/{key}" for key in keys]
        await locks.many_at_a_time(self._connection, locks.Kind.ISSUE_KEYS, names)
        found = await _CURRENT.scalars(self._connection, tenant=self._tenant, names=keys, since=since)
        newest: dict[str, Issue] = {}
        for issue in sorted(map(bodies.issue.load, found), key=lambda issue: (issue.opened_at, issue.id)):
            if issue.open or issue.key not in newest or not newest[issue.key].open:
                newest[issue.key] = issue
        return newest

    async def turn(self, services: Collection[str]) -> None:
        names = [f"{self._tenant}/{service}" for service in services]
        await locks.many_at_a_time(self._connection, locks.Kind.SERVICES, names)

    async def near(self, services: Collection[str], source: str, since: datetime, limit: int) -> Sequence[Issue]:
        given = {"source": source, "since": since, "limit": limit}
        found: dict[str, None] = {}
        for service in services:
            rows = await _NEAR.scalars(self._connection, tenant=self._tenant, service=service, **given)
            found.update(dict.fromkeys(rows))
        return [_read(body) for body in found]

    async def apart(self, keys: Collection[str]) -> Collection[tuple[str, str]]:
        if not keys:
            return ()
        found = await _APART.all(self._connection, tenant=self._tenant, names=keys)
        return {pair for row in found for pair in ((row.one, row.other), (row.other, row.one))}

    async def keep_apart(self, one: str, other: str, at: datetime) -> None:
        first, second = sorted((one, other))
        row = {"tenant": self._tenant, "one": first, "other": second, "at": at}
        await upsert.save(self._connection, tables.issues_apart, [row])

    async def get(self, issue: IssueId) -> Issue | None:
        return _loaded(await _FOR_CHANGE.scalar(self._connection, tenant=self._tenant, id=issue))

    async def look(self, issue: IssueId) -> Issue | None:
        return _loaded(await _TO_READ.scalar(self._connection, tenant=self._tenant, id=issue))

    async def taken(self, issues: Collection[IssueId]) -> Collection[IssueId]:
        """Nobody else can take one of these meanwhile."""
        if not issues:
            return ()
        names = [f"{self._tenant}/{issue}" for issue in issues]
        await locks.many_at_a_time(self._connection, locks.Kind.ISSUE_IDS, names)
        found = await _TAKEN.scalars(self._connection, tenant=self._tenant, names=issues)
        return {IssueId(name) for name in found}

    async def find(self, wanted: Wanted) -> Sequence[Issue]:
        newest = self._search(select(tables.issues.c.body), wanted).order_by(
            tables.issues.c.opened_at.desc(), tables.issues.c.id.desc()
        )
        found = await self._connection.execute(newest.limit(wanted.limit))
        return [bodies.issue.load(body) for body in found.scalars()]

    async def count(self, wanted: Wanted) -> int:
        """All of them, whatever `wanted.limit` is."""
        return int((await self._connection.execute(self._search(select(func.count()), wanted))).scalar_one())

    async def save(self, issues: Sequence[Issue]) -> None:
        rows = [issue_rows.of_issue(self._tenant, issue) for issue in issues]
        await upsert.save(self._connection, tables.issues, rows)

    async def known(self, source: str, fingerprints: Collection[str]) -> Mapping[str, Alert]:
        if not fingerprints:
            return {}
        found = await _KNOWN.all(self._connection, tenant=self._tenant, source=source, names=fingerprints)
        return {row.fingerprint: issue_rows.to_alert(row) for row in found}

    async def save_alerts(self, alerts: Sequence[Alert]) -> None:
        rows = [issue_rows.of_alert(self._tenant, alert) for alert in alerts]
        await upsert.save(self._connection, tables.alerts, rows)

    async def alerts(self, issue: IssueId, *, firing: bool, limit: int) -> Sequence[Alert]:
        """Those that fire now, or all it has; the worst first, then the newest."""
        worst = _WORST_FIRING if firing else _WORST
        found = await worst.all(self._connection, tenant=self._tenant, issue=issue, limit=limit)
        return [issue_rows.to_alert(row) for row in found]

    async def firing(self, issues: Collection[IssueId]) -> Mapping[IssueId, int]:
        if not issues:
            return {}
        found = await _FIRING.all(self._connection, tenant=self._tenant, names=issues)
        counted = {IssueId(row.issue): int(row.number) for row in found}
        return {issue: counted.get(issue, 0) for issue in issues}

    async def seen_between(self, start: datetime, end: datetime, limit: int) -> Sequence[Alert]:
        """The latest begun first."""
        over_at = func.coalesce(tables.alerts.c.ended_at, tables.alerts.c.seen_at)
        wanted = (
            select(tables.alerts)
            .where(
                tables.alerts.c.tenant == self._tenant, tables.alerts.c.started_at < end, or_(_OPEN, over_at >= start)
            )
            .order_by(tables.alerts.c.started_at.desc(), tables.alerts.c.source, tables.alerts.c.fingerprint)
        )
        return [issue_rows.to_alert(row) for row in await self._connection.execute(wanted.limit(limit))]

    async def record(self, happenings: Sequence[Happening]) -> None:
        rows = [issue_rows.of_happening(self._tenant, happening) for happening in happenings]
        await upsert.add_absent(self._connection, tables.issue_events, rows)

    async def happened(self, issue: IssueId, cause: str) -> bool:
        if not cause:
            return False
        found = await _HAPPENED.first(self._connection, tenant=self._tenant, issue=issue, cause=cause)
        return found is not None

    async def history(self, issue: IssueId, limit: int) -> Sequence[Happening]:
        found = await _HISTORY.scalars(self._connection, tenant=self._tenant, issue=issue, limit=limit)
        return [bodies.happening.load(body) for body in reversed(found)]

    async def happenings(self, since: datetime, until: datetime, limit: int) -> Sequence[Happening]:
        """From `since` on, before `until`."""
        events = tables.issue_events.c
        span = and_(events.tenant == self._tenant, events.at >= since, events.at < until)
        oldest = select(events.body).where(span).order_by(events.at, events.id).limit(limit)
        return [bodies.happening.load(body) for body in (await self._connection.execute(oldest)).scalars()]

    def _search(self, start: Select[Any], wanted: Wanted) -> Select[Any]:
        found = start.select_from(tables.issues).where(tables.issues.c.tenant == self._tenant)
        if wanted.open is not None:
            found = found.where(_OPEN if wanted.open else text("status = 'resolved'"))
        if wanted.status is not None:
            found = found.where(tables.issues.c.status == wanted.status.value)
        if wanted.severity is not None:
            found = found.where(tables.issues.c.severity == wanted.severity.rank)
        if wanted.service:
            found = found.where(holds(self._connection, tables.issues.c.services, wanted.service))
        if wanted.owner is not None:
            found = found.where(tables.issues.c.owner == wanted.owner)
        if wanted.since is not None:  # what was opened since then was changed since then
            found = found.where(tables.issues.c.updated_at >= wanted.since)
        if wanted.storm:
            found = found.where(text("storms <> ''"), holds(self._connection, tables.issues.c.storms, wanted.storm))
        return found


def _loaded(body: str | None) -> Issue | None:
    return None if body is None else bodies.issue.load(body)


_OPEN = text(tables.OPEN)
_LIMIT = bindparam("limit", type_=Integer())


@lru_cache(maxsize=512)
def _read(body: str) -> Issue:
    """What many batches in a row are held against is read from its text once."""
    return bodies.issue.load(body)


_ISSUE, _ALERT, _EVENT = tables.issues.c, tables.alerts.c, tables.issue_events.c
_ISSUES = select(_ISSUE.body).where(_ISSUE.tenant == bindparam("tenant"))
_NOW_OR_LATELY = _ISSUES.where(among(_ISSUE.key, "names"), or_(_OPEN, _ISSUE.resolved_at > bindparam("since")))
_CURRENT = Prepared(
    # Replicas lock in one order; SQLite, asked for an order, would go through all issues in it.
    _NOW_OR_LATELY.order_by(_ISSUE.opened_at, _ISSUE.id).with_for_update(),
    sqlite=_NOW_OR_LATELY,
)


def _near(changed_at: ColumnElement[datetime], opened_at: ColumnElement[datetime]) -> CompoundSelect[tuple[str]]:
    of_service = _ISSUES.where(
        _ISSUE.service == bindparam("service"), text(tables.NEAR), changed_at >= bindparam("since")
    ).limit(_LIMIT)
    own = of_service.where(_ISSUE.source == bindparam("source")).order_by(_ISSUE.opened_at.desc(), _ISSUE.id.desc())
    others = of_service.where(_ISSUE.source != bindparam("source")).order_by(opened_at.desc(), _ISSUE.id.desc())
    return union_all(*(select(one.subquery().c.body) for one in (others, own)))


# With the signs SQLite looks for the service first: while alerts pour in, what changed or opened lately is all of it.
_SIGNED = [literal_column(f"+issues.{name}", Instant) for name in ("updated_at", "opened_at")]
_NEAR = Prepared(_near(_ISSUE.updated_at, _ISSUE.opened_at), sqlite=_near(*_SIGNED))
_PAIR = tables.issues_apart.c
_APART = Prepared(
    select(_PAIR.one, _PAIR.other).where(
        _PAIR.tenant == bindparam("tenant"), or_(among(_PAIR.one, "names"), among(_PAIR.other, "names"))
    )
)
_IT = _ISSUES.where(_ISSUE.id == bindparam("id"))
_TO_READ, _FOR_CHANGE = Prepared(_IT), Prepared(_IT.with_for_update())
_TAKEN = Prepared(select(_ISSUE.id).where(_ISSUE.tenant == bindparam("tenant"), among(_ISSUE.id, "names")))
_ALERTS = select(tables.alerts).where(_ALERT.tenant == bindparam("tenant"))
_KNOWN = Prepared(_ALERTS.where(_ALERT.source == bindparam("source"), among(_ALERT.fingerprint, "names")))
_WORST_FIRST = (
    _ALERTS.where(_ALERT.issue == bindparam("issue"))
    .order_by(_ALERT.severity.desc(), _ALERT.started_at.desc(), _ALERT.fingerprint)
    .limit(_LIMIT)
)
_WORST, _WORST_FIRING = Prepared(_WORST_FIRST), Prepared(_WORST_FIRST.where(_OPEN))
_FIRING = Prepared(
    select(_ALERT.issue, func.count().label("number"))
    .where(_ALERT.tenant == bindparam("tenant"), among(_ALERT.issue, "names"), _OPEN)
    .group_by(_ALERT.issue)
)
_OF_ISSUE = and_(_EVENT.tenant == bindparam("tenant"), _EVENT.issue == bindparam("issue"))
_WITH_CAUSE = and_(text("cause <> ''"), _EVENT.cause == bindparam("cause"))
_HAPPENED = Prepared(select(_EVENT.id).where(_OF_ISSUE, _WITH_CAUSE).limit(1))
_HISTORY = Prepared(select(_EVENT.body).where(_OF_ISSUE).order_by(_EVENT.at.desc(), _EVENT.id.desc()).limit(_LIMIT))
