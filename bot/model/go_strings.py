"""Strings with escapes, as Go reads them: Prometheus, Loki and Alertmanager are written in it."""

import re
import sys

_ESCAPE = re.compile(
    r"\\(?:(?P<named>[abfnrtv\\\"])|x(?P<byte>[0-9a-fA-F]{2})|(?P<octal>[0-3][0-7]{2})"
    r"|u(?P<short>[0-9a-fA-F]{4})|U(?P<long>[0-9a-fA-F]{8})|(?P<other>))"
)
_NAMED = {"a": 7, "b": 8, "f": 12, "n": 10, "r": 13, "t": 9, "v": 11, "\\": 92, '"': 34}


def unescaped(text: str) -> str:
    """What Go's strconv.Unquote makes of it, its quotes taken off; ValueError where it would refuse."""
    out, at = b"", 0
    for found in _ESCAPE.finditer(text):
        out += text[at : found.start()].encode() + _unescaped(found)
        at = found.end()
    return (out + text[at:].encode()).decode()


def _unescaped(found: re.Match[str]) -> bytes:
    if found["named"]:
        return bytes([_NAMED[found["named"]]])
    if found["byte"] or found["octal"]:
        return bytes([int(found["byte"] or found["octal"], 16 if found["byte"] else 8)])
    if found["other"] is not None:
        raise ValueError("a backslash that escapes nothing")
    point = int(found["short"] or found["long"], 16)
    if point > sys.maxunicode:
        raise ValueError("no letter has this number")
    return chr(point).encode()
