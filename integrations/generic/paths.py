"""Paths into JSON: `alert.labels.host`, `items[0].id`, `items[].id`, `labels["a.b"]`; pure."""

import re
from functools import lru_cache
from typing import TypeAlias

from bot.model.errors import Malformed

Step: TypeAlias = str | int | None
"""A name, a place in a list, or every entry of a list."""

_STEP = re.compile(r'\.?([^.\[\]"]+)|\[(\d{1,9})\]|(\[\])|\["([^"]+)"\]')


def find(value: object, path: str) -> list[object]:
    """What stands there: nothing, one value, or with `[]` as many as there are."""
    found = [value]
    for step in _steps(path):
        found = [inner for outer in found for inner in _inside(outer, step)]
    return found


def _inside(value: object, step: Step) -> list[object]:
    match value, step:
        case dict(), str():
            return [value[step]] if step in value else []
        case list(), None:
            return value
        case list(), int():
            return [value[step]] if step < len(value) else []
        case _:
            return []


@lru_cache(maxsize=1000)
def _steps(path: str) -> tuple[Step, ...]:
    steps: list[Step] = []
    at = 0
    while at < len(path):
        found = _STEP.match(path, at)
        if found is None:
            raise Malformed(path, "This path of the mapping cannot be read; an example: alerts[0].labels.host")
        name, place, every, quoted = found.groups()
        steps.append(None if every else int(place) if place else name or quoted)
        at = found.end()
    return tuple(steps)
