"""Loki's patterns: literal text with <captures> between, and <_> for what is not kept."""

import re
from itertools import pairwise

_PART = re.compile(r"<([A-Za-z_][A-Za-z0-9_]*)>")


def split(pattern: str) -> list[tuple[bool, str]]:
    """Its parts: whether it is a capture, and the capture's name or the literal text."""
    parts, at = [], 0
    for found in _PART.finditer(pattern):
        if found.start() > at:
            parts.append((False, pattern[at : found.start()]))
        parts.append((True, found[1]))
        at = found.end()
    if at < len(pattern):
        parts.append((False, pattern[at:]))
    return parts


def pattern_fault(pattern: str, *, captures: bool) -> str:
    """Why Loki does not take it; empty where it does. A line filter's pattern has no named captures."""
    parts = split(pattern)
    names = [text for capture, text in parts if capture and text != "_"]
    if any(one[0] and other[0] for one, other in pairwise(parts)):
        return "two captures of a pattern need text between them"
    if not captures:
        return "a line filter's pattern captures nothing: write <_>" if names else ""
    if not names:
        return "a pattern needs a capture with a name, such as <status>"
    if len(set(names)) < len(names):
        return "a pattern has the same capture twice"
    return ""
