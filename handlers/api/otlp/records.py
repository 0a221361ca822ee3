"""OTLP's log records as log events. Pure; the tree is that of OTLP's JSON, whichever way it came."""

import json
import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.model.errors import Malformed
from bot.model.harmless import clean
from bot.model.log_event import (
    LONGEST_MESSAGE,
    LONGEST_STACK,
    MOST_METRICS,
    Kind,
    Level,
    LogEvent,
    kind_of,
    level_of,
    made_of,
)
from handlers.api.otlp import tree as tree_

MOST = 5000  # records of one request
_BEGIN = datetime(1970, 1, 1, tzinfo=UTC)
_LAST = 4102444800 * 10**9  # the year 2100: beyond it, a time is no time
_METRIC = re.compile(r"[a-z][a-z0-9_]{0,63}")

# What OpenTelemetry's conventions call otherwise, and what its unit has to be multiplied by.
_KNOWN: Mapping[str, tuple[str, float]] = {
    "http.response.status_code": ("status_code", 1),
    "http.status_code": ("status_code", 1),
    "http.server.request.duration": ("latency_ms", 1000),
    "db.client.operation.duration": ("query_time_ms", 1000),
    "gen_ai.usage.input_tokens": ("prompt_tokens", 1),
}


@dataclass(frozen=True, slots=True)
class Records:
    events: Sequence[LogEvent]
    rejected: int  # those that say of no service


def read(tree: Any, now: datetime) -> Records:
    """Raises Malformed where it is no request at all."""
    events: list[LogEvent] = []
    rejected = 0
    seen: Counter[str] = Counter()
    for resource, record in tree_.each(tree, "resourceLogs", "scopeLogs", "logRecords"):
        if len(events) + rejected == MOST:
            raise Malformed("resourceLogs", f"holds more than {MOST} records; send smaller batches")
        event = _event(resource, record, now, seen)
        if event is None:
            rejected += 1
        else:
            events.append(event)
    return Records(events, rejected)


def _event(
    resource: Mapping[str, Any], record: Mapping[str, Any], now: datetime, seen: Counter[str]
) -> LogEvent | None:
    attributes = {**resource, **tree_.attributes(record)}
    service = tree_.word(attributes, "service.name", "service_name", "service")
    if not service:
        return None
    nanoseconds = _nanoseconds(record, now)
    at = _BEGIN + timedelta(microseconds=nanoseconds // 1000)
    metrics = _metrics(attributes)
    said = _said(tree_.value(record.get("body")))
    whole = json.dumps([record, dict(resource)], sort_keys=True, default=str)
    seen[whole] += 1  # the same line twice in one request is two lines; the same request twice is one
    return LogEvent(
        made_of(at, nanoseconds, whole, seen[whole]),
        at,
        _kind(attributes, metrics),
        service,
        clean(said)[:LONGEST_MESSAGE],
        tree_.word(attributes, "cloud.region", "region"),
        tree_.word(attributes, "customer_id", "customer.id"),
        _level(record),
        metrics,
        tree_.word(attributes, "http.route", "url.path", "endpoint"),
        tree_.word(attributes, "user_agent.original", "user_agent"),
        clean(str(attributes.get("exception.stacktrace", "")))[:LONGEST_STACK],
    )


def _said(value: Any) -> str:
    return value if isinstance(value, str) else "" if value is None else json.dumps(value, ensure_ascii=False)


def _metrics(attributes: Mapping[str, Any]) -> dict[str, float]:
    found: dict[str, float] = {}
    for name, value in attributes.items():
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            continue
        known, scale = _KNOWN.get(name, (name.replace(".", "_"), 1))
        if _METRIC.fullmatch(known) and abs(value * scale) <= 1e15 and len(found) < MOST_METRICS:
            found[known] = value * scale
    return found


def _kind(attributes: Mapping[str, Any], metrics: Mapping[str, float]) -> Kind:
    told = attributes.get("event_type")
    return Kind(told) if isinstance(told, str) and told in tuple(Kind) else kind_of(metrics)


def _nanoseconds(record: Mapping[str, Any], now: datetime) -> int:
    for name in ("timeUnixNano", "observedTimeUnixNano"):
        found = tree_.whole(record.get(name) or 0)
        if found and 0 < found < _LAST:
            return found
    return (now - _BEGIN) // timedelta(microseconds=1) * 1000


def _level(record: Mapping[str, Any]) -> Level:
    number = tree_.whole(record.get("severityNumber") or 0) or 0
    if not number:
        return level_of(str(record.get("severityText", "")))
    return "critical" if number > 20 else "error" if number > 16 else "warning" if number > 12 else "info"
