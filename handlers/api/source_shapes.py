"""What programs are told of datasources and applications. A secret is never among it, only that it is there."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import Field

from handlers.api.shape import Shape


class Health(Shape):
    up: bool
    at: datetime
    says: str = Field(description="What it is and its version, or what failed and what to do.")
    latency_ms: int | None


class Datasource(Shape):
    id: str
    name: str
    type: str
    url: str
    auth: str = Field(description="`none`, `basic` or `bearer`.")
    user: str
    org: str = Field(description="Sent as X-Scope-OrgID.")
    ca: str
    certificate: str
    verify: bool
    secrets: Sequence[str] = Field(description="Which are kept; what they are is never told.")
    is_default: bool
    is_enabled: bool
    config: Mapping[str, Any]
    from_settings: bool = Field(description="Named in Nightdesk's own settings, and not to be changed here.")
    health: Health | None = Field(description="As it was looked at last; null: not yet.")
    created_at: datetime
    updated_at: datetime


class Datasources(Shape):
    datasources: Sequence[Datasource] = Field(description="Those of the settings first, then by name.")


class Service(Shape):
    metrics_prefix: str
    log_label: str


class Slos(Shape):
    availability: float | None
    error_rate: float | None
    p95_latency_ms: float | None


class Application(Shape):
    id: str
    name: str
    description: str
    architecture_info: Mapping[str, Any]
    service_mappings: Mapping[str, Service]
    datasource_id: str | None = Field(description="null: the default one.")
    default_metrics: Sequence[str]
    slos: Slos
    aliases: Sequence[str]
    channels: Sequence[str] = Field(description="Whose questions are about it.")
    created_at: datetime
    updated_at: datetime


class Applications(Shape):
    applications: Sequence[Application]


class SeriesOf(Shape):
    labels: Mapping[str, str]
    points: Sequence[tuple[datetime, float | None]] = Field(description="null: not a number, or without bounds.")


class AppMetric(Shape):
    metric: str
    query: str
    unit: str
    series: Sequence[SeriesOf]
    problem: str = Field(description="Why there is nothing of it; the others stand all the same.")


class AppMetrics(Shape):
    application: str
    start: datetime
    end: datetime
    metrics: Sequence[AppMetric]
