"""Signals in one line, and a small world in which batches follow each other without a database."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.model.issue import Alert, Issue, IssueId
from bot.model.plan import Plan
from bot.model.severity import Severity
from bot.model.signal import Signal
from bot.pipeline import grouping, issues
from bot.pipeline.change import Change
from bot.pipeline.grouping import Grouping
from bot.pipeline.issues import Known, Merged, Opening
from tests.fakes import NOON

MINUTE = timedelta(minutes=1)
LABELS = {"alertname": "HighLatency", "service": "checkout", "region": "eu-west-1"}


def firing(fingerprint: str = "a", *, at: datetime = NOON, severity: str = "high", **more: Any) -> Signal:
    return _signal("firing", fingerprint, at, severity, **more)


def resolved(fingerprint: str = "a", *, at: datetime = NOON, severity: str = "high", **more: Any) -> Signal:
    return _signal("resolved", fingerprint, at, severity, **more)


def acknowledged(fingerprint: str = "a", *, at: datetime = NOON, **more: Any) -> Signal:
    return _signal("acknowledged", fingerprint, at, "medium", **more)


def _signal(status: Any, fingerprint: str, at: datetime, severity: str, **more: Any) -> Signal:
    labels: Mapping[str, str] = LABELS | more.pop("labels", {})
    title = more.pop("title", "Checkout is slow")
    source = more.pop("source", "alertmanager")
    return Signal(source, fingerprint, status, Severity(severity), title, at, labels=labels, **more)


@dataclass
class World:
    """Remembers what a database would."""

    plan: Plan = field(default_factory=Plan)
    issues: dict[IssueId, Issue] = field(default_factory=dict)
    alerts: dict[tuple[str, str], Alert] = field(default_factory=dict)

    def hear(self, *signals: Signal, at: datetime = NOON) -> Merged:
        keys = [Grouping(self.plan).key(signal) for signal in signals]
        merged = issues.merge(self._known(signals, keys, at), signals, keys, at)
        for issue in [change.after for change in merged.changes] + merged.counted:
            self.issues[issue.id] = issue
        for alert in merged.alerts:
            self.alerts[alert.source, alert.fingerprint] = alert
        return merged

    def change(self, *signals: Signal, at: datetime = NOON) -> Change:
        """For batches that change one issue."""
        (change,) = self.hear(*signals, at=at).changes
        return change

    def _known(self, signals: tuple[Signal, ...], keys: list[str], now: datetime) -> Known:
        current = {}
        for issue in sorted(self.issues.values(), key=lambda one: (one.open, one.updated_at)):
            lately = issue.resolved_at and issue.resolved_at > now - self.plan.reopen_within
            if issue.key in keys and (issue.open or lately):
                current[issue.key] = issue
        openings: dict[str, Opening] = {}
        for signal, key in zip(signals, keys, strict=True):
            if key not in current and key not in openings:
                opened = grouping.opened_at(signal, now)
                taken = {*self.issues, *(opening.id for opening in openings.values())}
                names = (grouping.name(opened, grouping.slug(signal), key, number) for number in range(99))
                openings[key] = Opening(next(name for name in names if name not in taken), opened)
        here = {issue.id for issue in current.values()}
        elsewhere = {alert.issue for alert in self.alerts.values() if alert.status != "resolved"} - here
        strays = {issue: self.issues[issue] for issue in elsewhere}
        firing_alerts = {
            issue.id: sorted(
                (a for a in self.alerts.values() if a.issue == issue.id and a.status != "resolved"),
                key=lambda alert: -alert.severity.rank,
            )
            for issue in current.values()
        }
        return Known(self.alerts, current, openings, strays, firing_alerts)
