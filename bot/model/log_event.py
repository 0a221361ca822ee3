"""What happened in a service at one moment, with what was measured then: taken in from outside, or made by the demo."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import blake2b
from typing import Annotated, Any, Literal, NewType, TypeAlias

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
)

from bot.model.errors import Malformed
from bot.model.harmless import clean
from bot.model.severity import Severity

EventId = NewType("EventId", str)  # EVT-{epoch seconds}-{random}

MOST_METRICS = 32
LONGEST_MESSAGE, LONGEST_STACK = 2000, 8000


class Kind(StrEnum):
    API = "api"
    DATABASE = "database"
    FRONTEND = "frontend"
    INFRASTRUCTURE = "infrastructure"


Level: TypeAlias = Literal["info", "warning", "error", "critical"]
Metrics: TypeAlias = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Breach:
    """A threshold that an event broke: what was seen, against which limit, and what is normal for the service."""

    metric: str
    value: float
    limit: float
    normal: float | None  # None where nothing was measured before
    severity: Severity


@dataclass(frozen=True, slots=True)
class LogEvent:
    id: EventId
    at: datetime
    kind: Kind
    service: str
    message: str
    region: str = ""
    customer: str = ""
    level: Level = "info"
    metrics: Metrics = field(default_factory=dict)
    endpoint: str = ""
    agent: str = ""  # the browser's
    stack: str = ""  # of a JavaScript error
    flagged: bool = False
    critical: bool = False
    breaches: tuple[Breach, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """What is remembered of one service between its events."""

    recent: tuple[Metrics, ...] = ()  # what its latest events measured, oldest first
    row: int = 0  # events in a row that broke a threshold
    since: datetime | None = None  # when the first of them happened
    region: str = ""  # and where
    calm: int = 0  # events in a row that broke none
    open: tuple[str, ...] = ()  # metrics that were told as critical and are not over
    seen: int = 0  # events since the last clearing
    flagged: int = 0  # of them


def new_id(at: datetime, random: str) -> EventId:
    return EventId(f"EVT-{int(at.timestamp())}-{random}")


def made_of(at: datetime, *parts: object) -> EventId:
    """The same for the same content, so that what is delivered twice is kept once."""
    told = "\0".join(map(str, parts)).encode("utf-8", "replace")
    return new_id(at, blake2b(told, digest_size=8).hexdigest())


def kind_of(metrics: Metrics) -> Kind:
    """Where nobody says it: by what was measured."""
    return next((kind for kind, names in _MEASURED.items() if names & metrics.keys()), Kind.API)


_MEASURED = {
    Kind.DATABASE: {"query_time_ms", "pool_connections", "pool_waiting", "slow_queries"},
    Kind.FRONTEND: {"page_load_ms", "js_errors"},
    Kind.INFRASTRUCTURE: {"cpu_percent", "memory_percent", "disk_io_mbps", "disk_latency_ms", "network_mbps"},
}


def level_of(word: str) -> Level:
    """Any word for how bad a line is; one that nobody knows is no reason to worry."""
    return _LEVELS.get(word.strip().lower(), "info")


def _level(given: object) -> object:
    return _LEVELS.get(given.strip().lower(), given) if isinstance(given, str) else given


_LEVELS: Mapping[str, Level] = {
    "info": "info", "debug": "info", "trace": "info", "notice": "info",
    "warning": "warning", "warn": "warning",
    "error": "error", "err": "error",
    "critical": "critical", "fatal": "critical", "emerg": "critical", "alert": "critical", "panic": "critical",
}  # fmt: skip


def _harmless(text: str) -> str:
    """Most of it is plain, and there is much of it."""
    return text if text.isascii() and text.isprintable() else clean(text)


Short = Annotated[str, AfterValidator(_harmless), Field(max_length=200)]
Named = Annotated[str, AfterValidator(_harmless), AfterValidator(str.strip), Field(min_length=1, max_length=200)]
MetricName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
Finite = Annotated[float, Field(allow_inf_nan=False, ge=-1e15, le=1e15)]


class EventDraft(BaseModel):
    """What a program says of one event. Without an id one is made of its content."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    event_id: Annotated[str, Field(pattern=r"^EVT-\d{1,13}-[A-Za-z0-9]{1,40}$")] | None = None
    timestamp: AwareDatetime
    event_type: Kind
    service_name: Named
    region: Short = ""
    customer_id: Short | None = None
    severity: Annotated[Level, BeforeValidator(_level)] = "info"
    message: Annotated[str, AfterValidator(_harmless), Field(max_length=LONGEST_MESSAGE)] = ""
    metrics: Annotated[dict[MetricName, Finite], Field(max_length=MOST_METRICS)] = Field(default_factory=dict)
    endpoint: Short = ""
    user_agent: Short = ""
    stack_trace: Annotated[str, AfterValidator(clean), Field(max_length=LONGEST_STACK)] = ""

    def event(self) -> LogEvent:
        at = self.timestamp.astimezone(UTC)
        given = EventId(self.event_id) if self.event_id else None
        return LogEvent(
            given or made_of(at, self.timestamp, self.model_dump_json()),
            at,
            self.event_type,
            self.service_name,
            self.message,
            self.region,
            self.customer_id or "",
            self.severity,
            self.metrics,
            self.endpoint,
            self.user_agent,
            self.stack_trace,
        )


_DRAFTS: TypeAdapter[list[EventDraft]] = TypeAdapter(list[EventDraft])


def read_events(given: Any, most: int, field_: str = "events") -> list[LogEvent]:
    """One batch as a program sent it. Raises Malformed with the field: `events[3].timestamp`."""
    if not isinstance(given, list):
        raise Malformed(field_, "has to be a list of events")
    if len(given) > most:
        raise Malformed(field_, f"holds {len(given)} events; {most} at a time can be taken")
    try:
        return [draft.event() for draft in _DRAFTS.validate_python(given)]
    except ValidationError as problem:
        first = problem.errors(include_url=False, include_input=False, include_context=False)[0]
        index, *rest = first["loc"]
        name = ".".join([f"{field_}[{index}]", *(clean(str(part)[:80]) for part in rest)])
        raise Malformed(name, _WRONG.get(first["type"], first["msg"].removeprefix("Value error, "))) from None


_WRONG = {"missing": "is missing", "extra_forbidden": "there is no such field"}
