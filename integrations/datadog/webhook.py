"""What Datadog's webhooks integration posts with the payload template of docs/sources.md."""

import re
from collections.abc import Mapping, Sequence
from typing import Literal

from bot.model.severity import Severity, severity_of
from bot.model.signal import LONGEST_NAME, LONGEST_TEXT, MOST_LABELS, Signal
from integrations.integration import Arrived, Webhook
from integrations.reading import Fields, began, identity, label_name, literal, one_line

# In front of titles stands what the transition says as well; without it, an alert has one title all its life.
_PREFIXES = re.compile(
    r"^(?:\[(?:P[1-5]|Re-Triggered|Triggered|Re-Warn|Warn|Re-No Data|No Data|Recovered|Renotify)\b[^\]]{0,500}\]\s*)+",
    re.IGNORECASE,
)
_LIMIT = re.compile(r"(>=|<=|>|<)\s*(-?[0-9][0-9.e+-]{0,30})\s*$")
_SIDES = {">": "above", ">=": "at least", "<": "below", "<=": "at most"}


def parse(arrived: Arrived) -> Sequence[Signal]:
    event = _Filled(arrived.body)
    event.needed("alert_id")
    happened_at = began(event.instant("date"), arrived.now)
    status = _status(event)
    limit = _LIMIT.search(event.text("query", LONGEST_TEXT))
    scope = event.text("scope")
    return [
        Signal(
            source="datadog",
            fingerprint=identity(f"{event.text('alert_id')}/{scope}"),  # one for each group of a multi alert
            status=status,
            severity=_severity(event),
            title=_title(event),
            started_at=happened_at,
            ended_at=happened_at if status == "resolved" else None,
            description=_described(event),
            labels=_labels(event, scope),
            normal=f"{_SIDES[limit[1]]} {limit[2]}" if limit else "",
            graph=event.link("link"),
            expression=event.text("query", LONGEST_TEXT),
        )
    ]


class _Filled(Fields):
    """A variable that means nothing for a monitor arrives as “null”, or as it stands in the template."""

    __slots__ = ()

    def __init__(self, value: object, path: str = "") -> None:
        super().__init__(value, path)
        self._values = {name: raw for name, raw in self._values.items() if not _empty(raw)}


def _empty(raw: object) -> bool:
    return isinstance(raw, str) and (raw.strip().lower() in ("null", "none", "n/a") or raw.startswith("$"))


def _status(event: Fields) -> Literal["firing", "resolved"]:
    transition = event.text("transition").lower()
    if transition:
        return "resolved" if transition.endswith(("recovered", "ok")) else "firing"
    return "resolved" if event.text("type").lower() == "success" else "firing"


def _severity(event: Fields) -> Severity:
    """By the monitor's priority; a warning and missing data are never more than medium."""
    found = severity_of(event.text("priority"), severity_of(event.text("type")))
    mild = any(word in event.text("transition").lower() for word in ("warn", "no data"))
    return Severity.MEDIUM if mild and found.rank > Severity.MEDIUM.rank else found


def _title(event: Fields) -> str:
    told = event.text("title") or event.text("event_title")
    return one_line(_PREFIXES.sub("", told) or event.text("metric") or f"Monitor {event.text('alert_id')}")


def _described(event: Fields) -> str:
    parts = [event.text("status", LONGEST_TEXT), event.text("message", LONGEST_TEXT)]
    return literal("\n".join(part for part in parts if part), LONGEST_TEXT)


def _labels(event: Fields, scope: str) -> Mapping[str, str]:
    """Of `name:value` tags; the scope names the group that alerts, so it goes before the monitor's own tags."""
    found: dict[str, str] = {}
    for tag in f"{scope},{event.text('tags', LONGEST_TEXT)}".split(","):
        name, _, value = tag.strip().partition(":")
        if name and value and len(found) < MOST_LABELS:
            found.setdefault(label_name(name), literal(value, LONGEST_NAME))
    for name, field in (("host", "host"), ("metric", "metric")):
        if len(found) < MOST_LABELS and (value := event.line(field)):
            found.setdefault(name, value)
    return {name: value for name, value in found.items() if name}


WEBHOOK = Webhook("datadog", "Datadog", parse)
