"""What an outside system says about one alert at one moment: the only thing that the pipeline takes in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from bot.model.severity import Severity

MOST_LABELS = 64
LONGEST_NAME, LONGEST_VALUE, LONGEST_TEXT = 200, 1000, 4000


@dataclass(frozen=True, slots=True)
class Signal:
    """Parsers make it; every text in it is literal, capped to the constants above and cleaned of control characters."""

    source: str  # the door it came through: "alertmanager", "pagerduty"
    fingerprint: str  # the source's identity of the alert: the same alert carries the same
    status: Literal["firing", "acknowledged", "resolved"]
    severity: Severity
    title: str
    started_at: datetime
    ended_at: datetime | None = None
    description: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    measured: str = ""  # what was seen, as the source words it: "650 ms"
    normal: str = ""  # what it is held against: "above 500 ms"
    runbook: str = ""  # addresses; only http and https pass the parsers
    dashboard: str = ""
    graph: str = ""  # the rule or query behind it, at its source
    expression: str = ""  # the query behind it, where the source tells it

    @property
    def service(self) -> str:
        return next((self.labels[name] for name in SERVICE_LABELS if self.labels.get(name)), "")

    @property
    def region(self) -> str:
        return next((self.labels[name] for name in REGION_LABELS if self.labels.get(name)), "")


SERVICE_LABELS = ("service", "service_name", "app", "application", "job", "component", "project")
REGION_LABELS = ("region", "cluster", "zone", "datacenter", "dc")
