"""The alerts of the demo world, and how Alertmanager writes them to a webhook (version 4 of its payload). Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any

from integrations.demo.links import Links
from integrations.demo.ruler import Broken

NEVER = "0001-01-01T00:00:00Z"
GROUPED_BY = ("alertname", "service")


@dataclass(frozen=True, slots=True)
class Alert:
    broken: Broken  # as it was seen last
    starts_at: datetime
    ends_at: datetime | None = None

    @property
    def labels(self) -> Mapping[str, str]:
        return self.broken.labels

    @property
    def title(self) -> str:
        return self.broken.rule.summary.format(**self.labels)

    @property
    def group(self) -> tuple[str, ...]:
        return tuple(self.labels.get(name, "") for name in GROUPED_BY)


def fingerprint(labels: Mapping[str, str]) -> str:
    text = "\0".join(f"{name}\0{value}" for name, value in sorted(labels.items()))
    return blake2b(text.encode(), digest_size=8).hexdigest()


def payload(group: Sequence[str], alerts: Sequence[Alert], links: Links) -> dict[str, Any]:
    labels = {name: value for name, value in zip(GROUPED_BY, group, strict=True) if value}
    written = [_alert(alert, links) for alert in alerts]
    return {
        "version": "4",
        "groupKey": "{}:{" + ", ".join(f'{name}="{value}"' for name, value in labels.items()) + "}",
        "truncatedAlerts": 0,
        "status": "resolved" if all(alert.ends_at for alert in alerts) else "firing",
        "receiver": "nightdesk",
        "groupLabels": labels,
        "commonLabels": _common([one["labels"] for one in written]),
        "commonAnnotations": _common([one["annotations"] for one in written]),
        "externalURL": links.home,
        "alerts": written,
    }


def _alert(alert: Alert, links: Links) -> dict[str, Any]:
    rule, broken = alert.broken.rule, alert.broken
    annotations = {
        "summary": alert.title,
        "description": rule.description.format(**alert.labels),
        "value": rule.seen(broken.value),
        "normal": rule.against(broken.usual),
        "runbook_url": links.runbook(rule.runbook),
        "dashboard_url": links.dashboard(alert.labels.get("service", "")),
    }
    return {
        "status": "resolved" if alert.ends_at else "firing",
        "labels": dict(alert.labels),
        "annotations": {name: value for name, value in annotations.items() if value},
        "startsAt": _instant(alert.starts_at),
        "endsAt": _instant(alert.ends_at) if alert.ends_at else NEVER,
        "generatorURL": links.graph(rule.expression),
        "fingerprint": fingerprint(alert.labels),
    }


def _common(each: Sequence[Mapping[str, str]]) -> dict[str, str]:
    first, *others = each
    return {name: value for name, value in first.items() if all(one.get(name) == value for one in others)}


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
