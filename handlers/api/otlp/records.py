"""OTLP's log records as log events. Pure; the tree is that of OTLP's JSON, whichever way it came."""

import json
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
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

MOST = 5000  # records of one request
LONGEST_NAME = 200
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
    if not isinstance(tree, dict):
        raise Malformed("", "The body has to be a JSON object.")
    events: list[LogEvent] = []
    rejected = 0
    seen: Counter[str] = Counter()
    for resource, record in _records(tree):
        if len(events) + rejected == MOST:
            raise Malformed("resourceLogs", f"holds more than {MOST} records; send smaller batches")
        event = _event(resource, record, now, seen)
        if event is None:
            rejected += 1
        else:
            events.append(event)
    return Records(events, rejected)


def _records(tree: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    for one in _objects(tree, "resourceLogs", "resourceLogs"):
        resource = one.get("resource")
        known = _attributes(resource if isinstance(resource, dict) else {})
        for scope in _objects(one, "scopeLogs", "resourceLogs.scopeLogs"):
            for record in _objects(scope, "logRecords", "resourceLogs.scopeLogs.logRecords"):
                yield known, record


def _objects(tree: Mapping[str, Any], name: str, where: str) -> Sequence[dict[str, Any]]:
    found = tree.get(name) or []
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise Malformed(where, "has to be a list of objects")
    return found


def _event(
    resource: Mapping[str, Any], record: Mapping[str, Any], now: datetime, seen: Counter[str]
) -> LogEvent | None:
    attributes = {**resource, **_attributes(record)}
    service = _word(attributes, "service.name", "service_name", "service")
    if not service:
        return None
    nanoseconds = _nanoseconds(record, now)
    at = _BEGIN + timedelta(microseconds=nanoseconds // 1000)
    metrics = _metrics(attributes)
    said = _said(_value(record.get("body")))
    whole = json.dumps([record, dict(resource)], sort_keys=True, default=str)
    seen[whole] += 1  # the same line twice in one request is two lines; the same request twice is one
    return LogEvent(
        made_of(at, nanoseconds, whole, seen[whole]),
        at,
        _kind(attributes, metrics),
        service,
        clean(said)[:LONGEST_MESSAGE],
        _word(attributes, "cloud.region", "region"),
        _word(attributes, "customer_id", "customer.id"),
        _level(record),
        metrics,
        _word(attributes, "http.route", "url.path", "endpoint"),
        _word(attributes, "user_agent.original", "user_agent"),
        clean(str(attributes.get("exception.stacktrace", "")))[:LONGEST_STACK],
    )


def _attributes(of: Mapping[str, Any]) -> dict[str, Any]:
    found = of.get("attributes")
    pairs = found if isinstance(found, list) else []
    return {str(one["key"]): _value(one.get("value")) for one in pairs if isinstance(one, dict) and "key" in one}


def _value(given: Any) -> Any:
    """An AnyValue without its wrapping; whole numbers come as text in JSON."""
    if not isinstance(given, dict):
        return None
    for name, value in given.items():
        match name:
            case "intValue":
                return _whole(value)
            case "arrayValue":
                return [_value(one) for one in value.get("values", [])] if isinstance(value, dict) else None
            case "kvlistValue":
                return _attributes({"attributes": value.get("values")}) if isinstance(value, dict) else None
            case "stringValue" | "boolValue" | "doubleValue" | "bytesValue":
                return value
    return None


def _whole(value: Any) -> int | None:
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError):
        return None


def _word(attributes: Mapping[str, Any], *names: str) -> str:
    found = next((attributes[name] for name in names if isinstance(attributes.get(name), str)), "")
    return clean(found).strip()[:LONGEST_NAME]


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
        found = _whole(record.get(name) or 0)
        if found and 0 < found < _LAST:
            return found
    return (now - _BEGIN) // timedelta(microseconds=1) * 1000


def _level(record: Mapping[str, Any]) -> Level:
    number = _whole(record.get("severityNumber") or 0) or 0
    if not number:
        return level_of(str(record.get("severityText", "")))
    return "critical" if number > 20 else "error" if number > 16 else "warning" if number > 12 else "info"
