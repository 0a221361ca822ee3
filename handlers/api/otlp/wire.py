"""Messages of OTLP, read from protobuf's wire format. Pure; what is not known is passed over.

It gives the same tree as OTLP's JSON, with the names of JSON, so that one reader serves both.
"""

import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from bot.model.errors import Malformed

DEEPEST = 16  # messages inside of messages; values of values are the only ones without an end of their own
VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5

Read: TypeAlias = Callable[[Any, int], Any]


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    wire: int
    read: Read
    many: bool = False


Message: TypeAlias = Mapping[int, Field]


def read(body: bytes, request: Message) -> dict[str, Any]:
    """Raises Malformed."""
    try:
        return _message(memoryview(body), request, 0)
    except (IndexError, struct.error, UnicodeDecodeError):
        raise Malformed("", "This is not a request of OTLP in protobuf.") from None


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
        if wire == VARINT:
            value, at = _varint(data, at)
        elif wire == FIXED64:
            value, at = data[at : at + 8], at + 8
        elif wire == FIXED32:
            value, at = data[at : at + 4], at + 4
        elif wire == BYTES:
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


def inside(known: Callable[[], Message]) -> Read:
    return lambda value, depth: _message(value, known(), depth + 1)


def text(value: memoryview, _: int) -> str:
    return bytes(value).decode("utf-8")


def in_hex(value: memoryview, _: int) -> str:
    return bytes(value).hex()


def fixed(value: memoryview, _: int) -> int:
    return int(struct.unpack("<Q", value)[0])


def double(value: memoryview, _: int) -> float:
    return float(struct.unpack("<d", value)[0])


def signed(value: int, _: int) -> int:
    return value - (1 << 64) if value >= 1 << 63 else value


def plain(value: int, _: int) -> int:
    return value
