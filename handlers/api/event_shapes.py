"""What programs are told of log events."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from pydantic import ConfigDict, Field
from pydantic.alias_generators import to_camel

from bot.model.severity import Severity
from handlers.api.mail_shapes import Draft
from handlers.api.shape import Shape
from handlers.api.shapes import Issue


class Breach(Shape):
    metric: str
    value: float
    limit: float
    normal: float | None = Field(description="The median of the service's last hundred events.")
    severity: Severity


class LogEvent(Shape):
    event_id: str
    timestamp: datetime
    event_type: str
    service_name: str
    region: str
    customer_id: str | None
    severity: str = Field(description="`info`, `warning`, `error` or `critical`, as the sender says.")
    message: str
    metrics: Mapping[str, float]
    endpoint: str
    user_agent: str
    stack_trace: str
    flagged: bool = Field(description="It broke a threshold.")
    critical: bool = Field(description="At least the third in a row of its service that did.")
    breaches: Sequence[Breach]


class LogEvents(Shape):
    events: Sequence[LogEvent]


class EventsTaken(Shape):
    accepted: int = Field(description="Events that are in the database now.")
    new: int = Field(description="Those of them that were not there before.")


class EventStatus(Shape):
    running: bool = Field(description="The demo makes events up; those from outside are taken in at all times.")
    event_count: int = Field(description="Since the last clearing.")
    flagged_count: int
    queue: int = Field(description="Taken in by this replica and not committed yet.")


class Entry(Shape):
    id: str
    title: str
    content: str
    updated_at: datetime
    ai_generated: bool


class EventActions(Shape):
    issues: Sequence[Issue]
    alerts: Sequence[Draft] = Field(description="E-mails that were drafted about these issues.")
    entries: Sequence[Entry] = Field(description="What was learnt from them, as it stands in the knowledge base.")


class EventsCleared(Shape):
    cleared: int


class Threshold(Shape):
    metric: str
    title: str
    rule: str = Field(description="`above`, `from`, `below`, `present`, or `times` what is normal.")
    limit: float | None = Field(description="Null: switched off.")
    default: float
    unit: str


class Thresholds(Shape):
    thresholds: Sequence[Threshold]


class _Camel(Shape):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


class PartialSuccess(_Camel):
    rejected_log_records: int = 0
    error_message: str = ""


class OtlpTaken(_Camel):
    partial_success: PartialSuccess = PartialSuccess()
