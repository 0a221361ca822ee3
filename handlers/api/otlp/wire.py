"""The few messages of OTLP's logs, read from protobuf's wire format. Pure; what is not known is passed over.

It gives the same tree as OTLP's JSON, with the names of JSON, so that one reader serves both.
"""

import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from bot.model.errors import Malformed

DEEPEST = 16  # messages inside of messages; values of values are the only ones without an end of their own
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5

Read: TypeAlias = Callable[[Any, int], Any]


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    wire: int
    read: Read
    many: bool = False


Message: TypeAlias = Mapping[int, Field]


def read_logs(body: bytes) -> dict[str, Any]:
    """An ExportLogsServiceRequest. Raises Malformed."""
    try:
        return _message(memoryview(body), _REQUEST, 0)
    except (IndexError, struct.error, UnicodeDecodeError):
        raise Malformed("", "This is not a request of OTLP's logs in protobuf.") from None


def _message(data: memoryview, known: Message, depth: int) -> dict[str, Any]:
    if depth > DEEPEST:
        raise Malformed("", f"This message is nested deeper than {DEEPEST} levels.")
    found: dict[str, Any] = {}
    for number, wire, value in _fields(data):
        field = known.get(number)
        if field is None or field.wire != wire:
            continue
        read = field.read(value, depth)
        if field.many:
            found.setdefault(field.name, []).append(read)
        else:
            found[field.name] = read
    return found


def _fields(data: memoryview) -> Iterator[tuple[int, int, Any]]:
    at = 0
    while at < len(data):
        tag, at = _varint(data, at)
        wire = tag & 7
        value: Any
        if wire == _VARINT:
            value, at = _varint(data, at)
        elif wire == _FIXED64:
            value, at = data[at : at + 8], at + 8
        elif wire == _FIXED32:
            value, at = data[at : at + 4], at + 4
        elif wire == _BYTES:
            length, at = _varint(data, at)
            value, at = data[at : at + length], at + length
        else:
            raise IndexError("a wire type that protobuf does not have")
        if at > len(data):
            raise IndexError("cut off")
        yield tag >> 3, wire, value


def _varint(data: memoryview, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7
        if shift > 63:
            raise IndexError("a number without an end")


def _inside(known: Callable[[], Message]) -> Read:
    return lambda value, depth: _message(value, known(), depth + 1)


def _text(value: memoryview, _: int) -> str:
    return bytes(value).decode("utf-8")


def _hex(value: memoryview, _: int) -> str:
    return bytes(value).hex()


def _nanoseconds(value: memoryview, _: int) -> int:
    return int(struct.unpack("<Q", value)[0])


def _double(value: memoryview, _: int) -> float:
    return float(struct.unpack("<d", value)[0])


def _signed(value: int, _: int) -> int:
    return value - (1 << 64) if value >= 1 << 63 else value


def _plain(value: int, _: int) -> int:
    return value


_VALUE: Message = {
    1: Field("stringValue", _BYTES, _text),
    2: Field("boolValue", _VARINT, lambda value, _: bool(value)),
    3: Field("intValue", _VARINT, _signed),
    4: Field("doubleValue", _FIXED64, _double),
    5: Field("arrayValue", _BYTES, _inside(lambda: _ARRAY)),
    6: Field("kvlistValue", _BYTES, _inside(lambda: _PAIRS)),
    7: Field("bytesValue", _BYTES, _hex),
}
_ARRAY: Message = {1: Field("values", _BYTES, _inside(lambda: _VALUE), many=True)}
_PAIR: Message = {1: Field("key", _BYTES, _text), 2: Field("value", _BYTES, _inside(lambda: _VALUE))}
_PAIRS: Message = {1: Field("values", _BYTES, _inside(lambda: _PAIR), many=True)}
_RECORD: Message = {
    1: Field("timeUnixNano", _FIXED64, _nanoseconds),
    2: Field("severityNumber", _VARINT, _plain),
    3: Field("severityText", _BYTES, _text),
    5: Field("body", _BYTES, _inside(lambda: _VALUE)),
    6: Field("attributes", _BYTES, _inside(lambda: _PAIR), many=True),
    9: Field("traceId", _BYTES, _hex),
    10: Field("spanId", _BYTES, _hex),
    11: Field("observedTimeUnixNano", _FIXED64, _nanoseconds),
}
_SCOPE: Message = {2: Field("logRecords", _BYTES, _inside(lambda: _RECORD), many=True)}
_RESOURCE: Message = {1: Field("attributes", _BYTES, _inside(lambda: _PAIR), many=True)}
_RESOURCE_LOGS: Message = {
    1: Field("resource", _BYTES, _inside(lambda: _RESOURCE)),
    2: Field("scopeLogs", _BYTES, _inside(lambda: _SCOPE), many=True),
}
_REQUEST: Message = {1: Field("resourceLogs", _BYTES, _inside(lambda: _RESOURCE_LOGS), many=True)}
