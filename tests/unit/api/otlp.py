"""OTLP written in protobuf, field by field as its definition numbers them: to be held against our reader."""

import struct
from collections.abc import Callable
from typing import Any


def _varint(number: int) -> bytes:
    number &= (1 << 64) - 1
    written = bytearray()
    while number > 0x7F:
        written.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*written, number])


def _bytes(field: int, content: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(content)) + content


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _value(given: dict[str, Any]) -> bytes:
    [(name, value)] = given.items()
    match name:
        case "stringValue":
            return _bytes(1, value.encode())
        case "boolValue":
            return _number(2, int(value))
        case "intValue":
            return _number(3, int(value))
        case "doubleValue":
            return _varint(4 << 3 | 1) + struct.pack("<d", value)
        case "arrayValue":
            return _bytes(5, b"".join(_bytes(1, _value(one)) for one in value["values"]))
        case "kvlistValue":
            return _bytes(6, b"".join(_bytes(1, _pair(one)) for one in value["values"]))
        case _:
            return _bytes(7, bytes.fromhex(value))


def _pair(given: dict[str, Any]) -> bytes:
    return _bytes(1, given["key"].encode()) + _bytes(2, _value(given["value"]))


def _record(given: dict[str, Any]) -> bytes:
    written = _varint(1 << 3 | 1) + struct.pack("<Q", int(given["timeUnixNano"]))
    written += _number(2, given.get("severityNumber", 0)) + _bytes(3, given.get("severityText", "").encode())
    if "body" in given:
        written += _bytes(5, _value(given["body"]))
    written += b"".join(_bytes(6, _pair(one)) for one in given.get("attributes", []))
    written += _varint(8 << 3 | 5) + struct.pack("<I", 1)  # flags, which we pass over
    return written + _bytes(9, bytes.fromhex(given.get("traceId", ""))) + _bytes(12, b"a name")


def in_protobuf(request: dict[str, Any]) -> bytes:
    written = b""
    for one in request["resourceLogs"]:
        resource = b"".join(_bytes(1, _pair(pair)) for pair in one["resource"]["attributes"])
        scopes = b"".join(
            _bytes(2, _bytes(1, b"\x0a\x01s") + b"".join(_bytes(2, _record(record)) for record in scope["logRecords"]))
            for scope in one["scopeLogs"]
        )
        written += _bytes(1, _bytes(1, resource) + scopes + _bytes(3, b"https://schema.example"))
    return written


def _time(field: int, given: dict[str, Any], name: str) -> bytes:
    return _varint(field << 3 | 1) + struct.pack("<Q", int(given[name]))


def _attributes(field: int, given: dict[str, Any]) -> bytes:
    return b"".join(_bytes(field, _pair(one)) for one in given.get("attributes", []))


def _span(given: dict[str, Any]) -> bytes:
    written = _bytes(1, bytes.fromhex(given["traceId"])) + _bytes(2, bytes.fromhex(given["spanId"]))
    written += _bytes(5, b"chat gpt-4o") + _number(6, 3) + _time(7, given, "startTimeUnixNano")
    written += _time(8, given, "endTimeUnixNano") + _attributes(9, given)
    return written + _bytes(15, _bytes(2, b"why") + _number(3, given.get("status", {}).get("code", 0)))


def _point(given: dict[str, Any], attributes: int) -> bytes:
    written = _attributes(attributes, given) + _time(2, given, "startTimeUnixNano") + _time(3, given, "timeUnixNano")
    written += _varint(4 << 3 | 1) + struct.pack("<Q", int(given["count"]))
    return written + _varint(5 << 3 | 1) + struct.pack("<d", given["sum"])


def _metric(given: dict[str, Any]) -> bytes:
    written = _bytes(1, given["name"].encode()) + _bytes(2, b"what it is") + _bytes(3, b"{token}")
    for name, field, attributes in (("histogram", 9, 9), ("exponentialHistogram", 10, 1)):
        if name in given:
            points = b"".join(_bytes(1, _point(one, attributes)) for one in given[name]["dataPoints"])
            written += _bytes(field, points + _number(2, given[name]["aggregationTemporality"]))
    return written


def traces_in_protobuf(request: dict[str, Any]) -> bytes:
    return _resources(request["resourceSpans"], "scopeSpans", "spans", _span)


def metrics_in_protobuf(request: dict[str, Any]) -> bytes:
    return _resources(request["resourceMetrics"], "scopeMetrics", "metrics", _metric)


def _resources(of: list[dict[str, Any]], scopes: str, inner: str, write: Callable[[dict[str, Any]], bytes]) -> bytes:
    written = b""
    for one in of:
        told = b"".join(_bytes(2, b"".join(_bytes(2, write(each)) for each in scope[inner])) for scope in one[scopes])
        written += _bytes(1, _bytes(1, _attributes(1, one["resource"])) + told)
    return written
