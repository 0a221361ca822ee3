"""What programs are told of an application over a time: every figure with the queries that it comes from."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal

from pydantic import Field

from handlers.api.shape import Shape


class Traced(Shape):
    """A query that ran for this answer."""

    source: str
    language: str
    query: str
    start: datetime
    end: datetime
    step_seconds: float | None
    read_at: datetime | None


class About(Shape):
    application: str
    where: Mapping[str, str] = Field(description="The labels that it was read by, as questions name them.")
    start: datetime
    end: datetime
    said: Sequence[str] = Field(description="What is not quite as it was asked, and what could not be read.")
    queries: Sequence[Traced]


class BrokenSpan(Shape):
    start: datetime
    end: datetime
    worst: float
    ended: str = Field(description="`recovered`, `still on`, `no data`.")


class Held(Shape):
    objective: str = Field(description="`availability`, `error_rate`, `p95_latency`.")
    target: float
    at_least: bool = Field(description="The target is the least; otherwise the most.")
    unit: str
    is_default: bool = Field(description="Nobody set it.")
    measured: float | None = Field(description="null: nothing is known of it.")
    result: Literal["pass", "fail", "not measured"]
    broken: Sequence[BrokenSpan]


class AppHealth(About):
    healthy: bool | None = Field(description="null: nothing is measured, which is not healthy.")
    objectives: Sequence[Held]
    requests: float | None
    failed: float | None


class LevelCount(Shape):
    level: str = Field(description="As the source calls it; empty: without one.")
    count: int
    percent: int = Field(description="Whole, and a hundred together.")
    course: Sequence[tuple[datetime, float]] = Field(description="How many by each instant, since the one before.")


class PeakOf(Shape):
    start: datetime
    end: datetime
    count: int


class EventCount(About):
    total: int
    levels: Sequence[LevelCount] = Field(description="The worst first.")
    step_seconds: float
    peak: PeakOf | None


class Moved(Shape):
    sign: str
    unit: str
    usual: float
    seen: float = Field(description="What was farthest from it.")
    since: datetime
    name: str = Field("", description="Of the service, the region or the machine, where it is one of several.")


class Beside(Shape):
    name: str
    start: datetime
    end: datetime | None = Field(description="null: still.")


class Nearby(Shape):
    id: str
    title: str
    opened_at: datetime
    resolved_at: datetime | None


class AppImpact(About):
    affected: bool | None = Field(description="null: none of its signs is measured.")
    moved: Sequence[Moved]
    machines: Sequence[Moved]
    regions: Sequence[Moved]
    services: Sequence[Moved] = Field(description="Others that moved at the same time.")
    deploys: Sequence[datetime]
    outages: Sequence[Beside] = Field(description="Outside services that did not answer.")
    issues: Sequence[Nearby]
    requests: float | None
    failed: float | None


class AppLine(Shape):
    at: datetime
    nanoseconds: int
    level: str
    message: str
    text: str = Field(description="The line, with secrets and personal data hidden.")
    labels: Mapping[str, str]


class Repeated(Shape):
    text: str = Field(description="`<_>` stands for what differs.")
    count: int
    first: datetime
    last: datetime
    before: int | None = Field(description="In as long a time before; null: nobody looked.")


class AppLogs(About):
    full: bool = Field(description="There may be more lines than these.")
    lines: Sequence[AppLine] = Field(description="The newest first.")
    patterns: Sequence[Repeated] = Field(description="What they say again and again, the most frequent first.")
