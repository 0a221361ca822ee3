"""Issues, alerts and happenings to rows and back."""

from typing import Any

from sqlalchemy import Row

from bot.model.issue import Alert, Happening, Issue, IssueId
from bot.model.severity import Severity
from bot.model.tenant import TenantId
from storage import bodies
from storage.among import lines
from storage.ids import new_id

_BY_RANK = {severity.rank: severity for severity in Severity}


def of_issue(tenant: TenantId, issue: Issue) -> dict[str, Any]:
    return {
        "tenant": tenant,
        "id": issue.id,
        "key": issue.key,
        "status": issue.status.value,
        "severity": issue.severity.rank,
        "services": lines(issue.services),
        "source": issue.source,
        "service": issue.service.casefold() if len(issue.services) == 1 else "",
        "owner": issue.owner.person if issue.owner else None,
        "opened_at": issue.opened_at,
        "updated_at": issue.updated_at,
        "resolved_at": issue.resolved_at,
        "told": [told.place.key for told in issue.told if not told.storm],
        "storms": lines({told.storm: None for told in issue.told if told.storm}),
        "body": bodies.issue.dump(issue),
    }


def of_alert(tenant: TenantId, alert: Alert) -> dict[str, Any]:
    return {
        "tenant": tenant,
        "source": alert.source,
        "fingerprint": alert.fingerprint,
        "issue": alert.issue,
        "status": alert.status,
        "severity": alert.severity.rank,
        "title": alert.title,
        "started_at": alert.started_at,
        "seen_at": alert.seen_at,
        "ended_at": alert.ended_at,
        "labels": alert.labels,
    }


def to_alert(row: Row[Any]) -> Alert:
    return Alert(
        source=row.source,
        fingerprint=row.fingerprint,
        issue=IssueId(row.issue),
        status=row.status,
        severity=_BY_RANK[row.severity],
        title=row.title,
        started_at=row.started_at,
        seen_at=row.seen_at,
        ended_at=row.ended_at,
        labels=row.labels,
    )


def of_happening(tenant: TenantId, happening: Happening) -> dict[str, Any]:
    return {
        "id": new_id(happening.at),
        "tenant": tenant,
        "issue": happening.issue,
        "what": happening.what,
        "cause": happening.cause,
        "at": happening.at,
        "body": bodies.happening.dump(happening),
    }
