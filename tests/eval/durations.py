"""Durations as PromQL and LogQL write them: 5m, 1h30m, 14h37m."""

import re
from datetime import timedelta

_SECONDS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800, "y": 31536000}
_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|[smhdwy])")
_WHOLE = re.compile(rf"(?:{_PART.pattern})+")


def read(text: str) -> timedelta:
    if not _WHOLE.fullmatch(text):
        raise ValueError(f"“{text}” is not a duration.")
    return timedelta(seconds=sum(float(count) * _SECONDS[unit] for count, unit in _PART.findall(text)))
