"""What a dashboard fills into its queries. A value from a link is somebody's text, and never becomes a query. Pure."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from bot.model.errors import Rejected

ALL = "$__all"
SCRAPED = timedelta(seconds=15)  # as often as Grafana takes for granted
_STRING = re.compile(r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'|`[^`]*`')
_VARIABLE = re.compile(r"\$\{(\w+)(?::\w+)?\}|\$(\w+)|\[\[(\w+)(?::\w+)?\]\]")
_IN_TEXT = re.compile(r"[^\"'`\\{}\n$]{0,200}")
_BARE = re.compile(r"[A-Za-z0-9_:.]{1,200}")
_SPECIAL = re.compile(r"([.+*?()|\[\]^])")

Values = Mapping[str, tuple[str, ...]]


def values(dashboard: Mapping[str, Any], given: Values) -> dict[str, tuple[str, ...]]:
    """By name: what the link says, else what the dashboard was saved with."""
    found: dict[str, tuple[str, ...]] = {}
    listed = (dashboard.get("templating") or {}).get("list")
    for one in listed if isinstance(listed, list) else []:
        if not isinstance(one, dict) or not isinstance(one.get("name"), str):
            continue
        name = one["name"]
        chosen = given.get(name) or _many((one.get("current") or {}).get("value"))
        found[name] = (str(one.get("allValue") or ".*"),) if chosen in ((ALL,), ("All",)) else chosen
    return found


def filled(query: str, known: Values, span: timedelta, step: timedelta) -> str:
    """Raises Rejected for a variable without a value, and for a value that would be more than one."""
    own = _of_grafana(span, step)
    parts, end = [], 0
    for match in _STRING.finditer(query):
        parts += [_put(query[end : match.start()], known, own, quoted=False), _put(match[0], known, own, quoted=True)]
        end = match.end()
    return "".join([*parts, _put(query[end:], known, own, quoted=False)])


def titled(title: str, known: Values) -> str:
    """In a title a variable is shown as it is, and one without a value stays."""

    def shown(match: re.Match[str]) -> str:
        held = known.get(match[1] or match[2] or match[3])
        return ", ".join(held) if held else match[0]

    return _VARIABLE.sub(shown, title)


def _put(text: str, known: Values, own: Mapping[str, str], *, quoted: bool) -> str:
    def value(match: re.Match[str]) -> str:
        name = match[1] or match[2] or match[3]
        if name in own:
            return own[name]
        held = known.get(name, ())
        if not held or held == ("",):
            raise Rejected(f"The panel's variable “{name[:60]}” has no value.", code="variable")
        if not all((_IN_TEXT if quoted else _BARE).fullmatch(one) for one in held) or (len(held) > 1 and not quoted):
            raise Rejected(f"The value of the panel's variable “{name[:60]}” cannot stand there.", code="variable")
        return held[0] if len(held) == 1 else "(" + "|".join(_SPECIAL.sub(r"\\\\\1", one) for one in held) + ")"

    return _VARIABLE.sub(value, text)


def _of_grafana(span: timedelta, step: timedelta) -> dict[str, str]:
    seconds, whole = max(1, round(step.total_seconds())), max(1, round(span.total_seconds()))
    rate = max(seconds + round(SCRAPED.total_seconds()), 4 * round(SCRAPED.total_seconds()))
    return {
        "__interval": f"{seconds}s", "__interval_ms": str(seconds * 1000), "__rate_interval": f"{rate}s",
        "__range": f"{whole}s", "__range_s": str(whole), "__range_ms": str(whole * 1000),
    }  # fmt: skip


def _many(value: Any) -> tuple[str, ...]:
    if isinstance(value, list):
        return tuple(str(one) for one in value if isinstance(one, str | int | float))
    return (str(value),) if isinstance(value, str | int | float) else ()
