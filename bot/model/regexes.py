"""Regular expressions as Prometheus and Loki read them: RE2, linear in time, with a bound on memory."""

import re
from functools import lru_cache
from typing import Any

import re2  # type: ignore[import-untyped]

MOST_MEMORY = 1 << 21  # bytes that one compiled expression may take


def literal(text: str) -> str:
    """What matches exactly this text, escaped as little as it can be: people read it."""
    return re.sub(r"([.^$*+?{}\[\]\\|()])", r"\\\1", text)


@lru_cache(maxsize=1000)
def compiled(expression: str) -> Any:
    """Raises re2.error; see `fault`."""
    options = re2.Options()
    options.log_errors = False
    options.max_mem = MOST_MEMORY
    return re2.compile(expression, options)


def whole(expression: str) -> Any:
    """As a matcher means it: the expression has to cover the whole value."""
    return compiled(f"^(?s:{expression})$")


def fault(expression: str) -> str:
    """Why RE2 does not take it, in its own words; empty where it does."""
    try:
        compiled(expression)
    except re2.error as problem:
        said = problem.args[0] if problem.args else "it cannot be read"
        return said.decode(errors="replace") if isinstance(said, bytes) else str(said)
    return ""
