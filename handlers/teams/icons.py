"""The two icons of the app package, drawn here: a crescent over a desk's edge."""

import struct
import zlib
from collections.abc import Callable
from functools import cache
from typing import TypeAlias

Colour: TypeAlias = tuple[int, int, int, int]
NIGHT: Colour = (27, 31, 59, 255)
LAMP: Colour = (255, 209, 102, 255)
WHITE: Colour = (255, 255, 255, 255)
NOTHING: Colour = (255, 255, 255, 0)
SAMPLES = 3  # each way, within one pixel: soft edges


@cache
def colour() -> bytes:
    """192 x 192 on the colour of the night."""
    return png(192, lambda x, y: LAMP if _drawn(x, y) else NIGHT)


@cache
def outline() -> bytes:
    """32 x 32, white on nothing, as Teams asks."""
    return png(32, lambda x, y: WHITE if _drawn(x, y) else NOTHING)


def png(size: int, paint: Callable[[float, float], Colour]) -> bytes:
    """8 bit RGBA; `paint` is asked for points between 0 and 1."""
    rows = b"".join(b"\0" + b"".join(bytes(_pixel(size, x, y, paint)) for x in range(size)) for y in range(size))
    head = struct.pack(">IIBBBBB", size, size, 8, 6, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in chunks)


def _drawn(x: float, y: float) -> bool:
    moon = _within(x, y, 0.50, 0.42, 0.25) and not _within(x, y, 0.60, 0.36, 0.21)
    desk = 0.20 <= x <= 0.80 and 0.74 <= y <= 0.80
    return moon or desk


def _within(x: float, y: float, middle_x: float, middle_y: float, radius: float) -> bool:
    return (x - middle_x) ** 2 + (y - middle_y) ** 2 <= radius**2


def _pixel(size: int, x: int, y: int, paint: Callable[[float, float], Colour]) -> Colour:
    steps = [(i + 0.5) / SAMPLES for i in range(SAMPLES)]
    seen = [paint((x + dx) / size, (y + dy) / size) for dy in steps for dx in steps]
    red, green, blue, alpha = (round(sum(one[part] for one in seen) / len(seen)) for part in range(4))
    return red, green, blue, alpha


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
