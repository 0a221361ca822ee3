"""What programs are told of watches and anomalies, and what they may ask of them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal

from pydantic import AwareDatetime, Field

from bot.model.severity import Severity
from bot.model.watch import WatchDraft
from handlers.api.asked import Ask
from handlers.api.shape import Shape
from handlers.api.shapes import Issue


class WantedAnomalies(Ask):
    open: bool | None = Field(default=None, description="Only those that are open, or only those that are resolved.")
    since: AwareDatetime | None = Field(default=None, description="Opened or changed since then.")
    limit: int = Field(default=50, ge=1, le=500)


class Watching(WatchDraft):
    kind: str = Field(default="", max_length=40, description="What its values are of; empty: as the query tells.")
    confirm: bool = Field(default=False, description="Keep it; without it only what it would have told is shown.")


class Watch(Shape):
    id: str
    name: str
    query: str
    kind: str
    unit: str
    above: float | None
    below: float | None
    severity: Severity
    weeks: float = Field(description="A false alarm may come once in so many weeks of one series.")
    service: str
    labels: Mapping[str, str]
    datasource: str
    by: str
    paused: bool
    made_at: datetime


class Watched(Shape):
    watch: Watch
    state: Literal["learning", "watching", "away", "empty"] = Field(description="`empty`: no data, which is not zero.")
    says: str = Field(description="Why nothing is known, where it is away.")
    series: int
    strange: int = Field(description="Series that are strange now.")


class Watches(Shape):
    watches: Sequence[Watched]


class Tried(Shape):
    says: str
    series: int
    tried: int = Field(description="Series that the replay was made with.")
    told: int = Field(description="How often it would have told.")
    days: float
    watch: Watch | None = Field(description="Null while nothing is kept.")


class Anomaly(Shape):
    issue: Issue
    where: str
    also: str = Field(description="What else moved within ten minutes.")
    coincides: str = Field(description="Deploys and outside services at the time; empty: nothing was found.")
    impact: str
    confidence: str
    suggested: str


class Anomalies(Shape):
    anomalies: Sequence[Anomaly]
