"""The sentence of an explanation: only its parts, in words. Names come in as they may be shown."""

from bot.analysis.explanation import Explanation
from bot.model import figures

_BASIS = {
    "same hours": "at this hour",
    "last week": "in the last week",
    "day before": "on the day before",
    "last hour": "in the hour before",
}


def sentence(name: str, one: Explanation, unit: str) -> str:
    """checkout p95 latency 650 ms, usually 120 ms at this hour (+442 %, 9 times the usual spread), since 14:02 UTC …"""
    seen, normal = figures.measured(one.current, unit), figures.measured(one.expected, unit)
    by = ", ".join((_change(one), f"{figures.plain(round(one.multiple, 1))} times the usual spread"))
    return f"{name} {seen}, usually {normal} {_BASIS[one.basis]} ({by}), since {_since(one)}{_unseen(one)}."


def _change(one: Explanation) -> str:
    if one.points is not None:
        return f"{one.points:+.2g} points"
    if one.change is None:
        return "from none"
    return figures.change(one.current, one.expected)


def _since(one: Explanation) -> str:
    lasts = f" ({figures.span(one.lasts)})" if one.lasts else ""
    return f"{one.since:%H:%M} UTC{lasts}"


def _unseen(one: Explanation) -> str:
    if one.unseen is None:
        return ""
    word = "highest" if one.direction == "higher" else "lowest"
    return f", {word} in {figures.span(one.unseen)}"
