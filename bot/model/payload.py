"""JSON as strangers send it: bounded in depth, and without what is no number."""

import json
import math
from typing import Any

from bot.model.errors import Malformed

DEEPEST = 40  # levels; no source that we know goes beyond ten


def read_json(text: str | bytes, field: str = "") -> Any:
    """Raises Malformed, which names `field` and the line but quotes nothing of what was sent."""
    try:
        found = _DECODER.decode(text if isinstance(text, str) else text.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise Malformed(field, "This is not UTF-8.") from None
    except json.JSONDecodeError as problem:
        raise Malformed(
            field, f"This is not JSON: {problem.msg}, line {problem.lineno}, column {problem.colno}."
        ) from None
    except ValueError:  # NaN, a number without end, or one with more digits than Python reads
        raise Malformed(field, "A number in this JSON is not one that can be read.") from None
    except RecursionError:
        raise Malformed(field, _TOO_DEEP) from None
    if _depth_beyond(found, DEEPEST):
        raise Malformed(field, _TOO_DEEP)
    return found


_TOO_DEEP = f"This JSON is nested deeper than {DEEPEST} levels."


def _refuse(_constant: str) -> Any:
    raise ValueError("not a number")


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError("not a number")
    return number


_DECODER = json.JSONDecoder(parse_constant=_refuse, parse_float=_finite)


def _depth_beyond(found: Any, most: int) -> bool:
    """Level by level, without recursion. Most of what is inside is text, and is passed over."""
    level = [found]
    for _ in range(most):
        level = [
            inner
            for outer in level
            if outer and type(outer) in _HOLDERS
            for inner in (outer.values() if type(outer) is dict else outer)
            if type(inner) in _HOLDERS
        ]
        if not level:
            return False
    return True


_HOLDERS = frozenset((dict, list))
