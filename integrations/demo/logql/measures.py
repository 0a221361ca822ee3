"""Numbers, durations, sizes and addresses as Go reads them from a label; ValueError where it would not."""

import ipaddress
import re

from bot.query.logql.addresses import Address
from bot.query.logql.quoting import NANOSECONDS

_NUMBER = re.compile(r"[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|(?i:inf(?:inity)?|nan))")
_DURATION = re.compile(r"([+-]?)((?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)")
_PART = re.compile(r"(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)")
_SIZE = re.compile(r"(\d[\d,]*\.?\d*)\s*([kmgtpe]?)(i?)b?", re.IGNORECASE)
_STEPS = ("", "k", "m", "g", "t", "p", "e")
_ADDRESS = re.compile(r"(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f:]*:[0-9A-Fa-f:]+(?:\.\d{1,3}){0,3})(?![\w.:])")


def number(text: str) -> float:
    if not _NUMBER.fullmatch(text):
        raise ValueError(f"“{text}” is not a number")
    return float(text)


def seconds(text: str) -> float:
    """Go knows no days: "1d" is an error."""
    if text == "0":
        return 0.0
    found = _DURATION.fullmatch(text)
    if found is None:
        raise ValueError(f"“{text}” is not a duration")
    total = sum(float(count) * NANOSECONDS[unit] for count, unit in _PART.findall(found[2]))
    return (-total if found[1] == "-" else total) / 1e9


def size(text: str) -> float:
    found = _SIZE.fullmatch(text.strip())
    if found is None or (found[3] and not found[2]):
        raise ValueError(f"“{text}” is not a size")
    step = 1024 if found[3] else 1000
    return float(int(float(found[1].replace(",", "")) * step ** _STEPS.index(found[2].lower())))


def addresses(line: str) -> list[Address]:
    found = []
    for text in _ADDRESS.findall(line):
        try:
            found.append(ipaddress.ip_address(text))
        except ValueError:
            continue
    return found
