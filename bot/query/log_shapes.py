"""What the lines of a service look like, told from a few: their format, their fields, and what those hold. Pure."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, TypeAlias

from bot.query.catalog import KnownLogs

Format: TypeAlias = Literal["json", "logfmt", "plain text"]

MOST_FIELDS = 60
FEW = 6  # so many different short texts are a choice; more are just text
LONGEST_CHOICE, LONGEST_SAMPLE = 24, 500
STATUS = frozenset({"status", "code", "status_code", "http_status", "response_code"})

_PAIR = re.compile(r'([A-Za-z_][\w.\-]*)=("(?:[^"\\]|\\.)*"|\S*)')
_NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?")
_DURATION = re.compile(r"-?(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+")
_BYTES = re.compile(r"\d+(\.\d+)?\s?([kKMGT]i?)?B")
_IN_UNITS = {"ms": "milliseconds", "seconds": "seconds", "secs": "seconds", "us": "microseconds", "bytes": "bytes"}


def shape(service: str, lines: Sequence[str]) -> KnownLogs:
    """By what most of them are; one that is cut off or a stack trace in between changes nothing."""
    lines = [line for line in lines if line.strip()]
    for kind, read in (("json", _json), ("logfmt", _logfmt)):
        read_lines = [found for line in lines if (found := read(line))]
        if lines and len(read_lines) * 2 > len(lines):
            sample = next(line for line in lines if read(line))
            return KnownLogs(service, _format(kind), _fields(read_lines), sample[:LONGEST_SAMPLE])
    return KnownLogs(service, sample=lines[0][:LONGEST_SAMPLE] if lines else "")


def _format(kind: str) -> Format:
    return "json" if kind == "json" else "logfmt"


def _json(line: str) -> Mapping[str, str]:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return dict(_flat(found)) if isinstance(found, dict) else {}


def _flat(found: Mapping[str, object], before: str = "") -> Iterable[tuple[str, str]]:
    """Nested names are joined as LogQL's json parser joins them."""
    for name, value in found.items():
        path = re.sub(r"\W", "_", f"{before}{name}")
        if isinstance(value, dict):
            yield from _flat(value, f"{path}_")
        elif isinstance(value, bool):
            yield path, "true" if value else "false"
        elif isinstance(value, int | float | str):
            yield path, str(value)


def _logfmt(line: str) -> Mapping[str, str]:
    """A line of words with one `=` in it is no logfmt: at least two pairs, and most of the line in pairs."""
    pairs = _PAIR.findall(line)
    covered = sum(len(name) + len(value) + 1 for name, value in pairs)
    if len(pairs) < 2 or covered * 2 < len(line):
        return {}
    return {re.sub(r"\W", "_", name): value.strip('"') for name, value in pairs}


def _fields(lines: Sequence[Mapping[str, str]]) -> Mapping[str, str]:
    values: dict[str, list[str]] = {}
    for line in lines:
        for name, value in line.items():
            if name in values or len(values) < MOST_FIELDS:
                values.setdefault(name, []).append(value)
    return {name: _holds(name, found) for name, found in values.items()}


def _holds(name: str, values: Sequence[str]) -> str:
    different = sorted(set(values))
    last = name.rpartition("_")[2].lower()
    if all(_NUMBER.fullmatch(value) for value in different):
        if name.lower() in STATUS and all(re.fullmatch(r"[1-5]\d\d", value) for value in different):
            return "HTTP status"
        return f"number, {_IN_UNITS[last]}" if last in _IN_UNITS else "number"
    if all(_DURATION.fullmatch(value) for value in different):
        return f"duration such as {different[0]}"
    if all(_BYTES.fullmatch(value) for value in different):
        return f"bytes such as {different[0]}"
    repeated = len(different) <= FEW and (len(values) > len(different) or len(different) == 1)
    if repeated and all(re.fullmatch(rf"[\w.\-]{{1,{LONGEST_CHOICE}}}", value) for value in different):
        return "|".join(different)
    return "text"
