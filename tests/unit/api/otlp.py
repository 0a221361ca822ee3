"""OTLP's logs written in protobuf, field by field as its definition numbers them: to be held against our reader."""

import struct
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
